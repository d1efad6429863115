"""One digest a chat and day: held back, brought up to date, edited, or dropped."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from reminders.tick import plan_chats
from storage import calls, directory, journal, roster
from storage.calls import Due, Result
from storage.database import rehearsal, transaction
from storage.journal import Origin, PaymentText, RecordText
from storage.messages import Message
from storage.queues import OutboxState
from storage.tables import METADATA
from storage.units import Chat, Unit
from tests.reminders.world import (
    CHAT,
    FOUNDED,
    a_branch,
    at,
    founded,
    lines_of,
    outbox_rows,
    settled,
    ticking,
)
from tests.storage.samples import POLICY, a_unit

US, MOMENT = "us", 1000.0  # who sends, and the database's clock
MORNING = at("2026-04-23 09:00")  # seven days before the end of April
APRIL = {"study", "committee_meeting", "group_meeting", "dues"}


@pytest.fixture
def unit(sqlite: Engine) -> Unit:
    found = founded(sqlite)
    ticking(sqlite).tick(at("2026-04-10 09:00"))
    return found


def codes(message: Message) -> set[str]:
    return {code for code, _, _ in lines_of(message)}


def owing(engine: Engine, now: datetime) -> list[Due]:
    """What may be sent now; it stays as it is."""
    with rehearsal(engine) as session:
        return [head.due for head in calls.take(session, US, now, MOMENT, 10)]


def begin(engine: Engine, now: datetime) -> Due | None:
    """Take what is due and begin to send it, as the edge does."""
    with transaction(engine) as session:
        (head,) = calls.take(session, US, now, MOMENT, 10)
        return ticking(engine).begin(session, head.due, now)


def end(engine: Engine, result: Result, now: datetime) -> None:
    with transaction(engine) as session:
        calls.settle(session, US, [result], now)


def said(found: Due | None) -> dict[str, Any]:
    assert found is not None
    payload: dict[str, Any] = json.loads(found.payload)
    return payload


def send(engine: Engine, now: datetime, message_id: int) -> Due:
    """Send what is due, and mark it as sent."""
    begun = begin(engine, now)
    assert begun is not None
    end(engine, Result(begun, OutboxState.SENT, message_id), now)
    return begun


def new_group(engine: Engine, unit: Unit, name: str) -> None:
    """Something new to tell on the same day: a group that the branch had forgotten to tell of."""
    with transaction(engine) as session:
        a_unit(session, name, "party_group", unit, founded=FOUNDED)
        directory.bind_chat(session, CHAT, unit.key)


def do(session: Session, unit: Unit, kinds: str, now: datetime, group: int | None = None) -> None:
    text_of = RecordText(kinds=tuple(kinds.split("+")), held_on=now.date(), group_id=group)
    journal.add_record(session, unit.key, text_of, Origin(1, now, CHAT, None))


def do_everything(engine: Engine, unit: Unit, now: datetime) -> None:
    with transaction(engine) as session:
        do(session, unit, "学习+支委会", now)
        do(session, unit, "党小组会", now, roster.groups(session, unit.key)[0].key)
        (person,) = roster.people_named(session, unit.key, "张三")
        payment = PaymentText(person.key, now.date().replace(day=1), 4000, now.date())
        journal.add_payment(session, unit.key, payment, Origin(1, now, CHAT, None))


def everything(engine: Engine) -> list[list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return [
            [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table.name}"'))]
            for table in METADATA.sorted_tables
        ]


def test_a_digest_goes_out_in_the_morning(sqlite: Engine, unit: Unit) -> None:
    (message,) = ticking(sqlite).tick(MORNING)
    assert codes(message) == APRIL
    assert message.values["named"] is False
    call = said(send(sqlite, MORNING, 55))
    assert call["parse_mode"] == "HTML"
    buttons = [b["callback_data"] for row in call["reply_markup"]["inline_keyboard"] for b in row]
    assert set(buttons) == {"form:支委会", "form:党小组会", "form:学习"}


def test_two_ticks_at_one_moment_tell_once(sqlite: Engine, unit: Unit) -> None:
    assert len(ticking(sqlite).tick(MORNING)) == 1
    assert ticking(sqlite).tick(MORNING) == []
    with transaction(sqlite) as session:  # even one that is planned again
        assert plan_chats(session, POLICY, [CHAT], MORNING) == []
    assert len(outbox_rows(sqlite)) == 1


def test_a_preview_tells_the_same_and_changes_nothing(sqlite: Engine, unit: Unit) -> None:
    before = everything(sqlite)
    (previewed,) = ticking(sqlite).preview(MORNING)
    assert everything(sqlite) == before
    (told,) = ticking(sqlite).tick(MORNING)
    assert lines_of(previewed) == lines_of(told)
    assert ticking(sqlite).preview(MORNING) == []


def test_the_second_digest_of_a_day_edits_the_first(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    send(sqlite, MORNING, 55)
    new_group(sqlite, unit, "第二小组")
    later = MORNING + timedelta(hours=3)
    (message,) = ticking(sqlite).tick(later)
    assert codes(message) == APRIL
    refreshed = begin(sqlite, later)
    assert refreshed is not None
    assert refreshed.method == "editMessageText"
    assert said(refreshed)["message_id"] == 55
    assert "第二小组" in said(refreshed)["text"]
    assert "学习" in said(refreshed)["text"]


def test_an_edit_that_failed_is_sent_as_a_message_of_its_own(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    send(sqlite, MORNING, 55)
    new_group(sqlite, unit, "第二小组")
    later = MORNING + timedelta(hours=3)
    ticking(sqlite).tick(later)
    edit = begin(sqlite, later)
    assert edit is not None
    end(sqlite, Result(edit, OutboxState.QUEUED, problem="gone", method="sendMessage"), later)
    again = begin(sqlite, later)
    assert again is not None
    assert again.method == "sendMessage"
    assert "message_id" not in said(again)


def test_while_the_first_waits_the_second_joins_it(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    new_group(sqlite, unit, "第二小组")
    later = MORNING + timedelta(minutes=5)
    assert len(ticking(sqlite).tick(later)) == 1
    assert len(outbox_rows(sqlite)) == 1
    call = send(sqlite, later, 55)
    assert call.method == "sendMessage"
    assert "第二小组" in said(call)["text"]


def test_what_was_done_in_the_meantime_is_not_told(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    with transaction(sqlite) as session:
        do(session, unit, "学习", MORNING)
    shown = said(send(sqlite, MORNING + timedelta(minutes=1), 55))["text"]
    assert "支部委员会" in shown
    assert "党员学习活动" not in shown


def test_a_digest_of_nothing_is_dropped(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    do_everything(sqlite, unit, MORNING)
    assert begin(sqlite, MORNING) is None
    (row,) = outbox_rows(sqlite)
    assert row.state == OutboxState.DROPPED


def test_a_digest_of_a_chat_that_is_gone_is_dropped(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    with transaction(sqlite) as session:
        session.delete(session.get_one(Chat, CHAT))
    assert begin(sqlite, MORNING) is None
    with transaction(sqlite) as session:
        assert plan_chats(session, POLICY, [CHAT], MORNING) == []


def test_a_digest_under_way_is_not_sent_again(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    assert begin(sqlite, MORNING) is not None
    assert owing(sqlite, MORNING) == []
    with transaction(sqlite) as session:
        assert calls.let_go(session, "another") == 0
        assert calls.let_go(session, US) == 1


def test_one_who_did_everything_hears_nothing(sqlite: Engine, unit: Unit) -> None:
    do_everything(sqlite, unit, at("2026-04-15 10:00"))
    assert ticking(sqlite).tick(MORNING) == []
    assert outbox_rows(sqlite) == []
    assert {row.outcome for row in settled(sqlite) if row.period == "2026-04"} == {"silent"}


def test_quiet_hours_hold_the_digest_until_they_end(sqlite: Engine, unit: Unit) -> None:
    with transaction(sqlite) as session:
        branch = session.get_one(Unit, unit.key)
        branch.remind_at = time(23, 0)
        directory.bind_chat(session, CHAT, unit.key)
    night, dawn = at("2026-04-23 23:00"), at("2026-04-24 08:00")
    assert len(ticking(sqlite).tick(night)) == 1
    assert owing(sqlite, night) == []
    assert owing(sqlite, dawn - timedelta(seconds=1)) == []
    assert len(owing(sqlite, dawn)) == 1
    do_everything(sqlite, unit, at("2026-04-23 23:30"))
    assert begin(sqlite, dawn) is None


def test_a_group_told_of_late_is_spoken_of_at_the_next_step(sqlite: Engine, unit: Unit) -> None:
    ticking(sqlite).tick(MORNING)
    with transaction(sqlite) as session:
        group = a_unit(session, "第二小组", "party_group", unit, founded=FOUNDED).key
    (message,) = ticking(sqlite).tick(at("2026-04-27 09:00"))
    assert ("group_meeting", group, "2026-04") in lines_of(message)
    steps = [row for row in settled(sqlite) if row.subject_id == group]
    assert [(row.step, row.outcome) for row in steps] == [("-7", "skipped"), ("-3", "sent")]


def test_two_processes_that_tick_at_once_tell_once(engine: Engine) -> None:
    with transaction(engine) as session:
        a_branch(session)
    ticking(engine).tick(at("2026-04-10 09:00"))
    start = Barrier(2)

    def tick(_: int) -> int:
        start.wait()
        return len(ticking(engine).tick(MORNING))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tick, range(2))) == [0, 1]
    assert len(outbox_rows(engine)) == 1
