"""What the tests of the handlers stand on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from storage.database import transaction
from tests.handlers.office import Office
from tests.storage.fixtures import sqlite, template

__all__ = ["sqlite", "template"]


@pytest.fixture
def session(sqlite: Engine) -> Iterator[Session]:
    """A transaction; what it wrote is committed when the test ends."""
    with transaction(sqlite) as session:
        yield session


@pytest.fixture
def office(session: Session) -> Office:
    """A general branch and two branches with groups, on Wednesday 25 November 2026, 10:00."""
    return Office(session)
