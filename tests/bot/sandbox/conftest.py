from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from bot.sandbox.control import control

LI, WANG, GROUP = 7, 8, -5


class Api:
    """The Bot API as a raw client sees it: JSON in, status and answer out."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    def url(self, method: str) -> str:
        return f"{self.sandbox.base_url}{self.sandbox.token}/{method}"

    async def raw(self, method: str, /, **params: Any) -> tuple[int, dict[str, Any]]:
        async with self.session.post(self.url(method), json=params) as response:
            return response.status, await response.json()

    async def ok(self, method: str, /, **params: Any) -> Any:
        status, answer = await self.raw(method, **params)
        assert status == 200, answer
        assert answer["ok"] is True
        return answer["result"]

    async def refused(self, method: str, /, **params: Any) -> str:
        status, answer = await self.raw(method, **params)
        assert answer["ok"] is False, answer
        assert answer["error_code"] == status
        return f"{status} {answer['description']}"

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = await self.ok("getUpdates", **params)
        return result


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as made:
        made.add_user(LI, "李四", username="lisi", language_code="zh-hans")
        made.add_user(WANG, "王五")
        made.add_group(GROUP, "第一支部", [LI, WANG])
        yield made


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(sandbox, session)


@pytest.fixture
async def through(sandbox: Sandbox) -> AsyncIterator[str]:
    """The root of a server that passes `/sandbox/…` on."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await control(sandbox, request)

    app = web.Application()
    app.router.add_route("*", "/sandbox/{tail:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await sandbox.stop()  # first, or the server would wait for who still listens
    await runner.cleanup()


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def until_polling(sandbox: Sandbox) -> None:
    await sandbox.wait_until(lambda: sandbox.updates.polled)
