"""The service as a whole: nothing is lost, nothing counts twice, nothing stops the rest."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sqlmodel import col, select

from bot.sandbox import Sandbox
from bot.service import Service
from storage import directory, inbox
from storage.database import snapshot
from storage.queues import Inbox
from tests.sample import ACTORS, FIRST, SECOND
from tests.stage import Stage, actor, settings

SECRETARY = ACTORS["书记"].user_id
MEETING = "/meeting 学习 今天 应到8 实到8"


def texts(stage: Stage, chat_id: int = FIRST) -> list[str]:
    return [shown.text for shown in stage.shown(chat_id)]


def refuse(database: Path, change: str) -> None:
    """Let the database refuse a change from now on."""
    with sqlite3.connect(database) as broken:
        broken.execute(
            f"CREATE TRIGGER refuse BEFORE {change} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    broken.close()


def inbox_states(stage: Stage) -> Sequence[str]:
    with snapshot(stage.service.core.engine) as session:
        return [str(state) for state in session.exec(select(Inbox.state).order_by(col(Inbox.id)))]


async def test_a_message_delivered_again_under_a_new_number_counts_once(stage: Stage) -> None:
    await stage.say("书记", "第一支部", MEETING)
    said = next(m for m in stage.sandbox.messages(FIRST) if m["message_id"] == stage.said)
    for _ in range(2):
        stage.sandbox.deliver({"message": said})
    await stage.settled()

    assert len(texts(stage)) == 1
    (listed,) = await stage.say("书记", "第一支部", "/records")
    assert "#1" in listed.text
    assert "#2" not in listed.text


async def test_an_edit_delivered_again_counts_once(stage: Stage) -> None:
    await stage.say("书记", "第一支部", MEETING)
    await stage.edit("书记", "第一支部", stage.said, MEETING.replace("实到8", "实到7"))
    said = next(m for m in stage.sandbox.messages(FIRST) if m["message_id"] == stage.said)
    stage.sandbox.deliver({"edited_message": said})
    await stage.settled()

    assert len(texts(stage)) == 2


async def test_a_tap_delivered_again_counts_once(stage: Stage) -> None:
    (echo,) = await stage.say("书记", "第一支部", MEETING)
    stage.sandbox.tap_label(SECRETARY, FIRST, echo.id, "撤销")
    tap = stage.sandbox.updates.pending[0].update["callback_query"]
    stage.sandbox.deliver({"callback_query": tap})
    await stage.settled()

    assert len([text for text in texts(stage) if "已撤销" in text]) == 1


async def test_an_update_that_cannot_be_read_is_set_aside_and_the_rest_go_on(
    stage: Stage,
) -> None:
    nonsense: list[dict[str, object]] = [
        {"message": {"message_id": 5, "chat": "nowhere"}},
        {"message": 5},
        {"callback_query": {"id": 1}},
        {"edited_message": None},
        {"unheard_of": {"a": 1}},
        {},
    ]
    for update in nonsense:
        stage.sandbox.deliver(update)
    (echo,) = await stage.say("书记", "第一支部", MEETING)

    assert "已记录 #1" in echo.text
    states = inbox_states(stage)
    assert states.count("set_aside") >= 3
    assert states[-1] == "done"
    assert "waiting" not in states
    with snapshot(stage.service.core.engine) as session:
        problems = [each.problem for each in inbox.set_aside(session)]
    assert all(problem and "nowhere" not in problem for problem in problems)


async def test_a_message_that_fails_is_answered_once_and_kept(stage: Stage, database: Path) -> None:
    refuse(database, "INSERT ON record")
    (answer,) = await stage.say("书记", "第一支部", MEETING)
    assert "已留存待查" in answer.text
    (help_,) = await stage.say("书记", "第一支部", "/help")
    assert "/meeting" in help_.text

    assert inbox_states(stage) == ["set_aside", "done"]


async def test_a_move_waits_for_a_failing_message_before_it(stage: Stage, database: Path) -> None:
    refuse(database, "INSERT ON record")
    stage.sandbox.say(SECRETARY, FIRST, MEETING)
    stage.sandbox.migrate(FIRST)
    await stage.settled()

    assert inbox_states(stage)[0] == "set_aside"
    assert "waiting" not in inbox_states(stage)


async def test_a_move_that_fails_leaves_nothing_of_itself(stage: Stage, database: Path) -> None:
    await stage.say("书记", "第一支部", "/help")
    refuse(database, "UPDATE OF chat_id ON outbox")
    stage.sandbox.migrate(FIRST)
    await stage.settled()

    assert "set_aside" in inbox_states(stage)
    with snapshot(stage.service.core.engine) as session:
        assert directory.unit_of_chat(session, FIRST) is not None


async def test_a_locked_database_is_waited_for(stage: Stage, database: Path) -> None:
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    stage.sandbox.say(SECRETARY, FIRST, MEETING)
    await stage.sandbox.wait_until(lambda: stage.sandbox.updates.pending[0].handed)
    assert stage.sandbox.unconfirmed == 1  # not told that it was received before it is kept
    other.execute("ROLLBACK")
    other.close()
    await stage.settled()

    assert "已记录 #1" in texts(stage)[0]


async def test_an_outage_of_telegram_is_waited_for(stage: Stage) -> None:
    port = int(stage.sandbox.base_url.rsplit(":", 1)[1].removesuffix("/bot"))
    await stage.sandbox.stop()
    stage.sandbox.say(SECRETARY, FIRST, MEETING)
    await stage.sandbox.start(port)
    await stage.settled()

    assert "已记录 #1" in texts(stage)[0]


async def test_what_was_said_while_the_bot_was_down_was_said_then(
    stage: Stage, database: Path
) -> None:
    stage.sandbox.fail(method="getUpdates", error_code=500)  # hears nothing for half a second
    stage.sandbox.say(SECRETARY, FIRST, "/help")
    await stage.sandbox.wait_until(lambda: stage.sandbox.sent == 1)
    stage.sandbox.say(SECRETARY, FIRST, MEETING)  # 今天 is Wednesday the 25th
    stage.clock.now = stage.clock.now.replace(day=28)
    await stage.restart(database)
    await stage.settled()

    assert "2026-11-25 周三" in texts(stage)[-1]


async def test_a_reply_that_was_owed_is_sent_after_a_restart(stage: Stage, database: Path) -> None:
    sandbox = stage.sandbox
    sandbox.fail(method="sendMessage", error_code=500)
    sandbox.say(SECRETARY, FIRST, MEETING)
    await sandbox.wait_until(lambda: any(call.status == 500 for call in sandbox.calls))
    await stage.restart(database)
    await stage.settled()

    assert len(texts(stage)) == 1
    assert "已记录 #1" in texts(stage)[0]


async def test_answers_of_a_chat_keep_the_order_of_the_questions(stage: Stage) -> None:
    for number in range(1, 13):
        stage.sandbox.say(SECRETARY, FIRST, f"{MEETING} 议题:第{number}件")
        stage.sandbox.say(actor("二支部书记"), SECOND, f"/due {number}")
    await stage.settled()

    assert [f"议题:第{n}件" in text for n, text in enumerate(texts(stage), 1)] == [True] * 12
    assert [f"今后{n}天" in text for n, text in enumerate(texts(stage, SECOND), 1)] == [True] * 12


async def test_in_a_group_an_answer_points_at_the_question(stage: Stage) -> None:
    await stage.say("书记", "第一支部", "/help")
    await stage.say("书记", "私聊", "/help")
    in_group, in_private = (stage.sandbox.messages(where)[-1] for where in (FIRST, SECRETARY))

    assert in_group["reply_to_message"]["message_id"] == 1
    assert "reply_to_message" not in in_private


async def test_an_answer_to_a_message_deleted_meanwhile_still_comes(stage: Stage) -> None:
    sandbox = stage.sandbox
    sandbox.fail(method="sendMessage", error_code=429, retry_after=1)
    said = sandbox.say(SECRETARY, FIRST, "/help")
    await sandbox.wait_until(lambda: any(call.status == 429 for call in sandbox.calls))
    del sandbox.world.chats[FIRST].history[said]
    await stage.settled()

    assert len(texts(stage)) == 1


async def test_what_owners_may_see_they_may_not_change(database: Path) -> None:
    """The owner of the installation looks on everywhere and records nowhere."""
    from tests.stage import Clock, local, people

    clock = Clock(local("2026-11-25T10:00"))
    async with Sandbox(clock=clock) as sandbox:
        people(sandbox)
        chosen = settings(database, sandbox, owner_ids=frozenset({actor("路人")}))
        service = Service(chosen, clock)
        await service.start()
        stage = Stage(sandbox, service, clock)
        (status,) = await stage.say("路人", "第一支部", "/status")
        (meeting,) = await stage.say("路人", "第一支部", MEETING)
        await service.stop()

    assert "党员学习活动" in status.text
    assert "已记录" not in meeting.text


async def test_told_to_stop_before_telegram_answers_it_begins_nothing(database: Path) -> None:
    async with Sandbox() as sandbox:
        sandbox.fail(method="getMe", error_code=502, times=100)
        service, stop = Service(settings(database, sandbox)), asyncio.Event()
        starting = asyncio.create_task(service.start(stop))
        await sandbox.wait_until(lambda: bool(sandbox.calls))
        stop.set()
        await starting
        await service.run(stop)
        await service.stop()
        gc.collect()  # a connection left open is a warning, and so an error

        assert {call.method for call in sandbox.calls} == {"getMe"}
