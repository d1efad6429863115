"""The demo's page without a browser: its server, the sandbox and the bot behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
import pytest_asyncio

from bot.demo.opening import stage_up
from bot.demo.page.server import Server
from bot.demo.stage import Stage

PATIENCE = 30.0  # seconds, of a machine that is busy with other tests
JSON = {"Content-Type": "application/json"}


class Page:
    """What a browser does: asks and orders over HTTP, and hears what happens."""

    def __init__(self, stage: Stage, address: str, session: aiohttp.ClientSession) -> None:
        self.stage = stage
        self.sandbox = stage.sandbox
        self.address = address.rstrip("/")
        self.session = session

    async def get(self, path: str, **params: Any) -> Any:
        async with self.session.get(self.address + path, params=params) as response:
            return _result(response.status, await response.json())

    async def post(self, path: str, /, **body: Any) -> Any:
        async with self.session.post(self.address + path, json=body) as response:
            return _result(response.status, await response.json())

    async def status(self, method: str, path: str, **options: Any) -> int:
        """Answer how a request is answered, whatever it says; never an error of the server."""
        async with self.session.request(method, self.address + path, **options) as response:
            assert "Traceback" not in await response.text()
            return response.status

    async def says(
        self, key: str, place: str, text: str, reply_to: int | None = None
    ) -> dict[str, Any]:
        """Let somebody write, and answer what the bot said last there once it has answered."""
        player = self.stage.organisation.players[key]
        await self.stage.say(player, player.chat(place), text, reply_to=reply_to)
        return self.last(player.chat(place))

    def last(self, chat_id: int) -> dict[str, Any]:
        """Answer the last message of a chat."""
        return self.sandbox.messages(chat_id)[-1]

    async def until_told(self, kind: str, since: int, **wanted: object) -> None:
        """Wait until the page is told so after that number of the feed."""

        def told() -> bool:
            return any(
                happening.kind == kind and wanted.items() <= happening.data.items()
                for happening in self.sandbox.feed.since(since) or ()
            )

        await self.sandbox.wait_until(told, PATIENCE)

    async def moves(self, to: str) -> datetime:
        """Move the clock, and answer where it stands in the end."""
        begun = self.sandbox.feed.number
        await self.post("/demo/clock", to=to)
        await self.until_told("clock", begun, moving=False)
        return datetime.fromisoformat((await self.get("/demo/state"))["clock"]["now"])

    async def kills(self) -> None:
        """Kill the bot."""
        assert await self.post("/demo/bot", do="kill") == {"state": "killed"}

    async def starts(self) -> None:
        """Start the bot again, and wait until it runs."""
        begun = self.sandbox.feed.number
        assert await self.post("/demo/bot", do="start") == {"state": "starting"}
        await self.until_told("bot", begun, state="running")


def _result(status: int, answer: dict[str, Any]) -> Any:
    assert status == 200, answer
    return answer["result"]


@asynccontextmanager
async def served(locale: str = "zh") -> AsyncIterator[Page]:
    """Serve a page whose bot is not started yet."""
    async with stage_up(locale) as stage:
        server = Server(stage, locale)
        await server.start(0)
        async with aiohttp.ClientSession() as session:
            yield Page(stage, server.address, session)
        await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page() -> AsyncIterator[Page]:
    """A page with an open stage, one for all tests of a file: on 5 November 2026, at noon."""
    async with served() as opened:
        await opened.stage.open()
        yield opened
