"""Pauses: for some days a unit is not reminded, of anything or of one requirement."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Date, bindparam
from sqlmodel import Field, Session, col, select

from storage.columns import Instant, Key, Keyed
from storage.units import Unit

_DAY = timedelta(days=1)


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


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause between two moments: it began, and reminding begins again (not included).

    With a ``requirement`` (its code) only that is put off. ``until_on`` is its last day.
    """

    key: int
    requirement: str | None
    begins: datetime
    ends: datetime
    until_on: date
    reason: str

    def covers(self, moment: datetime) -> bool:
        """Tell whether the moment lies in it."""
        return self.begins <= moment < self.ends


_OF_UNITS = (
    select(Pause)
    .where(
        col(Pause.unit_id).in_(bindparam("units", expanding=True)),
        col(Pause.until_on) >= bindparam("since", type_=Date),
    )
    .order_by(col(Pause.id))
)


def rests(session: Session, units: Collection[Unit], since: date) -> Mapping[int, list[Rest]]:
    """Answer the pauses of units with a day ``since`` or later, by the units' ids, in order.

    One that lasts until a day ends when the unit is reminded on the next one.
    """
    by_id = {unit.key: unit for unit in units}
    found: dict[int, list[Rest]] = defaultdict(list)
    asked = {"units": list(by_id), "since": since}
    for pause in session.execute(_OF_UNITS, asked).scalars() if by_id else ():
        found[pause.unit_id].append(_rest(by_id[pause.unit_id], pause))
    return found


def _rest(unit: Unit, pause: Pause) -> Rest:
    zone = ZoneInfo(unit.timezone)
    over = datetime.combine(pause.until_on + _DAY, unit.remind_at, zone)
    ends = over if pause.ended_at is None else min(over, pause.ended_at)
    return Rest(
        pause.key,
        pause.requirement,
        pause.entered_at,
        ends,
        pause.until_on,
        pause.reason,
    )


def running(session: Session, unit: Unit, now: datetime) -> list[Rest]:
    """Answer a unit's pauses that are not over, the one of everything first."""
    of_unit = rests(session, [unit], unit.day_of(now) - _DAY).get(unit.key, [])
    return sorted((rest for rest in of_unit if rest.covers(now)), key=_place)


def _place(rest: Rest) -> tuple[bool, int]:
    return rest.requirement is not None, rest.key


def begin(session: Session, pause: Pause) -> None:
    """Begin a pause."""
    session.add(pause)
    session.flush()


def end(session: Session, rest: Rest, by: int, now: datetime) -> None:
    """End a pause before its last day."""
    pause = session.get_one(Pause, rest.key)
    pause.ended_by, pause.ended_at = by, now
    session.add(pause)
    session.flush()


def put_off_since(session: Session, unit_id: int, requirement: str, since: date) -> bool:
    """Tell whether a requirement was put off on a day or later; also if that was ended."""
    query = select(Pause.id).where(
        Pause.unit_id == unit_id,
        Pause.requirement == requirement,
        Pause.from_on >= since,
    )
    return session.exec(query.limit(1)).first() is not None


def paused(session: Session, units: Collection[Unit], now: datetime) -> frozenset[int]:
    """Answer which units are reminded of nothing at all at a moment, by their ids."""
    since = min((unit.day_of(now) for unit in units), default=now.date()) - _DAY
    return frozenset(
        unit_id
        for unit_id, of_unit in rests(session, units, since).items()
        if any(rest.requirement is None and rest.covers(now) for rest in of_unit)
    )
