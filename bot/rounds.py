"""Rounds: work that waits in the database is done when one is woken, and looked for at times."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot import waiting
from storage.database import DATABASE_DOWN

LONGEST_WAIT = 10.0

log = structlog.get_logger(__name__)


async def _nothing() -> None:
    """Do nothing."""


class Rounds:
    """Does the rounds of one part of the bot, whose ``name`` the log tells.

    ``look_after`` are the seconds after which there is a round although nobody asked for one;
    ``rested`` is called after each. ``idle``: the last one left nothing to do.
    """

    def __init__(self, name: str, look_after: float, rested: Callable[[], None]) -> None:
        self._name = name
        self._look_after = look_after
        self._rested = rested
        self.idle = False
        self._work = asyncio.Event()
        self._work.set()

    def wake(self) -> None:
        """Ask for a round."""
        self.idle = False
        self._work.set()

    async def run(
        self,
        work: Callable[[], Awaitable[None]],
        begin_anew: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        """Do rounds of ``work`` until cancelled; a failing database makes it wait and try again.

        Before it is tried again there is ``begin_anew``.
        """
        wait = 0.0
        while True:
            await waiting.wait(self._work, self._look_after)
            self._work.clear()
            try:
                await work()
                wait = 0.0
                self.idle = not self._work.is_set()
                self._rested()
            except DATABASE_DOWN as error:
                wait = min(max(wait * 2, 0.1), LONGEST_WAIT)
                log.warning(f"{self._name}_waits", error=type(error).__name__, seconds=wait)
                self._work.set()
                await asyncio.sleep(wait)
                await begin_anew()
