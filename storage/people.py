"""People on a unit's roster and what their dues rest on."""

from datetime import date

from sqlmodel import Field

from compliance.people import Stage
from storage.columns import Key, Keyed, coded


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
    floating: bool = False
    sex: str | None = None
    born: str | None = None
    ethnicity: str | None = None
    education: str | None = None
    post: str | None = None


class DuesBasisRow(Keyed, table=True):
    """What a person's monthly amount is computed from, from a day on; amounts in fen."""

    __tablename__ = "dues_basis"

    person_id: int = Field(sa_type=Key, foreign_key="person.id", index=True)
    holds_from: date | None = None
    category: str
    base_fen: int | None = None
    fixed_fen: int | None = None
