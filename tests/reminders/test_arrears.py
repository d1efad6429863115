"""Arrears: told in private at 1, 3 and 5 months in a row, once for ever, and true when read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, time
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from bot.in_force import InForce
from bot.ticking import Ticking
from compliance.access import Role
from compliance.overlay import read
from reminders.tick import plan_chats
from storage import calls, directory, journal, roster
from storage.calls import Due, Result
from storage.database import snapshot, transaction
from storage.journal import PaymentText
from storage.messages import Message
from storage.queues import OutboxState
from storage.rulemaking import load_overlay
from storage.units import RoleHeld, Unit
from tests.reminders.world import (
    CHAT,
    SENT,
    SKIPPED,
    SUPERIOR,
    a_branch,
    at,
    outbox_rows,
    renderer,
    settled,
    ticking,
)
from tests.storage.samples import POLICY, a_person, a_unit, pay, reverse
from tests.storage.samples import said as origin

SECRETARY, DEPUTY, TREASURER = 71, 72, 73
# The mornings on which the months of 2026 come to count as unpaid, and the evenings before.
TOLD = {
    1: "2026-02-05",
    2: "2026-03-05",
    3: "2026-04-07",
    4: "2026-05-09",
    5: "2026-06-04",
    6: "2026-07-06",
    7: "2026-08-06",
}
# Days on each of which one more month of 2027 has closed.
YEARS_LATER = ("2027-07-20", "2027-08-20", "2027-09-20")
BEGIN = at("2026-01-10 09:00")


def morning(month: int) -> datetime:
    return at(f"{TOLD[month]} 09:00")


@pytest.fixture
def unit(engine: Engine) -> Unit:
    """A branch with 张三 and a secretary, looked at for the first time in January."""
    with transaction(engine) as session:
        found = a_branch(session)
        directory.grant_role(session, SECRETARY, found.key, Role.SECRETARY)
    ticking(engine).tick(BEGIN)
    return found


def private(messages: Sequence[Message]) -> list[Message]:
    return [message for message in messages if message.chat_id != CHAT]


def said(message: Message) -> list[tuple[str, int]]:
    """Of whom a private digest tells, and how many months."""
    assert message.values["units"] == []
    sections = message.values["arrears"]
    assert isinstance(sections, list)
    return [(each.person, each.arrears.count) for _, people in sections for each in people]


def tick(engine: Engine, now: datetime) -> list[tuple[int, list[tuple[str, int]]]]:
    """What is told in private, to whom."""
    messages = private(ticking(engine).tick(now))
    return [(message.chat_id or 0, said(message)) for message in messages]


def pay_for(engine: Engine, unit: Unit, month: int, on: str, yuan: int = 40) -> int:
    with transaction(engine) as session:
        (person,) = roster.people_named(session, unit.key, "张三")
        return pay(session, unit, person, f"2026-{month:02}", yuan, f"{on} 10:00")


def test_it_is_told_at_one_three_and_five_and_not_between(engine: Engine, unit: Unit) -> None:
    told = {month: tick(engine, morning(month)) for month in TOLD}
    assert told == {
        month: [(SECRETARY, [("张三", month)])] if month in (1, 3, 5) else [] for month in TOLD
    }
    rows = settled(engine, SECRETARY)
    assert [(row.step, row.period, row.outcome) for row in rows] == [
        (f"arrears-{n}", "2026-01", SENT) for n in (1, 3, 5)
    ]


def test_it_is_told_on_that_morning_and_not_before_or_again(engine: Engine, unit: Unit) -> None:
    assert tick(engine, at("2026-02-05 08:59")) == []
    assert tick(engine, at("2026-02-05 09:00")) == [(SECRETARY, [("张三", 1)])]
    for later in ("2026-02-05 09:01", "2026-02-06 09:00", "2026-02-25 09:00"):
        assert tick(engine, at(later)) == []
    assert len(outbox_rows(engine, SECRETARY)) == 1


def test_the_chat_is_looked_at_again_by_then(engine: Engine, unit: Unit) -> None:
    for now in ("2026-02-04 09:00", "2026-02-05 08:59"):
        ticking(engine).tick(at(now))
        with snapshot(engine) as session:
            ((_, chat),) = directory.bound_chats(session, [CHAT])
            assert chat.next_step_at is not None
            assert chat.next_step_at <= at("2026-02-05 09:00")


def test_the_group_hears_no_name(engine: Engine, unit: Unit) -> None:
    for month in TOLD:
        for message in ticking(engine).tick(morning(month)):
            if message.chat_id == CHAT:
                assert message.values["arrears"] == []
                words = renderer()._languages["zh"]
                assert "张三" not in words.text(message.template, message.values)
    assert not [row for row in settled(engine) if row.step.startswith("arrears")]


def test_a_payment_ends_the_row(engine: Engine, unit: Unit) -> None:
    tick(engine, morning(1))
    tick(engine, morning(2))
    pay_for(engine, unit, 2, "2026-03-20")  # late, and in full
    assert tick(engine, morning(3)) == [(SECRETARY, [("张三", 1)])]
    pay_for(engine, unit, 4, "2026-05-01", 39)  # not in full
    assert tick(engine, morning(4)) == []
    assert tick(engine, morning(5)) == [(SECRETARY, [("张三", 3)])]
    assert {row.period for row in settled(engine, SECRETARY)} == {"2026-01", "2026-03"}


def test_who_pays_by_the_end_of_the_grace_is_not_told_of(engine: Engine, unit: Unit) -> None:
    pay_for(engine, unit, 1, "2026-02-04")
    assert tick(engine, morning(1)) == []
    assert settled(engine, SECRETARY) == []


def test_a_payment_taken_back_counts_as_unpaid_at_the_next_look(engine: Engine, unit: Unit) -> None:
    number = pay_for(engine, unit, 1, "2026-01-20")
    assert tick(engine, morning(1)) == []
    with transaction(engine) as session:
        reverse(session, unit, number, "2026-02-10 10:00")
    assert tick(engine, morning(2)) == [(SECRETARY, [("张三", 2)])]
    assert [(row.step, row.outcome) for row in settled(engine, SECRETARY)] == [("arrears-1", SENT)]


def test_after_downtime_only_the_highest_count_is_told(engine: Engine, unit: Unit) -> None:
    tick(engine, at("2026-02-01 09:00"))
    assert tick(engine, morning(4)) == [(SECRETARY, [("张三", 4)])]
    assert [(row.step, row.outcome) for row in settled(engine, SECRETARY)] == [
        ("arrears-1", SKIPPED),
        ("arrears-3", SENT),
    ]


def test_a_chat_that_is_new_hears_nothing_of_what_is_closed(engine: Engine) -> None:
    with transaction(engine) as session:
        found = a_branch(session)
        directory.grant_role(session, SECRETARY, found.key, Role.SECRETARY)
    assert tick(engine, at("2026-04-20 09:00")) == []
    assert tick(engine, morning(4)) == [(SECRETARY, [("张三", 4)])]


def test_who_has_not_paid_for_longer_than_is_looked_at_is_told_of_once(engine: Engine) -> None:
    with transaction(engine) as session:
        found = a_branch(session)
        directory.grant_role(session, SECRETARY, found.key, Role.SECRETARY)
    assert tick(engine, at("2027-06-20 09:00")) == []
    told = [tick(engine, at(f"{on} 09:00")) for on in YEARS_LATER]
    assert told == [[(SECRETARY, [("张三", 13)])], [], []]
    assert [(row.step, row.outcome) for row in settled(engine, SECRETARY)] == [
        ("arrears-1", SKIPPED),
        ("arrears-3", SKIPPED),
        ("arrears-5", SENT),
    ]
    assert len(outbox_rows(engine, SECRETARY)) == 1


def test_a_row_told_from_its_start_is_not_told_again_after_a_year(
    engine: Engine, unit: Unit
) -> None:
    for month in TOLD:
        tick(engine, morning(month))
    assert [tick(engine, at(f"{on} 09:00")) for on in ("2027-01-20", *YEARS_LATER)] == [[]] * 4


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ([(DEPUTY, Role.DEPUTY), (TREASURER, Role.ORGANISATION)], DEPUTY),
        ([(TREASURER, Role.ORGANISATION)], TREASURER),
        ([(74, Role.PUBLICITY), (75, Role.MEMBER)], None),
        ([(TREASURER, Role.ORGANISATION), (SECRETARY, Role.SECRETARY)], SECRETARY),
        ([(SECRETARY, Role.SECRETARY), (70, Role.SECRETARY)], SECRETARY),
    ],
)
def test_who_looks_after_the_dues_is_told(
    engine: Engine, roles: list[tuple[int, Role]], told: int | None
) -> None:
    with transaction(engine) as session:
        found = a_branch(session)
        for telegram_id, role in roles:
            directory.grant_role(session, telegram_id, found.key, role)
    ticking(engine).tick(BEGIN)
    assert [chat_id for chat_id, _ in tick(engine, morning(1))] == ([told] if told else [])


def test_a_new_secretary_is_not_told_what_the_last_one_was(engine: Engine, unit: Unit) -> None:
    tick(engine, morning(1))
    with transaction(engine) as session:
        for role in session.exec(select(RoleHeld)):
            role.to_on = at("2026-02-20 00:00").date()
        session.add(RoleHeld(telegram_id=DEPUTY, unit_id=unit.key, role=Role.SECRETARY))
    assert tick(engine, morning(2)) == []
    assert tick(engine, morning(3)) == [(DEPUTY, [("张三", 3)])]


def test_one_message_names_everyone_and_one_chat_all_its_branches(engine: Engine) -> None:
    with transaction(engine) as session:
        branches = [a_branch(session, f"第{n}支部", CHAT - n) for n in range(3)]
        for found in branches:
            a_person(session, found, "李四", base=9000)
            directory.grant_role(session, SECRETARY, found.key, Role.SECRETARY)
    ticking(engine).tick(BEGIN)
    messages = [m for m in ticking(engine).tick(morning(1)) if m.chat_id == SECRETARY]
    (message,) = messages
    sections = message.values["arrears"]
    assert isinstance(sections, list)
    assert [(name, [each.person for each in people]) for name, people in sections] == [
        (f"第{n}支部", ["张三", "李四"]) for n in range(3)
    ]
    assert len(outbox_rows(engine, SECRETARY)) == 1


def test_a_superior_and_its_chat_hear_nothing(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        general = a_unit(session, "党总支", "general_branch")
        directory.unit(session, unit.key).parent_id = general.key
        directory.bind_chat(session, SUPERIOR, general.key)
        directory.grant_role(session, 76, general.key, Role.SUPERVISOR)
    ticking(engine).tick(at("2026-01-20 09:00"))
    told = ticking(engine).tick(morning(1))
    named = [message.chat_id for message in told if message.values["arrears"]]
    assert named == [SECRETARY]
    assert settled(engine, 76) == []


# ---------------------------------------------------------------- sending


def begin(engine: Engine, now: datetime) -> Due | None:
    """Take what is due in private and begin to send it."""
    with transaction(engine) as session:
        (due,) = (
            head.due
            for head in calls.take(session, "us", now, 1000.0, 10)
            if head.due.chat_id == SECRETARY
        )
        return ticking(engine).begin(session, due, now)


def test_it_says_the_count_the_months_and_the_clause(engine: Engine, unit: Unit) -> None:
    for month in (1, 2, 3):
        ticking(engine).tick(morning(month))
    due = begin(engine, morning(3))
    assert due is not None
    text = json.loads(due.payload)["text"]
    assert "张三 连续3个月:2026年1–3月" in text
    assert "第10条「按时足额交纳党费。」" in text
    assert due.chat_id == SECRETARY


def test_what_was_paid_before_it_is_sent_is_not_told(engine: Engine, unit: Unit) -> None:
    ticking(engine).tick(morning(1))
    pay_for(engine, unit, 1, TOLD[1])
    assert begin(engine, morning(1)) is None
    assert [row.state for row in outbox_rows(engine, SECRETARY)] == [OutboxState.DROPPED]
    assert tick(engine, morning(2)) == [(SECRETARY, [("张三", 1)])]


def test_it_waits_for_the_quiet_hours_to_end(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        directory.unit(session, unit.key).remind_at = time(7, 0)
    ticking(engine).tick(at("2026-02-05 07:00"))
    (row,) = outbox_rows(engine, SECRETARY)
    assert row.not_before == at("2026-02-05 08:00")


def test_a_second_one_of_a_day_edits_the_first(engine: Engine, unit: Unit) -> None:
    ticking(engine).tick(morning(1))
    due = begin(engine, morning(1))
    assert due is not None
    with transaction(engine) as session:
        calls.settle(session, "us", [Result(due, OutboxState.SENT, 55)], morning(1))
        other = a_branch(session, "第二支部", CHAT - 1)
        directory.grant_role(session, SECRETARY, other.key, Role.SECRETARY)
        ((_, chat),) = directory.bound_chats(session, [CHAT - 1])
        chat.planned_through, chat.next_step_at = BEGIN, morning(1)
    ticking(engine).tick(at("2026-02-05 09:05"))
    again = begin(engine, at("2026-02-05 09:05"))
    assert again is not None
    assert again.method == "editMessageText"
    call = json.loads(again.payload)
    assert call["message_id"] == 55
    assert "第一支部" in call["text"]
    assert "第二支部" in call["text"]


def test_a_private_chat_that_is_the_branchs_own_gets_one_message(engine: Engine) -> None:
    with transaction(engine) as session:
        found = a_branch(session, chat=SECRETARY)
        directory.grant_role(session, SECRETARY, found.key, Role.SECRETARY)
    ticking(engine).tick(BEGIN)
    with transaction(engine) as session:
        ((_, chat),) = directory.bound_chats(session, [SECRETARY])
        chat.planned_through, chat.next_step_at = BEGIN, at("2026-02-05 09:00")
        a_unit(session, "新小组", "party_group", found, founded=None)
    (message,) = ticking(engine).tick(at("2026-02-25 09:00"))
    assert message.chat_id == SECRETARY
    assert message.values["units"]
    sections = message.values["arrears"]
    assert isinstance(sections, list)
    assert sections
    assert len(outbox_rows(engine, SECRETARY)) == 2


# ---------------------------------------------------------------- two at once


def test_two_ticks_at_once_tell_once(engine: Engine, unit: Unit) -> None:
    together = Barrier(2)

    def plan(_: int) -> int:
        together.wait()
        with transaction(engine) as session:
            return len(plan_chats(session, POLICY, [CHAT], morning(1)))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(plan, range(2)))[0] == 0
    assert [row.step for row in settled(engine, SECRETARY)] == ["arrears-1"]


def test_a_catalogue_without_counts_tells_nothing(engine: Engine, unit: Unit) -> None:
    catalogue = POLICY.catalogue
    silent = replace(POLICY, catalogue=replace(catalogue, dues=replace(catalogue.dues, arrears=())))
    assert private(Ticking(engine, InForce(silent), renderer()).tick(morning(1))) == []
    assert settled(engine, SECRETARY) == []


def test_a_preview_leaves_all_as_it_is(engine: Engine, unit: Unit) -> None:
    shown = private(ticking(engine).preview(morning(1)))
    assert [said(message) for message in shown] == [[("张三", 1)]]
    assert settled(engine, SECRETARY) == []
    assert tick(engine, morning(1)) == [(SECRETARY, [("张三", 1)])]


def test_entries_of_another_member_pay_for_nobody_else(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        other = a_person(session, unit, "李四", base=4000)
        text = PaymentText(other.key, at("2026-01-01 00:00").date(), 4000, BEGIN.date())
        journal.add_payment(session, unit.key, text, journal.Origin(1, BEGIN, CHAT, None))
    assert tick(engine, morning(1)) == [(SECRETARY, [("张三", 1)])]


OWN = """
version = "A"
holds_from = 2026-01-01
recording_grace_working_days = 5
"""


def test_a_month_closes_with_the_units_own_grace(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        load_overlay(session, POLICY, unit, read("A.toml", OWN), origin())
    ticking(engine).tick(at("2026-02-01 09:00"))

    assert tick(engine, morning(1)) == []
    assert tick(engine, at("2026-02-09 09:00")) == [(SECRETARY, [("张三", 1)])]
