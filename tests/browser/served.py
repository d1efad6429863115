"""The demo with its page, served by this process; the bot is a process of its own, as always."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.demo.opening import stage_up
from bot.demo.page.server import Server
from bot.demo.stage import Stage
from bot.sandbox import Sandbox

GROUP = -1001  # of 第一支部
SECRETARY, MEMBER, STRANGER = 101, 103, 105


@dataclass(frozen=True, slots=True)
class Served:
    """A demo, and where its page is."""

    stage: Stage
    address: str

    @property
    def sandbox(self) -> Sandbox:
        """Answer the sandbox behind the page."""
        return self.stage.sandbox


@asynccontextmanager
async def serving(locale: str = "zh", *, history: bool = False) -> AsyncIterator[Served]:
    """Serve while the block lasts; without ``history`` nothing is recorded yet, which is quick."""
    async with stage_up(locale) as stage:
        server = Server(stage, locale)
        await server.start()
        try:
            await stage.open(history=history)
            yield Served(stage, server.address)
        finally:
            await server.stop()
