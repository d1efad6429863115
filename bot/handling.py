"""Handling: updates that wait in the inbox go, in order, through the Application's router."""

import asyncio
import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from telegram import Message, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.commands import COMMANDS
from bot.dispatch import Dispatch
from bot.incoming import Incoming, from_message, from_tap, notice_of
from bot.runtime import Runtime
from storage import inbox
from storage.inbox import Waiting

BATCH = 100
MOST_ATTEMPTS = 3
LONGEST_WAIT = 30.0

log = structlog.get_logger(__name__)
Router = Application[Any, Any, Any, Any, Any, Any]


@dataclass
class Turn:
    """The update being handled: its inbox row, what was said in it, and how it went wrong."""

    inbox_id: int
    said: Incoming | None = None
    error: Exception | None = None


_turn: ContextVar[Turn] = ContextVar("turn")


class Handling:
    """Takes updates from the inbox one after another, so that a chat's order is kept.

    Handling never waits for the network: replies go to the outbox.
    """

    def __init__(
        self,
        router: Router,
        dispatch: Dispatch,
        runtime: Runtime,
        answered: Callable[[], None],
        rested: Callable[[], None] = lambda: None,
    ) -> None:
        self._router = router
        self._dispatch = dispatch
        self._runtime = runtime
        self._answered = answered
        self._rested = rested
        self.idle = False
        self._work = asyncio.Event()
        self._work.set()
        self._register()

    def wake(self) -> None:
        """Tell that something waits."""
        self.idle = False
        self._work.set()

    async def run(self) -> None:
        """Handle what waits until cancelled; a failing database makes it wait and try again."""
        wait = 0.0
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self.drain()
                wait = 0.0
                self.idle = not self._work.is_set()
                self._rested()
            except (OperationalError, InterfaceError) as error:
                wait = min(max(wait * 2, 0.1), LONGEST_WAIT)
                log.warning("handling_waits", error=type(error).__name__, seconds=wait)
                self._work.set()
                await asyncio.sleep(wait)

    async def drain(self) -> None:
        """Handle updates until none waits."""
        while rows := await self._runtime.read(inbox.waiting, BATCH):
            for row in rows:
                await self._handle(row)

    async def _handle(self, row: Waiting) -> None:
        turn = Turn(row.id)
        token = _turn.set(turn)
        try:
            update = Update.de_json(json.loads(row.payload), self._router.bot)
            await self._router.process_update(update)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            turn.error = error
        finally:
            _turn.reset(token)
        if turn.error is not None:
            await self._failed(row, turn, turn.error)

    async def _failed(self, row: Waiting, turn: Turn, error: Exception) -> None:
        if isinstance(error, OperationalError | InterfaceError):
            raise error
        problem = f"{type(error).__name__} in {_where(error)}"
        log.error("update_failed", inbox_id=row.id, problem=problem, attempt=row.attempts + 1)
        if row.attempts + 1 < MOST_ATTEMPTS:
            await self._runtime.worker.run(self._dispatch.note_failure, row.id, problem)
            return
        now = self._runtime.clock()
        await self._runtime.worker.run(self._dispatch.give_up, row.id, turn.said, problem, now)
        self._answered()

    def _register(self) -> None:
        """Register a handler for each row of the command table, and one for all the rest."""
        add = self._router.add_handler
        for command in COMMANDS:
            add(CommandHandler(command.names, self._on_message))
        add(MessageHandler(filters.TEXT & filters.UpdateType.MESSAGES, self._on_message))
        add(CallbackQueryHandler(self._on_tap))
        add(TypeHandler(Update, self._on_other))
        self._router.add_error_handler(self._on_error)

    async def _on_message(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.effective_message
        edited = update.edited_message is not None
        await self._answer(None if message is None else self._read(message, edited))

    def _read(self, message: Message, edited: bool) -> Incoming | None:
        return from_message(message, self._router.bot.username, edited=edited)

    async def _on_tap(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        await self._answer(None if query is None else from_tap(query))

    async def _on_other(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        notice = notice_of(update)
        await self._runtime.worker.run(self._dispatch.notice, _turn.get().inbox_id, notice)

    async def _answer(self, said: Incoming | None) -> None:
        turn = _turn.get()
        turn.said = said
        await self._runtime.worker.run(
            self._dispatch.answer, turn.inbox_id, said, self._runtime.clock()
        )
        self._answered()

    async def _on_error(self, _: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        _turn.get().error = context.error


def _where(error: BaseException) -> str:
    """Name the innermost place of an error: no values, they may be personal."""
    trace = error.__traceback__
    if trace is None:
        return "unknown"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
