"""Watching the bot: metrics, the dead man's switch, and logs that tell nothing of people."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel import col, update

from bot import deadman
from bot.ticking import TICK
from storage import heartbeat
from storage.database import transaction
from storage.inbox import Arrival, take_in
from storage.units import Chat
from tests.bot.tally import overheard
from tests.sample import ACTORS, FIRST, undisturbed
from tests.stage import COMMAND, Stage, environment, free_port, playing

ROOT = Path(__file__).parents[2]
SECRETARY = ACTORS["书记"].user_id
Found = dict[tuple[str, str], float]
NOTHING_WAITS = {
    "inbox_waiting": 0,
    "inbox_set_aside": 0,
    "inbox_age_seconds": 0,
    "outbox_queued": 0,
    "outbox_unknown": 0,
    "outbox_failed": 0,
    "outbox_age_seconds": 0,
    "tick_age_seconds": 0,
    "reminders_lag_seconds": 0,
}


@pytest.fixture
def listen() -> str:
    return f"127.0.0.1:{free_port()}"


@pytest.fixture
async def stage(database: Path, listen: str) -> AsyncIterator[Stage]:
    async with playing(database, listen=listen) as started:
        yield started


async def scraped(listen: str) -> Found:
    """Answer what Prometheus reads, by name and result."""
    async with ClientSession() as session, session.get(f"http://{listen}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        families = list(text_string_to_metric_families(await answer.text()))
    assert all(family.documentation for family in families)
    return {
        (sample.name.removeprefix("sanhui_"), sample.labels.get("result", "")): sample.value
        for family in families
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


async def test_where_nothing_waits_all_is_nought(stage: Stage, listen: str) -> None:
    await stage.settled()
    found = await scraped(listen)

    assert found == {("database_up", ""): 1, **{(name, ""): 0 for name in NOTHING_WAITS}}


async def test_what_waits_is_counted_and_its_age_told(stage: Stage, listen: str) -> None:
    now = stage.clock()
    stage.sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=429, retry_after=600)
    stage.sandbox.say(SECRETARY, FIRST, "/help")
    await stage.sandbox.wait_until(lambda: any(call.status == 429 for call in stage.sandbox.calls))
    nonsense = Arrival(0, "unnumbered:1", "{}", problem="no number")
    with transaction(stage.service.core.engine) as session:
        take_in(session, [nonsense], now)
        heartbeat.beat(session, TICK, now - timedelta(seconds=90))
        overdue = update(Chat).where(col(Chat.id) == FIRST)
        session.execute(overdue.values(next_step_at=now - timedelta(minutes=7)))
    stage.clock.now += timedelta(seconds=30)
    found = await scraped(listen)

    assert found["outbox_queued", ""] == 1
    assert found["outbox_age_seconds", ""] == 30
    assert found["inbox_set_aside", ""] == 1
    assert found["tick_age_seconds", ""] == 120
    assert found["reminders_lag_seconds", ""] == 450
    assert found["sends_total", "again"] == 1


async def test_updates_that_wait_are_counted_while_they_do(stage: Stage, listen: str) -> None:
    await stage.settled()
    stage.service._parts[0].cancel()  # handling
    with transaction(stage.service.core.engine) as session:
        waiting = [Arrival(number, f"m:{number}", "{}", FIRST) for number in range(3)]
        take_in(session, waiting, stage.clock() - timedelta(seconds=77))
    found = await scraped(listen)

    assert found["inbox_waiting", ""] == 3
    assert found["inbox_age_seconds", ""] == 77


async def test_calls_are_counted_by_how_they_ended(stage: Stage, listen: str) -> None:
    sandbox = stage.sandbox
    sandbox.fail(method="sendMessage", chat_id=FIRST, error_code=502)
    await stage.say("书记", "第一支部", "/help")
    sandbox.fail(method="sendMessage", chat_id=SECRETARY, error_code=403)
    await stage.say("书记", "私聊", "/help")
    sandbox.fail(method="sendMessage", chat_id=FIRST, mode="drop_after")
    await stage.move("2026-11-27T09:00")
    found = await scraped(listen)

    sends = {result: value for (name, result), value in found.items() if name == "sends_total"}
    # Sent are two answers, and word to the superior that the secretary cannot be written to.
    assert sends == {"sent": 3, "again": 1, "failed": 1, "unknown": 1}
    assert (found["outbox_failed", ""], found["outbox_unknown", ""]) == (1, 1)


async def test_without_a_database_it_still_answers(
    stage: Stage, listen: str, database: Path
) -> None:
    await stage.say("书记", "第一支部", "/help")
    with closing(sqlite3.connect(database)) as other:
        other.execute("ALTER TABLE inbox RENAME TO away")
        assert await scraped(listen) == {
            ("database_up", ""): 0,
            ("sends_total", "sent"): 1,
        }
        other.execute("ALTER TABLE away RENAME TO inbox")
    assert (await scraped(listen))["database_up", ""] == 1


# ---------------------------------------------------------------- the dead man's switch


@asynccontextmanager
async def switch(status: int = 200) -> AsyncIterator[tuple[str, list[str]]]:
    """Listen as a dead man's switch does; gives its address, and the calls it had."""
    called: list[str] = []

    async def on_call(request: web.Request) -> web.Response:
        called.append(request.path)
        return web.Response(status=status)

    app = web.Application()
    app.router.add_get("/{tail:.*}", on_call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", free_port())
    await site.start()
    try:
        yield f"{site.name}/ping/secret-1234", called
    finally:
        await runner.cleanup()


async def test_the_switch_is_called_after_each_good_tick_alone(database: Path) -> None:
    async with switch() as (url, called), playing(database, heartbeat_url=url) as stage:
        await stage.move("2026-11-25T10:00")
        await stage.move("2026-11-25T10:01")
        assert called == ["/ping/secret-1234"] * 2
        with closing(sqlite3.connect(database)) as other:
            other.execute("ALTER TABLE chat RENAME TO away")
            await stage.move("2026-11-25T10:02")
            other.execute("ALTER TABLE away RENAME TO chat")
        assert len(called) == 2
        await stage.move("2026-11-25T10:03")
        assert len(called) == 3


async def test_a_switch_that_fails_harms_nothing_and_is_not_named(
    database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(deadman, "SECONDS", 0.2)
    nowhere = f"http://127.0.0.1:{free_port()}/ping/secret-1234"
    async with switch(status=500) as (broken, called):
        for url in (broken, nowhere, "ping/secret-1234", "http://[/secret-1234"):
            with overheard() as logged:
                await deadman.call(url)
            (said,) = logged
            assert said["event"] in {"heartbeat_refused", "heartbeat_failed"}
            assert "secret" not in str(logged) + caplog.text
    assert len(called) == 1

    async with playing(database, heartbeat_url=nowhere) as stage:
        assert len(await stage.move("2026-11-27T09:00")) == 2


# ---------------------------------------------------------------- logs


async def test_the_number_of_an_update_leads_from_handled_to_each_of_its_replies(
    stage: Stage,
) -> None:
    with overheard() as logged:
        (echo,) = await stage.say("书记", "第一支部", "/meeting 学习 今天 应到8 实到8")
        await stage.tap("书记", "第一支部", echo.id, "撤销")
        await stage.edit("书记", "第一支部", stage.said, "/meeting 学习 今天 应到8 实到7")

    handled = [each["update_id"] for each in logged if each["event"] == "handled"]
    sent = [each["update_id"] for each in logged if each["event"] == "sent"]
    assert handled == [1000, 1001, 1002]
    assert sorted(sent) == [1000, 1001, 1001, 1002]  # a tap is answered, and the reply is sent


async def test_a_whole_conversation_leaves_nothing_of_people_in_the_log(database: Path) -> None:
    """The process itself, at its most talkative: what it writes to standard error."""
    from bot.sandbox import Sandbox
    from tests.stage import people

    undisturbed(database)
    async with Sandbox() as sandbox:
        people(sandbox)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SANHUI_")}
        ours = environment(
            database,
            SANHUI_BOT_TOKEN=sandbox.token,
            SANHUI_API_BASE_URL=sandbox.base_url,
            SANHUI_LOG_JSON="true",
            SANHUI_SENDS_PER_CHAT_SECOND="1000",
            SANHUI_WEBHOOK_SECRET="open-sesame",
            SANHUI_HEARTBEAT_URL="http://127.0.0.1:1/secret-1234",
        )
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            "run",
            cwd=ROOT,
            env={**kept, "PYTHONPATH": str(ROOT), **ours},
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            said = sandbox.say(SECRETARY, FIRST, "/meeting 学习 昨天 应到8 实到7 缺席:李四(出差)")
            await sandbox.wait_until(lambda: sandbox.sent == 1, 30)
            sandbox.edit(SECRETARY, FIRST, said, "/meeting 学习 昨天 应到8 实到8 议题:机密题目")
            await sandbox.wait_until(lambda: sandbox.sent == 2)
            sandbox.tap_label(SECRETARY, FIRST, sandbox.messages(FIRST)[-1]["message_id"], "撤销")
            await sandbox.wait_until(lambda: sandbox.sent == 3)
            sandbox.fail(method="sendMessage", error_code=400, description="Bad Request: 张三")
            sandbox.say(SECRETARY, SECRETARY, "你好,我的电话是13800000000")
            sandbox.deliver({"message": {"message_id": 5, "chat": {"id": FIRST}, "text": "机密"}})
            sandbox.deliver({"callback_query": {"id": "9", "from": {"first_name": "张三"}}})
            await sandbox.wait_until(
                lambda: 400 in [call.status for call in sandbox.calls] and not sandbox.unconfirmed
            )
        finally:
            process.terminate()
            _, told = await asyncio.wait_for(process.communicate(), 20)
    log = told.decode()
    events = [json.loads(line)["event"] for line in log.splitlines()]

    assert process.returncode == 0
    assert {"started", "handled", "sent", "not_sent", "update_failed"} <= set(events)
    names = [actor.name for actor in ACTORS.values()]
    for secret in (
        sandbox.token,
        "sesame",
        "secret-1234",
        "机密",
        "13800000000",
        "出差",
        "学习",
        *names,
    ):
        assert secret not in log
        assert json.dumps(secret)[1:-1] not in log
