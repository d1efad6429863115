"""Bots in processes of their own: started, listened to, stopped, killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from bot.sandbox import Sandbox
from tests.crash.nursery import Nursery
from tests.storage.databases import opened

# Told to stop, a bot is gone within so many seconds.
STOP_SECONDS = 10
UNHURRIED = {
    "SANHUI_SENDS_PER_SECOND": "1000000",
    "SANHUI_SENDS_PER_CHAT_SECOND": "1000000",
    "SANHUI_SENDS_PER_GROUP_MINUTE": "1000000",
    "SANHUI_OWNER_IDS": "1",  # else a code would be made, and printed
    "SANHUI_POLL_SECONDS": "1",
    "SANHUI_LOG_JSON": "1",
}


class Bot:
    """A process that runs a command of the bot's; what it logs is heard while it runs."""

    def __init__(self, nursery: Nursery, pid: int, heard: Callable[[], None]) -> None:
        self.pid = pid
        self._nursery = nursery
        self._heard = heard
        self._events: list[dict[str, Any]] = []
        self._out: list[str] = []
        self.log: list[str] = []
        self._listening: tuple[asyncio.Task[None], ...] = ()

    async def listen(self, out: int, err: int) -> None:
        """Hear from now on what it writes to these pipes."""
        self._listening = (
            asyncio.create_task(self._listen(await lines(out), self._out)),
            asyncio.create_task(self._listen(await lines(err), self.log)),
        )

    async def _listen(self, stream: asyncio.StreamReader, kept: list[str]) -> None:
        async for line in stream:
            kept.append(line.decode())
            if line.startswith(b"{"):
                self._events.append(json.loads(line))
            self._heard()

    @property
    def name(self) -> str | None:
        """Its name among replicas; None before it has started."""
        return next((event["replica"] for event in self._events if "replica" in event), None)

    def told(self, event: str) -> int:
        """How often it has told of an event."""
        return sum(each["event"] == event for each in self._events)

    @property
    def runs(self) -> bool:
        return not all(task.done() for task in self._listening)

    async def killed(self) -> None:
        """Kill it on the spot."""
        assert self.runs, "".join(["the bot ended by itself\n", *self.log[-20:]])
        os.kill(self.pid, signal.SIGKILL)
        assert (await self.ended())[0] == -signal.SIGKILL

    async def stopped(self) -> tuple[int, str]:
        """Ask it to stop; answer its exit code and its standard output."""
        os.kill(self.pid, signal.SIGTERM)
        try:
            return await asyncio.wait_for(self.ended(), STOP_SECONDS)
        except TimeoutError:
            raise AssertionError("".join(["it does not stop\n", *self.log[-20:]])) from None

    async def ended(self) -> tuple[int, str]:
        """Wait for its end; answer its exit code and its standard output."""
        await asyncio.wait(self._listening)
        return self._nursery.code(self.pid), "".join(self._out)

    async def gone(self) -> None:
        """Whatever happened, let it be gone."""
        if self.runs:
            os.kill(self.pid, signal.SIGKILL)
        await self.ended()


async def lines(pipe: int) -> asyncio.StreamReader:
    """Give the lines that come through a pipe."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb")
    )
    return reader


class Bots:
    """Starts bots on one database against one sandbox."""

    def __init__(self, nursery: Nursery, url: str, sandbox: Sandbox) -> None:
        self.url = url
        self._nursery = nursery
        self._sandbox = sandbox
        self._all: list[Bot] = []

    async def start(self, *command: str, **settings: str) -> Bot:
        """Start a command (``run`` if none is named); settings are named without ``SANHUI_``."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SANHUI_")}
        environment = {
            **kept,
            **UNHURRIED,
            "SANHUI_DATABASE_URL": self.url,
            "SANHUI_BOT_TOKEN": self._sandbox.token,
            "SANHUI_API_BASE_URL": self._sandbox.base_url,
            **{f"SANHUI_{name.upper()}": value for name, value in settings.items()},
        }
        (out, its_out), (err, its_err) = os.pipe(), os.pipe()
        pid = self._nursery.start(command or ("run",), environment, its_out, its_err)
        os.close(its_out)
        os.close(its_err)
        bot = Bot(self._nursery, pid, self._sandbox.changes.notify)
        await bot.listen(out, err)
        self._all.append(bot)
        return bot

    async def ran(self, *command: str) -> tuple[int, str]:
        """Run a command that ends by itself; answer its exit code and its standard output."""
        return await (await self.start(*command)).ended()

    async def kill(self, bot: Bot) -> None:
        """Kill a bot, and let the lease of what it held be over at once.

        That lasts ``storage.calls.LEASE`` seconds otherwise, so long as a living bot may need.
        """
        await bot.killed()
        if bot.name is not None and not self.url.startswith("sqlite"):
            with opened(self.url) as engine, engine.begin() as connection:
                over = text("UPDATE outbox SET taken_until = 0 WHERE taken_by = :name")
                connection.execute(over, {"name": bot.name})

    @property
    def log(self) -> str:
        """All that all of them have logged."""
        return "".join(line for bot in self._all for line in bot.log)

    async def gone(self) -> None:
        await asyncio.gather(*(bot.gone() for bot in self._all))


def free_port() -> int:
    """Answer a port of the loopback address that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
