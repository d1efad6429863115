"""Handling: updates that wait in the inbox are answered, in order, each in its own transaction."""

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.dispatch import Dispatch
from bot.routing import Routing, Turn
from bot.runtime import Runtime
from storage import inbox

# So many are read and answered in one visit to the worker thread.
BATCH = 16
MOST_ATTEMPTS = 3
LONGEST_WAIT = 30.0

log = structlog.get_logger(__name__)


class Handling:
    """Takes updates from the inbox one after another, so that a chat's order is kept.

    Handling never waits for the network: replies go to the outbox.
    """

    def __init__(
        self,
        routing: Routing,
        dispatch: Dispatch,
        runtime: Runtime,
        answered: Callable[[], None],
        rested: Callable[[], None] = lambda: None,
    ) -> None:
        self._routing = routing
        self._dispatch = dispatch
        self._runtime = runtime
        self._answered = answered
        self._rested = rested
        self.idle = False
        self._work = asyncio.Event()
        self._work.set()

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
            turns = [await self._routing.read(row) for row in rows]
            try:
                await self._runtime.worker.run(self._answer, turns)
            finally:
                self._answered()

    def _answer(self, turns: list[Turn]) -> None:
        """Answer updates one after another; an error of one leaves the other chats alone.

        What comes after it in its own chat waits until it is answered or set aside.
        """
        stuck: set[int] = set()
        for turn in turns:
            chat_id = None if turn.said is None else turn.said.chat_id
            if chat_id in stuck:
                continue
            try:
                self._answer_one(turn)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                self._failed(turn, error)
                if chat_id is not None:
                    stuck.add(chat_id)

    def _answer_one(self, turn: Turn) -> None:
        if turn.error is not None:
            raise turn.error
        if turn.notice is not None:
            self._dispatch.notice(turn.row.id, turn.notice)
        else:
            self._dispatch.answer(turn.row.id, turn.said, self._runtime.clock())

    def _failed(self, turn: Turn, error: Exception) -> None:
        """Count a failed attempt; after the last one set the update aside."""
        row, attempt = turn.row, turn.row.attempts + 1
        problem = f"{type(error).__name__} in {_where(error)}"
        log.error("update_failed", inbox_id=row.id, problem=problem, attempt=attempt)
        if attempt < MOST_ATTEMPTS:
            self._dispatch.note_failure(row.id, problem)
        else:
            self._dispatch.give_up(row.id, turn.said, problem, self._runtime.clock())


def _where(error: BaseException) -> str:
    """Name the innermost place of an error: no values, they may be personal."""
    trace = error.__traceback__
    if trace is None:
        return "unknown"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
