"""Killed in the middle of the work, anywhere: nothing is lost, nothing is recorded twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from bot.sandbox import Sandbox
from bot.sending import MOST_UNMARKED
from tests.crash.bots import Bot, Bots
from tests.crash.form import EITHER, KILLS, MOST_SAID, SEEDS
from tests.crash.organisation import Counts, Message, answered, counts, replies, say


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("seed", SEEDS)
async def test_killed_at_random_moments(
    sandbox: Sandbox, bots: Bots, seed: int, record_property: Callable[[str, object], None]
) -> None:
    told, twice = await killed_again_and_again(sandbox, bots, random.Random(seed), MOST_SAID)
    record_property("counts", told)
    # On a busy machine the sandbox is as slow as a far server, which is given more at once.
    assert max(twice) <= MOST_UNMARKED


@pytest.mark.timeout(60 + 10 * KILLS)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("url", EITHER, indirect=True)
async def test_killed_while_it_sends_at_the_pace_that_telegram_allows(
    sandbox: Sandbox, bots: Bots, seed: int, record_property: Callable[[str, object], None]
) -> None:
    told, twice = await killed_again_and_again(
        sandbox, bots, random.Random(seed), MOST_SAID // 3, sends_per_second="30"
    )
    record_property("counts", told)
    assert max(twice) <= MOST_UNMARKED


async def killed_again_and_again(
    sandbox: Sandbox, bots: Bots, chance: random.Random, most_said: int, **settings: str
) -> tuple[str, list[int]]:
    """Kill it in the midst of its work; answer the counts, and the replies twice by kill."""
    said: set[Message] = set()
    twice: list[int] = []
    for _ in range(KILLS):
        said |= say(sandbox, chance.randrange(most_said // 2, most_said))
        bot = await bots.start(**settings)
        await random_moment(sandbox, bot, chance, len(said) - len(replies(sandbox)))
        await bots.kill(bot)
        twice.append(replied_twice(sandbox))
    bot = await bots.start(**settings)
    await sandbox.wait_until(lambda: bot.told("started") > 0, timeout=30)
    await answered(sandbox, said)
    assert await bot.stopped() == (0, "")

    found = counts(bots.url, sandbox, said)
    assert found == Counts(len(said), replies_twice=found.replies_twice)
    each = [after - before for before, after in pairwise([*twice, found.replies_twice])]
    return f"{KILLS} kills, {found}, replies twice after each {each}", each


async def random_moment(sandbox: Sandbox, bot: Bot, chance: random.Random, owed: int) -> None:
    """Wait for a moment to kill at: while it starts, or in the midst of what it owes."""
    if chance.random() < 0.2:
        await asyncio.sleep(chance.random())  # anywhere in the start
        return
    sent = sandbox.sent + chance.randrange(max(1, owed))
    await sandbox.wait_until(lambda: bot.told("started") > 0 and sandbox.sent >= sent, timeout=30)
    await asyncio.sleep(chance.random() * 0.03)  # anywhere, also between two calls


def replied_twice(sandbox: Sandbox) -> int:
    told = replies(sandbox)
    return told.total() - len(told)
