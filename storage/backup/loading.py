"""Inserting what a backup holds, and comparing what the tables hold then with the backup."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.exc import DBAPIError

from storage.backup.contents import kept_tables, layout_of, tally_of
from storage.backup.file import BadBackup, Layout, Tally
from storage.backup.reading import Reader
from storage.backup.values import Row

_AT_ONCE = 1000


class Unlike(Exception):  # noqa: N818 - it says what came of it
    """Read back, a table is not what the file says; the text names it. Nothing was changed."""


def load(connection: Connection, reader: Reader) -> dict[str, Tally]:
    """Insert what a backup holds into tables of its revision, and compare what they then hold."""
    tables = {table.name: table for table in kept_tables(connection)}
    layouts: list[Layout] = []
    for layout, rows in reader.tables():
        table = tables.get(layout.table)
        if table is None or layout_of(table).columns != layout.columns:
            raise BadBackup("damaged")
        _fill(connection, table, layout, rows)
        layouts.append(layout)
    for layout in layouts:
        found = tally_of(connection, tables[layout.table], layout)
        if found.written() != reader.tallies[layout.table].written():
            raise Unlike(layout.table)
        _count_on(connection, tables[layout.table])
    return reader.tallies


def _fill(connection: Connection, table: Table, layout: Layout, rows: Iterator[Row]) -> None:
    """Insert rows; one may refer to a later one of its table: references are checked afterwards.

    On SQLite ``rebuilding`` does so in the end; on PostgreSQL a COPY is one statement.
    """
    if connection.dialect.name == "sqlite":
        while some := list(islice(rows, _AT_ONCE)):
            batch = [dict(zip(layout.columns, row, strict=True)) for row in some]
            connection.execute(insert(table), batch)
    else:
        _copy(connection, table, layout, rows)


def _copy(connection: Connection, table: Table, layout: Layout, rows: Iterator[Row]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in layout.columns)
    cursor: Any = connection.connection.cursor()
    try:
        with cursor, cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:  # the whole of its text would quote the row
        problem = error.diag.message_primary or type(error).__name__
        raise DBAPIError("COPY", None, type(error)(problem)) from None


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL give out numbers above those restored; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    quoted = connection.dialect.identifier_preparer.quote(table.name)
    for column in table.primary_key:
        sequence = func.pg_get_serial_sequence(quoted, column.name)
        if connection.scalar(select(sequence)) is not None:
            highest = select(func.max(column)).scalar_subquery()
            connection.execute(select(func.setval(sequence, highest)))
