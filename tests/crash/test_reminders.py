"""Reminders of several replicas: each digest once, whoever plans, and whoever dies of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot.sandbox import Sandbox
from storage.database import snapshot
from storage.queues import Outbox, OutboxKind
from tests.crash.bots import Bots
from tests.crash.faults import held_up
from tests.crash.organisation import CHATS, digests, last_month, rest
from tests.crash.replicas import Replicas, behind_one_address
from tests.storage.databases import BOTH, opened

pytestmark = pytest.mark.parametrize("url", BOTH[1:], indirect=True)
TICK = ("remind", "--at", last_month())


@pytest.fixture
async def replicas(bots: Bots, sandbox: Sandbox) -> AsyncIterator[Replicas]:
    """Two replicas that run, and send what is planned by whomever."""
    async with behind_one_address(bots, sandbox, 2) as made:
        await asyncio.gather(*(made.start(port) for port in made.ports))
        await made.started()
        yield made


async def test_three_plan_at_once(sandbox: Sandbox, bots: Bots, replicas: Replicas) -> None:
    planners = await asyncio.gather(*(bots.start(*TICK) for _ in range(3)))
    ended = await asyncio.gather(*(planner.ended() for planner in planners))
    assert [code for code, _ in ended] == [0, 0, 0]
    await sandbox.wait_until(lambda: min(digests(sandbox)) == 1, timeout=30)
    assert await replicas.stopped() == [(0, "")] * 2

    assert digests(sandbox) == [1] * len(CHATS)
    assert planned(bots.url) == sorted(CHATS)


async def test_another_plans_when_the_one_who_planned_died(
    sandbox: Sandbox, bots: Bots, replicas: Replicas
) -> None:
    with opened(bots.url) as engine, engine.connect() as holder:
        holder.execute(text("LOCK TABLE reminder IN EXCLUSIVE MODE"))
        planner = await bots.start(*TICK)
        await held_up(bots.url)  # in the midst of its plan
        assert (await bots.ran(*TICK))[0] == 0
        assert planned(bots.url) == []  # one plans at a time
        await planner.killed()
        await replicas.kill(replicas.ports[0])  # and one of those that send
    assert (await bots.ran(*TICK))[0] == 0
    rest(bots.url)
    await replicas.start(replicas.ports[0])
    await replicas.started()
    await sandbox.wait_until(lambda: min(digests(sandbox)) == 1, timeout=30)
    assert await replicas.stopped() == [(0, "")] * 2

    assert digests(sandbox) == [1] * len(CHATS)
    assert planned(bots.url) == sorted(CHATS)


def planned(url: str) -> list[int]:
    """Answer the chats that a digest was planned for, one for each."""
    query = select(Outbox.chat_id).where(Outbox.kind == OutboxKind.DIGEST)
    with opened(url) as engine, snapshot(engine) as session:
        return list(session.exec(query.order_by(col(Outbox.chat_id))))
