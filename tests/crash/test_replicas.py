"""Three replicas behind one webhook, any of them killed at random."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import pytest

from bot.sandbox import Sandbox
from bot.sending import MOST_UNMARKED
from storage.calls import LEASE
from tests.crash.bots import Bots
from tests.crash.form import KILLS, MOST_SAID, ROUNDS, SEEDS
from tests.crash.organisation import CHATS, Counts, Message, answered, counts, replies, say
from tests.crash.replicas import REPLICAS, Replicas, behind_one_address
from tests.storage.databases import BOTH

pytestmark = pytest.mark.parametrize("url", BOTH[1:], indirect=True)


@pytest.fixture
async def replicas(bots: Bots, sandbox: Sandbox) -> AsyncIterator[Replicas]:
    """Three replicas that run."""
    async with behind_one_address(bots, sandbox) as made:
        await asyncio.gather(*(made.start(port) for port in made.ports))
        await made.started()
        yield made


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("seed", SEEDS)
async def test_any_of_three_killed_at_random_moments(
    sandbox: Sandbox,
    replicas: Replicas,
    seed: int,
    record_property: Callable[[str, object], None],
) -> None:
    chance = random.Random(seed)
    said: set[Message] = set()
    for _ in range(KILLS):
        said |= say(sandbox, chance.randrange(MOST_SAID // 2, MOST_SAID))
        owed = len(said) - len(replies(sandbox))
        sent = sandbox.sent + chance.randrange(owed)
        await sandbox.wait_until(lambda: sandbox.sent >= sent, timeout=30)  # noqa: B023
        await asyncio.sleep(chance.random() * 0.03)  # anywhere, also between two calls
        port = chance.choice(list(replicas.at))
        await replicas.kill(port)
        await replicas.start(port)
    await replicas.started()
    await answered(sandbox, said)
    assert await replicas.stopped() == [(0, "")] * REPLICAS

    found = counts(replicas.url, sandbox, said)
    record_property("counts", f"{KILLS} kills, {found}")
    assert found == Counts(len(said), replies_twice=found.replies_twice)
    assert found.replies_twice <= MOST_UNMARKED * KILLS


@pytest.mark.timeout(200)
@pytest.mark.skipif(not ROUNDS, reason="left out: it lasts a minute; run make soak")
async def test_what_a_dead_one_held_is_sent_when_its_lease_is_over(
    sandbox: Sandbox, bots: Bots
) -> None:
    sandbox.fail(method="sendMessage", error_code=200, delay=600)
    said = say(sandbox, 1, CHATS[:1])
    bot = await bots.start()
    await answered(sandbox, said)
    await bot.killed()  # and nobody shortens its lease
    bot = await bots.start()
    said |= say(sandbox, 1, CHATS[:1])
    await answered(sandbox, said, LEASE + 30)
    assert await bot.stopped() == (0, "")

    assert counts(bots.url, sandbox, said) == Counts(messages=2, replies_twice=1)
