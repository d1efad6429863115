"""The database locked, gone or full: nothing is confirmed meanwhile, and it recovers by itself."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot.sandbox import Sandbox
from tests.crash.bots import Bot, Bots
from tests.crash.faults import full, gone, locked, no_room, small_disk
from tests.crash.organisation import CHATS, Counts, answered, counts, say
from tests.storage.databases import BOTH

SQLITE = pytest.mark.parametrize("url", BOTH[:1], indirect=True)
POSTGRES = pytest.mark.parametrize("url", BOTH[1:], indirect=True)


async def survives(
    sandbox: Sandbox, bots: Bots, bot: Bot, outage: AbstractContextManager[None]
) -> None:
    """Let an outage come and go while people speak."""
    said = say(sandbox, len(CHATS))
    await answered(sandbox, said)
    with outage:
        said |= say(sandbox, 2 * len(CHATS))
        await sandbox.wait_until(lambda: bot.told("intake_waits") > 0, timeout=30)
        assert sandbox.unconfirmed == 2 * len(CHATS)
        assert bot.runs
    await answered(sandbox, said)
    assert await bot.stopped() == (0, "")
    assert counts(bots.url, sandbox, said) == Counts(len(said))


@SQLITE
async def test_locked_for_longer_than_one_waits(sandbox: Sandbox, bots: Bots) -> None:
    await survives(sandbox, bots, await bots.start(), locked(bots.url))


@POSTGRES
async def test_gone(sandbox: Sandbox, bots: Bots) -> None:
    await survives(sandbox, bots, await bots.start(), gone(bots.url))


@SQLITE
async def test_a_process_whose_files_may_not_grow(sandbox: Sandbox, bots: Bots) -> None:
    bot = await bots.start()
    await survives(sandbox, bots, bot, no_room(bot))


@SQLITE
async def test_a_disk_that_is_full(sandbox: Sandbox, bots: Bots, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk) as mounted:
        if not mounted:
            pytest.skip("left out: a disk to be filled can be mounted here by nobody")
        (disk / "sanhui.db").write_bytes((tmp_path / "sanhui.db").read_bytes())
        bots.url = f"sqlite:///{disk / 'sanhui.db'}"
        await survives(sandbox, bots, await bots.start(), full(disk))
