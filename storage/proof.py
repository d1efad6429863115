"""Proving that history is as it was written: every row of the audit, and every entry it tells of.

Whoever can write to the database past the program could also build a whole new chain. Against that
stands the last hash, if it was noted down elsewhere: it is in the chain for ever, or was forged.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import RowMapping, bindparam, func
from sqlalchemy import select as columns
from sqlmodel import Session

from storage.chain import START, Link, as_kept, chained
from storage.columns import table_of
from storage.contents import Contents
from storage.database import run
from storage.ledger import Audit, AuditHead, Entry
from storage.tables import METADATA
from storage.units import Unit

CHUNK = 1000

_AUDIT, _HEAD, _ENTRY, _UNIT = (table_of(of) for of in (Audit, AuditHead, Entry, Unit))
_CONTENTS = Contents.of(METADATA.tables)
_END = columns(_HEAD.c.last_id, _HEAD.c.last_hash)
_ROWS = (
    columns(*as_kept(_AUDIT))
    .where(_AUDIT.c.id > bindparam("after"), _AUDIT.c.id <= bindparam("last"))
    .order_by(_AUDIT.c.id)
    .limit(CHUNK)
)
# These two are told while others write: each sees one moment, with all that belongs together.
_BEYOND = columns(func.min(_AUDIT.c.id)).where(
    _AUDIT.c.id > func.coalesce(columns(_HEAD.c.last_id).scalar_subquery(), 0)
)
_UNTOLD = (
    columns(_ENTRY.c.unit_id, _ENTRY.c.number)
    .join(_AUDIT, _AUDIT.c.entry_id == _ENTRY.c.id, isouter=True)
    .where(_AUDIT.c.id.is_(None))
    .order_by(_ENTRY.c.id)
    .limit(1)
)
_NAME = columns(_UNIT.c.name).where(_UNIT.c.id == bindparam("unit"))


class Kind(StrEnum):
    """What is wrong with history."""

    ROW_ALTERED = "row_altered"  # an audit row does not fit what came before it
    ROWS_MISSING = "rows_missing"
    END_ALTERED = "end_altered"  # the head tells of another last row
    ENTRY_ALTERED = "entry_altered"  # or deleted: it is not what the audit says was entered
    ENTRY_UNTOLD = "entry_untold"  # the audit knows nothing of it


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first place where history was altered: an audit row, or a unit's entry by its number."""

    kind: Kind
    row: int | None = None
    unit: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """How many audit rows are proven, the hash of the last of them, and the flaw after them."""

    rows: int
    last_hash: str
    flaw: Flaw | None


def prove(session: Session) -> Proof:
    """Read all of history, in chunks, up to the first flaw; others may write meanwhile."""
    reading = _Reading(session)
    flaw = next(reading.flaws(), None)
    return Proof(reading.rows, reading.last.hash, flaw)


class _Reading:
    """The way along the chain: the last row read, and how many are proven."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.last = START
        self.rows = 0

    def flaws(self) -> Iterator[Flaw]:
        end = Link(*(run(self._session, _END).first() or START))
        for rows in self._chunks(end.id):
            contents = self._contents(rows)
            for row in rows:
                yield from self._chain(row)
                if row["entry_id"] is not None and contents.get(row["entry_id"]) != row["after"]:
                    yield self._altered(row)
                self.rows += 1
        yield from self._end(end)
        yield from self._untold()

    def _chunks(self, last_id: int) -> Iterator[Sequence[RowMapping]]:
        def read() -> Sequence[RowMapping]:
            bounds = {"after": self.last.id, "last": last_id}
            return run(self._session, _ROWS, bounds).mappings().all()

        while rows := read():
            yield rows

    def _contents(self, rows: Sequence[RowMapping]) -> Mapping[int, str]:
        entries = [row["entry_id"] for row in rows if row["entry_id"] is not None]
        return _CONTENTS.read(self._session.connection(), entries) if entries else {}

    def _chain(self, row: RowMapping) -> Iterator[Flaw]:
        content = {name: value for name, value in row.items() if name != "hash"}
        expected = chained(self.last.hash, content)
        if row["hash"] != expected and row["id"] != self.last.id + 1:
            yield Flaw(Kind.ROWS_MISSING, row=self.last.id + 1)
        elif row["hash"] != expected:
            yield Flaw(Kind.ROW_ALTERED, row=row["id"])
        self.last = Link(row["id"], expected)

    def _altered(self, row: RowMapping) -> Flaw:
        (head,) = json.loads(row["after"])["entry"]
        return self._of_entry(Kind.ENTRY_ALTERED, head["unit_id"], head["number"])

    def _end(self, end: Link) -> Iterator[Flaw]:
        if self.last.id != end.id:
            yield Flaw(Kind.ROWS_MISSING, row=self.last.id + 1)
        elif self.last != end:
            yield Flaw(Kind.END_ALTERED, row=end.id)
        beyond = run(self._session, _BEYOND).scalar()
        if beyond is not None:
            yield Flaw(Kind.END_ALTERED, row=beyond)

    def _untold(self) -> Iterator[Flaw]:
        untold = run(self._session, _UNTOLD).first()
        if untold is not None:
            yield self._of_entry(Kind.ENTRY_UNTOLD, untold.unit_id, untold.number)

    def _of_entry(self, kind: Kind, unit_id: int, number: int) -> Flaw:
        name = run(self._session, _NAME, {"unit": unit_id}).scalar()
        return Flaw(kind, unit=name, number=number)
