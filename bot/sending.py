"""Sending: what the outbox owes is sent in order within each chat, chats side by side."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf

import structlog
from sqlmodel import Session

from bot import waiting
from bot.delivery import Delivery
from bot.runtime import Runtime
from storage import calls
from storage.calls import Due, Result
from storage.database import DATABASE_DOWN
from storage.exchange import Taken, exchange, take
from storage.pace import Limits
from storage.queues import OutboxState

# At most this many calls are taken and not yet marked: what a crash could send twice.
MOST_UNMARKED = 16
# What was sent is marked in one go: so many at a time, or after so many seconds.
MARK_AT = 8
MARK_AFTER = 0.1
# More is taken when no more than so many wait for their moment.
FEW = 4
# Whether other replicas have left something is looked at so often, in seconds.
LOOK_AFTER = 2.0
LONGEST_WAIT = 10.0

log = structlog.get_logger(__name__)


class Sending:
    """Drains the outbox, beside other replicas that do the same under other names.

    A reply is marked after it was sent, and so sent again after a crash in between. A digest is
    marked before: a reminder must not come twice.
    """

    def __init__(
        self,
        runtime: Runtime,
        name: str,
        limits: Limits,
        delivery: Delivery,
        *,
        rested: Callable[[], None] = lambda: None,
    ) -> None:
        self._runtime = runtime
        self._name = name
        self._limits = limits
        self._delivery = delivery
        self._holding = delivery.holding
        self._rested = rested
        self.ended: Counter[str] = Counter()  # calls by how they ended
        self._work = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[Result | None]] = {}
        self._waiting = 0  # tasks whose moment has not come
        self._results: list[Result] = []
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
            _, late = await asyncio.wait(self._tasks.values(), timeout=seconds)
            for task in late:
                task.cancel()
        await self._exchange(0)
        await self._runtime.write(calls.let_go, self._name)

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
            await waiting.wait(self._work, None if wait == inf else wait)

    def _room(self) -> int:
        """Answer how many more calls may be taken: none while enough wait for their moment."""
        if self._waiting > FEW:
            return 0
        return max(0, MOST_UNMARKED - len(self._tasks))

    def _take_at(self) -> float:
        """Answer when to take more: as soon as that is worth a commit."""
        room = self._room() - len(self._results)
        if room < (1 if self._nothing_under_way() else MARK_AT):
            return inf
        return max(self._more_at, self._holding.until)

    def _nothing_under_way(self) -> bool:
        return len(self._tasks) == self._waiting

    def _mark_at(self) -> float:
        """Answer when to mark what was sent, and to tell of refusals."""
        if self._holding.untold:
            return 0.0
        if not self._results:
            return inf
        enough = len(self._results) >= MARK_AT
        return 0.0 if enough or self._nothing_under_way() else self._unmarked_since + MARK_AFTER

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
            if due.id not in self._tasks:  # taken anew: the database's clock was set back
                self._begin(due, now + delay, now)

    def _begin(self, due: Due, at: float, taken_at: float) -> None:
        self._waiting += 1
        task = asyncio.create_task(self._delivery.make(due, at, taken_at, self._moment_came))
        self._tasks[due.id] = task
        task.add_done_callback(partial(self._ended, due))

    def _swap(
        self, session: Session, results: Sequence[Result], holds: Mapping[int, float], room: int
    ) -> Taken:
        now = self._runtime.clock()
        moment = exchange(session, self._name, results, holds, now)
        if not room:
            return Taken()
        return take(session, self._name, self._limits, room, now=now, moment=moment)

    def _moment_came(self) -> None:
        self._waiting -= 1
        self._work.set()

    def _ended(self, due: Due, task: asyncio.Task[Result | None]) -> None:
        """Note how a call ended, to be marked."""
        del self._tasks[due.id]
        self._work.set()
        if task.cancelled():
            return
        error = task.exception()
        result = task.result() if error is None else _failed(due, error)
        if result is None:  # nothing to mark, but its chat may be owed something else
            self._more_at = 0.0
            return
        if not self._results:
            self._unmarked_since = time.monotonic()
        self._results.append(result)
        self.ended["again" if result.state == OutboxState.QUEUED else result.state] += 1


def _failed(due: Due, error: BaseException) -> Result:
    """Answer how a call ends that could not be made; it is tried again when the database failed."""
    problem = type(error).__name__
    log.error("send_failed", update_id=due.update_id, outbox_id=due.id, error=problem)
    state = OutboxState.QUEUED if isinstance(error, DATABASE_DOWN) else OutboxState.FAILED
    return Result(due, state, problem=problem)
