"""Killed after Telegram took a message, and before the database knew of it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import update

from bot.sandbox import Sandbox
from storage.queues import Outbox
from tests.crash.bots import Bots
from tests.crash.organisation import CHATS, Counts, answered, counts, digests, last_month, rest, say
from tests.storage.databases import opened

# Longer than any test lasts.
HELD_BACK = 600
FIRST, SECOND = CHATS[:2]


async def test_a_reply_comes_once_more(sandbox: Sandbox, bots: Bots) -> None:
    sandbox.fail(method="sendMessage", error_code=200, delay=HELD_BACK)
    said = say(sandbox, 1, (FIRST,))
    bot = await bots.start()
    await answered(sandbox, said)
    await bots.kill(bot)
    bot = await bots.start()
    said |= say(sandbox, 1, (FIRST,))  # answered after what came before it in its chat
    await answered(sandbox, said)
    assert await bot.stopped() == (0, "")

    assert counts(bots.url, sandbox, said) == Counts(messages=2, replies_twice=1)


async def test_a_digest_does_not_come_again_and_the_doctor_tells(
    sandbox: Sandbox, bots: Bots
) -> None:
    sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=200, delay=HELD_BACK)
    bot = await bots.start()
    await sandbox.wait_until(lambda: bot.told("caught_up") > 0, timeout=30)
    assert (await bots.ran("remind", "--at", last_month()))[0] == 0
    await sandbox.wait_until(lambda: digests(sandbox) == [1] * len(CHATS), timeout=30)
    await bots.kill(bot)
    rest(bots.url)
    with opened(bots.url) as engine, engine.begin() as connection:
        # What ended badly long ago the doctor no longer tells.
        connection.execute(update(Outbox).values(not_before=datetime.now(UTC)))
    bot = await bots.start()
    said = say(sandbox, 2, (FIRST, SECOND))
    await answered(sandbox, said)
    assert bot.told("digests_unknown") == 1
    assert await bot.stopped() == (0, "")
    code, words = await bots.ran("doctor")

    assert digests(sandbox) == [1] * len(CHATS)
    assert code == 1
    assert "有提醒不知是否已送达" in words
