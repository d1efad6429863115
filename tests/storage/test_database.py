"""Sessions: a transaction is whole or nothing, a snapshot leaves nothing."""

from select import select

import psycopg
import pytest
from sqlalchemy import Engine, text

from storage import directory
from storage.database import DATABASE_DOWN, snapshot, transaction
from tests.storage.samples import a_unit


def test_a_transaction_is_committed_when_it_ends(engine: Engine) -> None:
    with transaction(engine) as session:
        a_unit(session, "第一支部")
    with snapshot(engine) as session:
        assert len(directory.units_named(session, "第一支部")) == 1


def test_an_error_takes_everything_back(engine: Engine) -> None:
    def work() -> None:
        with transaction(engine) as session:
            a_unit(session, "第一支部")
            a_unit(session, "第二支部")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        work()
    with snapshot(engine) as session:
        assert directory.units_named(session, "第一支部") == []


def test_what_a_snapshot_writes_is_thrown_away(engine: Engine) -> None:
    with snapshot(engine) as session:
        a_unit(session, "第一支部")
        assert directory.units_named(session, "第一支部")
    with snapshot(engine) as session:
        assert directory.units_named(session, "第一支部") == []


def test_rows_are_still_readable_after_the_commit(engine: Engine) -> None:
    with transaction(engine) as session:
        unit = a_unit(session, "第一支部")
    assert unit.name == "第一支部"


def test_sqlite_writes_ahead_and_holds_to_its_foreign_keys(sqlite: Engine) -> None:
    with sqlite.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_snapshot_reads_while_another_connection_writes(engine: Engine) -> None:
    with transaction(engine) as writer:
        a_unit(writer, "第一支部")
        with snapshot(engine) as reader:
            assert directory.units_named(reader, "第一支部") == []


def test_a_transaction_that_the_server_ended_can_be_tried_again(shared: Engine) -> None:
    def stand_still() -> None:
        with transaction(shared) as session:
            a_unit(session, "第一支部")
            connection = session.connection()
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
            raw = connection.connection.driver_connection
            assert isinstance(raw, psycopg.Connection)
            assert select([raw], [], [], 10)[0], "not hung up"
            connection.execute(text("SELECT 1"))

    with pytest.raises(DATABASE_DOWN):
        stand_still()
    with snapshot(shared) as session:
        assert directory.units_named(session, "第一支部") == []
