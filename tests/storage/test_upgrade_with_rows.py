"""An upgrade of a database with rows in every table keeps every value, revision by revision."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, select

from storage.backup.contents import kept_tables
from storage.backup.loading import load
from storage.backup.reading import Reader
from storage.backup.values import Kind, kind_of
from storage.database import begin
from storage.migrate import rebuilding, take_up, upgrade
from tests.storage.kept import OLDEST, Rows, rows_of
from tests.storage.test_migrations import revisions

# What a revision changes on purpose: (revision, table, column).
CHANGED = frozenset(
    {
        ("0002", "inbox", "happening"),  # an update without one is named
        ("0004", "waiver", "id"),  # a waiver is an entry, which says who granted it when
        ("0004", "waiver", "granted_by"),
        ("0004", "waiver", "granted_at"),
        ("0004", "unit", "last_number"),  # and has a number
        ("0004", "audit_head", "last_id"),  # and is told of in the audit
        ("0004", "audit_head", "last_hash"),
    }
)
SAMPLES: dict[Kind, Any] = {
    Kind.BOOLEAN: True,
    Kind.INTEGER: 7,
    Kind.FLOAT: 0.5,
    Kind.TEXT: "三会",
    Kind.DATE: date(2026, 11, 25),
    Kind.TIME: time(9, 30),
    Kind.DATETIME: datetime(2026, 11, 25, 2, 0, 0, 123456),  # noqa: DTZ001 - as tables keep it
    Kind.BYTES: bytes(range(32)),
}


def fill(connection: Connection) -> None:
    """Put a row into every table that has none: those younger than the oldest backup."""
    for table in kept_tables(connection):
        if connection.execute(select(table).limit(1)).first() is None:
            connection.execute(insert(table), dict(a_row(connection, table)))


def a_row(connection: Connection, table: Table) -> Iterator[tuple[str, Any]]:
    """A value for every column; what refers to another table refers to a row that is there."""
    for column in table.columns:
        referred = [key.column for key in column.foreign_keys]
        if referred and referred[0].table is not table:
            yield column.name, connection.scalar(select(referred[0]).limit(1))
        elif not referred:
            yield column.name, SAMPLES[kind_of(column.type)]


def lost(before: Rows, after: Rows, revision: str) -> dict[str, Counter[str]]:
    """The rows that are no longer there as they were, as far as their columns are to be kept."""

    def as_kept(rows: Rows, table: str) -> Counter[str]:
        names = [name for name in before[table][0] if (revision, table, name) not in CHANGED]
        return Counter(repr([row[name] for name in names]) for row in rows[table])

    found = {table: as_kept(before, table) - as_kept(after, table) for table in before}
    return {table: rows for table, rows in found.items() if rows}


def test_every_revision_keeps_every_value_of_every_row(bare: Engine) -> None:
    oldest, *later = revisions()
    upgrade(bare, oldest)
    with OLDEST.open("rb") as stream, bare.connect() as connection:
        begin(connection)
        load(connection, Reader(stream))
        connection.commit()
    for revision in later:
        with rebuilding(bare) as connection:
            fill(connection)
        with bare.connect() as connection:
            before = rows_of(connection)
        assert all(before.values())
        upgrade(bare, revision)
        with bare.connect() as connection:
            after = rows_of(connection)
        assert lost(before, after, revision) == {}


def test_the_oldest_backup_has_rows_in_every_table_of_its_revision(bare: Engine) -> None:
    upgrade(bare, revisions()[0])
    with OLDEST.open("rb") as stream, bare.connect() as connection:
        begin(connection)
        load(connection, Reader(stream))
        assert all(rows_of(connection).values())


def test_a_row_can_be_made_for_every_table_of_every_revision(bare: Engine) -> None:
    with rebuilding(bare) as connection:
        for revision in revisions():
            take_up(connection, revision)
            fill(connection)
        assert all(rows_of(connection).values())
