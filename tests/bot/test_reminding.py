"""Reminders through the whole bot: the right morning, once, and true when they are read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.service import Service
from storage import calls, directory
from storage.database import snapshot, transaction
from storage.queues import Outbox, OutboxKind
from storage.units import Chat
from tests.sample import ACTORS, FIRST, GENERAL, SECOND
from tests.stage import Shown, Stage, local, settings

# November ends on a Monday: its steps are Mon 23 (−7), Fri 27 (−3, and −1 from Sunday), Mon 30 (0).
FRIDAY = "2026-11-27T09:00"


def of(chat_id: int, told: list[Shown]) -> list[str]:
    return [shown.text for shown in told if shown.chat_id == chat_id]


def digests(stage: Stage, chat_id: int) -> list[str]:
    """How the digests of a chat stand in the outbox, the oldest first."""
    query = select(Outbox.state).where(Outbox.chat_id == chat_id)
    query = query.where(Outbox.kind == OutboxKind.DIGEST).order_by(col(Outbox.id))
    with snapshot(stage.service.core.engine) as session:
        return [str(state) for state in session.exec(query)]


def state_of(stage: Stage, chat_id: int) -> str | None:
    with snapshot(stage.service.core.engine) as session:
        found = session.get(Chat, chat_id)
        return None if found is None else found.state


def statuses(stage: Stage, method: str, chat_id: int) -> list[int]:
    """How the bot's calls to a chat were answered, in order."""
    return [
        call.status
        for call in stage.sandbox.calls
        if call.method == method and call.params.get("chat_id") == chat_id
    ]


async def comply(stage: Stage) -> None:
    """Let the second branch do all that November asks of it."""
    for said in ("/meeting 学习 11月24日 应到2 实到2", "/dues 全部 11月"):
        (answer,) = await stage.say("二支部书记", "第二支部", said)
        assert "✅" in answer.text


async def test_a_digest_comes_on_the_morning_of_a_step_and_once(stage: Stage) -> None:
    assert len(of(FIRST, await stage.move("2026-11-25T10:00"))) == 1  # what was due since Monday
    for quiet in ("2026-11-25T10:01", "2026-11-26T09:00", "2026-11-27T08:59"):
        assert not await stage.move(quiet)
    (digest,) = of(FIRST, await stage.move(FRIDAY))

    assert digest.startswith("⏰ 提醒 2026-11-27 周五")
    assert "党员学习活动 11月 0/1" in digest
    assert "还有3天" in digest
    assert "第11条" in digest
    assert "四季度" not in digest
    for quiet in ("2026-11-27T09:01", "2026-11-27T23:59", "2026-11-29T09:00"):
        assert not await stage.move(quiet)
    assert "今天截止" in of(FIRST, await stage.move("2026-11-30T09:00"))[0]


async def test_a_branch_that_lacks_nothing_hears_nothing(stage: Stage) -> None:
    await comply(stage)
    for morning in ("2026-11-25T10:00", FRIDAY, "2026-11-30T09:00", "2026-12-01T09:00"):
        assert not of(SECOND, await stage.move(morning))
    assert digests(stage, SECOND) == []
    assert len(digests(stage, FIRST)) >= 3


async def test_a_superior_hears_of_what_is_overdue_and_names_no_person(stage: Stage) -> None:
    await comply(stage)
    await stage.move("2026-11-25T10:00")
    told = [
        text
        for morning in ("2026-11-30T09:00", "2026-12-02T09:00", "2026-12-03T09:00")
        for text in of(GENERAL, await stage.move(morning))
    ]

    (escalation,) = told
    assert "2026-12-03" in escalation
    assert "第一支部" in escalation
    assert "第二支部" not in escalation
    assert "张三" not in escalation


async def test_a_second_digest_of_a_day_edits_the_first(stage: Stage) -> None:
    (first,) = of(FIRST, await stage.move("2026-11-27T08:59"))
    assert "党员学习活动" in first
    await stage.say("书记", "第一支部", "/meeting 学习 11月26日 应到8 实到8")

    assert not of(FIRST, await stage.move(FRIDAY))
    (now,) = [shown for shown in stage.shown(FIRST) if "提醒" in shown.text]
    assert "党员学习活动" not in now.text
    assert "学习" not in now.buttons
    assert "支部委员会" in now.text
    assert digests(stage, FIRST) == ["sent", "sent"]


async def test_a_second_digest_with_nothing_new_leaves_the_first_alone(stage: Stage) -> None:
    await stage.move("2026-11-27T08:59")

    assert not await stage.move(FRIDAY)
    assert digests(stage, FIRST) == ["sent", "sent"]
    assert statuses(stage, "editMessageText", FIRST) == [400]  # not modified: done all the same


async def test_quiet_hours_hold_a_digest_until_they_end(stage: Stage) -> None:
    for held in ("2026-11-26T23:00", "2026-11-27T03:00", "2026-11-27T07:59"):
        assert not await stage.move(held)
    (digest,) = of(FIRST, await stage.move("2026-11-27T08:00"))

    assert digest.startswith("⏰ 提醒 2026-11-27")
    assert digests(stage, FIRST) == ["sent"]


async def test_what_was_done_in_the_meantime_is_not_reminded_of(stage: Stage) -> None:
    assert not await stage.move("2026-11-27T07:00")
    await comply(stage)
    await stage.say("书记", "第一支部", "/meeting 学习 11月26日 应到8 实到8")
    told = await stage.move("2026-11-27T08:00")

    assert not of(SECOND, told)
    assert digests(stage, SECOND) == ["dropped"]
    assert "党员学习活动" not in of(FIRST, told)[0]


async def test_a_server_that_asks_for_patience_holds_one_chat_only(stage: Stage) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=429, retry_after=1)
    told = await stage.move(FRIDAY)

    assert len(of(FIRST, told)) == len(of(SECOND, told)) == 1
    assert statuses(stage, "sendMessage", FIRST) == [429, 200]
    at = {
        (call.params["chat_id"], call.status): call.at
        for call in stage.sandbox.calls
        if call.method == "sendMessage"
    }
    assert (at[FIRST, 200] - at[FIRST, 429]).total_seconds() >= 1
    assert at[SECOND, 200] < at[FIRST, 200]


async def test_a_server_out_of_order_is_asked_again(stage: Stage) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=502)

    assert len(of(FIRST, await stage.move(FRIDAY))) == 1
    assert statuses(stage, "sendMessage", FIRST) == [502, 200]


async def test_a_chat_that_shut_the_bot_out_is_left_alone(stage: Stage) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=403)
    await stage.move("2026-11-25T10:00")
    assert state_of(stage, FIRST) == "gone"
    assert digests(stage, FIRST) == ["failed"]
    (told,) = [m["text"] for m in stage.sandbox.messages(GENERAL) if "写不进" in m["text"]]
    assert "第一支部" in told

    assert not of(FIRST, await stage.move(FRIDAY))
    assert statuses(stage, "sendMessage", FIRST) == [403]


async def test_a_bot_thrown_out_and_brought_back_reminds_again(stage: Stage) -> None:
    secretary = ACTORS["书记"].user_id
    stage.sandbox.kick_bot(FIRST, by=secretary)
    await stage.settled()
    assert state_of(stage, FIRST) == "gone"
    assert not of(FIRST, await stage.move("2026-11-25T10:00"))
    stage.sandbox.add_bot(FIRST, by=secretary)
    await stage.settled()

    assert len(of(FIRST, await stage.move(FRIDAY))) == 1


async def test_a_group_that_became_a_supergroup_is_followed(stage: Stage) -> None:
    await stage.say("书记", "第一支部", "/meeting 学习 11月24日 应到8 实到8")
    moved = stage.sandbox.migrate(FIRST)
    await stage.settled()
    stage.chats["第一支部"] = moved

    assert len(of(moved, await stage.move(FRIDAY))) == 1
    (status,) = await stage.say("书记", "第一支部", "/records")
    assert "#1 2026-11-24" in status.text


async def test_a_tick_without_a_database_is_made_up_for_by_the_next(
    stage: Stage, database: Path
) -> None:
    for rename in ("chat RENAME TO away", "away RENAME TO chat"):
        with sqlite3.connect(database) as other:
            other.execute(f"ALTER TABLE {rename}")
        other.close()
        told = await stage.move("2026-11-25T10:00")
        assert len(of(FIRST, told)) == (rename == "away RENAME TO chat")


async def test_a_digest_that_was_taken_before_its_chat_moved_is_not_dropped(stage: Stage) -> None:
    core, now, moved = stage.service.core, stage.clock(), FIRST - 1
    core.ticking.tick(now)
    with transaction(core.engine) as session:
        taken = calls.take(session, "us", now, 0.0, 9)
        (due,) = (head.due for head in taken if head.due.chat_id == FIRST)
        directory.move_chat(session, FIRST, moved)
        begun = core.ticking.begin(session, due, now)

    assert begun is not None
    assert begun.chat_id == moved


async def test_a_move_is_learnt_from_a_refusal_before_it_is_told(stage: Stage) -> None:
    sandbox = stage.sandbox
    sandbox.fail(method="getUpdates", error_code=500, times=1000)  # the bot hears nothing
    sandbox.say(ACTORS["书记"].user_id, FIRST, "/help")
    await sandbox.wait_until(
        lambda: any(c.method == "getUpdates" and c.status == 500 for c in sandbox.calls)
    )
    moved = sandbox.migrate(FIRST)
    stage.clock.now = local(FRIDAY)
    await stage.service.tick()
    await sandbox.wait_until(lambda: 400 in statuses(stage, "sendMessage", FIRST))
    sandbox.faults.ordered.clear()
    await stage.settled()

    assert len([told for told in stage.shown(moved) if "⏰" in told.text]) == 1
    with snapshot(stage.service.core.engine) as session:
        assert session.get_one(Chat, FIRST).moved_to == moved
        assert directory.unit_of_chat(session, moved) is not None


@pytest.mark.parametrize("mode", ["drop_after", "drop_before"])
async def test_a_digest_that_may_have_arrived_is_never_sent_again(
    stage: Stage, database: Path, mode: str
) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, mode=mode)  # type: ignore[arg-type]
    arrived = of(FIRST, await stage.move(FRIDAY))
    assert len(arrived) == (mode == "drop_after")
    assert digests(stage, FIRST) == ["unknown"]

    assert not of(FIRST, await stage.move("2026-11-27T09:05"))
    await stage.restart(database)
    assert not of(FIRST, await stage.move("2026-11-27T09:10"))
    assert digests(stage, FIRST) == ["unknown"]
    assert len(of(FIRST, await stage.move("2026-11-30T09:00"))) == 1


async def test_a_reply_that_may_have_arrived_is_sent_again(stage: Stage) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, mode="drop_after")
    told = await stage.say("书记", "第一支部", "/meeting 学习 11月24日 应到8 实到8")

    assert len(told) == 2
    assert told[0].text == told[1].text


async def test_two_bots_on_one_database_remind_once(stage: Stage, database: Path) -> None:
    other = Service(settings(database, stage.sandbox), stage.clock)
    stage.clock.now = stage.clock.now.replace(day=27, hour=9, minute=0)
    await other.tick()
    await other.stop()
    await stage.service.tick()
    await stage.settled()

    assert digests(stage, FIRST) == ["sent"]
    assert len(stage.shown(FIRST)) == 1
