"""Handling: updates that wait in the inbox are answered in order, each wholly or not at all."""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from sqlmodel import Session

from bot.dispatch import Dispatch
from bot.rounds import Rounds
from bot.routing import Routing, Turn
from bot.runtime import Runtime
from storage import inbox
from storage.database import DATABASE_DOWN, transaction
from storage.inbox import Waiting

# So many at most are answered in one transaction, when so many wait.
BATCH = 100
MOST_ATTEMPTS = 3
# What a replica that died has taken in is looked for so often, in seconds.
LOOK_AFTER = 2.0
_UPLOADING = frozenset({"take", "unit", "typed"})

log = structlog.get_logger(__name__)
# Takes updates from the inbox within a transaction: at most so many.
Take = Callable[[Session, int], Sequence[Waiting]]


class Handling:
    """Takes updates from the inbox and answers them, each chat's in order.

    Handling never waits for the network: replies go to the outbox.
    """

    def __init__(
        self,
        routing: Routing,
        dispatch: Dispatch,
        runtime: Runtime,
        answered: Callable[[], None],
        *,
        rested: Callable[[], None] = lambda: None,
        uploaded: Callable[[], None] = lambda: None,
        take: Take = inbox.take,
    ) -> None:
        self._routing = routing
        self._dispatch = dispatch
        self._runtime = runtime
        self._answered = answered
        self._uploaded = uploaded
        self._take = take
        self._rounds = Rounds("handling", LOOK_AFTER, rested)

    @property
    def idle(self) -> bool:
        """Tell whether nothing is left to do."""
        return self._rounds.idle

    def wake(self) -> None:
        """Tell that something waits."""
        self._rounds.wake()

    async def run(self) -> None:
        """Handle what waits until cancelled; a failing database makes it wait and try again."""
        await self._rounds.run(self.drain)

    async def drain(self) -> None:
        """Handle updates until none waits."""
        loop = asyncio.get_running_loop()
        while await self._runtime.worker.run(self._answer, loop):
            self._answered()

    def _answer(self, loop: asyncio.AbstractEventLoop) -> int:
        """Answer a batch of updates: each wholly or not at all, committed together.

        What an update did, its replies and its mark as done hold together or not at all. An error
        of one leaves the others alone, but what comes after it in its own chat waits with it.
        Answers how many there were.
        """
        with transaction(self._runtime.engine) as session:
            rows = self._take(session, BATCH)
            if not rows:
                return 0
            # What they are is read by the router, which lives in the event loop.
            turns = asyncio.run_coroutine_threadsafe(self._read(rows), loop).result()
            stuck: set[int] = set()
            for turn in turns:
                if turn.row.chat_id in stuck:
                    inbox.put_back(session, turn.row.id)
                elif not self._answer_one(session, turn):
                    stuck.add(turn.row.chat_id)
        if any(_may_upload(turn) for turn in turns):
            loop.call_soon_threadsafe(self._uploaded)
        for turn in turns:
            log.info("handled", update_id=turn.row.update_id, what=turn.what)
        return len(turns)

    async def _read(self, rows: Sequence[Waiting]) -> list[Turn]:
        return [await self._routing.read(row) for row in rows]

    def _answer_one(self, session: Session, turn: Turn) -> bool:
        """Answer one update; False when it failed and what it did was undone."""
        try:
            if turn.error is not None:
                raise turn.error
            if turn.notice is not None:
                self._dispatch.notice(session, turn.notice, self._runtime.clock())
            elif turn.said is not None:
                self._dispatch.answer(session, turn.said, self._runtime.clock())
        except DATABASE_DOWN:
            raise  # the database itself: the whole batch waits and is tried again
        except Exception as error:
            return self._failed(session, turn, error)
        return True

    def _failed(self, session: Session, turn: Turn, error: Exception) -> bool:
        """Count a failed attempt; set the update aside after the last one. Always False."""
        row, tried = turn.row, turn.row.attempts + 1
        problem = f"{type(error).__name__} in {_where(error)}"
        log.error("update_failed", update_id=row.update_id, problem=problem, attempt=tried)
        if tried < MOST_ATTEMPTS:
            inbox.put_back(session, row.id, problem)
            return False
        inbox.lay_aside(session, row.id, problem)
        if turn.said is not None:
            self._dispatch.apologise(session, turn.said, self._runtime.clock())
        return False


def _may_upload(turn: Turn) -> bool:
    """Tell whether a roster may have come by this, or was confirmed.

    It may come without a word, and wait for the unit to be chosen or typed.
    """
    said = turn.said
    if said is None:
        return False
    return said.command == "roster" or said.file is not None or said.verb in _UPLOADING


def _where(error: BaseException) -> str:
    """Name the innermost place of an error: no values, they may be personal."""
    trace = error.__traceback__
    if trace is None:
        return "unknown"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
