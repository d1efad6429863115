"""The bot with updates posted to it, as Telegram does."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from bot.sandbox import Sandbox
from bot.sandbox.faults import Mode
from bot.service import Service
from tests.bot.tally import entries, overheard, replies, statuses
from tests.sample import ACTORS, FIRST
from tests.stage import COMMAND, Stage, environment, free_port, hooked, people, playing, settings

SECRETARY = ACTORS["书记"].user_id
MEETING = "/meeting 学习 今天 应到8 实到8"
ROOT = Path(__file__).parents[2]


async def converse(stage: Stage) -> None:
    """Record, correct, take back, and be reminded."""
    (echo,) = await stage.say("书记", "第一支部", MEETING)
    assert "已记录 #1" in echo.text
    (amended,) = await stage.edit("书记", "第一支部", stage.said, MEETING[:-1] + "7")
    assert "#2" in amended.text
    (undone,) = await stage.tap("书记", "第一支部", amended.id, "撤销")
    assert "已撤销" in undone.text
    assert len(await stage.move("2026-11-27T09:00")) == 2


async def test_a_conversation_goes_as_ever(database: Path) -> None:
    async with playing(database, **hooked()) as stage:
        await converse(stage)
        told = stage.sandbox.webhook.info()

        assert statuses(stage.sandbox, "getUpdates") == []
        assert told["pending_update_count"] == 0
        assert "last_error_message" not in told
        assert set(told["allowed_updates"]) >= {"message", "callback_query", "my_chat_member"}


@pytest.mark.parametrize("mode", ["drop_before", "drop_after"])
async def test_what_telegram_does_not_hear_was_taken_comes_again_and_counts_once(
    database: Path, mode: Mode
) -> None:
    async with playing(database, **hooked()) as stage:
        sandbox = stage.sandbox
        sandbox.fail(method="webhook", mode=mode, times=3)
        said = [sandbox.say(SECRETARY, FIRST, MEETING) for _ in range(5)]
        await stage.settled()
        sandbox.fail(method="webhook", mode=mode)
        sandbox.edit(SECRETARY, FIRST, said[0], MEETING[:-1] + "7")
        await stage.settled()
        sandbox.fail(method="webhook", mode=mode)
        await stage.tap("书记", "第一支部", stage.shown(FIRST)[-1].id, "撤销")

        assert "last_error_message" in sandbox.webhook.info()
        corrected = Counter([(FIRST, said[0]), (FIRST, stage.shown(FIRST)[-2].id)])
        assert entries(stage) == Counter((FIRST, number) for number in said) + corrected
        assert replies(sandbox, FIRST) == Counter([*said, said[0]])


@asynccontextmanager
async def proxy(port: int, behind: str) -> AsyncIterator[list[str]]:
    """Stand before the bot as a reverse proxy does; gives the list of paths that passed."""
    passed: list[str] = []

    async def pass_on(request: web.Request) -> web.Response:
        passed.append(request.path)
        headers = {
            **request.headers,
            "Host": "bot.example.org",
            "X-Forwarded-For": "149.154.160.1",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "bot.example.org",
            "Via": "1.1 proxy",
        }
        async with (
            ClientSession() as session,
            session.request(
                request.method,
                f"http://{behind}{request.path}",
                headers=headers,
                data=await request.read(),
            ) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read())

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield passed
    finally:
        await runner.cleanup()


async def test_behind_a_proxy_with_a_path_a_conversation_goes_as_ever(database: Path) -> None:
    outside, path = free_port(), "/bots/党建/sanhui"
    inside = hooked(path) | {"webhook_url": f"http://127.0.0.1:{outside}{path}"}
    async with (
        proxy(outside, inside["listen"]) as passed,
        playing(database, **inside) as stage,
    ):
        await converse(stage)

        assert set(passed) == {path}
        assert "last_error_message" not in stage.sandbox.webhook.info()


async def test_from_polling_to_a_webhook_and_back_nothing_is_lost_or_double(
    database: Path,
) -> None:
    async with playing(database) as stage:
        said: list[int] = []
        for mode in (hooked(), {}, hooked(), {}):
            said += [stage.sandbox.say(SECRETARY, FIRST, MEETING) for _ in range(20)]
            await stage.sandbox.wait_until(lambda: len(replies(stage.sandbox, FIRST)) > 3)
            await stage.restart(database, **mode)  # in the middle of the work
        await stage.settled()

        assert entries(stage) == Counter((FIRST, number) for number in said)
        assert replies(stage.sandbox, FIRST) == Counter(said)
        assert len(said) == 80


async def test_what_was_said_while_the_bot_was_away_is_posted_when_it_is_back(
    database: Path,
) -> None:
    mode = hooked()
    async with playing(database, **mode) as stage:
        await stage.say("书记", "第一支部", MEETING)
        await stage.service.stop()
        said = [stage.sandbox.say(SECRETARY, FIRST, MEETING) for _ in range(5)]
        await stage.sandbox.wait_until(lambda: "last_error_message" in stage.sandbox.webhook.info())
        stage.service = Service(settings(database, stage.sandbox, **mode), stage.clock)
        await stage.service.start()
        await stage.settled()

        assert entries(stage) == Counter((FIRST, number) for number in [1, *said])
        assert replies(stage.sandbox, FIRST) == Counter([1, *said])


async def test_telegram_that_cannot_be_reached_is_waited_for(database: Path) -> None:
    async with Sandbox() as sandbox:
        people(sandbox)
        port = int(sandbox.base_url.rsplit(":", 1)[1].removesuffix("/bot"))
        await sandbox.stop()
        service = Service(settings(database, sandbox, **hooked()))
        with overheard() as logged:
            starting = asyncio.create_task(service.start())
            while not any(each["event"] == "start_waits" for each in logged):
                await asyncio.sleep(0)
            await sandbox.start(port)
            await asyncio.wait_for(starting, 10)
        assert sandbox.webhook.info()["url"]
        await service.stop()


async def ended(database: Path, sandbox: Sandbox, **more: str) -> tuple[int, str]:
    """Run ``sanhui run`` until it ends by itself; answer its exit code and what it says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANHUI_")}
    ours = environment(
        database, SANHUI_BOT_TOKEN=sandbox.token, SANHUI_API_BASE_URL=sandbox.base_url, **more
    )
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "run",
        cwd=ROOT,
        env={**kept, "PYTHONPATH": str(ROOT), **ours},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, told = await asyncio.wait_for(process.communicate(), 30)
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, told.decode()


@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_a_webhook_that_telegram_refuses_ends_the_bot_in_words(
    database: Path, locale: str
) -> None:
    refused = "http://bot.example.org/telegram"  # no https
    async with Sandbox() as sandbox:
        code, told = await ended(
            database,
            sandbox,
            SANHUI_WEBHOOK_URL=refused,
            SANHUI_LISTEN=f"127.0.0.1:{free_port()}",
            SANHUI_LOCALE=locale,
        )

    assert code == 1
    assert "SANHUI_WEBHOOK_URL" in told
    assert "https url must be provided" in told.lower()
    assert "Traceback" not in told
    assert sandbox.token not in told


async def test_an_address_that_is_taken_ends_the_bot_in_words(database: Path) -> None:
    async with Sandbox() as sandbox:
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = f"127.0.0.1:{other.getsockname()[1]}"
            code, told = await ended(database, sandbox, SANHUI_LISTEN=taken)

    assert code == 1
    assert "SANHUI_LISTEN" in told
    assert "Traceback" not in told
    assert not sandbox.calls
