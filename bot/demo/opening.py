"""Putting up the stage and taking it down: nothing is left on the machine afterwards."""

import logging
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from sqlite3 import Connection
from tempfile import TemporaryDirectory

import structlog
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from bot.demo.clock import ZONE, MovableClock
from bot.demo.organisation import Organisation
from bot.demo.stage import Stage
from bot.sandbox import Sandbox
from bot.service import Service
from bot.settings import Settings
from storage.database import transaction

NO_LIMIT = 1_000_000


@asynccontextmanager
async def stage_up(locale: str, *, history: bool = True) -> AsyncIterator[Stage]:
    """Start the sandbox and the bot, and let the sample organisation live up to the play."""
    organisation = Organisation()
    clock = MovableClock(organisation.begins)
    with TemporaryDirectory(prefix="sanhui-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _logs_in(folder / "demo.log"):
            async with Sandbox(clock=clock) as sandbox:
                organisation.enter(sandbox)
                service = Service(_settings(sandbox, folder), clock)
                try:
                    await to_thread(_found, service, organisation, locale)
                    await service.start()
                    stage = Stage(organisation, sandbox, service, clock)
                    if history:
                        await stage.live_history()
                    await stage.begin()
                    yield stage
                finally:
                    await service.stop()


def _found(service: Service, organisation: Organisation, locale: str) -> None:
    engine = service.core.engine
    engine.dispose()
    event.listen(engine, "connect", _in_haste)
    with transaction(engine) as session:
        organisation.found(session, locale)


def _in_haste(connection: Connection, _: ConnectionPoolEntry) -> None:
    # Months pass in seconds, and nobody needs this database after a power cut.
    connection.execute("PRAGMA synchronous=OFF")


def _settings(sandbox: Sandbox, folder: Path) -> Settings:
    """Make settings of the demo's own: what the environment says of a real bot has no say here."""
    return Settings(
        _env_prefix="SANHUI_DEMO_",
        bot_token=SecretStr(sandbox.token),
        api_base_url=sandbox.base_url,
        database_url=f"sqlite:///{folder / 'demo.db'}",
        timezone=ZONE.key,
        sends_per_second=NO_LIMIT,
        sends_per_chat_second=NO_LIMIT,
        sends_per_group_minute=NO_LIMIT,
    )


@contextmanager
def _logs_in(file: Path) -> Iterator[None]:
    """Keep the logs out of the conversation, in a file."""
    with file.open("w", encoding="utf-8") as log:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
        logging.basicConfig(stream=log, level=logging.WARNING, force=True)
        try:
            yield
        finally:
            structlog.reset_defaults()
            logging.basicConfig(handlers=[logging.NullHandler()], force=True)
