"""What the tests of backups stand on: databases to carry between, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from storage.backup.contents import kept_tables, layout_of, row_lines
from storage.backup.file import Header, Layout, Writer
from storage.backup.reading import Reader
from storage.backup.values import row_writer
from storage.database import snapshot
from tests.storage.databases import new_postgres_database, opened

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
HEADER = Header("0.1.0", "0001", NOW, "sqlite")
# Made by the program whose newest revision this was, of the sample organisation at work.
OLDEST = Path(__file__).parent / "data" / "revision_0001.backup"

Rows = dict[str, list[dict[str, Any]]]


@contextmanager
def new_database(kind: str, folder: Path, name: str = "other") -> Iterator[Engine]:
    """A database of that kind without any table."""
    if kind == "sqlite":
        with opened(f"sqlite:///{folder / name}.db") as engine:
            yield engine
    else:
        with new_postgres_database() as url, opened(url) as engine:
            yield engine


def rows_of(connection: Connection) -> Rows:
    """Everything in the tables that hold data, by table and column, always in one order."""
    return {
        table.name: sorted(
            (dict(row._mapping) for row in connection.execute(select(table))), key=repr
        )
        for table in kept_tables(connection)
    }


def written(connection: Connection, header: Header = HEADER) -> BytesIO:
    """A backup of what the connection sees."""
    out = BytesIO()
    writer = Writer(out, header)
    for table in kept_tables(connection):
        layout = layout_of(table)
        writer.add_table(layout, row_lines(connection, table, layout))
    writer.finish()
    out.seek(0)
    return out


def made_of(*tables: tuple[Layout, Sequence[Sequence[Any]]], header: Header = HEADER) -> BytesIO:
    """A backup that holds these rows, whether or not they make sense."""
    out = BytesIO()
    writer = Writer(out, header)
    for layout, rows in tables:
        write = row_writer(tuple(layout.columns.values()))
        writer.add_table(layout, [write(row) for row in rows])
    writer.finish()
    out.seek(0)
    return out


def read(file: Path) -> Rows:
    """Everything in a backup, by table and column."""
    with file.open("rb") as stream:
        return {
            layout.table: [dict(zip(layout.columns, row, strict=True)) for row in rows]
            for layout, rows in Reader(stream).tables()
        }


def is_empty(engine: Engine) -> bool:
    """Whether no table holds a row."""
    with snapshot(engine) as session:
        return not any(rows_of(session.connection()).values())
