"""The wiring: everything the bot is made of, started and stopped together."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError

from bot import menu
from bot.clock import Clock, system_clock
from bot.dispatch import Dispatch
from bot.handling import Handling
from bot.holidays import ChineseHolidays
from bot.intake import Polling
from bot.pace import Limits, Pacer
from bot.render import Renderer
from bot.routing import Routing, application
from bot.runtime import Runtime
from bot.sending import Sending
from bot.settings import Settings
from bot.ticking import Ticking
from bot.transport import AiohttpRequest, Caller
from bot.words import Words, speak
from bot.worker import Worker
from compliance.catalogue import default
from compliance.policy import Policy
from reminders.schedule import schedule
from storage import outbox
from storage.database import open_database, transaction
from storage.migrate import upgrade

log = structlog.get_logger(__name__)
LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Core:
    """What works without Telegram: the command line and the service stand on the same."""

    engine: Engine
    policy: Policy
    languages: dict[str, Words]
    renderer: Renderer
    dispatch: Dispatch
    ticking: Ticking


def core(settings: Settings) -> Core:
    """Open the database, bring it up to date, and load the policy and the languages."""
    engine = open_database(settings.database_url)
    upgrade(engine)
    policy = Policy(default(), ChineseHolidays())
    languages = speak(policy.catalogue)
    renderer = Renderer(languages)
    return Core(
        engine=engine,
        policy=policy,
        languages=languages,
        renderer=renderer,
        dispatch=Dispatch(policy, renderer, owners=settings.owner_ids, locale=settings.locale),
        ticking=Ticking(engine, policy, renderer),
    )


class Service:
    """The running bot: intake, handling, sending and the tick."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        if settings.bot_token is None:
            raise ValueError("SANHUI_BOT_TOKEN is not set")
        self._clock = clock
        self._worker = Worker()
        self.core = core(settings)
        self._bot = Caller(
            settings.bot_token.get_secret_value(),
            base_url=settings.api_base_url,
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(connections=1),
        )
        self._router = application(self._bot)
        runtime = Runtime(self.core.engine, self._worker, clock)
        self._quiet = asyncio.Event()
        limits = Limits(
            settings.sends_per_second,
            settings.sends_per_chat_second,
            settings.sends_per_group_minute,
        )
        self.sending = Sending(
            self._bot,
            runtime,
            Pacer(limits),
            self._refresh,
            notice=self.core.dispatch.notice,
            rested=self._quiet.set,
        )
        self.handling = Handling(
            Routing(self._router), self.core.dispatch, runtime, self.sending.wake, self._quiet.set
        )
        self._polling = Polling(self._bot, runtime, self.handling.wake, settings.poll_seconds)
        self._scheduler = schedule(self.tick)
        self._parts: list[asyncio.Task[None]] = []
        self._menu: asyncio.Task[None] | None = None

    def _refresh(self, due: outbox.Due) -> outbox.Due | None:
        return self.core.ticking.refresh(due, self._clock())

    async def start(self, stop: asyncio.Event | None = None) -> None:
        """Start everything; waits for Telegram if it cannot be reached yet.

        When it is told to stop before that, nothing is started.
        ``telegram.error.InvalidToken`` when Telegram refuses the token.
        """
        await self._worker.run(self._recover)
        if not await self._greet(stop or asyncio.Event()):
            return
        self._scheduler.start()
        parts = self._polling, self.handling, self.sending
        self._parts = [asyncio.create_task(part.run()) for part in parts]
        self._menu = asyncio.create_task(menu.publish(self._bot, self.core.languages))

    def _recover(self) -> None:
        with transaction(self.core.engine) as session:
            unknown = outbox.recover(session)
        if unknown:
            log.warning("digests_unknown", count=unknown)

    async def _greet(self, stop: asyncio.Event) -> bool:
        """Wait until Telegram answers; False when told to stop before."""
        wait = 0.5
        while not stop.is_set():
            try:
                await self._router.initialize()
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("telegram_unreachable", error=type(error).__name__, seconds=wait)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                log.info("started", username=self._bot.username)
                return True
        return False

    async def tick(self) -> None:
        """Plan the reminders that have fallen due; when the database fails, the next tick does."""
        try:
            told = await self._plan(self._clock())
        except SQLAlchemyError as error:  # it quotes values, and the scheduler would log it whole
            log.warning("tick_failed", error=type(error).__name__)
        else:
            if told:
                log.info("reminded", chats=told)
        self.sending.wake()

    async def _plan(self, now: datetime) -> int:
        """Plan and leave a sign of life; answer how many chats are told something."""
        ticking, told = self.core.ticking, 0
        # Chat by chat, so that what people say in the meantime is answered in between.
        for chat_id in await self._worker.run(ticking.candidates, now):
            told += await self._worker.run(ticking.plan, chat_id, now) is not None
        await self._worker.run(ticking.beat, now)
        return told

    async def settled(self) -> None:
        """Wait until everything taken in has been handled and everything owed now is sent."""
        while not (self.handling.idle and self.sending.idle):
            self._quiet.clear()
            await self._quiet.wait()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until told to stop, or until a part ends by an error, which is raised."""
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopping, *self._parts], return_when=asyncio.FIRST_COMPLETED)
            for part in self._parts:
                if part.done() and (error := part.exception()) is not None:
                    raise error
        finally:
            stopping.cancel()

    async def stop(self) -> None:
        """Stop taking in, finish what is under way, and close everything."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        tasks = self._parts if self._menu is None else [*self._parts, self._menu]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self.sending.finish()
        finally:
            await self._router.shutdown()
            await self._bot.shutdown()  # the router leaves it open when Telegram never answered
            self._worker.close()
            self.core.engine.dispose()
