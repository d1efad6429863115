"""A real process, killed in the middle of its work: nothing is lost, nothing is recorded twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.sandbox import Sandbox
from bot.sending import MOST_UNMARKED
from compliance.access import Role
from storage import directory
from storage.database import open_database, snapshot, transaction
from storage.ledger import Entry
from storage.units import Unit
from tests.stage import COMMAND, environment

CHATS, EACH = 8, 25
QUEUED = CHATS * EACH
KILLS = 4
SECRETARY = 11
ROOT = Path(__file__).parents[2]
PACE = {
    "SANHUI_SENDS_PER_SECOND": "1000000",
    "SANHUI_SENDS_PER_CHAT_SECOND": "1000000",
    "SANHUI_SENDS_PER_GROUP_MINUTE": "1000000",
    "SANHUI_POLL_SECONDS": "1",
}


@pytest.fixture
def database(founded: Path, database: Path) -> Path:
    """Branches of one secretary, a chat each, beside the sample organisation."""
    engine = open_database(f"sqlite:///{database}")
    with transaction(engine) as session:
        for number in range(CHATS):
            unit = directory.add_unit(session, Unit(name=f"支部{number}", kind="branch"))
            directory.bind_chat(session, chat(number), unit.key)
            directory.grant_role(session, SECRETARY, unit.key, Role.SECRETARY)
    engine.dispose()
    return database


def chat(number: int) -> int:
    return -500 - number


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as made:
        made.add_user(SECRETARY, "张三")
        for number in range(CHATS):
            made.add_group(chat(number), f"支部{number}", [SECRETARY])
        yield made


class Bot:
    """The bot in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def kill(self) -> None:
        """Kill it on the spot."""
        assert self._process.returncode is None, "the bot ended by itself"
        self._process.send_signal(signal.SIGKILL)

    async def ended(self) -> int:
        return await self._process.wait()

    async def stopped(self) -> tuple[int, str]:
        """Ask it to stop, and answer its exit code and its standard output."""
        self._process.send_signal(signal.SIGTERM)
        out, _ = await asyncio.wait_for(self._process.communicate(), 5)
        return self._process.returncode or 0, out.decode()


@asynccontextmanager
async def running(
    database: Path, sandbox: Sandbox, log: Path, token: str | None = None
) -> AsyncIterator[Bot]:
    """Start ``sanhui run``; whatever happens, it is gone in the end."""
    settings = environment(
        database,
        SANHUI_BOT_TOKEN=token or sandbox.token,
        SANHUI_API_BASE_URL=sandbox.base_url,
        **PACE,
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANHUI_")}
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            "run",
            cwd=ROOT,
            env={**kept, "PYTHONPATH": str(ROOT), **settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
        try:
            yield Bot(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


def queue(sandbox: Sandbox) -> set[tuple[int, int]]:
    """Let the secretary record in all chats in turn; answer the messages, by chat and number."""
    return {
        (chat(number), sandbox.say(SECRETARY, chat(number), f"/meeting 学习 昨天 议题:第{turn}次"))
        for turn in range(EACH)
        for number in range(CHATS)
    }


def recorded(database: Path) -> tuple[Counter[tuple[int, int]], dict[int, list[int]]]:
    """Answer how often each message was recorded, and the numbers that each unit gave out."""
    engine = open_database(f"sqlite:///{database}")
    query = select(Entry.unit_id, Entry.number, Entry.chat_id, Entry.message_id)
    with snapshot(engine) as session:
        entries = list(session.exec(query.order_by(col(Entry.id))))
    engine.dispose()
    numbers: dict[int, list[int]] = {}
    for unit_id, number, _, _ in entries:
        numbers.setdefault(unit_id, []).append(number)
    return Counter((at or 0, message or 0) for _, _, at, message in entries), numbers


def answered(sandbox: Sandbox) -> Counter[tuple[int, int]]:
    """Answer how often each message was replied to."""
    return Counter(
        (chat(number), message["reply_to_message"]["message_id"])
        for number in range(CHATS)
        for message in sandbox.messages(chat(number))
        if message["from"]["id"] == sandbox.world.bot_id and "reply_to_message" in message
    )


@pytest.mark.parametrize("seed", [20261122])
async def test_killed_in_the_middle_of_two_hundred_messages(
    database: Path, sandbox: Sandbox, tmp_path: Path, seed: int
) -> None:
    said = queue(sandbox)
    chance = random.Random(seed)
    # Before anything is taken in, and at moments in the midst of the work.
    moments = [0, *sorted(chance.sample(range(1, QUEUED // 2), KILLS - 1))]
    log = tmp_path / "bot.log"
    for moment in moments:
        polls = sandbox.calls_made
        async with running(database, sandbox, log) as bot:
            await sandbox.wait_until(
                lambda sent=moment, before=polls: (  # type: ignore[misc]
                    sandbox.sent >= sent and sandbox.calls_made > before
                ),
                timeout=30,
            )
            await asyncio.sleep(chance.random() * 0.03)  # anywhere, also between two calls
            bot.kill()
            assert await bot.ended() == -signal.SIGKILL
        assert len(answered(sandbox)) < QUEUED, "killed too late to tell anything"
    async with running(database, sandbox, log) as bot:
        await sandbox.wait_until(
            lambda: sandbox.sent >= QUEUED and len(answered(sandbox)) == QUEUED, timeout=30
        )
        code, told = await bot.stopped()

    assert (code, told, sandbox.unconfirmed) == (0, "", 0)
    counted, numbers = recorded(database)
    assert counted == Counter(said)
    assert all(found == list(range(1, EACH + 1)) for found in numbers.values())
    replies = answered(sandbox)
    assert set(replies) == said
    assert max(replies.values()) <= 1 + KILLS
    assert replies.total() - QUEUED <= MOST_UNMARKED * KILLS
    assert sandbox.token not in log.read_text("utf-8")


async def test_a_bot_told_to_stop_stops_cleanly(
    database: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    said = queue(sandbox)
    async with running(database, sandbox, tmp_path / "bot.log") as bot:
        await sandbox.wait_until(lambda: sandbox.sent >= 20, timeout=30)
        code, told = await bot.stopped()
    assert (code, told) == (0, "")
    before = answered(sandbox)
    assert set(before.values()) == {1}
    async with running(database, sandbox, tmp_path / "bot.log") as bot:
        await sandbox.wait_until(lambda: sandbox.sent >= QUEUED, timeout=30)
        assert await bot.stopped() == (0, "")

    assert answered(sandbox) == Counter(said)  # a clean stop repeats nothing
    assert recorded(database)[0] == Counter(said)


async def test_a_bot_that_cannot_begin_still_stops(
    database: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.fail(method="getMe", error_code=502, times=1000)
    log = tmp_path / "bot.log"
    async with running(database, sandbox, log) as bot:
        await sandbox.wait_until(lambda: any(call.status == 502 for call in sandbox.calls), 30)
        assert await bot.stopped() == (0, "")

    assert "Traceback" not in log.read_text("utf-8")
    assert sandbox.token not in log.read_text("utf-8")


async def test_a_token_that_is_refused_ends_the_bot_in_words(
    database: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    log = tmp_path / "bot.log"
    async with running(database, sandbox, log, token="1:guessed") as bot:
        assert await asyncio.wait_for(bot.ended(), 30) == 1
    told = log.read_text("utf-8")

    assert "SANHUI_BOT_TOKEN" in told
    assert "guessed" not in told
    assert "Traceback" not in told


async def test_a_second_bot_on_the_same_file_is_refused_in_words(
    database: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    async with running(database, sandbox, first) as one:
        await sandbox.wait_until(lambda: sandbox.updates.polled, timeout=30)
        async with running(database, sandbox, second) as other:
            assert await asyncio.wait_for(other.ended(), 30) == 1
        assert await one.stopped() == (0, "")

    assert "PostgreSQL" in second.read_text("utf-8")
    assert "Traceback" not in second.read_text("utf-8")
