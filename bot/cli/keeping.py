"""``backup`` and ``restore``: everything kept, into one file and out of it."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import typer
from sqlalchemy import URL, Engine

from bot.cli.office import Refusal, leave_nothing_behind, settings, tell
from bot.clock import system_clock
from storage import backup as backups
from storage.database import open_database

_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_PROBLEMS = {
    errno.ENOENT: "no_folder",
    errno.ENOTDIR: "no_folder",
    errno.EACCES: "not_allowed",
    errno.EPERM: "not_allowed",
    errno.EROFS: "not_allowed",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
}


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(file: Path) -> None:
    """备份 · Write everything kept into a new file; the bot may run meanwhile."""
    if str(file) == "-":
        raise Refusal("cli/backup_needs_file", {})
    leave_nothing_behind()
    with _database() as engine, _file_trouble(file):
        database = _described(engine.url)
        try:
            tallies = backups.save(engine, file, version("sanhui"), system_clock())
        except backups.NothingToKeep as nothing:
            raise Refusal("cli/nothing_to_keep", {"database": database}) from nothing
        values = {"database": database, "bytes": file.stat().st_size, **_counted(file, tallies)}
        tell("cli/backed_up", values)


def restore(file: Path) -> None:
    """恢复 · Restore a backup into an empty database: all of it, or nothing."""
    if not file.is_file():
        raise Refusal("cli/no_file", {"file": str(file)})
    with _database() as engine, _file_trouble(file), file.open("rb") as stream:
        database = _described(engine.url)
        tell("cli/restoring", {"file": str(file), "database": database})
        with _refusals(file, database):
            tallies = backups.restore(engine, stream)
        tell("cli/restored", _counted(file, tallies))


@contextmanager
def _database() -> Iterator[Engine]:
    """Open the database as it is: unlike the other commands, these do not upgrade it first."""
    engine = open_database(settings().database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _refusals(file: Path, database: Mapping[str, str]) -> Iterator[None]:
    """Say in words why a backup was not restored."""
    about: dict[str, object] = {"file": str(file)}
    try:
        yield
    except backups.BadBackup as bad:
        raise Refusal("cli/bad_backup", about | {"problem": bad.problem}) from bad
    except backups.NewerBackup as newer:
        raise Refusal("cli/newer_backup", about | {"program": str(newer)}) from newer
    except backups.NotEmpty as full:
        values = {"database": database, "table": str(full)}
        raise Refusal("cli/not_empty", values) from full
    except backups.Unlike as unlike:
        raise Refusal("cli/restored_unlike", {"table": str(unlike)}) from unlike


@contextmanager
def _file_trouble(file: Path) -> Iterator[None]:
    """Say in words why a file cannot be read or written."""
    try:
        yield
    except FileExistsError as error:
        raise Refusal("cli/backup_exists", {"file": str(file)}) from error
    except OSError as error:
        problem = _PROBLEMS.get(error.errno or 0, error.strerror or type(error).__name__)
        raise Refusal("cli/file_failed", {"file": str(file), "problem": problem}) from error


def _described(url: URL) -> dict[str, str]:
    """Name a database for people, without its user and password."""
    backend = url.get_backend_name()
    name = url.database or ""
    if backend == "sqlite":
        name = str(Path(name).resolve())
    elif url.host:
        name = f"{url.host}{f':{url.port}' if url.port else ''}/{name}"
    return {"kind": _KINDS[backend], "name": name}


def _counted(file: Path, tallies: Mapping[str, backups.Tally]) -> dict[str, object]:
    rows = sum(tally.rows for tally in tallies.values())
    return {"file": str(file), "entries": tallies["entry"].rows, "rows": rows}
