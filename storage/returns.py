"""What a superior sent back (退回), and why: it does not count until it is amended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from storage.columns import table_of
from storage.database import run
from storage.ledger import Entry, ReturnRow

_ENTRY, _RETURNED = table_of(Entry), table_of(ReturnRow)
_OF_UNIT = (
    columns(_ENTRY.c.id, _ENTRY.c.target_id, _ENTRY.c.number, _RETURNED.c.reason)
    .join(_RETURNED, _RETURNED.c.entry_id == _ENTRY.c.id)
    .where(_ENTRY.c.unit_id == bindparam("unit"))
)


@dataclass(frozen=True, slots=True)
class Returned:
    """That an entry was sent back: by the entry of which number, and why."""

    number: int
    reason: str


def returned(session: Session, unit_id: int, dead: Collection[int]) -> Mapping[int, Returned]:
    """Answer what was sent back to a unit, by the ids of those entries.

    Left out are the returns among the ``dead``: the superior took them back.
    """
    rows = run(session, _OF_UNIT, {"unit": unit_id})
    return {row.target_id: Returned(row.number, row.reason) for row in rows if row.id not in dead}
