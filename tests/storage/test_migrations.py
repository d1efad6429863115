"""Migrations: every step up, down and up again, and the tables they make are the models'."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, String, inspect, text
from sqlalchemy.exc import IntegrityError

from storage import directory, migrate
from storage.database import snapshot, transaction
from storage.migrate import NewerDatabase, downgrade, rebuilding, upgrade
from storage.proof import Flaw, Kind, prove
from storage.tables import METADATA
from storage.units import Unit
from tests.storage.history import ROWS, a_history, disarm
from tests.storage.samples import a_unit, record


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


def test_two_programs_that_start_together_make_the_tables_once(bare: Engine) -> None:
    with ThreadPoolExecutor(2) as both:
        made = [both.submit(upgrade, bare) for _ in range(2)]
    assert {done.result() for done in made} <= {None, revisions()[-1]}
    assert differences(bare) == []


def test_a_table_that_others_refer_to_can_be_put_anew(sqlite: Engine) -> None:
    """SQLite has no other way of changing most of a table."""
    with transaction(sqlite) as session:
        record(session, a_unit(session))
    with rebuilding(sqlite) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("unit", recreate="always") as unit:
            unit.add_column(Column("colour", String, nullable=False, server_default="red"))
    with sqlite.connect() as connection:
        assert connection.execute(text("SELECT name, colour FROM unit")).all() == [
            ("第一支部", "red")
        ]
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_change_that_breaks_a_reference_is_taken_back(sqlite: Engine) -> None:
    with transaction(sqlite) as session:
        record(session, a_unit(session))
    with pytest.raises(IntegrityError, match="refers to a row of unit"):
        break_references(sqlite)
    with snapshot(sqlite) as session:
        assert directory.units_named(session, "第一支部")


def break_references(engine: Engine) -> None:
    with rebuilding(engine) as connection:
        connection.execute(text("DELETE FROM unit"))


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


# What 0003 gives the audit: columns, and a row for each entry that was there before.
COLUMNS, COVER = {"entry_id", "hash"}, "cover"


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for what 0003 adds."""
    found = {}
    with engine.connect() as connection:
        for name in tables(engine) - {"alembic_version", "audit_head"}:
            columns = {column["name"] for column in inspect(connection).get_columns(name)}
            kept = ", ".join(sorted(columns - COLUMNS if name == "audit" else columns))
            where = f"WHERE action <> '{COVER}'" if name == "audit" else ""
            query = text(f"SELECT {kept} FROM {name} {where}")
            found[name] = sorted((tuple(row) for row in connection.execute(query)), key=repr)
    return found


def test_history_written_before_there_was_a_chain_is_kept_and_covered(bare: Engine) -> None:
    upgrade(bare)
    with transaction(bare) as session:
        a_history(session)
    for turn in range(1, 3):
        downgrade(bare, "0002")
        with bare.begin() as connection:  # what the program of that time does
            noted = "INSERT INTO audit (at, action) VALUES ('2026-03-05 02:00:00.000000', 'old')"
            connection.execute(text(noted))
            # Ids were lost to transactions that were taken back.
            connection.execute(text(f"UPDATE audit SET id = id + {10 * turn} WHERE action = 'old'"))
        before = rows(bare)
        upgrade(bare, "0003")
        assert rows(bare) == before
        upgrade(bare)
        with snapshot(bare) as session:
            proven = prove(session)
            entries = len(before["entry"])
        assert (proven.flaw, proven.rows) == (None, ROWS + turn + entries)


def test_a_covered_entry_that_is_altered_is_named(bare: Engine) -> None:
    upgrade(bare)
    with transaction(bare) as session:
        a_history(session)
    downgrade(bare, "0002")
    upgrade(bare)
    with transaction(bare) as session:  # and what is written later goes on from there
        unit = session.get_one(Unit, 1)
        record(session, unit)
    with snapshot(bare) as session:
        assert prove(session).flaw is None
        disarm(session)
        session.execute(text("UPDATE payment SET amount_fen = 1 WHERE entry_id = 3"))
        assert prove(session).flaw == Flaw(Kind.ENTRY_ALTERED, unit="第一支部", number=3)
