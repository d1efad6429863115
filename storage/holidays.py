"""The holiday notices that were loaded: the newest of each year counts."""

import json
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from compliance.holiday_notice import Notice, newest
from storage import directory, journal
from storage.columns import table_of
from storage.database import run
from storage.journal import Origin
from storage.rules import HolidayNotice

_NOTICE = table_of(HolidayNotice)
_NOTICES = select(
    _NOTICE.c.year, _NOTICE.c.title, _NOTICE.c.days_off, _NOTICE.c.working_days
).order_by(_NOTICE.c.id)


def load_notice(session: Session, notice: Notice, origin: Origin) -> None:
    """Lay down the notice of a year, in the place of one that was loaded before."""
    before = next((_json(n) for n in notices(session) if n.year == notice.year), None)
    row = HolidayNotice(
        year=notice.year,
        title=notice.title,
        days_off=_written(notice.days_off),
        working_days=_written(notice.working_days),
        loaded_by=origin.actor,
        loaded_at=origin.at,
    )
    session.add(row)
    session.flush()
    journal.add_audit(session, None, "holidays_load", origin, before=before, after=_json(notice))
    directory.plan_anew(session)


def notices(session: Session) -> tuple[Notice, ...]:
    """Answer the notice of each year for which one was loaded, by year."""
    rows = run(session, _NOTICES)
    return newest(
        Notice(row.year, row.title, _days(row.days_off), _days(row.working_days)) for row in rows
    )


def _days(written: str) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, written.split()))


def _written(days: Iterable[date]) -> str:
    return " ".join(day.isoformat() for day in sorted(days))


def _json(notice: Notice) -> str:
    values = {
        "year": notice.year,
        "title": notice.title,
        "days_off": _written(notice.days_off),
        "working_days": _written(notice.working_days),
    }
    return json.dumps(values, ensure_ascii=False)
