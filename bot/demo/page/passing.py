"""How time passes on the page: step by step, in the background, until it is there or stopped."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.demo.clock import FARTHEST, HOUR, MORNING, ZONE, read_move
from bot.demo.process import Down
from bot.demo.refusal import RefusedError
from bot.demo.stage import FARTHEST_REMINDER, Stage

TELL_EVERY = 0.1  # seconds: a long way has thousands of stops


class Passing:
    """Moves the stage's clock; ``tell`` hears of it with what ``shown`` answers."""

    def __init__(self, stage: Stage, tell: Callable[[dict[str, object]], None]) -> None:
        self._stage = stage
        self._tell = tell
        self._task: asyncio.Task[None] | None = None
        self._to: datetime | None = None

    def shown(self) -> dict[str, object]:
        """Answer where the clock stands and where it goes, in the organisation's zone."""
        return {
            "now": self._stage.clock.local.isoformat(),
            "zone": ZONE.key,
            "moving": self._moving,
            "to": None if self._to is None else self._to.astimezone(ZONE).isoformat(),
        }

    async def moments(self) -> dict[str, str | None]:
        """Answer where each step would lead; None where it leads nowhere now."""
        now = self._stage.clock.local
        morning = datetime.combine(now.date(), MORNING, ZONE)
        found: dict[str, str | None] = {"workday": None, "deadline": None}
        with suppress(Down):
            found |= await self._stage.bot.ask("moments")
        real = datetime.now(UTC).replace(second=0, microsecond=0)
        ahead = now < real <= now + FARTHEST
        return found | {
            "hour": (now + HOUR).isoformat(),
            "morning": (morning if now < morning else morning + timedelta(days=1)).isoformat(),
            "now": real.astimezone(ZONE).isoformat() if ahead else None,
        }

    async def go(self, to: str) -> None:
        """Set out: to a step of ``moments``, to the next ``reminder``, or to a moment as typed.

        ``RefusedError`` when it is none, lies behind or too far ahead, the clock moves already, or
        the organisation is still living through its past.
        """
        self._require_still()
        if to == "reminder":
            self._set_out(self._stage.clock.now + FARTHEST_REMINDER, until_told=True)
            return
        moments = await self.moments()
        self._require_still()  # nobody else has set out meanwhile
        if to in moments:
            found = moments[to]
            if found is None:
                raise RefusedError("nowhere")
            self._set_out(datetime.fromisoformat(found))
        else:
            self._set_out(read_move(to, self._stage.clock.now))

    async def stop(self) -> None:
        """Let it stand where it is."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def _moving(self) -> bool:
        return self._task is not None and not self._task.done()

    def _require_still(self) -> None:
        if not self._stage.opened:
            raise RefusedError("starting")
        if self._moving:
            raise RefusedError("moving")

    def _set_out(self, to: datetime, *, until_told: bool = False) -> None:
        self._to = None if until_told else to
        self._task = asyncio.create_task(self._pass(to, until_told=until_told))
        self._task.add_done_callback(self._arrived)
        self._tell(self.shown())

    async def _pass(self, to: datetime, *, until_told: bool) -> None:
        before, told_at = self._stage.sandbox.sent, time.monotonic()
        async for _ in self._stage.pass_time(to):
            if until_told and self._stage.sandbox.sent > before:
                return
            if time.monotonic() - told_at > TELL_EVERY:
                told_at = time.monotonic()
                self._tell(self.shown())

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._to = None
        self._tell(self.shown())
        if not task.cancelled():
            task.exception()  # seen: what went wrong in the bot is in its log
