"""A replica cut off from the database: the others take over its chats, and it comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.sandbox import Sandbox
from storage.database import HELD_SECONDS
from tests.bench.proxy import Proxy
from tests.crash.bots import Bot, Bots
from tests.crash.form import ROUNDS
from tests.crash.organisation import CHATS, Counts, answered, counts, say
from tests.crash.replicas import Replicas, behind_one_address
from tests.storage.databases import BOTH, opened

pytestmark = pytest.mark.parametrize("url", BOTH[1:], indirect=True)
HELD, OTHER = CHATS[:2]
# What the server does to whom it has not heard of in the midst of a transaction.
END = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND state = 'idle in transaction'"
)


@pytest.fixture
async def wire(url: str) -> AsyncIterator[Proxy]:
    """What lies between one replica and the database."""
    async with Proxy([port_of(url)]) as proxy:
        yield proxy


@pytest.fixture
async def replicas(bots: Bots, sandbox: Sandbox) -> AsyncIterator[Replicas]:
    async with behind_one_address(bots, sandbox, 2) as made:
        yield made


async def far(replicas: Replicas, wire: Proxy) -> Bot:
    """Start the first replica, behind the wire."""
    through = make_url(replicas.url).set(host="127.0.0.1", port=wire.port)
    url = through.render_as_string(hide_password=False)
    bot = await replicas.start(replicas.ports[0], database_url=url)
    await replicas.started()
    return bot


async def test_frozen_in_the_midst_of_a_transaction(
    sandbox: Sandbox, replicas: Replicas, wire: Proxy
) -> None:
    there, near = replicas.ports
    frozen = await far(replicas, wire)
    stuck = wire.freeze_at(port_of(replicas.url), b"UPDATE inbox")
    said = say(sandbox, 4, (HELD,))
    await asyncio.wait_for(stuck.wait(), 30)
    assert await readiness(there) == 503  # a load balancer gives it nothing more
    replicas.only(near)
    await replicas.start(near)
    await replicas.started()
    others = say(sandbox, 4, (OTHER,))
    await answered(sandbox, others)
    if not ROUNDS:
        with opened(replicas.url) as engine, engine.connect() as connection:
            assert connection.execute(END).all()  # as it does by itself after HELD_SECONDS
    await answered(sandbox, said, HELD_SECONDS + 30)
    assert frozen.runs
    wire.thaw(port_of(replicas.url))
    await sandbox.wait_until(lambda: frozen.told("handling_waits") > 0, timeout=30)
    replicas.only(there)
    more = say(sandbox, 4, (HELD, OTHER))
    await answered(sandbox, said | others | more)
    assert await replicas.stopped() == [(0, "")] * 2

    assert counts(replicas.url, sandbox, said | others | more) == Counts(12)


async def test_cut_off_under_load(sandbox: Sandbox, replicas: Replicas, wire: Proxy) -> None:
    lost = await far(replicas, wire)
    near = await replicas.start(replicas.ports[1])
    await replicas.started()
    said = say(sandbox, 3 * len(CHATS))
    await sandbox.wait_until(lambda: sandbox.sent > 5, timeout=30)
    wire.refuse(port_of(replicas.url))
    await sandbox.wait_until(lambda: lost.told("handling_waits") > 0, timeout=30)
    before, more = near.told("sent"), say(sandbox, len(CHATS))
    await sandbox.wait_until(lambda: near.told("sent") > before, timeout=30)  # the others go on
    wire.accept(port_of(replicas.url))
    await answered(sandbox, said | more)
    assert await replicas.stopped() == [(0, "")] * 2

    assert counts(replicas.url, sandbox, said | more) == Counts(len(said | more))


def port_of(url: str) -> int:
    return make_url(url).port or 5432


async def readiness(port: int) -> int:
    """Answer how a replica says whether it is ready."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/readyz") as answer,
    ):
        return answer.status
