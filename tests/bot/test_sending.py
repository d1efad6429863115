"""Sending: all that is owed goes out, in order, whatever becomes of one of its calls."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.ticking import TICK
from storage import heartbeat, outbox
from storage.database import snapshot, transaction
from storage.outbox import Owed
from storage.queues import OutboxKind, OutboxState
from tests.sample import ACTORS, FIRST
from tests.stage import Stage, local

SECRETARY = ACTORS["书记"].user_id


def reply(text: str, chat_id: int = SECRETARY) -> Owed:
    return Owed(chat_id, OutboxKind.REPLY, "sendMessage", json.dumps({"text": text}))


def owe(stage: Stage, *calls: Owed) -> None:
    with transaction(stage.service.core.engine) as session:
        for owed in calls:
            outbox.put(session, owed, stage.clock())


async def test_more_than_is_taken_at_once_is_sent_without_another_reason(stage: Stage) -> None:
    said = [str(number) for number in range(900)]
    owe(stage, *map(reply, said))
    stage.service.sending.wake()
    await stage.settled()

    assert [shown.text for shown in stage.shown(SECRETARY)] == said


async def test_a_call_that_cannot_be_made_is_given_up_and_the_rest_go_on(stage: Stage) -> None:
    broken = Owed(SECRETARY, OutboxKind.REPLY, "sendMessage", "no JSON")
    owe(stage, broken, reply("后来的"))
    stage.service.sending.wake()
    await stage.settled()

    assert [shown.text for shown in stage.shown(SECRETARY)] == ["后来的"]
    with snapshot(stage.service.core.engine) as session:
        problems = outbox.problems(session, OutboxState.FAILED)
    assert problems == [("Can't parse request: invalid json", 1)]


async def test_a_tick_leaves_alone_what_is_under_way(stage: Stage) -> None:
    stage.sandbox.fail(method="sendMessage", error_code=200, delay=0.3, times=3)
    stage.sandbox.say(SECRETARY, FIRST, "/help")
    stage.clock.now = local("2026-11-27T09:00")
    await stage.service.tick()
    await stage.sandbox.wait_until(lambda: stage.sandbox.sent == 3)
    await stage.service.tick()
    await stage.settled()

    with snapshot(stage.service.core.engine) as session:
        assert outbox.counts(session) == {"sent": 3}
    assert stage.sandbox.sent == 3


async def test_a_tick_that_cannot_close_what_was_left_is_a_sign_of_life(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(now: datetime) -> None:
        raise SQLAlchemyError(str(now))

    monkeypatch.setattr(stage.service.core.ticking, "close_left", fails)
    await stage.service.tick()
    with snapshot(stage.service.core.engine) as session:
        assert heartbeat.last_beat(session, TICK) == stage.clock()
