"""The transport: what is certain after an error, and that no error tells the token."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot import transport
from bot.sandbox import Sandbox
from bot.transport import AiohttpRequest, Caller, NotSent, Unanswered

SOMEONE = 7


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as made:
        made.add_user(SOMEONE, "李四")
        yield made


@asynccontextmanager
async def calling(base_url: str, token: str) -> AsyncIterator[Caller]:
    requests = AiohttpRequest(), AiohttpRequest(connections=1)
    bot = Caller(token, base_url=base_url, request=requests[0], get_updates_request=requests[1])
    for request in requests:
        await request.initialize()
    try:
        yield bot
    finally:
        for request in requests:
            await request.shutdown()


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Caller]:
    async with calling(sandbox.base_url, sandbox.token) as made:
        yield made


async def greet(bot: Caller, **more: float) -> object:
    return await bot.call("sendMessage", {"chat_id": SOMEONE, "text": "您好"}, **more)


def told(error: BaseException) -> str:
    """Everything an error says, with what caused it."""
    cause = error.__cause__ or error.__context__
    return f"{error} {error!r}" + ("" if cause is None else told(cause))


async def test_a_call_answers_what_the_server_said(bot: Caller, sandbox: Sandbox) -> None:
    answer = await greet(bot)

    assert isinstance(answer, dict)
    assert answer["text"] == "您好"
    assert [message["text"] for message in sandbox.messages(SOMEONE)] == ["您好"]


async def test_a_call_kept_as_json_goes_out_as_it_is_to_the_chat_that_is_named(
    bot: Caller, sandbox: Sandbox
) -> None:
    answer = await bot.send(
        "sendMessage", '{"text":"“好” & <b>坏</b>","parse_mode":"HTML"}', SOMEONE
    )

    assert isinstance(answer, dict)
    assert [message["text"] for message in sandbox.messages(SOMEONE)] == ["“好” & 坏"]
    assert await bot.send("getMe", "{}") == await bot.call("getMe", {})


async def test_a_server_that_is_not_there_has_seen_nothing(sandbox: Sandbox) -> None:
    await sandbox.stop()
    async with calling(sandbox.base_url, sandbox.token) as bot:
        with pytest.raises(NotSent) as refused:
            await greet(bot)

    assert sandbox.token not in f"{refused.value} {refused.value!r}"


async def test_a_connection_cut_after_the_call_leaves_it_open_what_happened(
    bot: Caller, sandbox: Sandbox
) -> None:
    sandbox.fail(method="sendMessage", mode="drop_after")
    with pytest.raises(Unanswered) as refused:
        await greet(bot)

    assert len(sandbox.messages(SOMEONE)) == 1
    assert sandbox.token not in told(refused.value)


async def test_a_server_that_says_nothing_is_not_waited_for_for_ever(
    bot: Caller, sandbox: Sandbox
) -> None:
    sandbox.fail(method="sendMessage", error_code=200, delay=0.5)
    with pytest.raises(Unanswered, match="timed out"):
        await greet(bot, read_timeout=0.05)
    await sandbox.wait_until(lambda: sandbox.sent == 1)


async def test_errors_of_the_api_come_as_the_librarys(bot: Caller, sandbox: Sandbox) -> None:
    for code, kind in ((400, BadRequest), (403, Forbidden), (500, NetworkError)):
        sandbox.fail(method="sendMessage", error_code=code)
        with pytest.raises(kind) as refused:
            await greet(bot)
        assert sandbox.token not in told(refused.value)
    sandbox.fail(method="sendMessage", error_code=429, retry_after=3)
    with pytest.raises(RetryAfter) as wait:
        await greet(bot)
    assert getattr(wait.value.retry_after, "total_seconds", lambda: None)() == 3.0


async def test_a_wrong_token_is_refused_and_not_repeated(sandbox: Sandbox) -> None:
    async with calling(sandbox.base_url, "1:guessed") as bot:
        with pytest.raises(InvalidToken) as refused:
            await greet(bot)

    assert "guessed" not in told(refused.value)


async def test_calls_share_a_few_connections(bot: Caller, sandbox: Sandbox) -> None:
    await asyncio.gather(*(greet(bot) for _ in range(50)))

    assert sandbox.sent == 50


async def test_a_server_that_never_lets_one_connect_has_seen_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        with socket.create_connection(address):  # takes the one place in the queue
            async with calling(f"http://127.0.0.1:{address[1]}/bot", "1:guessed") as bot:
                with pytest.raises(NotSent):
                    await greet(bot, read_timeout=0.2)
