"""Writing a backup while the bot runs: one moment of the database, whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from sqlalchemy import Engine

from storage.backup.contents import frozen, kept_tables, layout_of, row_lines
from storage.backup.file import Header, Tally, Writer
from storage.backup.reading import check
from storage.migrate import NewerDatabase, known_revisions, revision_of


class NothingToKeep(Exception):  # noqa: N818 - it says what the database is
    """The database has no tables of this program."""


def save(engine: Engine, file: Path, program: str, now: datetime) -> dict[str, Tally]:
    """Write a backup to a new file that its owner alone may read; answer the count of each table.

    What stands there in the end was read back whole. ``FileExistsError`` when the file is there
    already, other ``OSError`` when it cannot be written: nothing is left behind then.
    """
    if os.path.lexists(file):
        raise FileExistsError(file)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        raise NothingToKeep  # opening the database would make one
    with _appearing(file) as out:
        tallies = write(engine, out, program, now)
        out.seek(0)
        check(out)
    return tallies


def write(engine: Engine, out: BinaryIO, program: str, now: datetime) -> dict[str, Tally]:
    """Write a backup to a stream; answer the count of each table.

    Raises ``NothingToKeep``, or ``NewerDatabase``: only a newer program knows what is data there.
    """
    with frozen(engine) as connection:
        revision = revision_of(connection)
        if revision is None:
            raise NothingToKeep
        if revision not in known_revisions():
            raise NewerDatabase(revision)
        writer = Writer(out, Header(program, revision, now, connection.dialect.name))
        for table in kept_tables(connection):
            layout = layout_of(table)
            writer.add_table(layout, row_lines(connection, table, layout))
    writer.finish()
    return writer.tallies


@contextmanager
def _appearing(file: Path) -> Iterator[BinaryIO]:
    """Give a file to write that takes its name only when all of it is on the disk."""
    unfinished = file.with_name(f".{file.name}.{uuid4().hex[:8]}.part")
    private = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(private, "w+b") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        _name(unfinished, file)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _name(unfinished: Path, file: Path) -> None:
    """Give a finished file its name, which must be free; ``FileExistsError`` otherwise."""
    try:
        os.link(unfinished, file)  # unlike a renaming, it never takes the place of another file
    except FileExistsError:
        raise
    except OSError:  # a file system without links, such as a memory stick's
        if os.path.lexists(file):
            raise FileExistsError(file) from None
        unfinished.rename(file)
    with suppress(OSError):  # not every file system can
        _sync(file.parent)


def _sync(folder: Path) -> None:
    """Have a file's name on the disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
