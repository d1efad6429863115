"""The webhook: secret, order, retries, many at once, redelivery; to polling and back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox import ImpossibleError, Sandbox
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Mode
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api, texts, until_polling


class Hook:
    """A bot behind a webhook that answers what it is told to, once it is let."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = iter(statuses)
        self.answering = asyncio.Event()
        self.answering.set()
        self.open = self.most_open = 0
        self.changes = Changes()
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

    @property
    def texts(self) -> list[str]:
        """What was said in the updates, in the order in which they came."""
        return texts([update for _, update in self.got])

    async def until_open(self, count: int) -> None:
        async with asyncio.timeout(10):
            await self.changes.until(lambda: self.open == count)

    async def take(self, request: web.BaseRequest) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((secret, await request.json()))
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        self.changes.notify()
        await self.answering.wait()
        self.open -= 1
        return web.Response(status=next(self.statuses, 200))


async def test_a_webhook_gets_updates_in_order_until_it_takes_them(
    api: Api, sandbox: Sandbox
) -> None:
    async with Hook(500, 503) as hook:
        sandbox.say(LI, LI, "a")
        await api.ok("setWebhook", url=hook.url, secret_token="s-1", max_connections=1)
        sandbox.say(LI, LI, "b")
        sandbox.say(WANG, WANG, "c")
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)

        assert {secret for secret, _ in hook.got} == {"s-1"}
        got = hook.texts
        assert len(got) == 5
        assert [text for text in got if text != "c"][-1] == "b"
        assert got.count("a") + got.count("c") == 4
        info = await api.ok("getWebhookInfo")
        assert info["url"] == hook.url
        assert info["pending_update_count"] == 0
        assert info["last_error_message"].startswith("Wrong response from the webhook: 50")


async def test_a_webhook_and_a_poller_exclude_each_other(api: Api, sandbox: Sandbox) -> None:
    async with Hook() as hook:
        polling = asyncio.create_task(api.raw("getUpdates", timeout=50))
        await until_polling(sandbox)
        await api.ok("setWebhook", url=hook.url)

        assert (await polling)[0] == 409
        assert "can't use getUpdates method while webhook" in await api.refused("getUpdates")
        await api.ok("deleteWebhook", drop_pending_updates=True)
        assert await api.updates() == []
        assert (await api.ok("getWebhookInfo"))["url"] == ""


async def test_updates_wait_for_a_webhook_that_is_not_there_yet(api: Api, sandbox: Sandbox) -> None:
    async with Hook() as hook:
        url = hook.url
    await api.ok("setWebhook", url=url)
    sandbox.say(LI, LI, "a")
    await sandbox.wait_until(lambda: "last_error_message" in sandbox.webhook.info())
    await api.ok("deleteWebhook")

    assert texts(await api.updates()) == ["a"]


async def test_a_webhook_goes_on_after_an_outage(api: Api, sandbox: Sandbox) -> None:
    async with Hook() as hook:
        await api.ok("setWebhook", url=hook.url)
        await sandbox.stop()
        sandbox.say(LI, LI, "a")
        assert (sandbox.unconfirmed, hook.got) == (1, [])
        await sandbox.start()
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)

        assert hook.texts == ["a"]


async def test_chats_go_side_by_side_and_the_updates_of_one_in_turn(
    api: Api, sandbox: Sandbox
) -> None:
    people = range(100, 106)
    for user_id in people:
        sandbox.add_user(user_id, "某某")
    async with Hook(*[503] * 4) as hook:
        hook.answering.clear()
        await api.ok("setWebhook", url=hook.url, max_connections=4)
        said = [f"{user_id} {turn}" for turn in range(5) for user_id in people]
        for text in said:
            sandbox.say(int(text[:3]), int(text[:3]), text)
        await hook.until_open(4)
        assert {text[4:] for text in hook.texts} == {"0"}  # none before the one before it was taken
        hook.answering.set()
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)

    assert hook.most_open == 4
    assert len(hook.texts) == len(said) + 4
    for user_id in people:
        mine = [text for text in hook.texts if text.startswith(str(user_id))]
        assert mine == sorted(mine)
        assert set(mine) == {text for text in said if text.startswith(str(user_id))}


@pytest.mark.parametrize(
    ("mode", "came"), [("drop_before", ["a", "b"]), ("drop_after", ["a", "a", "a", "b"])]
)
async def test_an_update_comes_again_when_its_answer_was_lost(
    api: Api, sandbox: Sandbox, mode: Mode, came: list[str]
) -> None:
    sandbox.fail(method="webhook", chat_id=LI, mode=mode, times=2)
    async with Hook() as hook:
        await api.ok("setWebhook", url=hook.url, secret_token="s-1")
        sandbox.say(LI, LI, "a")
        sandbox.say(LI, LI, "b")
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)

        info = await api.ok("getWebhookInfo")
    assert hook.texts == came
    assert {secret for secret, _ in hook.got} == {"s-1"}
    assert len({update["update_id"] for _, update in hook.got}) == 2
    assert info["last_error_message"] == "Connection closed"


async def test_a_webhook_fault_meets_only_what_it_names(api: Api, sandbox: Sandbox) -> None:
    sandbox.fail(error_code=500)
    sandbox.fail(method="webhook", chat_id=WANG, mode="drop_after")
    with pytest.raises(ImpossibleError, match="drop_before"):
        sandbox.fail(method="webhook", error_code=500)
    await api.refused("getMe")
    async with Hook() as hook:
        await api.ok("setWebhook", url=hook.url)
        sandbox.say(LI, LI, "a")
        sandbox.say(WANG, WANG, "b")
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)

    assert sorted(hook.texts) == ["a", "b", "b"]


async def test_changing_between_webhook_and_polling_loses_nothing(
    api: Api, sandbox: Sandbox
) -> None:
    got: list[str] = []
    said = [f"{number:02}" for number in range(40)]

    async def poll() -> None:
        updates = await api.updates(limit=3)
        got.extend(texts(updates))
        if updates:
            await api.updates(offset=updates[-1]["update_id"] + 1)

    async with Hook(200, 500, 200, 200, 503) as hook:
        for number, text in enumerate(said):
            sandbox.say(LI, LI if number % 2 else GROUP, f"/{text}")
            if number % 10 == 4:  # while some of it is under way
                await api.ok("setWebhook", url=hook.url)
            elif number % 10 == 8:
                await api.ok("deleteWebhook")
                await poll()
        await poll()
        await api.ok("setWebhook", url=hook.url)
        await sandbox.wait_until(lambda: sandbox.unconfirmed == 0)
        got += hook.texts

    assert {text.removeprefix("/") for text in got} == set(said)
