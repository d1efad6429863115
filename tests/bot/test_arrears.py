"""Arrears through the whole bot: to the secretary alone, also where the bot may not write yet."""

from __future__ import annotations

from sqlmodel import col, select

from storage.database import snapshot
from storage.queues import Outbox, OutboxKind
from storage.units import Chat
from tests.sample import ACTORS, FIRST
from tests.stage import Stage

SECRETARY = ACTORS["书记"].user_id
# October was asked of the branches first; the grace of November ends on Thursday, 3 December 2026.
BEFORE, CLOSED, AGAIN = "2026-11-25T10:00", "2026-12-04T09:00", "2027-01-06T09:00"


def outcomes(stage: Stage, chat_id: int) -> list[tuple[str, str | None]]:
    """How the digests of a chat ended, and what went wrong."""
    query = select(Outbox.state, Outbox.problem).where(Outbox.chat_id == chat_id)
    query = query.where(Outbox.kind == OutboxKind.DIGEST).order_by(col(Outbox.id))
    with snapshot(stage.service.core.engine) as session:
        return [(str(state), problem) for state, problem in session.exec(query)]


async def test_the_secretary_is_told_in_private_whom_it_is_about(stage: Stage) -> None:
    await stage.say("书记", "私聊", "/start")
    await stage.say("组织委员", "私聊", "/start")
    await stage.say("组织委员", "第一支部", "/dues 全部 10月")
    await stage.say("组织委员", "第一支部", "/dues 全部 11月")
    await stage.say("组织委员", "第一支部", "/undo #1")
    await stage.say("组织委员", "第一支部", "/undo #10")
    await stage.move(BEFORE)
    told = await stage.move(CLOSED)

    (private,) = (shown for shown in told if shown.chat_id == SECRETARY)
    assert "第10条「按时足额交纳党费。」" in private.text
    assert "李四 连续1个月:2026年11月" in private.text
    assert "张三" not in private.text
    assert not private.buttons
    assert not [shown for shown in told if shown.chat_id < 0 and "李四" in shown.text]
    assert not [shown for shown in await stage.move("2026-12-04T09:05") if shown.chat_id > 0]


async def test_a_secretary_who_never_started_the_bot_costs_the_group_nothing(stage: Stage) -> None:
    stage.sandbox.fail(method="sendMessage", chat_id=SECRETARY, error_code=403)
    await stage.move(BEFORE)
    await stage.move(CLOSED)

    ((state, problem),) = outcomes(stage, SECRETARY)
    assert state == "failed"
    assert problem
    with snapshot(stage.service.core.engine) as session:
        assert session.get_one(Chat, FIRST).state == "active"
        assert session.get(Chat, SECRETARY) is None
    assert not [shown for shown in await stage.move("2026-12-05T09:00") if shown.chat_id > 0]
    await stage.say("书记", "私聊", "/start")
    told = [shown for shown in await stage.move(AGAIN) if shown.chat_id == SECRETARY]
    assert "连续3个月:2026年10–12月" in told[0].text
