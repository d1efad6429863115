"""What the tests of the storage stand on."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from storage.database import transaction
from tests.storage.fixtures import bare, engine, postgres, shared, sqlite, template

__all__ = ["bare", "engine", "postgres", "shared", "sqlite", "template"]


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A transaction; what it wrote is committed when the test ends."""
    with transaction(engine) as session:
        yield session
