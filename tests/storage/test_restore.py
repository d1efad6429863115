"""Restoring: into either kind of database, whole and equal, or not at all."""

import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from storage import directory
from storage.append_only import unguarded
from storage.backup import NotEmpty, Unlike, restore, save
from storage.backup.file import Layout
from storage.backup.values import Kind
from storage.database import snapshot, transaction
from storage.heartbeat import beat
from storage.ledger import Entry
from storage.migrate import NEWEST, NewerDatabase, current_revision, upgrade
from storage.proof import prove
from storage.units import Unit
from tests.storage.databases import BOTH
from tests.storage.kept import NOW, OLDEST, is_empty, made_of, new_database, read, rows_of
from tests.storage.samples import a_unit, record

ROOT = Path(__file__).parents[2]


def restore_oldest(engine: Engine) -> None:
    with OLDEST.open("rb") as stream:
        restore(engine, stream)


@pytest.mark.parametrize("target", BOTH)
@pytest.mark.parametrize("source", BOTH)
def test_a_backup_of_either_kind_restores_into_either(
    tmp_path: Path, source: str, target: str
) -> None:
    first, second = tmp_path / "first.backup", tmp_path / "second.backup"
    with new_database(source, tmp_path, "first") as engine:
        restore_oldest(engine)
        there = save(engine, first, "0.1.0", NOW)
    with new_database(target, tmp_path, "second") as engine, first.open("rb") as stream:
        restore(engine, stream)
        back = save(engine, second, "0.1.0", NOW)
        with snapshot(engine) as session:
            assert prove(session).flaw is None
            assert unguarded(session.connection()) == ()
        assert current_revision(engine) == NEWEST

    assert {name: tally.written() for name, tally in there.items()} == {
        name: tally.written() for name, tally in back.items()
    }
    assert read(first) == read(second)
    assert len(read(OLDEST)["entry"]) == 16
    assert len(read(second)["entry"]) == 17  # a waiver is an entry since 0004


def test_what_is_new_gets_numbers_of_its_own(bare: Engine) -> None:
    restore_oldest(bare)
    with transaction(bare) as session:
        before = [entry.key for entry in session.exec(select(Entry))]
        (unit,) = directory.units_named(session, "第一支部")
        assert record(session, unit) == 17  # its waiver is an entry since 0004
        assert a_unit(session, "新支部").key == 6
    with snapshot(bare) as session:
        (new,) = {entry.key for entry in session.exec(select(Entry))} - set(before)
    assert new == max(before) + 1


def test_tables_without_a_row_are_an_empty_database(engine: Engine) -> None:
    with transaction(engine) as session:
        beat(session, "tick", NOW)  # a sign of life is no data
    restore_oldest(engine)
    assert not is_empty(engine)


def test_a_unit_may_stand_before_the_one_above_it(bare: Engine, tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path, "source") as engine:
        upgrade(engine)
        with transaction(engine) as session:
            lower = a_unit(session, "支部").key
            lower_unit = session.get_one(Unit, lower)
            lower_unit.parent_id = a_unit(session, "总支", "general_branch").key
            session.add(lower_unit)
        save(engine, tmp_path / "a.backup", "0.1.0", NOW)
    with (tmp_path / "a.backup").open("rb") as stream:
        restore(bare, stream)
    with snapshot(bare) as session:
        assert session.get_one(Unit, lower).parent_id == lower + 1


# ---------------------------------------------------------------- only into an empty database


def test_a_database_in_use_is_refused_by_the_name_of_the_table(engine: Engine) -> None:
    with transaction(engine) as session:
        a_unit(session)
    with snapshot(engine) as session:
        before = rows_of(session.connection())
    with pytest.raises(NotEmpty, match="unit"):
        restore_oldest(engine)
    with snapshot(engine) as session:
        assert rows_of(session.connection()) == before


def test_somebody_elses_database_is_refused(bare: Engine) -> None:
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER PRIMARY KEY)"))
    with pytest.raises(NotEmpty, match="theirs"):
        restore_oldest(bare)
    assert inspect(bare).get_table_names() == ["theirs"]


def test_a_newer_database_is_refused(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(NewerDatabase, match="9999"):
            restore_oldest(engine)
        assert is_empty(engine)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{NEWEST}'"))


# ---------------------------------------------------------------- everything or nothing

HEARTLESS = Layout(
    "role",
    {
        "id": Kind.INTEGER,
        "telegram_id": Kind.INTEGER,
        "unit_id": Kind.INTEGER,
        "role": Kind.TEXT,
        "from_on": Kind.DATE,
        "to_on": Kind.DATE,
    },
)


def test_a_reference_to_nothing_is_refused_whole(bare: Engine) -> None:
    backup = made_of((HEARTLESS, [(1, 11, 99, "secretary", None, None)]))
    with pytest.raises(DBAPIError):
        restore(bare, backup)
    assert inspect(bare).get_table_names() == []


def test_what_the_database_refuses_is_told_without_the_row(bare: Engine) -> None:
    backup = made_of((HEARTLESS, [(1, 11, 1, "秘密", None, None), (1, 12, 1, "秘密", None, None)]))
    with pytest.raises(DBAPIError) as refused:
        restore(bare, backup)
    assert "秘密" not in str(refused.value)
    assert "11" not in str(refused.value)
    assert inspect(bare).get_table_names() == []


def test_a_table_that_reads_back_otherwise_undoes_everything(
    sqlite: Engine, tmp_path: Path
) -> None:
    with new_database("sqlite", tmp_path, "source") as source:
        restore_oldest(source)
        save(source, tmp_path / "a.backup", "0.1.0", NOW)
    with sqlite.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER twist AFTER INSERT ON person WHEN new.id = 3 "
                "BEGIN UPDATE person SET name = name || '?' WHERE id = 3; END"
            )
        )
    with (tmp_path / "a.backup").open("rb") as stream, pytest.raises(Unlike, match="person"):
        restore(sqlite, stream)
    assert is_empty(sqlite)


# The second reading, the one that inserts, stops in the midst of it, and says so.
STOPPING = """
import sys, time
from pathlib import Path
from storage.backup import restore
from storage.database import open_database

class Stopping:
    def __init__(self, inner):
        self.inner, self.readings = inner, 0
    def seek(self, *to):
        self.readings += to == (0,)
        return self.inner.seek(*to)
    def read(self, size):
        if self.readings and self.inner.tell() > int(sys.argv[3]):
            print("midway", flush=True)
            time.sleep(60)
        return self.inner.read(min(size, 512))

with open(sys.argv[2], "rb") as stream:
    restore(open_database(sys.argv[1]), Stopping(stream))
"""


@pytest.mark.parametrize("made", [False, True], ids=["no tables", "empty tables"])
def test_killed_midway_nothing_is_there(bare: Engine, made: bool) -> None:
    if made:
        upgrade(bare)
    before = inspect(bare).get_table_names()
    url = bare.url.render_as_string(hide_password=False)
    midway = OLDEST.stat().st_size * 2 // 3
    process = subprocess.Popen(
        (sys.executable, "-c", STOPPING, url, str(OLDEST), str(midway)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"midway\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL

    assert inspect(bare).get_table_names() == before
    assert is_empty(bare)
    restore_oldest(bare)  # and it can be done again
    assert not is_empty(bare)


def test_a_damaged_file_does_not_touch_the_database(bare: Engine) -> None:
    whole = OLDEST.read_bytes()
    with pytest.raises(Exception, match="cut_short"):
        restore(bare, BytesIO(whole[:-1]))
    assert inspect(bare).get_table_names() == []
