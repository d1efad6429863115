"""``run``, ``migrate`` and ``doctor``."""

import asyncio
import logging
import os
import signal
import threading
from functools import partial
from typing import Annotated

import structlog
import typer
from sqlalchemy.engine import make_url

from bot.alone import NoPlace, NotAlone, alone
from bot.cli.office import Refusal, office, settings, tell
from bot.cli.posts import show_owner_code
from bot.clock import system_clock
from bot.doctor import alive, examine
from bot.logs import set_up_logs
from bot.patience import patiently
from bot.seen import look
from bot.service import Service
from bot.settings import Settings
from storage.database import DATABASE_DOWN, open_database
from storage.migrate import upgrade

# Told to stop, the process is gone within ten seconds. What still hangs shortly before that, such
# as a database that does not answer, is left as a crash would leave it.
LATEST_SECONDS = 7.0

log = structlog.get_logger(__name__)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("run")(run)
    app.command("migrate")(migrate)
    app.command("doctor")(doctor)


def run() -> None:
    """运行 · Run the bot until it is told to stop."""
    chosen = settings()
    if chosen.bot_token is None:
        raise Refusal("cli/no_token", {})
    set_up_logs(as_json=chosen.log_json, least=logging.INFO)
    try:
        with alone(chosen.database_url):
            asyncio.run(_run(chosen))
    except NotAlone as not_alone:
        raise Refusal("cli/not_alone", {}) from not_alone
    except NoPlace as no_place:
        raise Refusal("cli/database_failed", {"error": str(no_place)}) from no_place


async def _run(chosen: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told() -> None:
        stop.set()
        _leave_in(LATEST_SECONDS)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told)
    service = await _made(chosen, stop)
    if service is None:
        return
    try:
        await patiently(partial(_offer_code, service), DATABASE_DOWN, stop)
        await service.start(stop)
        await service.run(stop)
    finally:
        await service.stop()


async def _offer_code(service: Service) -> None:
    show_owner_code(service.core.engine)


async def _made(chosen: Settings, stop: asyncio.Event) -> Service | None:
    """Make the service; waits for a database server that is not there yet. None: told to stop."""
    made: list[Service] = []

    async def make() -> None:
        made.append(Service(chosen))

    # A SQLite file that cannot be opened now never can.
    server = make_url(chosen.database_url).get_backend_name() != "sqlite"
    await patiently(make, DATABASE_DOWN if server else (), stop)
    return made[0] if made else None


def _leave_in(seconds: float) -> None:
    """End the process then, whatever its threads wait for; a clean end before that is no matter."""
    timer = threading.Timer(seconds, _leave)
    timer.daemon = True
    timer.start()


def _leave() -> None:
    log.warning("stop_cut_short")
    os._exit(0)


def migrate() -> None:
    """升级数据库 · Bring the database's tables up to date."""
    engine = open_database(settings().database_url)
    try:
        tell("cli/migrated", {"before": upgrade(engine)})
    finally:
        engine.dispose()


def doctor(
    *,
    is_alive: Annotated[
        bool, typer.Option("--alive", help="只看是否在运行 · only whether the bot runs")
    ] = False,
) -> None:
    """体检 · Say in words what is wrong and what to do; exits 1 when something is."""
    token = None if is_alive else settings().bot_token
    seen = None if token is None else asyncio.run(look(token, settings().api_base_url))
    with office() as (core, session):
        if is_alive:
            raise typer.Exit(0 if alive(session, system_clock()) else 1)
        symptoms = examine(session, core.policy, settings(), system_clock(), seen)
        tell("cli/doctor", {"symptoms": symptoms})
        if any(symptom.wrong for symptom in symptoms):
            raise typer.Exit(1)
