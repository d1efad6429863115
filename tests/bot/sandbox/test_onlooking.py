"""`/sandbox/events`, as a browser hears it: from the sandbox itself and through another server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox, onlooking
from tests.bot.sandbox.conftest import LI, Api


class Stream:
    """The lines of a response, as an EventSource cuts them."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def block(self) -> str:
        return (await self.response.content.readuntil(b"\n\n")).decode().removesuffix("\n\n")

    async def event(self) -> tuple[int, str, Any]:
        fields = dict(line.split(": ", 1) for line in (await self.block()).split("\n"))
        return int(fields["id"]), fields["event"], json.loads(fields["data"])


@asynccontextmanager
async def listening(
    api: Api, root: str = "", *, headers: dict[str, str] | None = None, **query: Any
) -> AsyncIterator[Stream]:
    root = root or api.sandbox.base_url.removesuffix("/bot")
    url = f"{root}/sandbox/events"
    async with api.session.get(url, params=query, headers=headers) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        stream = Stream(response)
        assert await stream.block() == "retry: 1000"
        yield stream


async def test_what_was_and_what_comes_is_told_in_order(api: Api, sandbox: Sandbox) -> None:
    since = sandbox.feed.number
    sandbox.say(LI, LI, "一\n\ndata: 二")
    async with listening(api, since=since) as stream:
        number, kind, message = await stream.event()
        assert (number, kind, message["text"]) == (since + 1, "message", "一\n\ndata: 二")
        assert await stream.event() == (since + 2, "updates", {"unconfirmed": 1})
        for text in "ab":
            sandbox.feed.tell("clock", {"text": text})
        assert await stream.event() == (since + 3, "clock", {"text": "a"})
        assert await stream.event() == (since + 4, "clock", {"text": "b"})


async def test_a_call_is_told_without_the_bytes_of_its_upload(api: Api, sandbox: Sandbox) -> None:
    form = aiohttp.FormData({"chat_id": str(LI)})
    form.add_field("document", b"secret bytes", filename="a.txt")
    async with listening(api, since=sandbox.feed.number) as stream:
        async with api.session.post(api.url("sendDocument"), data=form) as response:
            assert response.status == 200
        _, kind, _ = await stream.event()
        assert kind == "message"
        _, kind, call = await stream.event()
    assert (kind, call["method"], call["params"]["document"]) == (
        "call",
        "sendDocument",
        "<Upload>",
    )


async def test_more_than_is_told_at_once_comes_whole(api: Api, sandbox: Sandbox) -> None:
    since = sandbox.feed.number
    for n in range(1000):
        sandbox.feed.tell("clock", {"n": n})
    async with listening(api, since=since) as stream:
        assert [(await stream.event())[2]["n"] for _ in range(1000)] == list(range(1000))


async def test_the_last_id_a_browser_saw_goes_before_since(api: Api, sandbox: Sandbox) -> None:
    since = sandbox.feed.number
    for n in range(3):
        sandbox.feed.tell("clock", {"n": n})
    seen = {"Last-Event-ID": str(since + 2)}
    async with listening(api, headers=seen, since=since) as stream:
        assert await stream.event() == (since + 3, "clock", {"n": 2})


async def test_without_a_number_all_is_told(api: Api, sandbox: Sandbox) -> None:
    async with listening(api) as stream:
        number, kind, user = await stream.event()
    assert (number, kind, user["id"]) == (sandbox.feed.begun + 1, "user", LI)


@pytest.mark.parametrize("far", [-10, 10])
async def test_who_missed_something_or_comes_from_another_run_is_told_to_begin_anew(
    api: Api, sandbox: Sandbox, far: int
) -> None:
    known = sandbox.feed.begun if far < 0 else sandbox.feed.number
    async with listening(api, since=known + far) as stream:
        assert await stream.event() == (sandbox.feed.number, "reset", {})
        sandbox.feed.tell("clock", {"n": 1})
        assert await stream.event() == (sandbox.feed.number, "clock", {"n": 1})


async def test_a_comment_comes_when_all_is_quiet(
    api: Api, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onlooking, "_QUIET", 0.01)
    async with listening(api, since=sandbox.feed.number) as stream:
        assert await stream.block() == ": quiet"
        assert await stream.block() == ": quiet"


async def test_it_ends_when_the_sandbox_stops(api: Api, sandbox: Sandbox) -> None:
    async with listening(api, since=sandbox.feed.number) as stream:
        await sandbox.stop()
        assert await stream.response.content.read() == b""


async def test_through_another_server_it_ends_when_the_sandbox_stops(
    api: Api, sandbox: Sandbox, through: str
) -> None:
    async with listening(api, through, since=sandbox.feed.number) as stream:
        sandbox.feed.tell("clock", {})
        assert (await stream.event())[1] == "clock"
        await sandbox.stop()
        assert await stream.response.content.read() == b""


async def test_nothing_is_left_of_who_went_away(
    api: Api,
    sandbox: Sandbox,
    through: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onlooking, "_QUIET", 0.01)
    before = asyncio.all_tasks()
    for root in ("", through):
        async with listening(api, root, since=sandbox.feed.number) as stream:
            stream.response.close()
    answering = asyncio.all_tasks() - before
    assert answering
    _, left = await asyncio.wait(answering, timeout=10)
    assert not left
    assert not caplog.records


@pytest.mark.parametrize("name", ["since", "Last-Event-ID"])
async def test_a_number_that_is_none_is_refused(api: Api, name: str) -> None:
    root = api.sandbox.base_url.removesuffix("/bot")
    given = {name: "x"}
    params, headers = (given, {}) if name == "since" else ({}, given)
    url = f"{root}/sandbox/events"
    async with api.session.get(url, params=params, headers=headers) as response:
        assert response.status == 400
        assert (await response.json())["error"] == f"{name} must be a whole number, not 'x'"
