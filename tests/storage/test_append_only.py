"""What was entered is neither changed nor deleted, whoever tries it in whatever words."""

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Engine, String, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from storage.append_only import TABLES, guard, unguarded
from storage.database import begin, snapshot, transaction
from storage.migrate import NEWEST, downgrade, upgrade
from storage.tables import METADATA
from tests.storage.databases import BOTH
from tests.storage.history import a_history, disarm

POSTGRES = BOTH[1]


def rows(session: Session, table: str) -> list[tuple[object, ...]]:
    found = session.execute(text(f"SELECT * FROM {table}")).all()
    return sorted((tuple(row) for row in found), key=repr)


def refused(engine: Engine, statement: str, table: str) -> None:
    """The statement fails, saying what the table is, and changes nothing."""
    with snapshot(engine) as session:
        before = rows(session, table)
    with (
        pytest.raises(DatabaseError, match=f"{table} is append-only"),
        transaction(engine) as session,
    ):
        session.execute(text(statement))
    with snapshot(engine) as session:
        assert rows(session, table) == before


def columns(table: str) -> list[str]:
    return [column.name for column in METADATA.tables[table].columns]


def everything_refused(engine: Engine, table: str) -> None:
    refused(engine, f"DELETE FROM {table}", table)
    for column in columns(table):
        refused(engine, f"UPDATE {table} SET {column} = {column}", table)


@pytest.fixture
def written(engine: Engine) -> Engine:
    with transaction(engine) as session:
        a_history(session)
    with snapshot(engine) as session:
        assert [table for table in TABLES if not rows(session, table)] == []
    return engine


def test_no_row_is_changed_or_deleted(written: Engine) -> None:
    for table in TABLES:
        everything_refused(written, table)


@pytest.mark.parametrize("how", ["REPLACE", "INSERT OR REPLACE"])
def test_no_row_takes_the_place_of_another(sqlite: Engine, how: str) -> None:
    with transaction(sqlite) as session:
        a_history(session)
    for table in TABLES:
        refused(sqlite, f"{how} INTO {table} SELECT * FROM {table}", table)
        names = ", ".join(columns(table))
        moved = f"SELECT rowid, {names} FROM {table}"
        if METADATA.tables[table].primary_key.columns.keys() != ["id"]:
            refused(sqlite, f"{how} INTO {table} (rowid, {names}) {moved}", table)


@pytest.mark.parametrize(("table", "key"), [("entry", "unit_id, number"), ("audit", "entry_id")])
def test_nor_by_a_unique_key(sqlite: Engine, table: str, key: str) -> None:
    with transaction(sqlite) as session:
        a_history(session)
    names = [name for name in columns(table) if name != "id"]
    new = ", ".join(["id", *names])
    old = ", ".join(["id + 1000", *names])
    where = " AND ".join(f"{name} IS NOT NULL" for name in key.split(", "))
    refused(sqlite, f"REPLACE INTO {table} ({new}) SELECT {old} FROM {table} WHERE {where}", table)


def test_an_upsert_changes_nothing(written: Engine) -> None:
    for table in TABLES:
        keys = METADATA.tables[table].primary_key.columns.keys()
        refused(
            written,
            f"INSERT INTO {table} SELECT * FROM {table} WHERE true "
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {keys[0]} = excluded.{keys[0]}",
            table,
        )


@pytest.mark.parametrize("engine", [POSTGRES], indirect=True)
def test_no_table_is_truncated(written: Engine) -> None:
    for table in TABLES:
        refused(written, f"TRUNCATE {table} CASCADE", table)


def test_the_guard_comes_back_with_the_tables(bare: Engine) -> None:
    upgrade(bare)
    downgrade(bare, "base")
    upgrade(bare)
    with transaction(bare) as session:
        a_history(session)
    for table in TABLES:
        everything_refused(bare, table)


def test_a_guard_that_is_gone_is_noticed(engine: Engine) -> None:
    with snapshot(engine) as session:
        assert unguarded(session.connection()) == ()
        if engine.dialect.name == "sqlite":
            disarm(session)
        else:
            for table in TABLES:
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        assert unguarded(session.connection()) == TABLES


def test_a_table_that_is_rebuilt_is_guarded_anew(engine: Engine) -> None:
    with engine.connect() as connection:
        begin(connection)
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("absence", recreate="auto") as batch:
            batch.alter_column("name", existing_type=String(), nullable=True)
        lost = ("absence",) if engine.dialect.name == "sqlite" else ()
        assert unguarded(connection) == lost
        guard(connection, TABLES)
        assert unguarded(connection) == ()
        connection.rollback()


def test_an_older_database_has_no_guard(bare: Engine) -> None:
    upgrade(bare)
    downgrade(bare, "0002")
    with bare.connect() as connection:
        assert unguarded(connection) == TABLES
    upgrade(bare, NEWEST)
    with bare.connect() as connection:
        assert unguarded(connection) == ()
