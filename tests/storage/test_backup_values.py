"""Values are equal after SQLite, a file, either kind of database, a file, and SQLite again."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Engine,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
)

from compliance.access import Role
from storage.backup.contents import kept_tables, layout_of
from storage.backup.loading import load
from storage.backup.reading import Reader
from storage.backup.values import Kind, kind_of
from storage.columns import Instant, coded
from storage.database import begin
from tests.storage.databases import BOTH
from tests.storage.kept import Rows, new_database, rows_of, written

METADATA = MetaData()
EVERY_KIND = Table(
    "every kind",
    METADATA,
    Column("name", String, primary_key=True),
    Column("big", BigInteger, primary_key=True, autoincrement=False),
    Column("order", Integer),
    Column("yes", Boolean),
    Column("share", Double),
    Column("words", Text),
    Column("code", coded(Role)),
    Column("on", Date),
    Column("time", Time),
    Column("at", Instant),
    Column("hash", LargeBinary),
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.fixed_dictionaries(
    {
        "name": words,
        "big": st.integers(-(2**63), 2**63 - 1),
        "order": st.none() | st.integers(-(2**31), 2**31 - 1),
        "yes": st.none() | st.booleans(),
        "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "words": st.none() | words,
        "code": st.none() | st.sampled_from(Role),
        "on": st.none() | st.dates(),
        "time": st.none() | st.times(),
        "at": st.none() | st.datetimes(timezones=st.just(UTC)),
        "hash": st.none() | st.binary(),
    }
)
tables = st.lists(values, max_size=6, unique_by=lambda row: (row["name"], row["big"]))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with new_database("sqlite", tmp_path_factory.mktemp("home")) as engine:
        METADATA.create_all(engine)
        yield engine


@pytest.fixture(scope="module", params=BOTH)
def abroad(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    with new_database(request.param, tmp_path_factory.mktemp("abroad")) as engine:
        METADATA.create_all(engine)
        yield engine


def carried(file: Any, engine: Engine) -> tuple[Any, Rows]:
    """Load a backup, and answer another of what was loaded, and that; nothing stays."""
    with engine.connect() as connection:
        begin(connection)
        load(connection, Reader(file))
        found = written(connection), rows_of(connection)
        connection.rollback()
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables)
def test_values_are_the_same_after_a_journey(
    home: Engine, abroad: Engine, rows: list[dict[str, Any]]
) -> None:
    with home.connect() as connection:
        begin(connection)
        for row in rows:
            connection.execute(EVERY_KIND.insert(), row)
        wanted, first = rows_of(connection), written(connection)
        connection.rollback()
    second, there = carried(first, abroad)
    third, back = carried(second, home)

    assert first.getvalue() == second.getvalue() == third.getvalue()
    assert wanted == there == back


def test_a_table_is_laid_out_alike_on_both(home: Engine, abroad: Engine) -> None:
    with home.connect() as one, abroad.connect() as other:
        ((first,), (second,)) = kept_tables(one), kept_tables(other)
        assert layout_of(first) == layout_of(second)
        assert set(layout_of(first).columns.values()) == set(Kind)


def test_every_column_of_the_program_has_a_form(engine: Engine) -> None:
    with engine.connect() as connection:
        assert all(layout_of(table).columns for table in kept_tables(connection))


def test_a_type_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no form"):
        kind_of(Interval())
