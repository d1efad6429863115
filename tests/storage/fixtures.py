"""Fixtures that give a database; the conftest of a room imports those it wants."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.migrate import upgrade
from tests.storage.databases import (
    BOTH,
    copied,
    empty,
    migrated_file,
    new_postgres_database,
    opened,
)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return migrated_file(tmp_path_factory.mktemp("template") / "sanhui.db")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    with new_postgres_database() as url, opened(url) as engine:
        upgrade(engine)
        yield engine


@pytest.fixture
def sqlite(template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A SQLite database with every table and no row."""
    with copied(template, tmp_path / "sanhui.db") as engine:
        yield engine


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Engine:
    """A database with every table and no row: the test runs once on each kind."""
    if request.param == "sqlite":
        found: Engine = request.getfixturevalue("sqlite")
        return found
    found = request.getfixturevalue("postgres")
    empty(found)
    return found


@pytest.fixture(params=BOTH[1:])
def shared(request: pytest.FixtureRequest, postgres: Engine) -> Engine:
    """A PostgreSQL database with every table and no row: for what only replicas do."""
    empty(postgres)
    return postgres


@pytest.fixture(params=BOTH)
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        with opened(f"sqlite:///{tmp_path / 'bare.db'}") as engine:
            yield engine
    else:
        with new_postgres_database() as url, opened(url) as engine:
            yield engine
