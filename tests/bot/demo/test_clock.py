"""The clock on the page: forward only, one way at a time, and with all that is due on the way."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta

import pytest

from bot.demo.child.moments import next_working_morning
from bot.demo.clock import ZONE
from bot.holidays import ChineseHolidays
from compliance.calendar import MondayToFriday
from tests.bot.demo.conftest import PATIENCE, Page

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def now(page: Page) -> datetime:
    return datetime.fromisoformat((await page.get("/demo/state"))["clock"]["now"])


@pytest.mark.parametrize("step", ["hour", "morning", "workday", "deadline"])
async def test_a_step_leads_where_it_says(page: Page, step: str) -> None:
    begun = await now(page)
    told = datetime.fromisoformat((await page.get("/demo/moments"))[step])
    assert told > begun
    assert await page.moves(step) == told
    if step == "hour":
        assert told == begun + timedelta(hours=1)
    else:
        assert (told.hour, told.minute) == (9, 0)


async def test_a_moment_is_typed(page: Page) -> None:
    begun = await now(page)
    assert await page.moves("+90m") == begun + timedelta(minutes=90)
    day = (begun + timedelta(days=2)).date()
    for typed, at in ((f"{day}", time(9, 0)), (f"{day}T10:30", time(10, 30))):
        assert await page.moves(typed) == datetime.combine(day, at, ZONE)


async def test_it_never_goes_back(page: Page) -> None:
    begun = await now(page)
    for to in (begun, begun - timedelta(minutes=1), begun - timedelta(days=400)):
        assert await page.status("POST", "/demo/clock", json={"to": to.isoformat()}) == 400
    assert await now(page) == begun


async def test_while_it_moves_it_takes_no_other_way_and_can_be_stopped(page: Page) -> None:
    begun = await now(page)
    told = page.sandbox.feed.number
    way = await page.post("/demo/clock", to="+300d")
    assert way["moving"] is True
    assert datetime.fromisoformat(way["to"]) == begun + timedelta(days=300)
    assert await page.status("POST", "/demo/clock", json={"to": "hour"}) == 400
    assert await page.status("POST", "/demo/clock", json={"to": "reminder"}) == 400
    stopped = await page.post("/demo/clock/stop")
    assert (stopped["moving"], stopped["to"]) == (False, None)
    await page.until_told("clock", told, moving=False)
    assert begun <= datetime.fromisoformat(stopped["now"]) < begun + timedelta(days=300)
    answer = await page.says("secretary", "group", "/help")
    assert answer["text"].startswith("用法"), "it answers as ever"


async def test_of_those_who_set_out_at_once_one_goes(page: Page) -> None:
    begun = await now(page)
    ways = [page.status("POST", "/demo/clock", json={"to": "+300d"}) for _ in range(4)]
    assert sorted(await asyncio.gather(*ways)) == [200, 400, 400, 400]
    stopped = await page.post("/demo/clock/stop")
    assert datetime.fromisoformat(stopped["now"]) < begun + timedelta(days=300)


async def test_the_next_reminder_comes_by_itself(page: Page) -> None:
    told = page.sandbox.feed.number
    await page.moves("reminder")
    heard = page.sandbox.feed.since(told) or ()
    said = [happening.data for happening in heard if happening.kind == "message"]
    assert said
    for message in said:
        assert message["text"].startswith("⏰")
        assert "reply_to_message" not in message


async def test_time_passes_while_the_bot_is_dead_and_it_catches_up(page: Page) -> None:
    group = page.stage.organisation.players["secretary"].chat("group")
    await page.kills()
    last = page.last(group)["message_id"]
    begun = await now(page)
    assert await page.moves("+45d") == begun + timedelta(days=45)
    assert page.last(group)["message_id"] == last, "nobody is there to speak"
    await page.starts()
    await page.sandbox.wait_until(lambda: page.last(group)["message_id"] > last, PATIENCE)
    assert page.last(group)["text"].startswith("⏰")


async def test_time_without_a_bot_lets_others_have_their_turn(page: Page) -> None:
    await page.kills()
    turn = asyncio.Event()
    asyncio.get_running_loop().call_soon(turn.set)
    await page.stage.travel(page.stage.clock.now + timedelta(hours=2))
    assert turn.is_set()
    await page.starts()


@pytest.mark.parametrize(
    ("at", "morning"),
    [
        ("2026-11-05 08:59", "2026-11-05"),
        ("2026-11-05 09:00", "2026-11-06"),
        ("2026-11-06 12:00", "2026-11-09"),  # over a weekend
        ("2026-09-30 12:00", "2026-10-08"),  # over the National Day holiday
        ("2026-10-09 12:00", "2026-10-10"),  # a Saturday that is made up
    ],
)
async def test_the_next_working_day_is_that_of_the_notice(at: str, morning: str) -> None:
    found = next_working_morning(ChineseHolidays(), datetime.fromisoformat(at).replace(tzinfo=ZONE))
    assert found == datetime.fromisoformat(f"{morning} 09:00").replace(tzinfo=ZONE)


async def test_without_a_notice_no_working_day_is_guessed() -> None:
    assert next_working_morning(MondayToFriday(), datetime(2027, 3, 1, 12, tzinfo=ZONE)) is None
