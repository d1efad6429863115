"""Databases that fail, for a while: locked by someone else, gone, or on a disk that is full."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.crash.bots import Bot
from tests.storage.databases import opened

# Less than the files of the database have: whatever is written, the disk is full.
NO_ROOM = 4096


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Let somebody else hold the database: where all that is said must go."""
    with opened(url) as engine, engine.begin() as connection:
        if url.startswith("sqlite"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        yield


async def held_up(url: str) -> None:
    """Wait until somebody waits for a lock in a PostgreSQL database, which tells nobody of it."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with opened(url) as engine, engine.connect() as connection:
        async with asyncio.timeout(30):
            while not connection.execute(waits).scalar_one():
                connection.rollback()  # its picture of the activity is kept while it lasts
                await asyncio.sleep(0.01)


@contextmanager
def gone(url: str) -> Iterator[None]:
    """Let a PostgreSQL database end all connections, and accept none."""
    server = make_url(url)
    office = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = server.database
    try:
        with office.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            connection.execute(text(ended), {"name": name})
            try:
                yield
            finally:
                connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    finally:
        office.dispose()


@contextmanager
def no_room(bot: Bot) -> Iterator[None]:
    """Let nothing that the bot writes fit on the disk."""
    _, most = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE)
    before = resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, (NO_ROOM, most))
    try:
        yield
    finally:
        resource.prlimit(bot.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def small_disk(path: Path, size: str = "8m") -> Iterator[bool]:
    """Mount a small disk at a directory; False where this machine does not let us."""
    if os.geteuid() != 0:
        yield False
        return
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Fill a disk to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass
    try:
        yield
    finally:
        filler.unlink()
