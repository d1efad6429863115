"""Bringing the database's tables to the shape this program knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from storage.database import begin

if TYPE_CHECKING:
    from alembic.config import Config

# The newest revision in migrations/versions. Known here, so that a database that is up to date
# need not pay for loading the tool that would bring it there (10 MB, 0.1 s).
NEWEST = "0003"
# Any number will do, as long as nothing else in the database takes the same.
_ALONE = text("SELECT pg_advisory_xact_lock(19490702)")


class NewerDatabase(Exception):  # noqa: N818 - it says what the database is
    """The database was made by a newer version of the program, which alone may write to it."""


def upgrade(engine: Engine, revision: str = NEWEST) -> str | None:
    """Bring the tables up to a revision; answer the one they were at, None for a new database.

    Of several processes that start at once one does it, the others wait for it. Raises
    ``NewerDatabase`` when the tables are at a revision that this program does not know.
    """
    current = current_revision(engine)
    if current == revision:
        return current
    from alembic import command  # noqa: PLC0415 - see NEWEST
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = _config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise NewerDatabase(current)
    with _alone(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return current


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to an earlier revision (``base``: to nothing)."""
    from alembic import command  # noqa: PLC0415 - see NEWEST

    config = _config()
    with _alone(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Give a transaction in which nobody else changes the tables."""
    with engine.begin() as connection:
        begin(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(_ALONE)
        yield connection


def current_revision(engine: Engine) -> str | None:
    """Answer the revision the tables are at; None for a database without tables."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return revision


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see NEWEST

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
