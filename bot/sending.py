"""Sending: what the outbox owes is sent in order within each chat, chats side by side."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import structlog
from sqlmodel import Session
from telegram.error import TelegramError

from bot.incoming import Notice
from bot.outcome import Outcome, Retry, judge
from bot.pace import Pacer
from bot.runtime import Runtime
from bot.transport import Caller
from storage import outbox
from storage.database import DATABASE_DOWN
from storage.outbox import Due, Result
from storage.queues import OutboxKind, OutboxState

# At most this many calls are under way or not yet marked: what a crash could send twice.
MOST_UNMARKED = 16
MOST_LOADED = 400
# What was sent is marked in one go: so many at a time, or after so many seconds.
MARK_AT = 8
MARK_AFTER = 0.1
LONGEST_WAIT = 30.0

log = structlog.get_logger(__name__)
# Looks once more, at the moment of sending, whether a digest is still needed; None drops it.
Refresh = Callable[[Due], Due | None]
# Does what a chat that moved or is gone asks for.
NoticeTaker = Callable[[Session, Notice, datetime], None]


class Sending:
    """Drains the outbox: when it is told that something new is owed, and at every tick.

    A reply is marked after it was sent, and so sent again after a crash in between. A digest is
    marked before: a reminder must not come twice.
    """

    def __init__(
        self,
        bot: Caller,
        runtime: Runtime,
        pacer: Pacer,
        refresh: Refresh,
        *,
        notice: NoticeTaker,
        rested: Callable[[], None] = lambda: None,
    ) -> None:
        self._bot = bot
        self._runtime = runtime
        self._pacer = pacer
        self._refresh = refresh
        self._notice = notice
        self._rested = rested
        self._work = asyncio.Event()
        self._chats: dict[int, deque[Due]] = {}
        self._busy: set[int] = set()
        self._writing: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._results: list[Result] = []
        self._stale = True
        self._loading = False

    def wake(self) -> None:
        """Tell that the outbox owes something new."""
        self._stale = True
        self._work.set()

    @property
    def idle(self) -> bool:
        """Tell whether nothing is under way, loaded, or known to be owed now."""
        return not (self._stale or self._loading or self._chats or self._tasks or self._results)

    async def run(self) -> None:
        """Send until cancelled; a failing database makes it wait and try again."""
        wait = 0.0
        while True:
            try:
                await self._round()
                wait = 0.0
            except DATABASE_DOWN as error:
                wait = min(max(wait * 2, 0.1), LONGEST_WAIT)
                log.warning("sending_waits", error=type(error).__name__, seconds=wait)
                await asyncio.sleep(wait)

    async def finish(self) -> None:
        """Wait for what is under way and mark it."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._mark()

    async def _round(self) -> None:
        """Mark what was sent, load what is owed, start what may go, then wait for a reason."""
        self._work.clear()
        if self._results and (len(self._results) >= MARK_AT or not self._tasks):
            await self._mark()
        if self._stale and len(self._busy) < MOST_LOADED:
            await self._load()
        ready_at = self._start()
        ready = self._results and not self._tasks
        if not (ready or (self._stale and len(self._busy) < MOST_LOADED)):
            await self._wait(ready_at)

    async def _wait(self, ready_at: float | None) -> None:
        """Wait for news, for the next slot of the pace, or until it is time to mark."""
        if self.idle:
            self._rested()
        moments = [] if ready_at is None else [max(0.0, ready_at - time.monotonic())]
        if self._results:
            moments.append(MARK_AFTER)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._work.wait(), min(moments, default=None))
        if not self._work.is_set() and self._results:
            await self._mark()

    async def _load(self) -> None:
        self._stale, self._loading = False, True
        most = MOST_LOADED + len(self._busy)
        try:
            found = await self._runtime.read(outbox.due, self._runtime.clock(), most)
        except BaseException:
            self._stale = True
            raise
        finally:
            self._loading = False
        if len(found) == most:  # there may be more
            self._stale = True
        for due in found:
            if due.id not in self._busy:
                self._busy.add(due.id)
                self._chats.setdefault(due.chat_id, deque()).append(due)

    def _start(self) -> float | None:
        """Start every call that may be made now; answer when the next may be, if one waits."""
        soonest: float | None = None
        for chat_id in list(self._chats):
            if len(self._tasks) + len(self._results) >= MOST_UNMARKED:
                return soonest
            if chat_id in self._writing:
                continue
            due = self._chats[chat_id][0]
            now = time.monotonic()
            ready_at = self._ready_at(due, now)
            if ready_at > now:
                soonest = ready_at if soonest is None else min(soonest, ready_at)
                continue
            self._begin(due, now)
        return soonest

    def _ready_at(self, due: Due, now: float) -> float:
        # Only messages count against the limits; an answer to a tap takes no slot of them.
        if due.kind == OutboxKind.ANSWER:
            return self._pacer.held_until(due.chat_id)
        return self._pacer.ready_at(due.chat_id, now)

    def _begin(self, due: Due, now: float) -> None:
        if due.kind != OutboxKind.ANSWER:
            self._pacer.take(due.chat_id, now)
        queue = self._chats.pop(due.chat_id)
        queue.popleft()
        if queue:  # to the end of the row of chats: each has its turn
            self._chats[due.chat_id] = queue
        self._writing.add(due.chat_id)
        task = asyncio.create_task(self._send(due))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._ended(done, due))

    def _ended(self, task: asyncio.Task[None], due: Due) -> None:
        self._tasks.discard(task)
        self._writing.discard(due.chat_id)
        self._work.set()
        if task.cancelled() or (error := task.exception()) is None:
            return
        problem = type(error).__name__
        log.error("send_failed", outbox_id=due.id, error=problem)
        if isinstance(error, DATABASE_DOWN):  # tried again, in its order
            self._busy.discard(due.id)
            self._forget(due.chat_id)
        else:  # nor would it go better another time
            self._results.append(Result(due.id, OutboxState.FAILED, problem=problem))

    async def _send(self, due: Due) -> None:
        """Make one call and note how it ended."""
        if due.kind == OutboxKind.DIGEST:
            refreshed = await self._runtime.worker.run(self._refresh, due)
            if refreshed is None:
                self._busy.discard(due.id)
                return
            due = refreshed
        parameters = json.loads(due.payload)
        if due.kind != OutboxKind.ANSWER:
            parameters["chat_id"] = due.chat_id
        try:
            answer = await self._bot.call(due.method, parameters)
        except TelegramError as error:
            await self._refused(due, judge(due, error))
            return
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        self._results.append(Result(due.id, OutboxState.SENT, message_id))

    async def _refused(self, due: Due, outcome: Outcome) -> None:
        """Do what a refusal asks for: mark, follow, hold and try again."""
        if outcome.moved_to is not None or outcome.gone:
            notice = Notice(due.chat_id, outcome.moved_to, present=False)
            await self._runtime.write(self._notice, notice, self._runtime.clock())
            self._stale = True  # the superior may have been told
        if outcome.retry is None:
            log.warning("not_sent", outbox_id=due.id, state=outcome.state, problem=outcome.problem)
            self._results.append(Result(due.id, outcome.state, problem=outcome.problem))
            return
        self._hold(due, outcome.retry)
        await self._runtime.write(outbox.requeue, due, outcome.problem, outcome.instead)
        self._busy.discard(due.id)
        self._forget(due.chat_id)

    def _hold(self, due: Due, retry: Retry) -> None:
        until = time.monotonic() + retry.seconds
        self._pacer.hold_chat(due.chat_id, until)
        if retry.everyone:
            self._pacer.hold_all(until)

    def _forget(self, chat_id: int) -> None:
        """Unload a chat's calls so that they are loaded anew, the one to be tried again first."""
        for due in self._chats.pop(chat_id, ()):
            self._busy.discard(due.id)
        self._stale = True

    async def _mark(self) -> None:
        results, count = list(self._results), len(self._results)
        await self._runtime.write(outbox.settle, results, self._runtime.clock())
        del self._results[:count]
        self._busy.difference_update(result.id for result in results)
