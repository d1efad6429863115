"""Hashing: what the files of records are is looked at once, beside everything else.

What is still to be done is found in the database, so a restart forgets nothing. Two replicas may
both look at a file: the first answer is kept, and the other says the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import ClientError
from telegram.error import RetryAfter, TelegramError

from bot.fetching import Digest, NotFetched
from bot.runtime import Runtime
from storage import file_hashes
from storage.database import DATABASE_DOWN
from storage.file_hashes import Unhashed

LOOK_AFTER = 30.0  # seconds between two looks for new files
FIRST_WAIT = 5.0
LONGEST_WAIT = 3600.0
# A file that did not come for so long never will: Telegram has it no more.
GIVE_UP = timedelta(days=7)
FAILURES = (TelegramError, ClientError, TimeoutError, NotFetched, ValueError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tried:
    """How often a file did not come, and when to try again, in seconds of the loop's clock."""

    times: int
    again_at: float


class Hashing:
    """Looks at each new file of a record, one after the other; ``digest`` fetches one."""

    def __init__(
        self,
        runtime: Runtime,
        digest: Callable[[str], Awaitable[Digest]],
        *,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self._runtime = runtime
        self._digest = digest
        self._first_wait = first_wait
        self._tried: dict[str, Tried] = {}
        self._quiet_until = 0.0  # by the loop's clock: Telegram asked to be left alone

    async def run(self) -> None:
        """Look at files until cancelled; nothing that goes wrong with one ends it."""
        while True:
            try:
                await self.look()
            except DATABASE_DOWN as error:
                log.warning("hashing_waits", error=type(error).__name__)
            await asyncio.sleep(self._pause())

    async def look(self) -> None:
        """Look once at every file whose turn it is, until Telegram asks to be left alone."""
        since = self._runtime.clock() - GIVE_UP
        files = await self._runtime.read(file_hashes.unhashed, since)
        left = {file.file_unique_id for file in files}
        self._tried = {name: tried for name, tried in self._tried.items() if name in left}
        loop = asyncio.get_running_loop()
        for file in files:
            if loop.time() < self._quiet_until:
                return
            tried = self._tried.get(file.file_unique_id)
            if tried is None or tried.again_at <= loop.time():
                await self._look_at(file)

    async def _look_at(self, file: Unhashed) -> None:
        name = file.file_unique_id
        try:
            found = await self._digest(file.file_id)
        except FAILURES as error:
            self._try_again(name, error)
            return
        now = self._runtime.clock()
        await self._runtime.write(file_hashes.keep_hash, name, found.sha256, found.size, now)
        self._tried.pop(name, None)
        log.info("file_hashed", file=name, size=found.size)

    def _try_again(self, name: str, error: Exception) -> None:
        """Note when to try again. The log has the kind of the error: its text may hold the URL."""
        times = self._tried[name].times if name in self._tried else 0
        wait = min(self._first_wait * 2**times, LONGEST_WAIT)
        now = asyncio.get_running_loop().time()
        if isinstance(error, RetryAfter):
            self._quiet_until = now + _seconds(error.retry_after)
        self._tried[name] = Tried(times + 1, now + wait)
        problem = str(error) if isinstance(error, NotFetched) else type(error).__name__
        log.warning("file_not_hashed", file=name, problem=problem, attempt=times + 1)

    def _pause(self) -> float:
        """Answer after how many seconds to look again."""
        now = asyncio.get_running_loop().time()
        soonest = min((tried.again_at for tried in self._tried.values()), default=now + LOOK_AFTER)
        return max(0.0, self._quiet_until - now, min(LOOK_AFTER, soonest - now))


def _seconds(wait: timedelta | int) -> float:
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
