"""Units of the organisation, the chats bound to them, and who holds which role where."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from compliance.access import Role
from storage.columns import Instant, Key, Keyed, coded


class Unit(Keyed, table=True):
    """A node of the tree: leading_group, general_branch, branch or party_group.

    ``last_number`` is the number of the unit's newest entry. ``founded`` None means that the unit
    has existed for as long as anyone asks about.
    """

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("parent_id", "name"), Index("ix_unit_name", "name"))

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

    def day_of(self, moment: datetime) -> date:
        """Answer the date of a moment in the unit's zone."""
        return moment.astimezone(ZoneInfo(self.timezone)).date()


class Chat(SQLModel, table=True):
    """A Telegram chat bound to a unit.

    ``state`` is ``active``, ``gone`` (the bot was removed) or ``moved``: the group became the
    supergroup ``moved_to``, and what was said before counts for that. ``planned_through`` is the
    last moment for which reminders were planned, ``next_step_at`` the next one at which any could
    fall due: the index a tick picks its candidates by.
    """

    __tablename__ = "chat"

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    locale: str | None = None
    state: str = "active"
    moved_to: int | None = Field(default=None, sa_type=BigInteger)
    planned_through: datetime | None = Field(default=None, sa_type=Instant)
    next_step_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


class RoleHeld(Keyed, table=True):
    """A Telegram user holds a role at a unit, from one day to another (both included).

    ``from_on`` None means that it was held before anyone wrote down when.
    """

    __tablename__ = "role"

    telegram_id: int = Field(sa_type=BigInteger, index=True)
    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    role: Role = Field(sa_type=coded(Role))
    from_on: date | None = None
    to_on: date | None = None
