"""Databases for the tests: a SQLite file, and PostgreSQL where the environment names a server."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from storage.database import open_database
from storage.migrate import upgrade
from storage.tables import METADATA

VARIABLE = "SANHUI_TEST_POSTGRES_URL"
LEFT_OUT = (
    f"left out: {VARIABLE} is not set. To run these tests on PostgreSQL too, set it to a server "
    "where databases may be made, e.g. postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)
BOTH = (
    "sqlite",
    pytest.param(
        "postgres",
        marks=[
            pytest.mark.postgres,
            pytest.mark.skipif(not os.environ.get(VARIABLE), reason=LEFT_OUT),
        ],
    ),
)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def new_postgres_database() -> Iterator[str]:
    """A database of its own on the server that is named; dropped at the end."""
    server = make_url(os.environ[VARIABLE])
    name = f"sanhui_test_{uuid4().hex[:12]}"
    office = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with office.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            # What a test leaves need not survive the server.
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            with office.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        office.dispose()


def migrated_file(path: Path) -> Path:
    """A SQLite file with every table and no row, to be copied."""
    with opened(f"sqlite:///{path}") as engine:
        upgrade(engine)
    return path


@contextmanager
def copied(template: Path, path: Path) -> Iterator[Engine]:
    shutil.copyfile(template, path)
    with opened(f"sqlite:///{path}") as engine:
        yield engine


_RESTART = text(
    "SELECT setval(format('%I', sequencename), 1, false) FROM pg_sequences "
    "WHERE schemaname = 'public' AND last_value IS NOT NULL"
)


def empty(engine: Engine) -> None:
    """Take every row out of a PostgreSQL database and count from 1 again.

    Not by TRUNCATE: for forty small tables that takes fifty times as long.
    """
    with engine.begin() as connection:
        # Its triggers rest: they refuse to empty what is append-only, and watch references.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in METADATA.sorted_tables:
            connection.execute(text(f'DELETE FROM "{table.name}"'))
        connection.execute(_RESTART)
