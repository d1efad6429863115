"""Units of the organisation, the chats bound to them, and who holds which role where."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from compliance.access import Role
from storage.columns import Instant, Key, Keyed, coded


class Unit(Keyed, table=True):
    """A node of the tree: leading_group, general_branch, branch or party_group.

    ``last_number`` is the number of the unit's newest entry. ``founded`` None means that the unit
    has existed for as long as anyone asks about; ``dissolved`` is the first day on which it is no
    more, and ``merged_into_id`` the unit that took over its people then. Name and place are those
    of today: what they were before stands in ``UnitWas``. ``workdays_only``: its own chat is left
    in peace on other days; ``weekly_on`` is the day of the week (1 is Monday) on which a superior
    is told how all units below stand, None for never. ``revision`` counts every change of what the
    assessment rests on that is no entry: settings, roster, place.
    """

    __tablename__ = "unit"
    __table_args__ = (
        Index(
            "ix_unit_called",
            "parent_id",
            "name",
            unique=True,
            sqlite_where=text("dissolved IS NULL"),
            postgresql_where=text("dissolved IS NULL"),
        ),
        Index("ix_unit_name", "name"),
    )

    name: str
    kind: str
    parent_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id", index=True)
    founded: date | None = None
    dissolved: date | None = None
    timezone: str = "Asia/Shanghai"
    locale: str = "zh"
    remind_at: time = time(9, 0)
    quiet_from: time = time(22, 0)
    quiet_until: time = time(8, 0)
    committee: bool = False
    last_number: int = 0
    merged_into_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id")
    workdays_only: bool = False
    weekly_on: int | None = None
    revision: int = 0

    def day_of(self, moment: datetime) -> date:
        """Answer the date of a moment in the unit's zone."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


class UnitWas(Keyed, table=True):
    """What a unit was called and where it stood until it was renamed or moved.

    ``until_on`` is the first day on which that was no longer so. On a day the unit was what the
    row with the earliest later ``until_on`` says; without one, what it is now.
    """

    __tablename__ = "unit_was"
    __table_args__ = (Index("ix_unit_was", "unit_id", "until_on"),)

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id")
    until_on: date
    name: str
    parent_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id")
    entered_by: int = Field(sa_type=BigInteger)
    entered_at: datetime = Field(sa_type=Instant)


class Chat(SQLModel, table=True):
    """A Telegram chat bound to a unit, perhaps one topic of a forum.

    ``state`` is ``active``, ``gone`` (the bot was removed) or ``moved``: the group became the
    supergroup ``moved_to``, and what was said before counts for that. ``planned_through`` is the
    last moment for which reminders were planned, ``next_step_at`` the next one at which any could
    fall due: the index a tick picks its candidates by. ``thread_id`` is the topic that reminders go
    to, ``title`` what the group is called.
    """

    __tablename__ = "chat"

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    locale: str | None = None
    state: str = "active"
    moved_to: int | None = Field(default=None, sa_type=BigInteger)
    title: str | None = None
    thread_id: int | None = Field(default=None, sa_type=BigInteger)
    planned_through: datetime | None = Field(default=None, sa_type=Instant)
    next_step_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


class RoleHeld(Keyed, table=True):
    """A Telegram user holds a role at a unit, from one day to another (both included).

    ``from_on`` None means that it was held before anyone wrote down when. An ``acting`` role (代理)
    always has an end.
    """

    __tablename__ = "role"

    telegram_id: int = Field(sa_type=BigInteger, index=True)
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    role: Role = Field(sa_type=coded(Role))
    from_on: date | None = None
    to_on: date | None = None
    acting: bool = False


class RoleLeave(Keyed, table=True):
    """An officer of a unit is away on some days (both included): others do their duties."""

    __tablename__ = "role_leave"

    telegram_id: int = Field(sa_type=BigInteger)
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    from_on: date
    to_on: date
    entered_by: int = Field(sa_type=BigInteger)
    entered_at: datetime = Field(sa_type=Instant)
