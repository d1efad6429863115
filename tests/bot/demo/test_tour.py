"""The guided tour: a step is done when it has happened, and by nothing that only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.demo.conftest import Page, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

STEPS = ("record", "ask", "dues", "reminder", "status", "superior", "stranger")


def step(tour: dict[str, Any], key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in tour["steps"] if each["key"] == key)
    return found


async def at_step(page: Page, key: str) -> dict[str, Any]:
    """Begin anew, and leave out all steps before one."""
    tour = await page.post("/demo/tour", do="begin")
    while tour["at"] != key:
        tour = await page.post("/demo/tour", do="next")
    return step(tour, key)


async def is_at(page: Page) -> str | None:
    """Answer at which step the tour is once it has seen all that happened."""
    at: str | None = (await page.get("/demo/tour"))["at"]
    return at


async def tap(page: Page, key: str, label: str) -> None:
    """Let somebody tap the button of the last message in their group."""
    player = page.stage.organisation.players[key]
    number = page.last(player.chat("group"))["message_id"]
    page.sandbox.tap_label(player.id, player.chat("group"), number, label)
    await page.stage.settled()


async def do(page: Page, suggested: dict[str, Any], language: str) -> None:
    """Do what a step suggests."""
    if suggested["to"]:
        await page.moves(suggested["to"])
    elif suggested["tap"]:
        await tap(page, suggested["who"], suggested["tap"])
    else:
        await page.says(suggested["who"], suggested["place"], suggested["say"][language])


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_doing_what_is_suggested_leads_through_all_steps(page: Page, language: str) -> None:
    tour = await page.post("/demo/tour", do="begin")
    acts = []
    while tour["at"] is not None:
        suggested = step(tour, tour["at"])
        acts.append(suggested["key"])
        assert not suggested["done"]
        await do(page, suggested, language)
        tour = await page.get("/demo/tour")
        assert len(acts) <= 8, acts  # it does not go on
    assert list(dict.fromkeys(acts)) == list(STEPS)
    assert acts.count("ask") == 2, "it is answered by a tap"
    assert all(each["done"] for each in tour["steps"])


async def test_every_change_is_told(page: Page) -> None:
    await at_step(page, "record")
    begun = page.sandbox.feed.number
    await page.says("secretary", "group", "/meeting 党课 今天 应到10 实到10")
    await page.until_told("tour", begun, at="ask")
    await page.post("/demo/tour", do="skip")
    await page.until_told("tour", begun, at=None)


WRONG = {
    "record": [
        ("secretary", "group", "/meeting 支委会 11-31 应到5 实到5"),
        ("secretary", "group", "/meeting 支委会 今天 应到5 实到9"),
        ("secretary", "private", "/meeting 支委会 今天 应到5 实到5"),
        ("organisation", "group", "/meeting 支委会 今天 应到5 实到5"),
        ("secretary", "group", "/dues 王芳 129"),
        ("secretary", "group", "支委会开完了"),
        ("secretary", "group", "/status"),
    ],
    "ask": [
        ("secretary", "group", "/meeting 党课 今天 应到10 实到10"),
        ("secretary", "group", "/meeting 党课 2月30日"),
    ],
    "dues": [
        ("organisation", "private", "党费 陈静 117"),
        ("organisation", "private", "党费 陈静 234 11-12月"),
        ("organisation", "private", "党费"),
        ("organisation", "group", "/dues 陈静 117, 赵磊 97.5"),
        ("secretary", "private", "党费 陈静 117, 赵磊 97.5"),
        ("organisation", "private", "党费 不存在 1, 没有人 2"),
    ],
    "reminder": [
        ("secretary", "group", "/why"),
        ("secretary", "group", "/due"),
    ],
    "status": [
        ("secretary", "private", "状态"),
        ("member", "group", "/status"),
        ("secretary", "group", "/due"),
        ("secretary", "group", "/records"),
        ("secretary", "group", "/status 第九支部"),
        ("secretary", "group", "/help"),
    ],
    "superior": [
        ("superior", "group", "/status"),
        ("superior", "group", "/status 第一支部"),
        ("superior", "private", "/status 全部"),
        ("secretary", "group", "/status 全部"),
    ],
    "stranger": [
        ("stranger", "private", "帮助"),
        ("stranger", "private", "/start"),
        ("member", "private", "状态"),
    ],
}


@pytest.mark.parametrize(
    ("key", "who", "place", "text"),
    [(key, *each) for key, said in WRONG.items() for each in said],
)
async def test_what_is_similar_does_not_do(
    page: Page, key: str, who: str, place: str, text: str
) -> None:
    await at_step(page, key)
    await page.says(who, place, text)
    assert await is_at(page) == key


async def test_what_was_before_does_not_do(page: Page) -> None:
    await page.says("secretary", "group", "/meeting 党课 今天 应到10 实到10")
    await at_step(page, "record")
    assert await is_at(page) == "record"


async def test_a_question_is_answered_by_a_tap_or_in_words(page: Page) -> None:
    for answer in ("tap", "reply"):
        asks = await at_step(page, "ask")
        question = await page.says("secretary", "group", asks["say"]["zh"])
        waiting = step(await page.get("/demo/tour"), "ask")
        assert waiting["say"] is None
        day = page.stage.clock.local.date().isoformat()
        assert waiting["tap"].startswith(day)
        if answer == "tap":
            await tap(page, "secretary", waiting["tap"])
        else:
            await page.says("secretary", "group", day, reply_to=question["message_id"])
        assert await is_at(page) == "dues"


async def test_a_question_that_was_withdrawn_is_to_be_asked_again(page: Page) -> None:
    asks = await at_step(page, "ask")
    await page.says("secretary", "group", asks["say"]["zh"])
    await tap(page, "secretary", "取消")
    again = step(await page.get("/demo/tour"), "ask")
    assert again["tap"] is None
    assert again["say"] == asks["say"]


async def test_recording_something_else_does_not_answer_a_question(page: Page) -> None:
    asks = await at_step(page, "ask")
    await page.says("secretary", "group", asks["say"]["zh"])
    await page.says("secretary", "group", "/meeting 党课 今天 应到10 实到10")
    assert await is_at(page) == "ask"


async def test_hours_without_a_reminder_do_not_do(page: Page) -> None:
    await page.moves("reminder")
    await at_step(page, "reminder")
    await page.moves("hour")
    assert await is_at(page) == "reminder"


async def test_a_step_waits_for_a_bot_that_was_killed(page: Page) -> None:
    records = await at_step(page, "record")
    await page.kills()
    await page.post(
        "/sandbox/say", user_id=101, chat_id=records["chat_id"], text=records["say"]["zh"]
    )
    assert await is_at(page) == "record"
    begun = page.sandbox.feed.number
    await page.starts()
    await page.until_told("tour", begun, at="ask")


async def test_it_is_led_only_where_it_goes(page: Page) -> None:
    await page.post("/demo/tour", do="skip")
    assert await page.status("POST", "/demo/tour", json={"do": "next"}) == 400
    assert await page.status("POST", "/demo/tour", json={"do": "dance"}) == 400
    assert await page.status("POST", "/demo/tour", json={}) == 400


async def test_it_begins_by_itself_and_not_before_the_stage_is_open() -> None:
    async with served() as page:
        tour = await page.get("/demo/tour")
        assert tour["at"] == "record"
        records = step(tour, "record")
        page.sandbox.say(101, records["chat_id"], records["say"]["zh"])
        await page.stage.open(history=False)
        assert "✅" in page.last(records["chat_id"])["text"]
        assert await is_at(page) == "record"
