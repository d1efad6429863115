"""Starting: many at once, twice on one file, without Telegram, with a token that is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.sandbox import Sandbox
from storage.migrate import NEWEST, current_revision
from tests.crash.bots import Bots
from tests.crash.faults import gone
from tests.crash.nursery import Nursery
from tests.crash.replicas import behind_one_address
from tests.storage.databases import BOTH, new_postgres_database, opened

SQLITE = pytest.mark.parametrize("url", BOTH[:1], indirect=True)


@pytest.fixture(params=BOTH[1:])
def empty_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    with new_postgres_database() as url:
        yield url


async def test_three_at_once_on_an_empty_database(
    nursery: Nursery, empty_url: str, sandbox: Sandbox
) -> None:
    bots = Bots(nursery, empty_url, sandbox)
    async with behind_one_address(bots, sandbox) as replicas:
        await asyncio.gather(*(replicas.start(port) for port in replicas.ports))
        await replicas.started()
        with opened(empty_url) as engine:
            assert current_revision(engine) == NEWEST
        assert await replicas.stopped() == [(0, "")] * 3
    assert "Traceback" not in bots.log


async def test_a_database_that_is_not_there_yet_is_waited_for(
    nursery: Nursery, empty_url: str, sandbox: Sandbox
) -> None:
    bots = Bots(nursery, empty_url, sandbox)
    with gone(empty_url):
        early, bot = await bots.start(), await bots.start()
        await sandbox.wait_until(
            lambda: early.told("start_waits") > 0 and bot.told("start_waits") > 0, timeout=30
        )
        assert await early.stopped() == (0, "")
    await sandbox.wait_until(lambda: bot.told("started") > 0, timeout=30)
    assert await bot.stopped() == (0, "")
    assert "not currently accepting connections" in bots.log


@SQLITE
async def test_without_telegram_it_still_stops(sandbox: Sandbox, bots: Bots) -> None:
    sandbox.fail(method="getMe", error_code=502, times=1000)
    bot = await bots.start()
    await sandbox.wait_until(lambda: any(call.status == 502 for call in sandbox.calls), 30)
    assert await bot.stopped() == (0, "")


@SQLITE
async def test_a_token_that_is_refused_ends_the_bot_in_words(bots: Bots) -> None:
    bot = await bots.start(bot_token="1:guessed")
    assert (await bot.ended())[0] == 1
    assert "SANHUI_BOT_TOKEN" in bots.log
    assert "guessed" not in bots.log


@SQLITE
async def test_a_second_bot_on_the_same_file_is_refused_in_words(
    sandbox: Sandbox, bots: Bots
) -> None:
    one = await bots.start()
    await sandbox.wait_until(lambda: sandbox.updates.polled, timeout=30)
    assert (await (await bots.start()).ended())[0] == 1
    assert "PostgreSQL" in bots.log
    assert await one.stopped() == (0, "")
