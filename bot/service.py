"""The wiring: everything the bot is made of, started and stopped together."""

import asyncio
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from telegram.error import TelegramError

from bot import deadman, menu
from bot.chat_action import show_typing
from bot.clock import Clock, system_clock
from bot.core import core
from bot.delivery import Delivery
from bot.fetching import Fetching
from bot.handling import Handling
from bot.hashing import Hashing
from bot.importing import Importing
from bot.intake import ALLOWED_UPDATES, Intake, Polling
from bot.patience import patiently
from bot.routing import Routing, application
from bot.runtime import Runtime
from bot.sending import Sending
from bot.settings import Settings
from bot.transport import AiohttpRequest, Caller
from bot.worker import Worker
from reminders.schedule import schedule
from storage import calls, pace
from storage.database import DATABASE_DOWN, seconds

if TYPE_CHECKING:
    from bot.web import Web

log = structlog.get_logger(__name__)
# Told to stop, the bot is gone within ten seconds, whatever Telegram does.
FINISH_SECONDS = 5.0
# So many updates at once Telegram may post: those of one chat come one after another anyway.
MOST_CONNECTIONS = 40


class Service:
    """The running bot: intake, handling, sending, the tick, and a look at the files that came."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        if settings.bot_token is None:
            raise ValueError("SANHUI_BOT_TOKEN is not set")
        self._settings = settings
        self._clock = clock
        self._worker = Worker()
        self.core = core(settings)
        self._name = _name(self.core.engine)
        self._bot = Caller(
            settings.bot_token.get_secret_value(),
            base_url=settings.api_base_url,
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(connections=1),
        )
        self._router = application(self._bot)
        self._runtime = Runtime(self.core.engine, self._worker, clock)
        self._quiet = asyncio.Event()
        delivery = Delivery(
            self._bot,
            self._runtime,
            self._name,
            limits=settings.limits,
            begin=self.core.ticking.begin_all,
            notice=self.core.dispatch.notice,
        )
        self.sending = Sending(
            self._runtime,
            self._name,
            settings.limits,
            delivery,
            rested=self._quiet.set,
        )
        fetching = Fetching(self._bot, settings.file_url)
        self.importing = Importing(
            self._runtime,
            self._name,
            self.core.in_force,
            self.core.renderer,
            fetching.content,
            typing=partial(show_typing, self._bot),
            owners=settings.owner_ids,
            locale=settings.locale,
            told=self.sending.wake,
            rested=self._quiet.set,
        )
        self.handling = Handling(
            Routing(self._router),
            self.core.dispatch,
            self._runtime,
            self.sending.wake,
            rested=self._quiet.set,
            uploaded=self.importing.wake,
        )
        self.hashing = Hashing(self._runtime, fetching.digest)
        self._intake = Intake(self._runtime, self.handling.wake)
        self._web = self._listening()
        self._scheduler = schedule(self.tick)
        self._parts: list[asyncio.Task[None]] = []
        self._menu: asyncio.Task[None] | None = None

    def _listening(self) -> "Web | None":
        listens = self._settings.listens
        if listens is None:
            return None
        from bot.health import Health  # noqa: PLC0415 - what a bot that listens nowhere need not load
        from bot.web import Web  # noqa: PLC0415

        health = Health(self._runtime, self.sending.ended)
        return Web(listens, self._intake, self._settings.hook, health.ready, health.measured)

    async def start(self, stop: asyncio.Event | None = None) -> None:
        """Start everything; waits for the database and for Telegram if they are not there yet.

        When it is told to stop before that, nothing is started.
        ``telegram.error.InvalidToken`` when Telegram refuses the token, ``BadRequest`` when it
        refuses the webhook; OSError when the address to listen at is not free.
        """
        stop = stop or asyncio.Event()
        if self._web is not None:
            await self._web.start()
        if not await patiently(self._take_over, DATABASE_DOWN, stop):
            return
        if not await patiently(self._greet, TelegramError, stop):
            return
        log.info("started", username=self._bot.username, replica=self._name)
        self._scheduler.start()
        parts = [
            self.handling.run(),
            self.sending.run(),
            self.hashing.run(),
            self.importing.run(),
        ]
        if self._settings.hook is None:
            parts.append(Polling(self._bot, self._intake, self._settings.poll_seconds).run())
        self._parts = [asyncio.create_task(part) for part in parts]
        self._menu = asyncio.create_task(menu.publish(self._bot, self.core.languages))

    async def _take_over(self) -> None:
        """Begin where an earlier life of this replica ended, or one that is long dead."""
        await self._runtime.write(pace.prepare)
        _tell_unknown(await self._runtime.write(calls.let_go, self._name))
        _tell_unknown(await self._runtime.write(self._give_up))

    def _give_up(self, session: Session) -> int:
        return calls.give_up(session, seconds(session))

    async def _greet(self) -> None:
        """Make ourselves known to Telegram, and choose how it gives us updates."""
        await self._router.initialize()
        self.core.renderer.introduce(self._bot.username)
        hook, url = self._settings.hook, self._settings.webhook_url
        if hook is None:  # what waits there is kept, and polled for
            await self._bot.call("deleteWebhook", {"drop_pending_updates": False})
            return
        asked = {
            "url": url,
            "secret_token": hook.secret,
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": MOST_CONNECTIONS,
            "drop_pending_updates": False,
        }
        await self._bot.call("setWebhook", asked)

    async def tick(self) -> None:
        """Plan the reminders that have fallen due; when the database fails, the next tick does."""
        try:
            told = await self._plan(self._clock())
            _tell_unknown(await self._runtime.write(self._give_up))
        except SQLAlchemyError as error:  # it quotes values, and the scheduler would log it whole
            log.warning("tick_failed", error=type(error).__name__)
            return
        finally:
            self.sending.wake()
        if told:
            log.info("reminded", chats=told)
        if self._settings.heartbeat_url is not None:
            await deadman.call(self._settings.heartbeat_url.get_secret_value())

    async def _catch_up(self) -> None:
        """Tick at once: the schedule begins in a minute, what has fallen due need not wait."""
        await self.tick()
        log.info("caught_up")

    async def _plan(self, now: datetime) -> int:
        """Plan and leave a sign of life; answer how many chats are told something."""
        ticking, told = self.core.ticking, 0
        # A few chats at a time, so that what people say in the meantime is answered in between.
        for chat_ids in await self._worker.run(ticking.candidates, now):
            told += len(await self._worker.run(ticking.plan, chat_ids, now))
        await self._worker.run(ticking.beat, now)
        await self._worker.run(ticking.close_left, now)
        await self._worker.run(ticking.prune, now)
        for unit_ids in await self._worker.run(ticking.cold, now):
            await self._worker.run(ticking.warm, unit_ids, now)
        return told

    async def settled(self) -> None:
        """Wait until everything taken in has been handled and everything owed now is sent."""
        while not (self.handling.idle and self.importing.idle and self.sending.idle):
            self._quiet.clear()
            await self._quiet.wait()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until told to stop, or until a part ends by an error, which is raised."""
        stopping = asyncio.create_task(stop.wait())
        first = asyncio.create_task(self._catch_up())
        try:
            await asyncio.wait([stopping, *self._parts], return_when=asyncio.FIRST_COMPLETED)
            for part in self._parts:
                if part.done() and (error := part.exception()) is not None:
                    raise error
        finally:
            for task in (stopping, first):
                task.cancel()
            await asyncio.gather(stopping, first, return_exceptions=True)

    async def stop(self) -> None:
        """Stop taking in, finish what is under way, and close everything."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._web is not None:
            await self._web.stop()
        tasks = self._parts if self._menu is None else [*self._parts, self._menu]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self.sending.finish(FINISH_SECONDS)
        except DATABASE_DOWN as error:  # what was not marked may be sent again
            log.warning("not_marked", error=type(error).__name__)
        finally:
            await self._router.shutdown()
            await self._bot.shutdown()  # the router leaves it open when Telegram never answered
            self._worker.close()
            self.core.engine.dispose()


def _tell_unknown(digests: int) -> None:
    if digests:
        log.warning("digests_unknown", count=digests)


def _name(engine: Engine) -> str:
    """Name this process among replicas: on SQLite there is one, which takes over from itself."""
    return "alone" if engine.dialect.name == "sqlite" else uuid4().hex[:12]
