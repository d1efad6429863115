"""Faults of what comes in, polled for and posted: nothing is lost, nothing counts twice."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.cli.updates import update
from bot.intake import arrival
from storage import inbox
from tests.bot.tally import entries, locked, overheard, received, replies, statuses, without_number
from tests.sample import ACTORS, FIRST, SECOND
from tests.stage import Stage, hooked, playing, sanhui

SECRETARY, OTHER = ACTORS["书记"].user_id, ACTORS["二支部书记"].user_id
MEETING = "/meeting 学习 今天 应到8 实到8"


@pytest.fixture(params=["polling", "webhook"])
async def stage(
    database: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.1)
    more = hooked() if request.param == "webhook" else {}
    async with playing(database, **more) as started:
        yield started


async def again_and_again(stage: Stage, act: Callable[[], object]) -> None:
    """Let something happen, and be told twice by its number and twice by a new one."""
    act()
    told = stage.sandbox.updates.pending[-1].update
    stage.sandbox.deliver(told)
    stage.sandbox.deliver(without_number(told))
    await stage.settled()
    stage.sandbox.deliver(told)  # and once more when all is done
    stage.sandbox.deliver(without_number(told))
    await stage.settled()


async def test_what_is_told_five_times_counts_once(stage: Stage) -> None:
    sandbox, said = stage.sandbox, 1
    await again_and_again(stage, lambda: sandbox.say(SECRETARY, FIRST, MEETING))
    assert (entries(stage), replies(sandbox, FIRST)) == ({(FIRST, said): 1}, {said: 1})

    edited = MEETING.replace("实到8", "实到7")
    await again_and_again(stage, lambda: sandbox.edit(SECRETARY, FIRST, said, edited))
    assert (entries(stage), replies(sandbox, FIRST)) == ({(FIRST, said): 2}, {said: 2})

    echo = stage.shown(FIRST)[-1]
    await again_and_again(stage, lambda: sandbox.tap_label(SECRETARY, FIRST, echo.id, "撤销"))
    assert entries(stage).total() == 3
    assert sum("已撤销" in shown.text for shown in stage.shown(FIRST)) == 1
    assert len(sandbox.answers) == 1


@pytest.mark.parametrize("alone", [True, False])
async def test_what_cannot_be_read_is_told_by_the_doctor(
    stage: Stage, database: Path, alone: bool
) -> None:
    sandbox = stage.sandbox
    if not alone:
        sandbox.say(SECRETARY, FIRST, MEETING)
    sandbox.deliver({"update_id": 4711, "message": {"message_id": 5, "chat": {"id": FIRST}}})
    if not alone:
        sandbox.say(SECRETARY, FIRST, MEETING)
    await stage.settled()
    ran = sanhui(database, "doctor")

    assert [state for state, _ in received(stage)].count("set_aside") == 1
    assert entries(stage) == ({} if alone else {(FIRST, 1): 1, (FIRST, 2): 1})
    assert "4711" in ran.out
    assert "KeyError" in ran.out or "TypeError" in ran.out


async def test_a_message_that_fails_holds_up_its_own_chat_alone(
    stage: Stage, database: Path
) -> None:
    await stage.settled()
    with closing(sqlite3.connect(database)) as broken, broken:
        broken.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON record WHEN NEW.topics LIKE '%坏%' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with overheard() as logged:
        for text in (f"{MEETING} 议题:坏", f"{MEETING} 议题:好", "/help"):
            stage.sandbox.say(SECRETARY, FIRST, text)
        stage.sandbox.say(OTHER, SECOND, "/meeting 学习 今天 应到2 实到2")
        await stage.settled()

    assert [each["attempt"] for each in logged if each["event"] == "update_failed"] == [1, 2, 3]
    assert sorted(received(stage)) == [("done", 0)] * 3 + [("set_aside", 3)]
    assert entries(stage) == {(FIRST, 2): 1, (SECOND, 1): 1}
    assert replies(stage.sandbox, FIRST) == {1: 1, 2: 1, 3: 1}
    apology, recorded, _ = (shown.text for shown in stage.shown(FIRST))
    assert "已留存待查" in apology
    assert "已记录 #1" in recorded
    assert "已记录 #1" in stage.shown(SECOND)[0].text


async def test_a_flood_in_one_chat_does_not_hold_up_an_answer_in_another(stage: Stage) -> None:
    def arrived(who: int, number: int) -> inbox.Arrival:
        said: Any = update("/help", who, who, stage.clock())
        said["message"]["message_id"] = number
        return arrival({**said, "update_id": number})

    waiting = [arrived(SECRETARY, number) for number in range(1, 501)]
    waiting.append(arrived(OTHER, 501))
    await stage.service._runtime.write(inbox.take_in, waiting, stage.clock())
    with overheard() as logged:
        stage.service.handling.wake()
        await stage.settled()

    handled = [each["update_id"] for each in logged if each["event"] == "handled"]
    assert handled.index(501) <= 100
    assert [number for number in handled if number <= 500] == list(range(1, 501))
    assert len(stage.shown(SECRETARY)) == 500
    assert len(stage.shown(OTHER)) == 1


async def test_an_update_that_cannot_be_confirmed_is_asked_for_ever_more_slowly(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(database) as stage:
        sandbox = stage.sandbox
        monkeypatch.setattr(sandbox.updates, "confirm", lambda _: None)
        sandbox.deliver({"update_id": None, "message": {"chat": {"id": FIRST}}})

        def polled() -> list[float]:
            return [call.at.timestamp() for call in sandbox.calls if call.method == "getUpdates"]

        await sandbox.wait_until(lambda: len(polled()) >= 3)
        assert all(later - earlier > 0.4 for earlier, later in pairwise(polled()))
        assert received(stage) == [("set_aside", 0)]  # kept once

        monkeypatch.undo()
        await stage.say("书记", "第一支部", MEETING)
        assert entries(stage) == {(FIRST, stage.said): 1}
        assert "no number" in sanhui(database, "doctor").out


async def test_numbers_may_begin_anew_after_a_quiet_week(database: Path) -> None:
    async with playing(database, poll_seconds=1) as stage:
        await stage.say("书记", "第一支部", MEETING)
        stage.sandbox.fail(method="getUpdates", error_code=500)  # once the poll came back empty
        await stage.sandbox.wait_until(lambda: 500 in statuses(stage.sandbox, "getUpdates"))
        stage.sandbox.updates._next_id = 1
        said = [stage.sandbox.say(SECRETARY, FIRST, MEETING) for _ in range(3)]
        await stage.settled()

        assert entries(stage) == Counter((FIRST, number) for number in [1, *said])


async def test_what_comes_while_the_database_is_locked_waits_and_comes_once(
    stage: Stage, database: Path
) -> None:
    async with locked(database):
        said = [stage.sandbox.say(SECRETARY, FIRST, MEETING) for _ in range(3)]
        said += [stage.sandbox.say(OTHER, SECOND, "/help")]
        with overheard() as logged:
            await stage.sandbox.wait_until(
                lambda: any(each["event"] == "intake_waits" for each in logged), 20
            )
        assert stage.sandbox.unconfirmed == 4
    await stage.settled()

    assert entries(stage) == {(FIRST, 1): 1, (FIRST, 2): 1, (FIRST, 3): 1}
    assert replies(stage.sandbox, FIRST) == {1: 1, 2: 1, 3: 1}
    assert replies(stage.sandbox, SECOND) == {1: 1}
