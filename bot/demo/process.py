"""The demo's bot as a process of its own: it takes orders, and can be killed and started again."""

import asyncio
import json
import os
import sys
from asyncio import StreamReader
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

State = Literal["starting", "running", "killed"]
CHILD = (sys.executable, "-m", "bot.demo.child")
# An answer is one line of JSON, which may hold all that an inspector asks for.
LONGEST_ANSWER = 64 * 1024 * 1024
STOP_SECONDS = 12.0


class Down(Exception):  # noqa: N818 - it says how the bot is
    """The bot is not running."""


class OrderError(Exception):
    """The bot could not do what it was told."""


class BotProcess:
    """Runs the bot on a database in a folder. One event loop.

    ``told`` is what the child is told first (see ``bot.demo.child.desk.Told``); ``changed`` hears
    of each new state.
    """

    def __init__(
        self, told: Mapping[str, object], changed: Callable[[State], None] = lambda _: None
    ) -> None:
        self.state: State = "killed"
        self._told = dict(told)
        self._changed = changed
        self._process: Process | None = None
        self._given = 0
        self._asking = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Answer the id of the process that was started last."""
        return None if self._process is None else self._process.pid

    def tell(self, **values: object) -> None:
        """Change what it is told first, from its next start on."""
        self._told |= values

    async def start(self, now: datetime) -> None:
        """Start it at a moment of the demo; does nothing while it runs."""
        async with self._asking:
            if self.state != "killed":
                return
            self._become("starting")
            # A session of its own: Ctrl-C is for the demo, which then ends its bot itself.
            process = await asyncio.create_subprocess_exec(
                *CHILD,
                stdin=PIPE,
                stdout=PIPE,
                env=_environment(),
                limit=LONGEST_ANSWER,
                start_new_session=True,
            )
            self._process = process
            self._watching = asyncio.create_task(self._watch(process))
            if self.state == "killed":  # before there was anything to kill
                process.kill()
            await self._exchange(process, {**self._told, "now": now.isoformat()})
            self._become("running")

    async def ask(self, order: str, **values: object) -> Any:
        """Give an order and answer what it answers: see ``bot.demo.child.orders``.

        ``Down`` when it is not running or dies meanwhile, ``OrderError`` when it fails.
        """
        async with self._asking:
            if self._process is None or self.state != "running":
                raise Down
            return await self._exchange(self._process, {"order": order, **values})

    async def kill(self) -> None:
        """Kill it at once, in the midst of whatever it does, be it of starting."""
        process = self._process
        self._become("killed")  # first: it takes no order any more
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
        async with self._asking:  # until whoever asked it something has seen that it is gone
            pass

    async def stop(self) -> None:
        """Let it finish what is under way, and end; one that only starts has nothing to finish."""
        process = self._process
        if self.state == "running" and process is not None and process.stdin is not None:
            process.stdin.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
        await self.kill()

    async def _watch(self, process: Process) -> None:
        await process.wait()
        if process is self._process:
            self._become("killed")

    async def _exchange(self, process: Process, said: Mapping[str, object]) -> Any:
        if process.stdin is None or process.stdout is None:
            raise Down
        self._given += 1
        order = {"number": self._given, "said": said}
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            await process.stdin.drain()
            answer = await _answer_to(self._given, process.stdout)
        except ConnectionError as error:
            raise Down from error
        if answer is None:
            await process.wait()
            self._become("killed")
            raise Down
        if "error" in answer:
            raise OrderError(answer["error"])
        return answer["result"]

    def _become(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._changed(state)


async def _answer_to(number: int, lines: StreamReader) -> dict[str, Any] | None:
    """Read the answer to an order; None when there is nobody to answer any more.

    Whoever gave an earlier order may have given up waiting: its answer still comes first.
    """
    while line := await lines.readline():
        answer: dict[str, Any] = json.loads(line)
        if answer["number"] == number:
            return answer
    return None


def _environment() -> dict[str, str]:
    """Answer this process's environment: what it says of a real bot has no say here."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SANHUI_")}
