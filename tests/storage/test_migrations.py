"""Migrations: every step up, down and up again, and the tables they make are the models'."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from storage import migrate
from storage.database import snapshot, transaction
from storage.migrate import NewerDatabase, downgrade, upgrade
from storage.tables import METADATA
from storage.units import Unit
from tests.storage.samples import a_unit


def revisions() -> list[str]:
    """Every revision, the oldest first."""
    config = Config()
    home = Path(migrate.__file__).parent / "migrations"
    config.set_main_option("script_location", str(home))
    scripts = ScriptDirectory.from_config(config)
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, METADATA))


def test_a_new_database_gets_every_table(bare: Engine) -> None:
    assert upgrade(bare) is None
    assert tables(bare) == set(METADATA.tables) | {"alembic_version"}


def test_the_migrated_tables_are_those_of_the_models(bare: Engine) -> None:
    upgrade(bare)
    assert differences(bare) == []


def test_every_revision_goes_up_and_down_and_up_again(bare: Engine) -> None:
    known = revisions()
    assert known
    for revision, before in zip(known, ["base", *known], strict=False):
        upgrade(bare, revision)
        made = tables(bare)
        downgrade(bare, before)
        upgrade(bare, revision)
        assert tables(bare) == made
    assert differences(bare) == []
    downgrade(bare, "base")
    assert tables(bare) == {"alembic_version"}
    upgrade(bare)
    assert differences(bare) == []


def test_a_second_upgrade_changes_nothing_and_keeps_the_rows(bare: Engine) -> None:
    upgrade(bare)
    with transaction(bare) as session:
        key = a_unit(session, "第一支部").key
    assert upgrade(bare) == revisions()[-1]
    with snapshot(bare) as session:
        kept = session.get(Unit, key)
        assert kept is not None
        assert kept.name == "第一支部"


def test_a_newer_database_is_refused_and_left_as_it_is(bare: Engine) -> None:
    upgrade(bare)
    with bare.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        upgrade(bare)
    with bare.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == (
            "9999"
        )
