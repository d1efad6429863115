"""Bringing the database's tables to the shape this program knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from storage.database import begin

if TYPE_CHECKING:
    from alembic.config import Config

# The newest revision in migrations/versions. Known here, so that a database that is up to date
# need not pay for loading the tool that would bring it there (10 MB, 0.1 s).
NEWEST = "0007"
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
    if current is not None and current not in known_revisions():
        raise NewerDatabase(current)
    with rebuilding(engine) as connection:
        take_up(connection, revision)
    return current


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to an earlier revision (``base``: to nothing)."""
    with rebuilding(engine) as connection:
        take_down(connection, revision)


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """Give a transaction in which tables may be made, changed and dropped; by one at a time.

    SQLite changes a table by putting a new one in its place, which it only does to a table that
    others refer to while references are not enforced: so they are checked whole in the end.
    """
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            begin(connection)
            if not sqlite:
                connection.execute(_ALONE)
            yield connection
            if sqlite:
                _check_references(connection)
            connection.commit()
        finally:
            connection.rollback()
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        table, _, target, _ = broken
        problem = ValueError(f"a row of {table} refers to a row of {target} that is not there")
        raise IntegrityError("foreign_key_check", None, problem)


def take_up(connection: Connection, revision: str) -> None:
    """Bring the tables up to a revision within ``rebuilding``."""
    from alembic import command  # noqa: PLC0415 - see NEWEST

    command.upgrade(_config(connection), revision)


def take_down(connection: Connection, revision: str) -> None:
    """Take the tables back to a revision within ``rebuilding``."""
    from alembic import command  # noqa: PLC0415 - see NEWEST

    command.downgrade(_config(connection), revision)


def known_revisions() -> set[str]:
    """Answer every revision this program knows."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see NEWEST

    scripts = ScriptDirectory.from_config(_config())
    return {script.revision for script in scripts.walk_revisions()}


def current_revision(engine: Engine) -> str | None:
    """Answer the revision the tables are at; None for a database without tables."""
    with engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """Answer the revision that the tables are at within a transaction."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return revision


def _config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see NEWEST

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config
