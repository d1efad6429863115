"""Told to stop: gone within ten seconds, cleanly, whatever Telegram and the database do."""

from __future__ import annotations

import pytest

from bot.sandbox import Sandbox
from tests.crash.bots import Bots
from tests.crash.faults import locked
from tests.crash.form import EITHER
from tests.crash.organisation import CHATS, Counts, answered, counts, replies, say

HELD_BACK = 60


async def test_under_load(sandbox: Sandbox, bots: Bots) -> None:
    said = say(sandbox, 150)
    bot = await bots.start()
    await sandbox.wait_until(lambda: sandbox.sent >= 20, timeout=30)
    assert await bot.stopped() == (0, "")
    assert set(replies(sandbox).values()) == {1}
    bot = await bots.start()
    await answered(sandbox, said)
    assert await bot.stopped() == (0, "")

    assert counts(bots.url, sandbox, said) == Counts(len(said))


@pytest.mark.parametrize("url", EITHER, indirect=True)
async def test_while_telegram_does_not_answer(sandbox: Sandbox, bots: Bots) -> None:
    stuck = CHATS[0]
    sandbox.fail(method="sendMessage", chat_id=stuck, error_code=200, delay=HELD_BACK)
    said = say(sandbox, 2 * len(CHATS))
    bot = await bots.start()
    others = {message for message in said if message[0] != stuck}
    await sandbox.wait_until(
        lambda: others <= replies(sandbox).keys() and len(replies(sandbox)) > len(others), 30
    )
    assert await bot.stopped() == (0, "")
    bot = await bots.start()
    await answered(sandbox, said)
    assert await bot.stopped() == (0, "")

    found = counts(bots.url, sandbox, said)
    assert found == Counts(len(said), replies_twice=1)  # the one whose call had not ended


async def test_while_the_database_is_locked(sandbox: Sandbox, bots: Bots) -> None:
    bot = await bots.start()
    await sandbox.wait_until(lambda: bot.told("started") > 0, timeout=30)
    with locked(bots.url):
        said = say(sandbox, len(CHATS))
        await sandbox.wait_until(lambda: handed(sandbox), timeout=30)
        assert await bot.stopped() == (0, "")
    # All of it is still Telegram's.
    assert counts(bots.url, sandbox, said) == Counts(
        len(said), lost=len(said), unanswered=len(said), unconfirmed=len(said)
    )


def handed(sandbox: Sandbox) -> bool:
    """Tell whether the bot was handed updates that it has not confirmed."""
    return any(pending.handed for pending in sandbox.updates.pending)
