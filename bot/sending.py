"""Sending: what the outbox owes is sent in order within each chat, chats side by side."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import inf

import structlog
from sqlmodel import Session
from telegram.error import TelegramError

from bot.holding import Holding
from bot.incoming import Notice
from bot.outcome import Outcome, judge
from bot.runtime import Runtime
from bot.together import Together
from bot.transport import Caller
from storage import outbox, pace
from storage.database import DATABASE_DOWN, attempt, seconds
from storage.outbox import Due, Result
from storage.pace import Limits
from storage.queues import OutboxKind, OutboxState

# At most this many calls are taken and not yet marked: what a crash could send twice. A far
# server is given more at once, else most of the time nothing would be under way.
MOST_UNMARKED = 16
MOST_UNMARKED_FAR = 32
FAR_SECONDS = 0.02
# What was sent is marked in one go: so many at a time, or after so many seconds.
MARK_AT = 8
MARK_AFTER = 0.1
# More is taken when no more than so many wait for their moment.
FEW = 4
# Whether other replicas have left something is looked at so often, in seconds.
LOOK_AFTER = 2.0
# A digest is composed so much before its moment.
LEAD = 0.05
# What could not begin for so long (the process stood still) may be another replica's by now.
STALE_AFTER = 15.0
LONGEST_WAIT = 10.0

log = structlog.get_logger(__name__)
# Says a digest anew right before it is sent, and marks it as under way; None drops it.
Begin = Callable[[Session, Due, datetime], Due | None]
# Does what a chat that moved or is gone asks for.
NoticeTaker = Callable[[Session, Notice, datetime], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """Calls to be made, each with the seconds until its moment; and until there may be more."""

    calls: Sequence[tuple[float, Due]] = ()
    more_after: float | None = None


class Sending:
    """Drains the outbox, beside other replicas that do the same under other names.

    A reply is marked after it was sent, and so sent again after a crash in between. A digest is
    marked before: a reminder must not come twice.
    """

    def __init__(
        self,
        bot: Caller,
        runtime: Runtime,
        name: str,
        limits: Limits,
        begin: Begin,
        *,
        notice: NoticeTaker,
        rested: Callable[[], None] = lambda: None,
        counted: Callable[[str], None] = lambda result: None,
    ) -> None:
        self._bot = bot
        self._runtime = runtime
        self._name = name
        self._limits = limits
        self._begin = begin
        self._beginning = Together(self._begin_these)
        self._notice = notice
        self._rested = rested
        self._counted = counted
        self._work = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0  # tasks whose moment has not come
        self._results: list[Result] = []
        self._holding = Holding()
        self._round_trip = 0.0
        self._exchanging = False
        self._more_at = 0.0
        self._more_owed = False
        self._unmarked_since = 0.0

    def wake(self) -> None:
        """Tell that the outbox owes something new."""
        self._more_at = 0.0
        self._work.set()

    @property
    def idle(self) -> bool:
        """Tell whether nothing is under way, taken, or known to be owed."""
        owed = self._more_owed or self._exchanging or self._more_at <= time.monotonic()
        return not (owed or self._tasks or self._results or self._holding.untold)

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

    async def finish(self, seconds: float) -> None:
        """Give what is under way so many seconds to end, mark it, and give back the rest."""
        self._holding.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
        await self._exchange(0)
        await self._runtime.write(self._let_go)

    def _let_go(self, session: Session) -> int:
        return outbox.recover(session, self._name, seconds(session))

    async def _round(self) -> None:
        """Mark what was sent, take what is owed, then wait for a reason to do so again."""
        self._work.clear()
        now = time.monotonic()
        if min(self._take_at(), self._mark_at()) <= now:
            # Who was written to may be owed more: what is marked makes room, and more is taken.
            await self._exchange(0 if self._holding.held(now) else self._room())
        if self.idle:
            self._rested()
        wait = min(self._take_at(), self._mark_at()) - time.monotonic()
        if wait > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._work.wait(), None if wait == inf else wait)

    def _room(self) -> int:
        """Answer how many more calls may be taken: none while enough wait for their moment."""
        if self._waiting > FEW:
            return 0
        most = MOST_UNMARKED_FAR if self._round_trip > FAR_SECONDS else MOST_UNMARKED
        return max(0, most - len(self._tasks))

    def _take_at(self) -> float:
        """Answer when to take more."""
        if self._room() <= len(self._results):
            return inf
        return max(self._more_at, self._holding.until)

    def _mark_at(self) -> float:
        """Answer when to mark what was sent, and to tell of refusals."""
        if self._holding.untold:
            return 0.0
        if not self._results:
            return inf
        nothing_else = len(self._tasks) == self._waiting
        enough = len(self._results) >= MARK_AT
        return 0.0 if nothing_else or enough else self._unmarked_since + MARK_AFTER

    async def _exchange(self, room: int) -> None:
        """Tell the database how calls ended, and take others, in one transaction."""
        results, holds = list(self._results), self._holding.tell()
        self._exchanging = True
        if room:
            self._more_at, self._more_owed = time.monotonic() + LOOK_AFTER, False
        try:
            taken = await self._runtime.write(self._swap, results, holds, room)
        except BaseException:
            self._holding.untell(holds)
            self._more_at = 0.0
            raise
        finally:
            self._exchanging = False
        del self._results[: len(results)]
        if results and not room:
            self._more_at = 0.0
        now = time.monotonic()
        if taken.more_after is not None:
            self._more_at, self._more_owed = min(self._more_at, now + taken.more_after), True
        for delay, due in taken.calls:
            task = asyncio.create_task(self._deliver(due, now + delay, now))
            self._tasks.add(task)
            self._waiting += 1
            task.add_done_callback(partial(self._ended, due))

    def _swap(
        self, session: Session, results: Sequence[Result], holds: dict[int, float], room: int
    ) -> Taken:
        now, moment = self._runtime.clock(), seconds(session)
        outbox.settle(session, self._name, results, now)
        pace.hold(session, holds, moment)
        if not room:
            return Taken()
        free_at = pace.free_at(session, moment)
        ahead = pace.AHEAD - max(0.0, free_at - moment)
        most = min(room, int(ahead / self._limits.gap))
        if most <= 0:  # those given out must pass first
            return Taken(more_after=self._limits.gap - ahead)
        due = outbox.take(session, self._name, now, moment, most)
        paced = [each for each in due if each.kind != OutboxKind.ANSWER]
        moments = pace.reserve(session, [each.chat_id for each in paced], self._limits, moment)
        at = dict(zip((each.id for each in paced), moments, strict=True))
        calls = [(at.get(each.id, moment) - moment, each) for each in due]
        if len(due) == most:
            return Taken(calls, more_after=0.0)
        free_at_next = outbox.next_free(session, now, moment)
        return Taken(calls, None if free_at_next is None else free_at_next - moment)

    async def _deliver(self, due: Due, at: float, taken_at: float) -> None:
        """Make one call at its moment and note how it ended."""
        digest = due.kind == OutboxKind.DIGEST
        try:
            await asyncio.sleep(max(0.0, at - time.monotonic() - (LEAD if digest else 0.0)))
        finally:
            self._waiting -= 1
            self._work.set()
        begun: Due | None = due
        if digest and not self._holding.held(time.monotonic()):
            begun = await self._beginning.ask(due)
            await asyncio.sleep(max(0.0, at - time.monotonic()))
        if begun is None:
            return
        now = time.monotonic()
        if self._holding.held(now) or now > taken_at + STALE_AFTER:
            self._results.append(Result(begun, OutboxState.QUEUED, tried=False))
        else:
            await self._call(begun, now)

    async def _begin_these(self, digests: Sequence[Due]) -> Sequence[Due | None]:
        return await self._runtime.write(self._begin_all, digests)

    def _begin_all(self, session: Session, digests: Sequence[Due]) -> list[Due | None]:
        return [self._begin_one(session, due) for due in digests]

    def _begin_one(self, session: Session, due: Due) -> Due | None:
        try:
            with attempt(session):
                return self._begin(session, due, self._runtime.clock())
        except DATABASE_DOWN:
            raise
        except Exception as error:  # nor would it go better another time
            problem = type(error).__name__
            log.error("digest_failed", outbox_id=due.id, error=problem)
            outbox.settle(
                session,
                self._name,
                [Result(due, OutboxState.FAILED, problem=problem)],
                self._runtime.clock(),
            )
            return None

    async def _call(self, due: Due, begun_at: float) -> None:
        parameters = json.loads(due.payload)
        if due.kind != OutboxKind.ANSWER:
            parameters["chat_id"] = due.chat_id
        try:
            answer = await self._bot.call(due.method, parameters)
        except TelegramError as error:
            await self._refused(due, judge(due, error))
            return
        now = time.monotonic()
        self._round_trip += (now - begun_at - self._round_trip) / 8
        self._holding.went_well(begun_at)
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        log.info("sent", update_id=due.update_id, outbox_id=due.id, method=due.method)
        self._note(Result(due, OutboxState.SENT, message_id), now)

    async def _refused(self, due: Due, outcome: Outcome) -> None:
        """Do what a refusal asks for: mark, follow, hold and try again."""
        if outcome.moved_to is not None or outcome.gone:
            notice = Notice(due.chat_id, outcome.moved_to, present=False)
            await self._runtime.write(self._notice, notice, self._runtime.clock())
        again = outcome.retry is not None
        log.warning(
            "not_sent",
            update_id=due.update_id,
            outbox_id=due.id,
            state=OutboxState.QUEUED if again else outcome.state,
            problem=outcome.problem,
        )
        now = time.monotonic()
        if outcome.retry is None:
            self._note(Result(due, outcome.state, problem=outcome.problem), now)
            return
        self._holding.refused(due.chat_id, outcome.retry, now)
        state, method = OutboxState.QUEUED, outcome.instead
        self._note(Result(due, state, problem=outcome.problem, method=method), now)

    def _note(self, result: Result, now: float) -> None:
        if not self._results:
            self._unmarked_since = now
        self._results.append(result)
        self._counted("again" if result.state == OutboxState.QUEUED else result.state)

    def _ended(self, due: Due, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._work.set()
        if task.cancelled() or (error := task.exception()) is None:
            return
        problem = type(error).__name__
        log.error("send_failed", update_id=due.update_id, outbox_id=due.id, error=problem)
        state = OutboxState.QUEUED if isinstance(error, DATABASE_DOWN) else OutboxState.FAILED
        self._note(Result(due, state, problem=problem), time.monotonic())
