"""The clock jumps: nobody is reminded twice, and nobody waits for it to come round again."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import select

from storage.database import snapshot
from storage.queues import OutboxKind, Reminder, ReminderOutcome
from tests.bot.tally import entries, owed, replies, statuses
from tests.sample import ACTORS, FIRST
from tests.stage import Stage

SECRETARY = ACTORS["书记"].user_id
MEETING = "/meeting 学习 今天 应到8 实到8"
FRIDAY, MONDAY = "2026-11-27T09:00", "2026-11-30T09:00"


def reminded(stage: Stage) -> int:
    """Answer how many steps the chat of the first branch was told of."""
    query = select(Reminder.id).where(
        Reminder.chat_id == FIRST, Reminder.outcome == ReminderOutcome.SENT
    )
    with snapshot(stage.service.core.engine) as session:
        return len(session.exec(query).all())


async def test_a_clock_that_jumps_back_and_forth_reminds_once(stage: Stage) -> None:
    first = await stage.move(FRIDAY)
    steps = reminded(stage)
    assert [shown.chat_id for shown in first].count(FIRST) == 1
    for jump in (
        "2026-11-27T06:00",
        "2026-11-27T09:30",
        "2026-11-26T21:00",
        "2026-11-27T12:00",
        "2026-11-20T09:00",
        "2026-11-27T23:00",
        "2026-11-27T09:01",
    ):
        assert not [shown for shown in await stage.move(jump) if shown.chat_id == FIRST]
    assert reminded(stage) == steps

    assert [shown.chat_id for shown in await stage.move(MONDAY)].count(FIRST) == 1


async def test_a_clock_that_was_far_ahead_for_a_moment_reminds_again_when_it_is_time(
    stage: Stage,
) -> None:
    await stage.move("2026-11-25T10:00")
    told = len(stage.shown(FIRST))
    await stage.move("2026-11-27T23:30")  # ahead, and quiet: planned, and held back
    await stage.move("2026-11-25T10:05")
    assert len(stage.shown(FIRST)) == told

    await stage.move("2026-11-28T08:00")
    assert len(stage.shown(FIRST)) == told + 1
    assert set(owed(stage, OutboxKind.DIGEST)) == {"sent"}


async def test_an_answer_does_not_wait_for_a_clock_that_was_set_back(stage: Stage) -> None:
    sandbox = stage.sandbox
    sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=500)
    said = [sandbox.say(SECRETARY, FIRST, MEETING) for _ in range(2)]
    await sandbox.wait_until(lambda: 500 in statuses(sandbox, "sendMessage", FIRST))
    stage.clock.now -= timedelta(hours=3)
    await stage.settled()

    assert entries(stage) == {(FIRST, number): 1 for number in said}
    assert replies(sandbox, FIRST) == dict.fromkeys(said, 1)
    assert owed(stage, OutboxKind.REPLY) == ["sent", "sent"]


async def test_what_is_said_while_the_clock_jumps_is_answered_in_order(stage: Stage) -> None:
    for hours in (5, -9, 3, -20, 21):
        stage.clock.now += timedelta(hours=hours)
        (answer,) = await stage.say("书记", "第一支部", "/meeting 学习 11月23日 应到8 实到8")
        assert "已记录" in answer.text

    assert replies(stage.sandbox, FIRST) == dict.fromkeys(range(1, 10, 2), 1)
    assert entries(stage).total() == 5
