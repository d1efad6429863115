"""Pauses: for some days a unit is not reminded, of anything or of one requirement."""

from datetime import date, datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from storage.columns import Instant, Key, Keyed


class Pause(Keyed, table=True):
    """A unit is left in peace from one day to another (both included), for a reason.

    With a ``requirement`` (its code) only that one is put off. What is missing stays missing, and
    the superior hears of it as ever. ``ended_at``: it was ended before its last day.
    """

    __tablename__ = "pause"

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    requirement: str | None = None
    from_on: date
    until_on: date
    reason: str
    entered_by: int = Field(sa_type=BigInteger)
    entered_at: datetime = Field(sa_type=Instant)
    ended_by: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
