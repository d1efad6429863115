"""Bringing the database's tables to the shape this program knows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


class NewerDatabase(Exception):  # noqa: N818 - it says what the database is
    """The database was made by a newer version of the program, which alone may write to it."""


def upgrade(engine: Engine, revision: str = "head") -> str | None:
    """Bring the tables up to a revision; answer the one they were at, None for a new database.

    Raises ``NewerDatabase`` when the tables are at a revision that this program does not know.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    current = _current(engine)
    if current == scripts.get_current_head() and revision == "head":
        return current
    if current is not None and current not in {s.revision for s in scripts.walk_revisions()}:
        raise NewerDatabase(current)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return current


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to an earlier revision (``base``: to nothing)."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def _current(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
