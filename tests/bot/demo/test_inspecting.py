"""Looking behind: what the database recorded, what goes out, and why the bot spoke or did not."""

from __future__ import annotations

import pytest

from tests.bot.demo.conftest import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEETING = "/meeting 支委会 今天 应到5 实到4 缺席:李明(出差) 议题:研究发展党员工作"


async def test_a_record_says_what_who_when_and_from_which_message(page: Page) -> None:
    answer = await page.says("secretary", "group", MEETING)
    newest = (await page.get("/demo/inspect/records", unit="第一支部"))[0]
    assert f"#{newest['number']}" in answer["text"]
    assert newest["kind"] == "支委会"
    assert newest["what"] == "2026-11-05 周四 应到5 实到4 缺席:李明 议题:研究发展党员工作"
    assert newest["entered_by"] == "张建国"
    assert newest["entered_at"] == "2026-11-05T12:00:00+08:00"
    source = answer["reply_to_message"]["message_id"]
    assert newest["source"] == {"chat_id": -1001, "message_id": source}
    assert (newest["reversed"], newest["amends"], newest["amended_by"]) == (False, None, None)


async def test_corrections_are_entries_that_name_what_they_correct(page: Page) -> None:
    await page.says("secretary", "group", MEETING)
    first = (await page.get("/demo/inspect/records"))[0]["number"]
    await page.says("secretary", "group", f"/amend #{first} 实到5 缺席:无")
    await page.says("secretary", "group", f"/undo #{first + 1}")
    undo, amended, meeting, *_ = await page.get("/demo/inspect/records")
    assert (undo["kind"], undo["what"]) == ("撤销", f"#{first + 1}")
    assert (amended["amends"], amended["reversed"]) == (first, True)
    assert (meeting["number"], meeting["reversed"]) == (first, False), "it counts again"


async def test_dues_and_rulings_are_told_too(page: Page) -> None:
    await page.says("organisation", "private", "党费 王芳 129 11月")
    await page.says("superior", "private", "/score 第一支部 第3项 85 评语:主题党日有新意")
    score, paid, *_ = await page.get("/demo/inspect/records", unit="第一支部")
    assert (paid["kind"], paid["what"]) == ("缴费", "王芳 2026年11月 ¥129.00")
    assert (score["kind"], score["what"]) == ("评分", "围绕中心、活动创新 2026年 85分")
    assert score["entered_by"] == "刘卫东"
    assert await page.get("/demo/inspect/records", unit="机关党总支") == []


async def test_it_is_told_in_the_language_of_the_unit(page: Page) -> None:
    await page.post("/demo/language", locale="en")
    newest = (await page.get("/demo/inspect/records"))[0]
    assert newest["kind"] == "Score"
    assert newest["what"].endswith("2026: 85 points")
    await page.post("/demo/language", locale="zh")


async def test_the_outbox_tells_what_was_said(page: Page) -> None:
    answer = await page.says("secretary", "group", "/help")
    found = await page.get("/demo/inspect/outbox")
    newest = found["calls"][0]
    assert (newest["chat_id"], newest["kind"], newest["state"]) == (-1001, "reply", "sent")
    assert newest["text"][:10] == answer["text"][:10]
    assert len(newest["text"]) <= 120
    assert newest["sent_at"] is not None
    assert found["counts"]["sent"] >= len(found["calls"])
    assert found["inbox"]["done"] > 0


async def test_the_outbox_tells_what_went_wrong(page: Page) -> None:
    await page.post("/sandbox/block_bot", user_id=103)
    await page.post("/sandbox/unblock_bot", user_id=103)
    await page.post("/sandbox/fail", method="sendMessage", chat_id=103, error_code=400)
    page.sandbox.say(103, 103, "状态")
    await page.stage.settled()
    newest = (await page.get("/demo/inspect/outbox"))["calls"][0]
    assert (newest["chat_id"], newest["state"]) == (103, "failed")
    assert newest["problem"]


async def test_a_chat_tells_why_it_was_reminded(page: Page) -> None:
    await page.moves("reminder")
    found = await page.get("/demo/inspect/reminders", chat_id=-1001)
    newest = found["steps"][0]
    assert newest["day"] == "2026-11-23"
    assert newest["outcome"] == "sent"
    assert newest["why"] == "提前7天:已发 11-23 09:00"
    assert newest["period"] == "2026年11月"
    assert any(step["title"] == "党小组会 第一小组(第一支部)" for step in found["steps"])
    assert found["next"] == "2026-11-27T09:00:00+08:00"
    asked = await page.says("secretary", "group", "/why")
    assert found["said"] == asked["text"]


async def test_a_chat_tells_why_it_was_not_reminded(page: Page) -> None:
    await page.says("secretary", "group", "/meeting 党小组会 第一小组 今天 全到")
    await page.moves("2026-11-27")
    steps = (await page.get("/demo/inspect/reminders", chat_id=-1001))["steps"]
    told = {(step["title"], step["outcome"]) for step in steps if step["day"] == "2026-11-27"}
    assert ("党小组会 第一小组(第一支部)", "silent") in told
    assert ("党小组会 第一小组(第一支部)", "sent") not in told
    assert ("党小组会 第二小组(第一支部)", "sent") in told


async def test_who_is_nobody_has_nothing_to_be_reminded_of(page: Page) -> None:
    found = await page.get("/demo/inspect/reminders", chat_id=105)
    assert (found["steps"], found["next"]) == ([], None)
    asked = await page.says("stranger", "private", "/why")
    assert found["said"] == asked["text"]
