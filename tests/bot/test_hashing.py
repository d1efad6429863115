"""Hashing: every file of a record is looked at in the end, whatever Telegram does meanwhile."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.doctor import examine
from bot.fetching import Fetching
from bot.hashing import GIVE_UP, Hashing
from bot.runtime import Runtime
from bot.sandbox.faults import Mode
from bot.settings import Settings
from bot.transport import AiohttpRequest, Caller
from bot.worker import Worker
from storage.attachments import FileHash
from storage.database import snapshot
from tests.stage import Stage, sanhui

MEETING = "/meeting 学习 今天 应到8 实到8"
CONTENT = bytes(range(256)) * 1000


@pytest.fixture
async def hashing(stage: Stage) -> AsyncIterator[Hashing]:
    """One that looks when it is told to, and need not wait before it tries again."""
    sandbox, worker = stage.sandbox, Worker()
    requests = AiohttpRequest(), AiohttpRequest(connections=1)
    bot = Caller(
        sandbox.token,
        base_url=sandbox.base_url,
        request=requests[0],
        get_updates_request=requests[1],
    )
    await requests[0].initialize()
    runtime = Runtime(stage.service.core.engine, worker, stage.clock)
    yield Hashing(runtime, Fetching(bot, sandbox.file_url).digest, first_wait=0)
    await requests[0].shutdown()
    worker.close()


async def attach(stage: Stage, *names: str) -> None:
    for name in names:
        await stage.send("书记", "第一支部", [(name, CONTENT)], caption=MEETING)


def hashes(stage: Stage) -> list[tuple[str, int]]:
    with snapshot(stage.service.core.engine) as session:
        return [(each.sha256, each.size) for each in session.exec(select(FileHash))]


def calls(stage: Stage) -> int:
    return sum(call.method == "getFile" for call in stage.sandbox.calls)


RIGHT = (sha256(CONTENT).hexdigest(), len(CONTENT))


async def test_a_file_is_looked_at_once(stage: Stage, hashing: Hashing, database: Path) -> None:
    await attach(stage, "a.pdf")
    await hashing.look()
    await hashing.look()

    assert hashes(stage) == [RIGHT]
    assert calls(stage) == 1
    (listed,) = sanhui(database, "records", "--unit", "第一支部", "--period", "2026", "--json").json
    (file,) = listed["attachments"]
    assert file.pop("file_id")
    assert file == {
        "name": "a.pdf",
        "kind": "document",
        "mime": "application/pdf",
        "size": len(CONTENT),
        "sha256": RIGHT[0],
    }


FAULTS: list[tuple[str, Mode, int]] = [
    ("getFile", "answer", 500),
    ("getFile", "answer", 400),
    ("getFile", "drop_before", 500),
    ("getFile", "drop_after", 500),
    ("download", "answer", 404),
    ("download", "drop_before", 500),
    ("download", "drop_after", 500),
]


async def test_a_file_that_does_not_come_is_tried_again_and_the_token_is_not_told(
    stage: Stage, hashing: Hashing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await attach(stage, "a.pdf")
    with capture_logs() as logs:
        for method, mode, code in FAULTS:
            # A connection that ends without a byte is made anew once, by the library.
            times = 2 if (method, mode) == ("download", "drop_before") else 1
            stage.sandbox.fail(method=method, mode=mode, error_code=code, times=times)
            await hashing.look()
            assert hashes(stage) == []
    await hashing.look()

    assert hashes(stage) == [RIGHT]
    assert [log["event"] for log in logs] == ["file_not_hashed"] * len(FAULTS)
    assert [log["attempt"] for log in logs] == list(range(1, len(FAULTS) + 1))
    assert stage.sandbox.token not in f"{logs} {caplog.text}"
    assert stage.sandbox.base_url not in f"{logs}"


async def test_one_that_does_not_come_leaves_the_others_alone(
    stage: Stage, hashing: Hashing
) -> None:
    await attach(stage, "a.pdf", "b.pdf")
    stage.sandbox.fail(method="getFile", error_code=400)
    await hashing.look()

    assert hashes(stage) == [RIGHT]


async def test_telegram_is_not_asked_before_it_wants_to_be(stage: Stage, hashing: Hashing) -> None:
    await attach(stage, "a.pdf", "b.pdf")
    stage.sandbox.fail(method="getFile", retry_after=60)
    await hashing.look()
    await hashing.look()

    assert hashes(stage) == []
    assert calls(stage) == 1


async def test_what_was_taken_off_is_not_fetched(stage: Stage, hashing: Hashing) -> None:
    await attach(stage, "a.pdf")
    await stage.say("书记", "第一支部", "/doc #1 删 1")
    await hashing.look()

    assert calls(stage) == 0


async def test_after_a_restart_the_bot_goes_on_where_it_was(stage: Stage, database: Path) -> None:
    await attach(stage, "a.pdf")
    assert hashes(stage) == []
    await stage.restart(database)
    async with asyncio.timeout(10):
        while not hashes(stage):
            await asyncio.sleep(0)

    assert hashes(stage) == [RIGHT]


async def test_a_file_that_did_not_come_for_a_day_is_told_by_the_doctor(stage: Stage) -> None:
    await attach(stage, "a.pdf")

    def told(after: timedelta) -> list[object]:
        with snapshot(stage.service.core.engine) as session:
            now = stage.clock() + after
            found = examine(session, stage.service.core.policy, Settings(), now)
        return [each.values["count"] for each in found if each.code == "files_unhashed"]

    assert told(timedelta(hours=23)) == []
    assert told(timedelta(hours=25)) == [1]
    assert told(GIVE_UP + timedelta(hours=1)) == []
