"""The doctor: each thing that can be wrong is told in words, with what to do, and exits 1."""

from __future__ import annotations

import asyncio
import json
from collections import namedtuple
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, update

from bot.cli import serving
from bot.doctor import LITTLE_SPACE
from bot.service import Service
from bot.ticking import TICK
from storage import directory, heartbeat, inbox, outbox
from storage.database import open_database, transaction
from storage.inbox import Arrival
from storage.outbox import Owed
from storage.queues import OutboxKind, OutboxState
from storage.units import Chat, Unit
from tests.sample import ACTORS, FIRST
from tests.stage import Clock, Ran, Stage, hooked, local, playing, sanhui, settings

NOW = local("2026-11-25T10:00")
LOCALES = pytest.mark.parametrize("locale", ["zh", "en"])
TOLD = {
    "inbox": {"zh": "有消息等了{}分钟还没处理", "en": "waited for {} min to be handled"},
    "outbox": {"zh": "等了{}分钟还没发出", "en": "waited for {} min to be sent"},
    "tick": {"zh": "提醒已有{}分钟没有检查", "en": "last looked at {} min ago"},
    "lag": {"zh": "到点{}分钟了还没安排", "en": "fell due {} min ago"},
    "space": {"zh": "只剩 {} MB", "en": "Only {} MB are left"},
}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The doctor's clock stands at ten in the morning."""
    clock = Clock(NOW)
    monkeypatch.setattr(serving, "system_clock", clock)
    return clock


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def came(database: Path, at: datetime) -> None:
    with opened(database) as session:
        inbox.take_in(session, [Arrival(1, "m:1", "{}", FIRST)], at)


@contextmanager
def opened(database: Path) -> Iterator[Session]:
    engine = open_database(f"sqlite:///{database}")
    with transaction(engine) as session:
        yield session
    engine.dispose()


def owe(database: Path, at: datetime, not_before: datetime | None = None) -> None:
    kind = OutboxKind.REPLY if not_before is None else OutboxKind.DIGEST
    owed = Owed(FIRST, kind, "sendMessage", json.dumps({"text": "x"}), not_before=not_before)
    with opened(database) as session:
        outbox.put(session, owed, at)


def tick(database: Path, at: datetime) -> None:
    with opened(database) as session:
        heartbeat.beat(session, TICK, at)


def plan(database: Path, at: datetime) -> None:
    with opened(database) as session:
        session.execute(update(Chat).where(col(Chat.id) == FIRST).values(next_step_at=at))


def told(ran: Ran, what: str, locale: str, number: int) -> bool:
    return TOLD[what][locale].format(number) in ran.out


@LOCALES
def test_what_waits_for_too_long_is_told(database: Path, locale: str) -> None:
    came(database, ago(2.5))
    owe(database, ago(7.5))
    ran = sanhui(database, "doctor", SANHUI_LOCALE=locale)

    assert ran.code == 1
    assert told(ran, "inbox", locale, 2)
    assert told(ran, "outbox", locale, 7)


def test_what_waits_for_its_time_or_a_moment_only_is_not_told(database: Path) -> None:
    came(database, ago(0.9))
    owe(database, ago(4.9))
    owe(database, ago(600), not_before=NOW + timedelta(hours=1))
    ran = sanhui(database, "doctor")

    assert "还没处理" not in ran.out
    assert "还没发出" not in ran.out


@LOCALES
def test_a_tick_that_is_late_is_told_where_it_ever_ticked(database: Path, locale: str) -> None:
    assert not told(sanhui(database, "doctor", SANHUI_LOCALE=locale), "tick", locale, 0)
    tick(database, ago(2))
    assert "tick_failed" not in sanhui(database, "doctor", SANHUI_LOCALE=locale).out
    tick(database, ago(45))
    assert told(sanhui(database, "doctor", SANHUI_LOCALE=locale), "tick", locale, 45)


@LOCALES
def test_reminders_that_are_not_planned_while_it_ticks_are_told(
    database: Path, locale: str
) -> None:
    plan(database, ago(20))
    assert "plan_failed" not in sanhui(database, "doctor", SANHUI_LOCALE=locale).out
    tick(database, ago(1))
    assert told(sanhui(database, "doctor", SANHUI_LOCALE=locale), "lag", locale, 20)
    plan(database, ago(4))
    assert "plan_failed" not in sanhui(database, "doctor", SANHUI_LOCALE=locale).out


@LOCALES
def test_a_disk_that_is_nearly_full_is_told(
    database: Path, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    for free in (LITTLE_SPACE, LITTLE_SPACE - 1):
        monkeypatch.setattr("bot.doctor.disk_usage", lambda _, mb=free: usage(0, 0, mb * 10**6))
        ran = sanhui(database, "doctor", SANHUI_LOCALE=locale)
        assert told(ran, "space", locale, free) == (free < LITTLE_SPACE)


def ended_badly(database: Path, at: datetime) -> None:
    """Set an update aside, and let one call be refused and another hang."""
    owed = Owed(FIRST, OutboxKind.REPLY, "sendMessage", json.dumps({"text": "x"}))
    with opened(database) as session:
        inbox.take_in(session, [Arrival(7001, "m:2", "{}", FIRST, problem="no number")], at)
        for state in (OutboxState.FAILED, OutboxState.UNKNOWN):
            outbox.put(session, owed, at, state)


def test_what_ended_badly_is_told_for_a_week(database: Path, clock: Clock) -> None:
    signs = ("7001", "没发出去", "不知是否已送达")
    ended_badly(database, NOW)
    clock.now = NOW + timedelta(days=6)
    told_then = sanhui(database, "doctor").out
    clock.now = NOW + timedelta(days=8)
    told_later = sanhui(database, "doctor").out

    assert all(sign in told_then for sign in signs)
    assert not any(sign in told_later for sign in signs)


@LOCALES
def test_what_a_branch_lacks_is_told_with_what_to_send_until_it_is_no_more(
    database: Path, locale: str
) -> None:
    with opened(database) as session:
        new = Unit(name="三支部", kind="branch", locale=locale)
        key = directory.add_unit(session, new).key
    standing = sanhui(database, "doctor", SANHUI_LOCALE=locale).out
    with opened(database) as session:
        directory.unit(session, key).dissolved = NOW.date()

    for words in ("三支部", "/setup", "/invite", "sanhui roster import"):
        assert words in standing
    assert "三支部" not in sanhui(database, "doctor", SANHUI_LOCALE=locale).out


def test_the_doctor_of_no_branch_at_all_says_to_set_one_up(tmp_path: Path) -> None:
    assert "/setup" in sanhui(tmp_path / "new.db", "doctor").out


# ---------------------------------------------------------------- as Telegram sees it


@pytest.fixture
async def stage(database: Path) -> AsyncIterator[Stage]:
    async with playing(database) as started:
        yield started


async def doctor(stage: Stage, database: Path, **more: str) -> Ran:
    """Run the doctor with the token, in another thread: it has an event loop of its own."""
    chosen = {
        "SANHUI_BOT_TOKEN": stage.sandbox.token,
        "SANHUI_API_BASE_URL": stage.sandbox.base_url,
        **more,
    }
    return await asyncio.to_thread(lambda: sanhui(database, "doctor", **chosen))


async def silence(stage: Stage, database: Path) -> None:
    """Stop the bot; another stands by that was never started."""
    await stage.service.stop()
    stage.service = Service(settings(database, stage.sandbox), stage.clock)


async def test_where_all_is_well_telegram_is_told_of_in_a_line(
    stage: Stage, database: Path
) -> None:
    await stage.move("2026-11-25T10:00")
    ran = await doctor(stage, database)

    assert "✓ Telegram 那边有0条待取" in ran.out
    assert "webhook" not in ran.out
    assert stage.sandbox.token not in ran.out + ran.err


async def test_a_webhook_that_telegram_cannot_reach_is_told(database: Path) -> None:
    mode = hooked()
    async with playing(database, **mode) as stage:
        said = {"SANHUI_WEBHOOK_URL": mode["webhook_url"]}
        assert "webhook" not in (await doctor(stage, database, **said)).out
        await silence(stage, database)
        stage.sandbox.say(ACTORS["书记"].user_id, FIRST, "/help")
        await stage.sandbox.wait_until(lambda: "last_error_message" in stage.sandbox.webhook.info())
        ill = await doctor(stage, database, **said)

        assert ill.code == 1
        assert "Telegram 送不到 webhook:Connection refused" in ill.out
        assert "1条待取" in ill.out


@pytest.mark.parametrize(("locale", "word"), [("zh", "轮询"), ("en", "polling")])
async def test_a_webhook_that_is_not_as_set_is_told(database: Path, locale: str, word: str) -> None:
    mode = hooked()
    async with playing(database, **mode) as stage:
        polls = await doctor(stage, database, SANHUI_LOCALE=locale)
        elsewhere = await doctor(
            stage,
            database,
            SANHUI_LOCALE=locale,
            SANHUI_WEBHOOK_URL="https://bot.example.org/telegram",
        )

    for ran in (polls, elsewhere):
        assert ran.code == 1
        assert mode["webhook_url"] in ran.out
        assert "sanhui run" in ran.out
    assert word in polls.out
    assert "https://bot.example.org/telegram" in elsewhere.out


async def test_many_updates_that_wait_at_telegram_are_told(stage: Stage, database: Path) -> None:
    await silence(stage, database)
    for _ in range(101):
        stage.sandbox.say(ACTORS["书记"].user_id, FIRST, "/help")
    ran = await doctor(stage, database)

    assert "✗ Telegram 那边有101条待取" in ran.out


@pytest.mark.parametrize(
    ("locale", "unreachable", "refused"),
    [
        ("zh", "连不上 Telegram", "Telegram 不认 SANHUI_BOT_TOKEN"),
        ("en", "Telegram cannot be reached", "Telegram does not take SANHUI_BOT_TOKEN"),
    ],
)
async def test_telegram_that_does_not_answer_or_refuses_is_told_as_such(
    stage: Stage, database: Path, locale: str, unreachable: str, refused: str
) -> None:
    wrong = await doctor(stage, database, SANHUI_LOCALE=locale, SANHUI_BOT_TOKEN="1:guessed")
    nowhere = {"SANHUI_API_BASE_URL": "http://127.0.0.1:1/bot"}
    silent = await doctor(stage, database, SANHUI_LOCALE=locale, **nowhere)

    assert refused in wrong.out
    assert unreachable in silent.out
    for ran in (wrong, silent):
        assert ran.code == 1
        assert "Traceback" not in ran.err
        assert "guessed" not in ran.out + ran.err


async def test_without_a_token_telegram_is_not_asked(stage: Stage, database: Path) -> None:
    ran = sanhui(database, "doctor", SANHUI_API_BASE_URL=stage.sandbox.base_url)

    assert "getWebhookInfo" not in {call.method for call in stage.sandbox.calls}
    assert "SANHUI_BOT_TOKEN" in ran.out
