"""Faults on demand, and an outage."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api, until_polling


async def test_an_error_is_answered_as_often_as_ordered(api: Api, sandbox: Sandbox) -> None:
    sandbox.fail(method="sendMessage", chat_id=LI, retry_after=7, times=2)

    assert (await api.ok("getMe"))["is_bot"] is True
    await api.ok("sendMessage", chat_id=WANG, text="a")
    for _ in range(2):
        status, answer = await api.raw("sendMessage", chat_id=LI, text="a")
        assert status == 429
        assert answer == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
    await api.ok("sendMessage", chat_id=LI, text="a")
    assert sandbox.sent == 2


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 500, 502, 503, 504, 418])
async def test_any_error_can_be_answered(api: Api, sandbox: Sandbox, code: int) -> None:
    sandbox.fail(error_code=code)

    assert (await api.refused("getMe")).startswith(f"{code} ")
    await api.ok("getMe")


async def test_polling_fails_only_when_it_is_named(api: Api, sandbox: Sandbox) -> None:
    sandbox.fail(error_code=500)
    assert await api.updates() == []
    await api.refused("getMe")
    sandbox.fail(method="getUpdates", error_code=502, description="Bad Gateway: nginx")

    assert await api.refused("getUpdates") == "502 Bad Gateway: nginx"


async def test_a_poll_that_is_under_way_may_end_for_a_fault(api: Api, sandbox: Sandbox) -> None:
    polling = asyncio.create_task(api.raw("getUpdates", timeout=50))
    await until_polling(sandbox)
    sandbox.fail(method="getUpdates", error_code=502, release=True)

    assert (await polling)[1]["result"] == []
    assert await api.refused("getUpdates") == "502 Bad Gateway"


@pytest.mark.parametrize(("mode", "sent"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection(api: Api, sandbox: Sandbox, mode: str, sent: int) -> None:
    sandbox.fail(method="sendMessage", mode="drop_after" if sent else "drop_before")

    with pytest.raises(aiohttp.ClientError):
        await api.raw("sendMessage", chat_id=GROUP, text="a")
    assert sandbox.sent == sent
    assert len(sandbox.messages(GROUP)) == sent
    call = sandbox.calls[-1]
    assert (call.method, call.status, call.answer is not None) == ("sendMessage", 0, bool(sent))
    await api.ok("sendMessage", chat_id=GROUP, text="a")


async def test_a_slow_answer_is_still_an_answer(api: Api, sandbox: Sandbox) -> None:
    sandbox.fail(method="sendMessage", error_code=200, delay=0.01)

    assert (await api.ok("sendMessage", chat_id=LI, text="a"))["text"] == "a"


async def test_an_outage_keeps_the_world(api: Api, sandbox: Sandbox) -> None:
    port = int(sandbox.base_url.split(":")[2].removesuffix("/bot"))
    sandbox.say(LI, LI, "a")
    await sandbox.stop()
    with pytest.raises(aiohttp.ClientError):
        await api.updates()
    sandbox.say(LI, LI, "b")
    await sandbox.start(port)

    assert [update["message"]["text"] for update in await api.updates()] == ["a", "b"]
