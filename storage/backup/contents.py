"""What a backup holds of a database: which tables, and their rows, always in the same order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, collate, select
from sqlalchemy.sql import ColumnElement

from storage.backup.file import Layout, Tally
from storage.backup.values import Kind, kind_of, row_writer

# Not data: the revision stands in the header; signs of life and the pace of sending pass; overviews
# are reckoned from the rest.
LEFT_OUT = frozenset({"alembic_version", "heartbeat", "overview", "pace"})
_AT_ONCE = 1000


@contextmanager
def frozen(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one moment of the database throughout, and locks nothing."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        try:
            yield connection
        finally:
            connection.rollback()


def kept_tables(connection: Connection) -> list[Table]:
    """Answer the tables that hold data, as they are now, each after those it refers to.

    They are asked of the database and not of the models: a backup may be older than the program.
    """
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]


def layout_of(table: Table) -> Layout:
    """Answer the layout of a table; TypeError for a type that a backup has no form for."""
    return Layout(table.name, {column.name: kind_of(column.type) for column in table.columns})


def row_lines(connection: Connection, table: Table, layout: Layout) -> Iterator[bytes]:
    """Give a table's rows as lines of a backup, ordered by the primary key."""
    columns = [table.columns[name] for name in layout.columns]
    keys = list(table.primary_key) or list(table.columns)
    query = select(*columns).order_by(*(_ordered(connection, key) for key in keys))
    streamed = query.execution_options(yield_per=_AT_ONCE)
    write = row_writer(tuple(layout.columns.values()))
    with connection.execute(streamed) as rows:
        for row in rows:
            yield write(row)


def tally_of(connection: Connection, table: Table, layout: Layout) -> Tally:
    """Answer the count and the checksum of a table's rows as a backup would write them."""
    tally = Tally()
    for row in row_lines(connection, table, layout):
        tally.add(row)
    return tally


def _ordered(connection: Connection, key: Column[Any]) -> ColumnElement[Any]:
    """Order text by its bytes, as SQLite does: on PostgreSQL each database has its own rules."""
    text = kind_of(key.type) is Kind.TEXT
    return collate(key, "C") if text and connection.dialect.name == "postgresql" else key
