"""People on a unit's roster and what their dues rest on."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from compliance.people import Stage
from storage.columns import Instant, Key, Keyed, coded

# What may be let go of, and is of no use to the ledger: no audit row holds its values.
PERSONAL = ("sex", "born", "ethnicity", "education")


class Person(Keyed, table=True):
    """Someone on a unit's roster. No ID-card number has a place here.

    ``name`` tells two people of one roster apart: where two are called alike it ends in a capital
    letter, which is then their ``mark`` too (张伟A). Who moves to another unit has a new row there,
    which ``came_from_id`` joins to the old one; until that unit has confirmed it they are on the
    way to ``going_to_id``, and then the old row's ``arrived_on`` is their first day there. Group,
    stage, name and the like are those of today: what they were before stands in ``PersonWas``.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index(
            "ix_person_came_from",
            "came_from_id",
            sqlite_where=text("came_from_id IS NOT NULL"),
            postgresql_where=text("came_from_id IS NOT NULL"),
        ),
    )

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    group_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id")
    name: str
    stage: Stage = Field(default=Stage.FULL, sa_type=coded(Stage))
    admitted_on: date | None = None
    full_on: date | None = None
    joined_on: date | None = None
    left_on: date | None = None
    applied_on: date | None = None
    activist_on: date | None = None
    candidate_on: date | None = None
    probation_until: date | None = None
    letter_on: date | None = None
    floating: bool = False
    sex: str | None = None
    born: str | None = None
    ethnicity: str | None = None
    education: str | None = None
    post: str | None = None
    mark: str | None = None
    came_from_id: int | None = Field(sa_type=Key, default=None, foreign_key="person.id")
    going_to_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id", index=True)
    arrived_on: date | None = None


class PersonWas(Keyed, table=True):
    """What was true of someone on the roster until a change, whole.

    ``until_on`` is the first day on which it was no longer so. On a day it was as the row with the
    earliest later ``until_on`` says; without one, as it is now.
    """

    __tablename__ = "person_was"
    __table_args__ = (Index("ix_person_was", "person_id", "until_on"),)

    person_id: int = Field(sa_type=Key, foreign_key="person.id")
    until_on: date
    name: str
    group_id: int | None = Field(sa_type=Key, default=None, foreign_key="unit.id")
    stage: Stage = Field(sa_type=coded(Stage))
    floating: bool
    post: str | None = None
    entered_by: int = Field(sa_type=BigInteger)
    entered_at: datetime = Field(sa_type=Instant)


class DuesBasisRow(Keyed, table=True):
    """What a person's monthly amount is computed from, from a day on; amounts in fen.

    One with ``holds_until`` is a reduction granted by a superior until then, for a ``reason``.
    Who entered it when (``entered_at`` None: before that was noted) is in the audit, too.
    """

    __tablename__ = "dues_basis"

    person_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    holds_from: date | None = None
    category: str
    base_fen: int | None = None
    fixed_fen: int | None = None
    holds_until: date | None = None
    reason: str | None = None
    entered_by: int | None = Field(default=None, sa_type=BigInteger)
    entered_at: datetime | None = Field(default=None, sa_type=Instant)
