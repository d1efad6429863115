"""What the crash tests stand on: a database of either kind, the sandbox, bots in processes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.sandbox import Sandbox
from tests.crash import organisation
from tests.crash.bots import Bots
from tests.crash.nursery import Nursery
from tests.storage.databases import BOTH, empty, opened
from tests.storage.fixtures import postgres, template

__all__ = ["postgres", "template"]


@pytest.fixture
def sqlite_url(template: Path, tmp_path: Path) -> str:
    """A SQLite file in which the branches are founded."""
    url = f"sqlite:///{tmp_path / 'sanhui.db'}"
    (tmp_path / "sanhui.db").write_bytes(template.read_bytes())
    with opened(url) as engine:
        organisation.found(engine)
    return url


@pytest.fixture
def postgres_url(postgres: Engine) -> str:
    """A PostgreSQL database in which the branches are founded, and nothing else is."""
    empty(postgres)
    organisation.found(postgres)
    return postgres.url.render_as_string(hide_password=False)


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest) -> str:
    """A database of either kind in which the branches are founded."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as made:
        organisation.gather(made)
        yield made


@pytest.fixture
async def bots(nursery: Nursery, url: str, sandbox: Sandbox) -> AsyncIterator[Bots]:
    """Bots on the test's database; in the end they are gone, and have told nobody the token."""
    made = Bots(nursery, url, sandbox)
    yield made
    await made.gone()
    assert sandbox.token not in made.log
    assert "Traceback" not in made.log
