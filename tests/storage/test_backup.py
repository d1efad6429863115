"""Backups: one moment of the database, whatever is written meanwhile; a new file, or none."""

import errno
import os
import resource
import stat
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from storage import journal
from storage.backup import BadBackup, NothingToKeep, check, save
from storage.backup.contents import LEFT_OUT, frozen, kept_tables
from storage.database import snapshot, transaction
from storage.heartbeat import beat
from storage.journal import RecordText
from storage.migrate import NewerDatabase
from storage.tables import METADATA
from storage.units import Unit
from tests.storage.kept import NOW, Rows, read
from tests.storage.samples import a_unit, day, record, said

UNITS = 3


def save_at(engine: Engine, file: Path) -> Rows:
    save(engine, file, "0.1.0", NOW)
    return read(file)


def test_a_backup_holds_every_table_but_those_of_passing_state(
    engine: Engine, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        beat(session, "tick", NOW)
        record(session, a_unit(session))
    found = save_at(engine, tmp_path / "a.backup")

    assert set(found) == set(METADATA.tables) - LEFT_OUT
    assert [len(found[name]) for name in ("unit", "entry", "record")] == [1, 1, 1]


def test_a_new_database_has_no_rows_that_would_be_in_the_way_of_a_backup(engine: Engine) -> None:
    with snapshot(engine) as session:
        connection = session.connection()
        tables = kept_tables(connection)
        assert not [t.name for t in tables if connection.execute(t.select()).first()]


def test_the_same_rows_make_the_same_file(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        record(session, a_unit(session))
    for name in ("a", "b"):
        save(engine, tmp_path / name, "0.1.0", NOW)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


# ---------------------------------------------------------------- while the bot writes


@contextmanager
def writing(engine: Engine) -> Iterator[Counter[str]]:
    """Let another thread record in all units, one entry each a transaction."""
    with transaction(engine) as session:
        units = [a_unit(session, f"支部{n}").key for n in range(UNITS)]
    stop, done = threading.Event(), Counter[str]()

    def work() -> None:
        while not stop.is_set():
            with transaction(engine) as session:
                for unit in units:
                    body = RecordText(("支委会",), day("2026-03-05"), absences=(("李四", None),))
                    journal.add_record(session, unit, body, said())
            done["written"] += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def assert_of_one_moment(found: Rows) -> int:
    """Every unit's numbers are complete, in all units alike, and every entry has all its parts."""
    numbers = Counter(entry["unit_id"] for entry in found["entry"])
    last = {unit["id"]: unit["last_number"] for unit in found["unit"]}
    assert numbers == Counter({unit: number for unit, number in last.items() if number})
    assert len(set(last.values())) == 1
    entries = {entry["id"] for entry in found["entry"]}
    for part in ("record", "record_kind", "absence"):
        assert {row["entry_id"] for row in found[part]} == entries
    assert {row["entry_id"] for row in found["audit"]} == entries
    ends = [row["last_hash"] for row in found["audit_head"]]
    assert ends == [row["hash"] for row in found["audit"][-1:]]
    return len(entries)


def test_backups_under_load_are_each_of_one_moment(engine: Engine, tmp_path: Path) -> None:
    sizes, during = [], []
    with writing(engine) as done:
        for turn in range(6):
            before = done["written"]
            sizes.append(assert_of_one_moment(save_at(engine, tmp_path / f"{turn}.backup")))
            during.append(done["written"] - before)

    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0], "nothing was written meanwhile"
    assert all(during), "a backup held up the writer"


def test_a_backup_waits_for_no_writer(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine) as session:
        a_unit(session)
        session.flush()  # on SQLite it holds the write lock
        assert save_at(engine, tmp_path / "a.backup")["unit"] == []


def test_a_writer_waits_for_no_backup(engine: Engine) -> None:
    with frozen(engine) as connection:
        (unit,) = [table for table in kept_tables(connection) if table.name == "unit"]
        assert connection.execute(unit.select()).all() == []
        with transaction(engine) as session:
            a_unit(session)
        assert connection.execute(unit.select()).all() == []
    with snapshot(engine) as session:
        assert session.get(Unit, 1) is not None


def test_a_backup_writes_nothing_into_the_database(engine: Engine) -> None:
    with frozen(engine) as connection:
        if engine.dialect.name == "postgresql":
            assert connection.scalar(text("SHOW transaction_read_only")) == "on"
            assert connection.scalar(text("SHOW transaction_isolation")) == "repeatable read"
        else:
            assert connection.connection.driver_connection is not None
            assert connection.connection.driver_connection.in_transaction


# ---------------------------------------------------------------- the file


def test_the_file_is_its_owners_alone_and_the_folder_holds_nothing_else(
    engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    save(engine, folder / "a.backup", "0.1.0", NOW)

    assert [path.name for path in folder.iterdir()] == ["a.backup"]
    assert stat.S_IMODE((folder / "a.backup").stat().st_mode) == 0o600
    with (folder / "a.backup").open("rb") as stream:
        header = check(stream)
    assert (header.program, header.created_at) == ("0.1.0", NOW)
    assert header.database == engine.dialect.name


@pytest.mark.parametrize("kind", ["file", "folder", "dangling link"])
def test_what_is_there_already_is_never_overwritten(
    sqlite: Engine, tmp_path: Path, kind: str
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "a.backup"
    if kind == "file":
        file.write_text("mine")
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to(folder / "nowhere")
    with pytest.raises(FileExistsError):
        save(sqlite, file, "0.1.0", NOW)
    assert [path.name for path in folder.iterdir()] == ["a.backup"]
    assert kind != "file" or file.read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(
    sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file, synced = folder / "a.backup", os.fsync

    def sync(opened: int) -> None:
        file.write_text("theirs")
        synced(opened)

    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(FileExistsError):
        save(sqlite, file, "0.1.0", NOW)
    assert file.read_text() == "theirs"
    assert [path.name for path in folder.iterdir()] == ["a.backup"]


def test_a_file_system_without_links_will_do(
    sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    assert set(save_at(sqlite, tmp_path / "a.backup")) == set(METADATA.tables) - LEFT_OUT
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("where", ["missing/a.backup", "sanhui.db/a.backup"])
def test_a_folder_that_is_not_there_is_told(sqlite: Engine, tmp_path: Path, where: str) -> None:
    with pytest.raises((FileNotFoundError, NotADirectoryError)):
        save(sqlite, tmp_path / where, "0.1.0", NOW)


def test_a_full_disk_leaves_nothing_behind(sqlite: Engine, tmp_path: Path) -> None:
    with transaction(sqlite) as session:
        for number in range(200):
            a_unit(session, f"{number}{os.urandom(1000).hex()}")
    folder = tmp_path / "backups"
    folder.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        with pytest.raises(OSError, match="File too large"):
            save(sqlite, folder / "a.backup", "0.1.0", NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(folder.iterdir()) == []


def test_what_reads_back_otherwise_is_no_backup(
    sqlite: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets a column hold what it should not: found when the backup is read back."""
    with closing(sqlite.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "INSERT INTO unit (name, kind, timezone, locale, remind_at, quiet_from, "
            "quiet_until, committee, workdays_only, revision, last_number) "
            "VALUES ('x', 'branch', 'UTC', 'zh', '09:00:00', "
            "'09:00:00', '09:00:00', 0, 0, 0, 'many')"
        )
        connection.commit()
    with pytest.raises(BadBackup):
        save(sqlite, tmp_path / "a.backup", "0.1.0", NOW)
    assert not list(tmp_path.glob("*a.backup*"))


# ---------------------------------------------------------------- which databases


def test_a_database_without_tables_is_not_backed_up(bare: Engine, tmp_path: Path) -> None:
    with pytest.raises(NothingToKeep):
        save(bare, tmp_path / "a.backup", "0.1.0", NOW)
    assert not list(tmp_path.iterdir())  # neither a backup nor a new database


def test_a_newer_database_is_not_backed_up(sqlite: Engine, tmp_path: Path) -> None:
    with sqlite.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="9999"):
        save(sqlite, tmp_path / "a.backup", "0.1.0", NOW)
    assert not (tmp_path / "a.backup").exists()
