"""The bot killed in the midst of things: nothing that was said is lost, nothing done twice."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from bot.demo.process import Down
from tests.bot.demo.conftest import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAID = "/meeting 党课 今天 应到10 实到{present} 议题:第{present}讲"


def answers(page: Page, chat_id: int, number: int) -> list[str]:
    """Answer what the bot said in answer to a message."""
    return [
        message["text"]
        for message in page.sandbox.messages(chat_id)
        if message.get("reply_to_message", {}).get("message_id") == number
    ]


async def test_what_was_said_meanwhile_is_answered_once(page: Page) -> None:
    secretary = page.stage.organisation.players["secretary"]
    before = await page.stage.entries()
    await page.kills()
    said = [
        await page.post(
            "/sandbox/say",
            user_id=secretary.id,
            chat_id=secretary.chat("group"),
            text=SAID.format(present=present),
        )
        for present in (7, 8, 9)
    ]
    assert (await page.get("/demo/state"))["bot"] == {"state": "killed"}
    await page.starts()
    await page.stage.settled()
    assert await page.stage.entries() == before + 3
    for number in said:
        (answer,) = answers(page, secretary.chat("group"), number)
        assert "已记录" in answer


async def test_killed_in_the_midst_of_an_entry_it_enters_it_once(page: Page) -> None:
    secretary = page.stage.organisation.players["secretary"]
    before = await page.stage.entries()
    number = page.sandbox.say(secretary.id, secretary.chat("group"), SAID.format(present=10))
    await page.sandbox.wait_until(lambda: page.sandbox.unconfirmed == 0)
    await page.kills()
    await page.starts()
    await page.stage.settled()
    assert await page.stage.entries() == before + 1
    assert answers(page, secretary.chat("group"), number)


async def test_a_bot_that_dies_by_itself_is_seen_to_be_dead(page: Page) -> None:
    begun = page.sandbox.feed.number
    pid = page.stage.bot.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await page.until_told("bot", begun, state="killed")
    assert await page.status("GET", "/demo/inspect/outbox") == 503
    await page.starts()
    assert await page.status("GET", "/demo/inspect/outbox") == 200


async def test_who_comes_while_it_is_dead_is_told_what_waits_for_it(page: Page) -> None:
    secretary = page.stage.organisation.players["secretary"]
    await page.kills()
    said = {"user_id": secretary.id, "chat_id": secretary.chat("group"), "text": "/status"}
    await page.post("/sandbox/say", **said)
    assert (await page.get("/sandbox/world"))["unconfirmed"] == 1
    await page.starts()
    await page.stage.settled()
    assert (await page.get("/sandbox/world"))["unconfirmed"] == 0


async def test_the_language_chosen_while_it_is_dead_is_spoken_afterwards(page: Page) -> None:
    await page.kills()
    assert await page.post("/demo/language", locale="en") == {"locale": "en"}
    await page.starts()
    assert (await page.says("secretary", "group", "/help"))["text"].startswith("Commands")
    await page.post("/demo/language", locale="zh")


async def test_to_start_what_runs_and_to_kill_what_is_dead_changes_nothing(page: Page) -> None:
    pid = page.stage.bot.pid
    assert await page.post("/demo/bot", do="start") == {"state": "running"}
    assert page.stage.bot.pid == pid
    await page.kills()
    await page.kills()
    await page.starts()
    assert page.stage.bot.pid != pid


async def test_killed_while_it_is_being_born_it_never_runs(page: Page) -> None:
    await page.kills()
    begun = page.sandbox.feed.number
    birth = asyncio.create_task(page.stage.bot.start(page.stage.clock.now))
    await asyncio.sleep(0)  # it is told to be born, and is not there yet
    assert page.stage.bot.state == "starting"
    await page.kills()
    with pytest.raises(Down):
        await birth
    states = [each.data for each in page.sandbox.feed.since(begun) or () if each.kind == "bot"]
    assert states == [{"state": "starting"}, {"state": "killed"}]
    await page.starts()


async def test_an_order_that_nobody_waits_for_leaves_the_next_its_own_answer(page: Page) -> None:
    abandoned = asyncio.create_task(page.stage.bot.ask("outbox"))
    await asyncio.sleep(0)  # the order is given, its answer not yet there
    abandoned.cancel()
    await asyncio.gather(abandoned, return_exceptions=True)
    assert isinstance(await page.stage.entries(), int)
