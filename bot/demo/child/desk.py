"""The bot at work in the demo's own process, on a database in a folder."""

import logging
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

import structlog
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from bot.demo.child.founding import found, speak
from bot.demo.clock import ZONE, MovableClock
from bot.demo.organisation import Organisation
from bot.service import Service
from bot.settings import Settings

NO_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """What the process is told first.

    ``folder`` holds the database and the log; ``base_url`` and ``token`` are the sandbox's; ``now``
    is the demo's moment, as ISO; unless ``keep``, the folder goes when the process ends by itself.
    """

    folder: str
    base_url: str
    token: str
    locale: str
    now: str
    keep: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What orders are carried out with; ``locale`` is that of who has no unit."""

    service: Service
    clock: MovableClock
    organisation: Organisation
    locale: str


@asynccontextmanager
async def at_work(told: Told) -> AsyncIterator[Desk]:
    """Run the bot while the block lasts; a new database is given the sample organisation."""
    folder, clock = Path(told.folder), MovableClock(datetime.fromisoformat(told.now))
    with _logs_in(folder / "demo.log"):
        new = not (folder / "demo.db").exists()
        service = Service(_settings(told, folder), clock)
        desk = Desk(service, clock, Organisation(), told.locale)
        try:
            await to_thread(_prepare, desk, new=new)
            await service.start()
            yield desk
        finally:
            await service.stop()


def _prepare(desk: Desk, *, new: bool) -> None:
    engine = desk.service.core.engine
    engine.dispose()
    event.listen(engine, "connect", _in_haste)
    if new:
        found(engine, desk.organisation, desk.locale)
    else:
        speak(engine, desk.locale)


def _in_haste(connection: Connection, _: ConnectionPoolEntry) -> None:
    # Months pass in seconds, and nobody needs this database after a power cut: a killed process
    # leaves what it has written to the system.
    connection.execute("PRAGMA synchronous=OFF")


def _settings(told: Told, folder: Path) -> Settings:
    """Make the demo's own settings; the environment that the process is given says nothing."""
    return Settings(
        bot_token=SecretStr(told.token),
        api_base_url=told.base_url,
        database_url=f"sqlite:///{folder / 'demo.db'}",
        locale=told.locale,
        timezone=ZONE.key,
        sends_per_second=NO_LIMIT,
        sends_per_chat_second=NO_LIMIT,
        sends_per_group_minute=NO_LIMIT,
    )


@contextmanager
def _logs_in(file: Path) -> Iterator[None]:
    """Keep the logs in a file: standard output is for answers."""
    with file.open("a", encoding="utf-8") as log:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
        logging.basicConfig(stream=log, level=logging.WARNING, force=True)
        yield
