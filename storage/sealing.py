"""The superior's assessments of a unit, by their year: what seals its entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from storage.columns import table_of
from storage.database import run
from storage.entries import dead_entries
from storage.ledger import Entry, Record, RecordKind

_ENTRY, _RECORD, _KIND = table_of(Entry), table_of(Record), table_of(RecordKind)
_ASSESSED = (
    columns(_ENTRY.c.id, _ENTRY.c.number, _ENTRY.c.entered_at)
    .join(_RECORD, _RECORD.c.entry_id == _ENTRY.c.id)
    .join(_KIND, _KIND.c.entry_id == _ENTRY.c.id)
    .where(_RECORD.c.unit_id == bindparam("unit"))
    .where(_RECORD.c.held_on.between(bindparam("first"), bindparam("last")))
    .where(_KIND.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(_ENTRY.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Assessed:
    """The entry that holds a year's assessment: its number, and when it was entered (UTC)."""

    number: int
    entered_at: datetime


def assessed(session: Session, unit_id: int, year: int, kinds: Collection[str]) -> Assessed | None:
    """Answer a year's assessment, a record of one of these kinds held in it; None without.

    The newest alone counts: when the superior takes it back, an earlier one that it had amended is
    back in the ledger, but the year is not assessed until the superior ends it anew.
    """
    days = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    newest = run(session, _ASSESSED, {"unit": unit_id, "kinds": list(kinds), **days}).first()
    if newest is None or newest.id in dead_entries(session, unit_id):
        return None
    return Assessed(newest.number, newest.entered_at)
