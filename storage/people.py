"""People on a unit's roster and what their dues rest on."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from compliance.people import Stage
from storage.columns import Instant, Key, Keyed, coded


class Person(Keyed, table=True):
    """Someone on the roster. No ID-card number has a place here."""

    __tablename__ = "person"

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
