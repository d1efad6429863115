"""Guided forms beyond what the tables play: restarts, midnight, English, long rosters."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from handlers.forms.ticks import PER_PAGE, ticks
from storage.drafts import Draft
from tests.sample import FIRST, found
from tests.stage import Stage, playing

WHO, WHERE = "书记", "第一支部"
NOW = datetime(2026, 11, 25, tzinfo=UTC)


async def tap(stage: Stage, label: str, where: str = WHERE) -> str:
    """Tap a button of the bot's newest message, and answer what stands there then."""
    chat_id = stage.chat(WHO, where)
    await stage.tap(WHO, where, stage.shown(chat_id)[-1].id, label)
    return stage.shown(chat_id)[-1].text


async def test_a_form_goes_on_after_a_restart(database: Path) -> None:
    async with playing(database) as stage:
        await stage.say(WHO, WHERE, "/meeting 学习")
        await tap(stage, "2026-11-24 周二")
        await tap(stage, "☐ 李四")
        await stage.restart(database)
        assert "缺席2人:李四、王五" in await tap(stage, "☐ 王五")
        await tap(stage, "下一步")
        await stage.restart(database)
        question = stage.shown()[-1]
        (check,) = await stage.say(WHO, WHERE, "学习全会精神", reply_to=question.id)
        assert "应到8 实到6" in check.text
        await stage.restart(database)
        done = await tap(stage, "记录")
    assert "已记录 #1 学习" in done
    assert "议题:学习全会精神" in done


async def test_today_is_the_day_on_which_it_is_typed(database: Path) -> None:
    async with playing(database, "2026-11-24T23:59") as stage:
        await stage.say(WHO, "私聊", "/meeting 学习")
        await stage.move("2026-11-25T00:20")
        (asked,) = await stage.say(WHO, "私聊", "昨天")
    assert "2026-11-24" in asked.text


async def test_a_form_in_english(tmp_path: Path) -> None:
    found(tmp_path / "english.db", "en")
    async with playing(tmp_path / "english.db") as stage:
        (asked,) = await stage.say(WHO, WHERE, "/meeting")
        assert "Which kind is it?" in asked.text
        assert "which day?" in await tap(stage, "General meeting")
        day = next(label for label in stage.shown(FIRST)[-1].buttons if "Tue" in label)
        assert "Who was away?" in await tap(stage, day)
        assert "Expected 8, absent 1: 李四" in await tap(stage, "☐ 李四")
        assert "What was it about?" in await tap(stage, "Next")
        assert "nothing is recorded yet" in await tap(stage, "No topic")
        assert "Recorded" in await tap(stage, "Record")
        (month,) = await stage.say(WHO, WHERE, "/dues")
        assert "Record dues" in month.buttons


async def test_a_form_that_is_edited_into_a_whole_record_is_recorded(database: Path) -> None:
    async with playing(database) as stage:
        await stage.say(WHO, WHERE, "/meeting 学习")
        (done,) = await stage.edit(WHO, WHERE, stage.said, "/meeting 学习 今天 应到8 实到8")
        assert "已记录 #1 学习" in done.text
        (still,) = await stage.say(WHO, "私聊", "今天")
    assert "没看懂" in still.text


def test_a_long_roster_has_pages() -> None:
    draft = Draft(id=2**40, chat_id=-1, actor=1, command="meeting", written_at=NOW, touched_at=NOW)
    people = [(2**50 + n, f"党员{n}") for n in range(2 * PER_PAGE + 1)]
    for page, shown, turns in ((0, PER_PAGE, ["p1"]), (1, PER_PAGE, ["p0", "p2"]), (9, 1, ["p1"])):
        *rows, last = ticks(draft, people, {people[0][0]}, page)
        assert sum(map(len, rows)) == shown
        assert [button.data.rpartition(".")[2] for button in last] == turns
        assert all(len(button.data.encode()) <= 64 for row in (*rows, last) for button in row)
