"""The bot's own server: what it takes, what it refuses, and what those who watch are told."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession

from bot.web import LARGEST_BODY, SECRET_HEADER
from tests.bot.tally import entries, locked, received
from tests.sample import ACTORS, FIRST
from tests.stage import Stage, hooked, playing

SECRET = "open-sesame_1"
UPDATE = {
    "update_id": 77,
    "message": {
        "message_id": 5,
        "date": 1_795_000_000,
        "chat": {"id": FIRST, "type": "supergroup", "title": "第一支部"},
        "from": {"id": ACTORS["书记"].user_id, "is_bot": False, "first_name": "张三"},
        "text": "/meeting 学习 昨天 应到8 实到8",
        "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
    },
}
RIGHT = {SECRET_HEADER: SECRET}


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr("bot.web.READ_SECONDS", 0.2)
    monkeypatch.setattr("bot.health.SOON_SECONDS", 0.2)
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.5)
    return {**hooked(), "webhook_secret": SECRET}


@pytest.fixture
async def stage(database: Path, hook: dict[str, str]) -> AsyncIterator[Stage]:
    async with playing(database, **hook) as started:
        yield started


@pytest.fixture
async def client(stage: Stage, hook: dict[str, str]) -> AsyncIterator[ClientSession]:
    async with ClientSession(f"http://{hook['listen']}") as session:
        yield session


async def post(
    client: ClientSession, body: bytes | str, headers: dict[str, str] | None = None
) -> int:
    async with client.post("/telegram", data=body, headers=headers or RIGHT) as answer:
        return answer.status


async def status(client: ClientSession, path: str, method: str = "GET") -> int:
    async with client.request(method, path) as answer:
        return answer.status


async def begun(url: str, *lines: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Begin a request of a hundred thousand bytes, and send a few of them."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = [f"POST {parts.path} HTTP/1.1", "Host: x", "Content-Length: 100000", *lines, "", '{"a']
    writer.write("\r\n".join(head).encode())
    await writer.drain()
    return reader, writer


async def test_an_update_is_taken_and_answered_once(stage: Stage, client: ClientSession) -> None:
    for _ in range(3):
        assert await post(client, json.dumps(UPDATE)) == 200
    await stage.settled()

    assert entries(stage) == {(FIRST, 5): 1}
    assert len(stage.shown(FIRST)) == 1


@pytest.mark.parametrize("given", [None, "", SECRET[:-1], f"{SECRET}1", "密", SECRET.upper()])
async def test_who_does_not_know_the_secret_is_refused(
    stage: Stage, client: ClientSession, given: str | None
) -> None:
    headers = {"Content-Type": "application/json"}
    if given is not None:
        headers[SECRET_HEADER] = given
    assert await post(client, json.dumps(UPDATE), headers) == 403
    assert received(stage) == []


async def test_who_does_not_know_the_secret_is_not_listened_to(
    stage: Stage, hook: dict[str, str]
) -> None:
    reader, writer = await begun(hook["webhook_url"], f"{SECRET_HEADER}: guessed")
    assert b" 403 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert received(stage) == []


async def test_a_body_that_never_ends_is_not_waited_for(stage: Stage, hook: dict[str, str]) -> None:
    reader, writer = await begun(hook["webhook_url"], f"{SECRET_HEADER}: {SECRET}")
    assert b" 408 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert received(stage) == []


async def test_who_hangs_up_in_the_middle_does_no_harm(
    stage: Stage, client: ClientSession, hook: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await begun(hook["webhook_url"], f"{SECRET_HEADER}: {SECRET}")
    writer.transport.abort()
    assert await post(client, json.dumps(UPDATE)) == 200
    await stage.settled()

    assert entries(stage) == {(FIRST, 5): 1}
    assert not caplog.records


REFUSED: dict[str, bytes | str] = {
    "nothing": b"",
    "no JSON": b'{"update_id": 7',
    "no text": b"\xff\xfe{}",
    "a list": "[]",
    "a number": "7",
    "nothing at all": "null",
    "no number": "{}",
    "no real number": '{"update_id": "7"}',
    "yes for a number": '{"update_id": true}',
    "too large a number": '{"update_id": 9223372036854775808}',
    "a number of many digits": '{"update_id": ' + "9" * 5000 + "}",
    "very deep": '{"update_id": 7, "a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "just too deep": '{"update_id": 7, "a": ' + "[" * 990 + "]" * 990 + "}",
}


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_is_no_update_is_refused_and_the_next_is_taken(
    stage: Stage, client: ClientSession, kind: str
) -> None:
    assert await post(client, REFUSED[kind]) == 400
    assert received(stage) == []
    assert await post(client, json.dumps(UPDATE)) == 200


async def test_however_deep_an_update_is_it_is_kept_or_refused(
    stage: Stage, client: ClientSession
) -> None:
    nested = ("[" * depth + "]" * depth for depth in range(880, 1000))
    told = [await post(client, f'{{"update_id": 7, "a": {each}}}') for each in nested]
    assert sorted(set(told)) == [200, 400]
    assert await post(client, json.dumps(UPDATE)) == 200
    await stage.settled()
    assert entries(stage) == {(FIRST, 5): 1}


async def test_what_is_too_large_is_refused(stage: Stage, client: ClientSession) -> None:
    large = json.dumps({**UPDATE, "more": "x" * LARGEST_BODY})

    async def in_pieces() -> AsyncIterator[bytes]:
        yield large.encode()

    async with client.post("/telegram", data=BytesIO(large.encode()), headers=RIGHT) as answer:
        assert answer.status == 413
    async with client.post("/telegram", data=in_pieces(), headers=RIGHT) as answer:
        assert answer.status == 413
    assert received(stage) == []


@pytest.mark.parametrize(
    ("method", "path", "wanted"),
    [
        ("GET", "/telegram", 405),
        ("PUT", "/telegram", 405),
        ("POST", "/", 404),
        ("POST", "/telegram/", 404),
        ("GET", "/../telegram", 405),
        ("POST", "/healthz", 405),
    ],
)
async def test_only_what_is_meant_is_answered(
    stage: Stage, client: ClientSession, method: str, path: str, wanted: int
) -> None:
    assert await status(client, path, method) == wanted


async def test_while_the_database_is_locked_nothing_is_taken_for_received(
    stage: Stage, client: ClientSession, database: Path
) -> None:
    async with locked(database):
        assert await post(client, json.dumps(UPDATE)) == 503
        assert await status(client, "/healthz") == 200
    assert await post(client, json.dumps(UPDATE)) == 200
    await stage.settled()

    assert entries(stage) == {(FIRST, 5): 1}


async def test_readiness_goes_and_comes_with_the_database(
    stage: Stage, client: ClientSession, database: Path
) -> None:
    assert await status(client, "/readyz") == 200
    stage.service.core.engine.dispose()
    database.rename(database.with_suffix(".away"))
    database.mkdir()  # nothing can be opened there
    assert await status(client, "/readyz") == 503
    assert await status(client, "/healthz") == 200
    database.rmdir()
    database.with_suffix(".away").rename(database)
    assert await status(client, "/readyz") == 200


async def test_a_database_that_stands_still_is_not_waited_for(
    stage: Stage, client: ClientSession
) -> None:
    moves = threading.Event()
    standing = asyncio.create_task(stage.service._worker.run(moves.wait, 10))
    assert await status(client, "/readyz") == 503
    async with client.get("/metrics") as answer:
        assert "sanhui_database_up 0.0" in await answer.text()
    moves.set()
    await standing
    assert await status(client, "/readyz") == 200


async def test_without_a_webhook_only_those_who_watch_are_answered(
    database: Path, hook: dict[str, str]
) -> None:
    async with (
        playing(database, listen=hook["listen"]) as stage,
        ClientSession(f"http://{hook['listen']}") as client,
    ):
        assert await status(client, "/healthz") == 200
        assert await post(client, json.dumps(UPDATE)) == 404
        assert len(await stage.say("书记", "第一支部", "/help")) == 1
