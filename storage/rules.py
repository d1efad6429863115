"""The rules units live by: an organisation's own catalogue, choices, and holiday notices.

Rows are only added, and the database refuses anything else; the newest that fits counts.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from compliance.periods import Cadence
from storage.columns import Instant, Key, Keyed, coded


class Overlay(Keyed, table=True):
    """An organisation's own version of the catalogue, for a unit and all below it, as TOML."""

    __tablename__ = "overlay"

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    version: str
    holds_from: date
    text: str = Field(sa_type=Text)
    loaded_by: int = Field(sa_type=BigInteger)
    loaded_at: datetime = Field(sa_type=Instant)


class CadenceChoice(Keyed, table=True):
    """A branch chose among the cadences that a requirement allows, from a day on."""

    __tablename__ = "cadence_choice"

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    requirement: str
    cadence: Cadence = Field(sa_type=coded(Cadence))
    holds_from: date
    chosen_by: int = Field(sa_type=BigInteger)
    chosen_at: datetime = Field(sa_type=Instant)


class HolidayNotice(Keyed, table=True):
    """The State Council's holiday notice of a year; the newest one of a year counts.

    ``days_off`` and ``working_days`` are ISO dates, parted by spaces: the days off that are no
    weekend, and the make-up working days that are.
    """

    __tablename__ = "holiday_notice"

    year: int
    title: str
    days_off: str = Field(sa_type=Text)
    working_days: str = Field(sa_type=Text)
    loaded_by: int = Field(sa_type=BigInteger)
    loaded_at: datetime = Field(sa_type=Instant)
