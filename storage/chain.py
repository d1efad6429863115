"""The chain over the audit: every row is sealed with the hash of all that came before it.

The form in which values are hashed is for ever: hashes made years ago must still fit. It leaves out
what is NULL, so a column that is added later must be nullable, or old rows would no longer fit.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from hashlib import sha256
from json import JSONEncoder
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, insert, type_coerce, update
from sqlalchemy import select as columns
from sqlalchemy.types import NullType
from sqlmodel import Session

from storage.columns import table_of
from storage.database import insert_new, run
from storage.ledger import Audit, AuditHead


class Link(NamedTuple):
    """A row's place in the chain: its id, and the hash of all up to it."""

    id: int
    hash: str


START = Link(0, "0" * 64)

Row = Mapping[str, object]
Rows = Mapping[str, Sequence[Row]]  # by the table they stand in

_AUDIT, _HEAD = table_of(Audit), table_of(AuditHead)
_INSERT = insert(_AUDIT)
# The lock that puts the writers of several processes in a row, from here to their commit.
_LOCK_HEAD = columns(_HEAD.c.last_id, _HEAD.c.last_hash).with_for_update()
_MOVE_HEAD = update(_HEAD)


def seal(session: Session, rows: Sequence[Row]) -> None:
    """Write rows of the audit at the end of the chain: right before the commit, all at once."""
    head = run(session, _LOCK_HEAD).first()
    if head is None:
        insert_new(session, AuditHead, [{"id": 1, "last_id": START.id, "last_hash": START.hash}])
        head = run(session, _LOCK_HEAD).one()
    sealed, last = linked(Link(*head), rows)
    run(session, _INSERT, sealed)
    run(session, _MOVE_HEAD, {"last_id": last.id, "last_hash": last.hash})


def linked(last: Link, rows: Sequence[Row]) -> tuple[list[Row], Link]:
    """Answer the rows with the ids and hashes that follow upon the last one, and the new last."""
    sealed: list[Row] = []
    for row in rows:
        content = {"id": last.id + 1, **row}
        last = Link(last.id + 1, chained(last.hash, content))
        sealed.append({**content, "hash": last.hash})
    return sealed, last


def chained(previous: str, content: Row) -> str:
    """Answer the hash of a row (all its columns but the hash) upon the hash of the one before."""
    return sha256((previous + _ENCODER.encode(plain(content))).encode()).hexdigest()


def canonical(contents: Rows) -> str:
    """Write rows, by the tables they stand in, as JSON: the same rows always in the same way."""
    return _ENCODER.encode({name: [plain(row) for row in rows] for name, rows in contents.items()})


def plain(row: Row) -> dict[str, object]:
    """Answer what a row says, its values as SQLite keeps them: both databases read alike."""
    return {
        name: value if (keep := _PLAIN.get(type(value))) is None else keep(value)
        for name, value in row.items()
        if value is not None
    }


def as_kept(table: Table) -> list[ColumnElement[Any]]:
    """Answer a table's columns, to be read as the database keeps them.

    A value that was tampered with need not be one that its type can read.
    """
    return [type_coerce(column, NullType()).label(column.name) for column in table.columns]


def _moment(value: datetime) -> str:
    utc = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(" ", "microseconds")


_PLAIN: Mapping[type, Callable[[Any], object]] = {
    bool: int,
    datetime: _moment,
    date: date.isoformat,
    time: lambda value: value.isoformat("microseconds"),
}
# Looking out for circles would cost half of the time, and rows hold none.
_ENCODER = JSONEncoder(
    sort_keys=True,
    ensure_ascii=False,
    separators=(",", ":"),
    check_circular=False,
    default=repr,
)
