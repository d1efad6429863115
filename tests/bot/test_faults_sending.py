"""Faults of what goes out: whoever is refused, stuck or gone, the others hear what they asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.sending import MOST_UNMARKED
from storage import outbox
from storage.outbox import Owed
from storage.queues import OutboxKind
from tests.bot.tally import entries, owed, replies, statuses
from tests.sample import ACTORS, FIRST, SECOND
from tests.stage import Stage, playing, sanhui

SECRETARY, OTHER = ACTORS["书记"].user_id, ACTORS["二支部书记"].user_id
MEETING = "/meeting 学习 今天 应到8 实到8"
MANY = list(range(1001, 1061))
# Real paces, a few times faster than Telegram's, since nobody wants to wait.
EVEN: dict[str, Any] = {
    "sends_per_second": 100,
    "sends_per_chat_second": 1e6,
    "sends_per_group_minute": 10**6,
}


async def owe(stage: Stage, chats: Sequence[int]) -> None:
    """Owe each of some people a message, in that order."""
    for user_id in set(chats) - set(stage.sandbox.world.chats):
        stage.sandbox.add_user(user_id, str(user_id))

    def put(session: Session) -> None:
        for number, user_id in enumerate(chats):
            call = json.dumps({"text": f"{number}"})
            owed = Owed(user_id, OutboxKind.REPLY, "sendMessage", call)
            outbox.put(session, owed, stage.clock())

    await stage.service._runtime.write(put)
    stage.service.sending.wake()


def sends(stage: Stage, wanted: Callable[[Any], bool] = lambda call: True) -> list[float]:
    """Answer when messages were sent (or refused), in seconds."""
    return [
        call.at.timestamp()
        for call in stage.sandbox.calls
        if call.method == "sendMessage" and wanted(call)
    ]


def heard(stage: Stage, chats: Sequence[int]) -> list[int]:
    """Answer how many messages each of some people has."""
    return [len(stage.shown(chat_id)) for chat_id in chats]


async def test_a_refusal_of_one_chat_leaves_the_others_at_their_pace(database: Path) -> None:
    async with playing(database, **EVEN) as stage:
        refused = MANY[5]
        stage.sandbox.fail(method="sendMessage", chat_id=refused, retry_after=2)
        await owe(stage, MANY)
        await stage.settled()
        others = sends(stage, lambda call: call.params["chat_id"] != refused)

        assert statuses(stage.sandbox, "sendMessage", refused) == [429, 200]
        assert heard(stage, MANY) == [1] * len(MANY)
        (no, yes) = sends(stage, lambda call: call.params["chat_id"] == refused)
        assert max(others) < yes
        assert yes - no >= 2


async def test_two_chats_that_are_refused_between_others_hold_nobody_else(database: Path) -> None:
    async with playing(database, **EVEN | {"sends_per_second": 5}) as stage:
        for refused in MANY[:2]:
            stage.sandbox.fail(method="sendMessage", chat_id=refused, retry_after=2)
        await owe(stage, [MANY[0], MANY[2], MANY[1], MANY[3]])
        await stage.settled()
        called = [call for call in stage.sandbox.calls if call.method == "sendMessage"]

        assert [(c.params["chat_id"], c.status) for c in called[:4]] == [
            (MANY[0], 429),
            (MANY[2], 200),
            (MANY[1], 429),
            (MANY[3], 200),
        ]
        assert heard(stage, MANY[:4]) == [1, 1, 1, 1]


async def test_when_all_are_refused_all_wait_and_go_on_evenly(database: Path) -> None:
    async with playing(database, **EVEN) as stage:
        stage.sandbox.refuse(seconds=1)
        await owe(stage, MANY)
        await stage.settled()
        refused, taken = (
            sends(stage, lambda call, status=status: call.status == status)  # type: ignore[misc]
            for status in (429, 200)
        )

        assert 2 <= len(refused) <= MOST_UNMARKED + 1
        assert heard(stage, MANY) == [1] * len(MANY)
        assert taken[0] - refused[1] >= 1
        assert taken[-1] - taken[0] >= 0.9 * (len(MANY) - 1) / 100  # no herd


async def test_a_chat_whose_calls_are_stuck_holds_up_no_other(stage: Stage) -> None:
    stuck, others = MANY[0], MANY[1:]
    stage.sandbox.fail(method="sendMessage", chat_id=stuck, error_code=200, delay=3, times=1)
    await owe(stage, [stuck, stuck, *others, *others])
    await stage.sandbox.wait_until(lambda: heard(stage, others) == [2] * len(others))

    assert not stage.service.sending.idle
    assert heard(stage, [stuck]) == [1]
    await stage.settled()
    assert [shown.text for shown in stage.shown(stuck)] == ["0", "1"]


async def test_a_flooded_chat_does_not_hold_up_the_answer_to_another(stage: Stage) -> None:
    flooded, other = MANY[:2]
    await owe(stage, [*[flooded] * 500, other])
    await stage.settled()
    called = [c.params["chat_id"] for c in stage.sandbox.calls if c.method == "sendMessage"]

    assert called.index(other) <= MOST_UNMARKED
    assert heard(stage, [flooded, other]) == [500, 1]


async def test_a_server_out_of_order_is_asked_until_it_answers(stage: Stage) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=503, times=2)
    stage.sandbox.say(SECRETARY, FIRST, MEETING)
    stage.sandbox.say(SECRETARY, FIRST, "/help")
    stage.sandbox.say(OTHER, SECOND, "/help")
    await stage.settled()

    assert statuses(stage.sandbox, "sendMessage", FIRST) == [503, 503, 200, 200]
    assert statuses(stage.sandbox, "sendMessage", SECOND) == [200]
    assert (entries(stage), replies(stage.sandbox, FIRST)) == ({(FIRST, 1): 1}, {1: 1, 2: 1})
    first, second = stage.shown(FIRST)
    assert "已记录 #1" in first.text
    assert "/meeting" in second.text


async def test_an_answer_to_a_tap_that_had_arrived_is_no_failure(
    stage: Stage, database: Path
) -> None:
    (echo,) = await stage.say("书记", "第一支部", MEETING)
    stage.sandbox.fail(method="answerCallbackQuery", mode="drop_after")
    told = await stage.tap("书记", "第一支部", echo.id, "撤销")

    assert statuses(stage.sandbox, "answerCallbackQuery") == [0, 400]
    assert owed(stage, OutboxKind.ANSWER) == ["dropped"]
    assert [shown.text.count("已撤销") for shown in told] == [1]
    assert entries(stage).total() == 2
    assert "没发出去" not in sanhui(database, "doctor").out


async def test_a_digest_that_may_have_arrived_is_told_by_the_doctor(
    stage: Stage, database: Path
) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, mode="drop_after")
    await stage.move("2026-11-27T09:00")
    ran = sanhui(database, "doctor")

    assert owed(stage, OutboxKind.DIGEST).count("unknown") == 1
    assert ran.code == 1
    assert "不知是否已送达" in ran.out
    assert "ServerDisconnectedError ×1" in ran.out


async def test_a_person_who_blocked_the_bot_is_left_alone(stage: Stage, database: Path) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=SECRETARY, error_code=403)
    await stage.say("书记", "私聊", "/help")
    await stage.say("二支部书记", "第二支部", "/help")

    assert statuses(stage.sandbox, "sendMessage", SECRETARY) == [403]
    # The superior is told, once, that an officer cannot be written to.
    assert owed(stage, OutboxKind.REPLY) == ["failed", "sent", "sent"]
    assert "没发出去" in sanhui(database, "doctor").out
    assert len(await stage.say("书记", "私聊", "/help")) == 1  # unblocked again


async def test_a_bot_thrown_out_between_a_message_and_its_answer_keeps_what_was_said(
    stage: Stage,
) -> None:
    stage.sandbox.say(SECRETARY, FIRST, MEETING)
    stage.sandbox.kick_bot(FIRST, by=SECRETARY)
    await stage.settled()

    assert entries(stage) == {(FIRST, 1): 1}
    assert set(statuses(stage.sandbox, "sendMessage", FIRST)) == {403}
    assert owed(stage, OutboxKind.REPLY).count("failed") == 1


async def test_after_a_digest_that_is_not_needed_the_chat_hears_what_else_it_is_owed(
    stage: Stage,
) -> None:
    stage.sandbox.kick_bot(FIRST, by=SECRETARY)  # its digest would wake the sender
    await stage.settled()
    assert not await stage.move("2026-11-27T07:00")  # quiet hours hold the digest
    for said in ("/meeting 学习 11月24日 应到2 实到2", "/dues 全部 11月"):
        await stage.say("二支部书记", "第二支部", said)
    stage.clock.now = stage.clock.now.replace(hour=8)
    await owe(stage, [SECOND])
    await stage.settled()

    assert owed(stage, OutboxKind.DIGEST).count("dropped") == 1
    assert stage.shown(SECOND)[-1].text == "0"
