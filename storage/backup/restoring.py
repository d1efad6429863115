"""Reading a backup into an empty database of either kind: whole and compared, or not at all."""

from typing import BinaryIO

from sqlalchemy import Connection, Engine, literal, select

from storage.backup.contents import kept_tables
from storage.backup.file import Tally
from storage.backup.loading import load
from storage.backup.reading import Reader, check
from storage.migrate import (
    NEWEST,
    NewerDatabase,
    known_revisions,
    rebuilding,
    revision_of,
    take_down,
    take_up,
)


class NotEmpty(Exception):  # noqa: N818 - it says what the database is
    """The database holds something already; the text names the table."""


def restore(engine: Engine, stream: BinaryIO) -> dict[str, Tally]:
    """Restore a backup into an empty database, bring it up to date; answer each table's count.

    One transaction, also when the process dies. Raises what ``check`` does before the database
    is touched; ``NotEmpty``; ``NewerDatabase``; ``Unlike``.
    """
    revision = check(stream).revision
    stream.seek(0)
    with rebuilding(engine) as connection:
        _refuse_rows(connection)
        if revision_of(connection) != revision:
            take_down(connection, "base")
            take_up(connection, revision)
        tallies = load(connection, Reader(stream))
        take_up(connection, NEWEST)
    return tallies


def _refuse_rows(connection: Connection) -> None:
    """Let pass a database without tables, or with this program's tables and no row in them."""
    revision = revision_of(connection)
    if revision is not None and revision not in known_revisions():
        raise NewerDatabase(revision)
    for table in kept_tables(connection):
        anything = select(literal(1)).select_from(table).limit(1)
        if revision is None or connection.execute(anything).first() is not None:
            raise NotEmpty(table.name)
