"""Long poll, offsets, 409, allowed_updates; webhook with secret and retries."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_stay_until_an_offset_confirms_them(api: Api, sandbox: Sandbox) -> None:
    for text in "abc":
        sandbox.say(LI, LI, text)

    first = await api.updates()
    assert texts(first) == ["a", "b", "c"]
    assert await api.updates() == first
    assert texts(await api.updates(limit=2)) == ["a", "b"]
    assert sandbox.unconfirmed == 3
    assert texts(await api.updates(offset=first[0]["update_id"] + 1)) == ["b", "c"]
    assert sandbox.unconfirmed == 2
    assert texts(await api.updates(offset=-1)) == ["c"]
    assert sandbox.unconfirmed == 1
    assert await api.updates(offset=first[2]["update_id"] + 1) == []
    assert sandbox.unconfirmed == 0


async def test_a_long_poll_answers_when_something_happens(api: Api, sandbox: Sandbox) -> None:
    polling = asyncio.create_task(api.updates(timeout=50))
    await until_polling(sandbox)
    sandbox.say(LI, LI, "a")

    assert texts(await polling) == ["a"]


async def test_a_second_poller_ends_the_first_with_409(api: Api, sandbox: Sandbox) -> None:
    first = asyncio.create_task(api.raw("getUpdates", timeout=50))
    await until_polling(sandbox)
    second = asyncio.create_task(api.raw("getUpdates", timeout=50))

    status, answer = await first
    assert (status, answer["error_code"]) == (409, 409)
    assert answer["description"].startswith("Conflict: terminated by other getUpdates request")
    sandbox.say(LI, LI, "a")
    assert texts((await second)[1]["result"]) == ["a"]


async def test_a_poller_that_went_away_is_forgotten(api: Api, sandbox: Sandbox) -> None:
    lost = asyncio.create_task(api.raw("getUpdates", timeout=50))
    await until_polling(sandbox)
    lost.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lost
    sandbox.say(LI, LI, "a")

    assert texts(await api.updates(timeout=5)) == ["a"]


async def test_only_wanted_kinds_are_queued(api: Api, sandbox: Sandbox) -> None:
    await api.updates(allowed_updates=["edited_message"])
    said = sandbox.say(LI, LI, "a")
    sandbox.edit(LI, LI, said, "b")
    sandbox.kick_bot(GROUP, by=LI)

    (update,) = await api.updates()
    assert update["edited_message"]["text"] == "b"
    await api.updates(offset=-1, allowed_updates=[])
    sandbox.block_bot(LI)
    assert "my_chat_member" in (await api.updates())[-1]


async def test_raw_updates_are_delivered_as_they_are(api: Api, sandbox: Sandbox) -> None:
    sandbox.say(LI, LI, "a")
    (first,) = await api.updates()
    sandbox.deliver(first)
    sandbox.deliver({"unheard_of": {"x": [1, None]}})
    again = await api.updates(offset=first["update_id"] + 1)

    assert again[0] == first
    assert again[1]["unheard_of"] == {"x": [1, None]}
    assert again[1]["update_id"] == first["update_id"] + 1
    assert await api.updates(offset=again[1]["update_id"] + 1) == []


class Hook:
    """A bot behind a webhook that answers what it is told to."""

    def __init__(self, statuses: list[int]) -> None:
        self.statuses: Iterator[int] = iter(statuses)
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        self.url = ""

    async def __aenter__(self) -> Hook:
        self.runner = web.ServerRunner(web.Server(self.take, access_log=None), shutdown_timeout=1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/hook"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()

    async def take(self, request: web.BaseRequest) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((secret, await request.json()))
        return web.Response(status=next(self.statuses, 200))


async def test_a_webhook_gets_updates_in_order_until_it_takes_them(
    api: Api, sandbox: Sandbox
) -> None:
    async with Hook([500, 503]) as hook:
        sandbox.say(LI, LI, "a")
        await api.ok("setWebhook", url=hook.url, secret_token="s-1", max_connections=1)
        sandbox.say(LI, LI, "b")
        sandbox.say(WANG, WANG, "c")
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)

        assert {secret for secret, _ in hook.got} == {"s-1"}
        got = texts([update for _, update in hook.got])
        assert len(got) == 5
        assert [text for text in got if text != "c"][-1] == "b"
        assert got.count("a") + got.count("c") == 4
        info = await api.ok("getWebhookInfo")
        assert info["url"] == hook.url
        assert info["pending_update_count"] == 0
        assert info["last_error_message"].startswith("Wrong response from the webhook: 50")


async def test_a_webhook_and_a_poller_exclude_each_other(api: Api, sandbox: Sandbox) -> None:
    async with Hook([]) as hook:
        polling = asyncio.create_task(api.raw("getUpdates", timeout=50))
        await until_polling(sandbox)
        await api.ok("setWebhook", url=hook.url)

        assert (await polling)[0] == 409
        assert "can't use getUpdates method while webhook" in await api.refused("getUpdates")
        await api.ok("deleteWebhook", drop_pending_updates=True)
        assert await api.updates() == []
        assert (await api.ok("getWebhookInfo"))["url"] == ""


async def test_updates_wait_for_a_webhook_that_is_not_there_yet(api: Api, sandbox: Sandbox) -> None:
    async with Hook([]) as hook:
        url = hook.url
    await api.ok("setWebhook", url=url)
    sandbox.say(LI, LI, "a")
    await sandbox.wait_until(lambda: "last_error_message" in sandbox.webhook.info())
    await api.ok("deleteWebhook")

    assert texts(await api.updates()) == ["a"]


async def test_a_webhook_goes_on_after_an_outage(api: Api, sandbox: Sandbox) -> None:
    async with Hook([]) as hook:
        await api.ok("setWebhook", url=hook.url)
        await sandbox.stop()
        sandbox.say(LI, LI, "a")
        assert (sandbox.unconfirmed, hook.got) == (1, [])
        await sandbox.start()
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)

        assert texts([update for _, update in hook.got]) == ["a"]


async def until_polling(sandbox: Sandbox) -> None:
    await sandbox.wait_until(lambda: sandbox.updates.polled)
