"""Overviews of a new day, reckoned before anybody asks: a morning's first question is cheap."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, delete, func, or_, select
from sqlmodel import Session

from compliance.periods import Cadence, Period
from compliance.policy import Policy
from storage import directory
from storage.columns import table_of
from storage.database import run
from storage.overviews import overviews
from storage.reckoned import SO_FAR, OverviewRow
from storage.units import Unit

FEW = 10
_UNIT, _OVERVIEW = table_of(Unit), table_of(OverviewRow)
_REPORTS = _UNIT.c.kind == "branch", _UNIT.c.parent_id.is_not(None), _UNIT.c.dissolved.is_(None)
_ZONES = select(_UNIT.c.timezone).where(*_REPORTS).distinct()
_HOW_MANY = select(func.count()).select_from(_UNIT).where(*_REPORTS)
_COLD = (
    select(_UNIT.c.id)
    .outerjoin(_OVERVIEW, and_(_OVERVIEW.c.unit_id == _UNIT.c.id, _OVERVIEW.c.span == SO_FAR))
    .where(*_REPORTS, _UNIT.c.timezone == bindparam("zone"))
    .where(or_(_OVERVIEW.c.on_day.is_(None), _OVERVIEW.c.on_day != bindparam("day")))
    .order_by(_UNIT.c.id)
)
_PAST = delete(_OVERVIEW).where(
    _OVERVIEW.c.unit_id == bindparam("unit"),
    _OVERVIEW.c.span != SO_FAR,
    _OVERVIEW.c.on_day != bindparam("day"),
)


def usual(on: date) -> tuple[Period | None, ...]:
    """Answer what is usually asked about: the year so far, the periods that run, those just over.

    Last year is until the end of March, when it is sealed.
    """
    month, quarter, year = (
        Period.of(cadence, on) for cadence in (Cadence.MONTHLY, Cadence.QUARTERLY, Cadence.YEARLY)
    )
    periods = (None, month, month.previous(), quarter, quarter.previous(), year)
    return (*periods, year.previous()) if on.month <= 3 else periods


def cold(session: Session, now: datetime) -> Iterator[int]:
    """Answer the branches below a superior of which no overview of their day is kept.

    None in an organisation so small that the first question of the day costs nobody anything.
    """
    if run(session, _HOW_MANY).scalar_one() <= FEW:
        return
    for zone in run(session, _ZONES).scalars().all():
        day = now.astimezone(ZoneInfo(zone)).date()
        yield from run(session, _COLD, {"zone": zone, "day": day}).scalars()


def warm(session: Session, policy: Policy, unit_ids: Collection[int], now: datetime) -> None:
    """Reckon the overviews of some units, and drop those of periods that are of another day."""
    # In one order: of two who keep the same ones, neither must wait for the other.
    found = directory.units(session, unit_ids)
    units = [found[unit_id] for unit_id in sorted(found)]
    for period in usual(max((unit.day_of(now) for unit in units), default=now.date())):
        overviews(session, policy, units, now, period)
    run(session, _PAST, [{"unit": unit.key, "day": unit.day_of(now)} for unit in units])
