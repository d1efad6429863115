"""Replicas of the bot that share a database, behind one webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.sandbox import Sandbox
from tests.bench.proxy import Proxy
from tests.crash.bots import Bot, Bots, free_port

REPLICAS = 3


class Replicas:
    """Bots that Telegram reaches through one address; each listens at a port of its own."""

    def __init__(self, bots: Bots, sandbox: Sandbox, proxy: Proxy, ports: Sequence[int]) -> None:
        self._bots = bots
        self._sandbox = sandbox
        self._proxy = proxy
        self.ports = tuple(ports)
        self.at: dict[int, Bot] = {}

    @property
    def url(self) -> str:
        return self._bots.url

    async def start(self, port: int, **settings: str) -> Bot:
        hook = f"http://127.0.0.1:{self._proxy.port}/telegram"
        listen = f"127.0.0.1:{port}"
        self.at[port] = await self._bots.start(webhook_url=hook, listen=listen, **settings)
        return self.at[port]

    async def started(self) -> None:
        """Wait until all run, and have ticked once."""
        await self._sandbox.wait_until(
            lambda: all(bot.told("caught_up") for bot in self.at.values()), timeout=30
        )

    def only(self, port: int) -> None:
        """Let the load balancer give all that comes to one of them."""
        for each in self.ports:
            self._proxy.refuse(each)
        self._proxy.accept(port)

    async def kill(self, port: int) -> None:
        await self._bots.kill(self.at[port])

    async def stopped(self) -> list[tuple[int, str]]:
        """Ask all to stop; answer their exit codes and outputs."""
        return await asyncio.gather(*(bot.stopped() for bot in self.at.values()))


@asynccontextmanager
async def behind_one_address(
    bots: Bots, sandbox: Sandbox, number: int = REPLICAS
) -> AsyncIterator[Replicas]:
    """Give an address for so many replicas, of which none is started."""
    ports = [free_port() for _ in range(number)]
    async with Proxy(ports) as proxy:
        yield Replicas(bots, sandbox, proxy, ports)
        await bots.gone()
