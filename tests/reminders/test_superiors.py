"""A superior hears of what its branches did not do, three working days after the deadline."""

from datetime import date, time, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from reminders.tick import LOOK_AGAIN
from storage import directory, reorganising, tree_rules
from storage.database import transaction
from storage.journal import Origin
from storage.messages import Message
from storage.queues import OutboxKind
from storage.units import Chat, Unit
from tests.reminders.world import (
    SENT,
    SUPERIOR,
    a_branch,
    at,
    mornings,
    outbox_rows,
    settled,
    ticking,
)
from tests.storage.samples import SHANGHAI, a_unit, record

DEADLINE_OF_APRIL = at("2026-05-08 09:00")  # 30 April; 1 to 5 May are holidays, 6, 7, 8 worked


class House(NamedTuple):
    """A general branch with a chat and two branches, only the first of which has one."""

    general: Unit
    first: Unit
    second: Unit


@pytest.fixture
def house(sqlite: Engine) -> House:
    with transaction(sqlite) as session:
        general = a_unit(session, "党总支", "general_branch")
        directory.bind_chat(session, SUPERIOR, general.key)
        first = a_branch(session, "第一支部", -101, general)
        second = a_branch(session, "第二支部", None, general)
    ticking(sqlite).tick(at("2026-04-10 09:00"))
    return House(general, first, second)


def told(message: Message) -> dict[str, set[str]]:
    """What a digest tells of each unit: ``code period``."""
    units = message.values["units"]
    assert isinstance(units, list)
    return {
        name: {f"{line.requirement.code} {line.period.code}" for line in lines}
        for names, lines in units
        for name in names
    }


def to_superior(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.chat_id == SUPERIOR]


ALL = {"study 2026-04", "committee_meeting 2026-04", "group_meeting 2026-04", "dues 2026-04"}


def test_one_message_tells_of_all_branches_on_the_third_working_day(
    sqlite: Engine, house: House
) -> None:
    with transaction(sqlite) as session:
        record(session, house.second, "学习", "2026-04-20", "2026-04-20 10:00")
    clock = ticking(sqlite)
    for now in mornings(date(2026, 4, 11), date(2026, 5, 7)):
        assert to_superior(clock.tick(now)) == []
    (message,) = to_superior(clock.tick(DEADLINE_OF_APRIL))
    assert told(message) == {"第一支部": ALL, "第二支部": ALL - {"study 2026-04"}}
    assert message.values["named"] is True
    assert [b.data for row in message.buttons for b in row] == [
        f"urge:@{house.first.id}",
        f"urge:@{house.second.id}",
    ]
    (row,) = outbox_rows(sqlite, SUPERIOR)
    assert row.kind == OutboxKind.DIGEST
    for now in mornings(date(2026, 5, 9), date(2026, 5, 20)):
        assert to_superior(clock.tick(now)) == []


def test_what_several_branches_lack_alike_is_said_once(sqlite: Engine, house: House) -> None:
    clock = ticking(sqlite)
    clock.tick(at("2026-10-29 09:00"))
    (message,) = to_superior(clock.tick(at("2026-10-30 09:00")))

    units = message.values["units"]
    assert isinstance(units, list)
    assert [names for names, _ in units] == [("第一支部", "第二支部")]
    assert set(told(message)) == {"第一支部", "第二支部"}


def test_a_branch_never_hears_its_own_escalation_nor_the_superior_a_step(
    sqlite: Engine, house: House
) -> None:
    clock = ticking(sqlite)
    for now in mornings(date(2026, 4, 11), date(2026, 5, 31)):
        clock.tick(now)
    assert {row.step for row in settled(sqlite, SUPERIOR)} == {"escalate"}
    steps = {row.step for row in settled(sqlite, -101)}
    assert {"-7", "0", "+1"} <= steps
    assert "escalate" not in steps
    assert {row.unit_id for row in settled(sqlite, -101)} == {house.first.id}


def test_after_downtime_a_superior_still_hears_of_what_was_missed(
    sqlite: Engine, house: House
) -> None:
    (message,) = to_superior(ticking(sqlite).tick(at("2026-07-01 12:00")))
    months = {period.split()[1] for period in told(message)["第一支部"]}
    assert months == {"2026-04", "2026-05"}


def test_branches_of_a_unit_in_between_report_to_its_chat(sqlite: Engine, house: House) -> None:
    with transaction(sqlite) as session:
        between = a_unit(session, "联合总支", "general_branch", house.general)
        a_branch(session, "第三支部", None, between)
        directory.bind_chat(session, -950, between.key)
    clock = ticking(sqlite)
    clock.tick(at("2026-04-12 09:00"))
    messages = clock.tick(DEADLINE_OF_APRIL)
    assert {m.chat_id: set(told(m)) for m in messages if m.chat_id in (SUPERIOR, -950)} == {
        SUPERIOR: {"第一支部", "第二支部"},
        -950: {"第三支部"},
    }


@pytest.mark.parametrize(("zone", "remind_at"), [("America/New_York", 12), ("Asia/Tokyo", 0)])
def test_a_branch_in_another_zone_is_told_of_in_the_superiors_digest(
    sqlite: Engine, zone: str, remind_at: int
) -> None:
    """Its step may fall on another date than the superior's own."""
    with transaction(sqlite) as session:
        general = a_unit(session, "党总支", "general_branch")
        directory.bind_chat(session, SUPERIOR, general.key)
        far = a_branch(session, "驻外支部", None, general)
        far.timezone, far.remind_at = zone, time(remind_at, 30)
    clock = ticking(sqlite)
    clock.tick(at("2026-04-10 09:00"))
    half_past = at("2026-04-11 00:30")
    hours = [half_past + timedelta(hours=n) for n in range(24 * 40)]
    heard = [(moment, message) for moment in hours for message in clock.tick(moment)]
    messages = [message for _, message in heard]
    days = [moment.astimezone(SHANGHAI).date() for moment, _ in heard]
    assert [message.values["on"] for message in messages] == days
    assert {period for message in messages for period in told(message)["驻外支部"]} == ALL
    assert {row.outcome for row in settled(sqlite, SUPERIOR)} == {SENT}


def test_the_yearly_assessment_is_told_to_the_superior_and_never_to_the_branch(
    sqlite: Engine, house: House
) -> None:
    with transaction(sqlite) as session:
        record(session, house.second, "考核", "2026-12-01", "2026-12-01 10:00")
    clock = ticking(sqlite)
    clock.tick(at("2026-10-20 09:00"))
    for now in mornings(date(2026, 10, 29), date(2027, 1, 12)):
        clock.tick(now)

    def told_of(chat: int) -> list[tuple[int, str, str]]:
        rows = [r for r in settled(sqlite, chat) if r.requirement == "annual_assessment"]
        return [(r.unit_id, r.period, r.step) for r in rows if r.outcome is SENT]

    steps = ["-60", "-30", "-14", "-7", "-3", "-1", "0", "+1"]
    first = [(house.first.id, "2026", step) for step in steps]
    assert [told for told in told_of(SUPERIOR) if told[0] == house.first.id] == first
    # The other was assessed on 1 December, the day of the second step.
    assert [told for told in told_of(SUPERIOR) if told[0] == house.second.id] == [
        (house.second.id, "2026", "-60")
    ]
    assert told_of(-101) == []


def test_a_leading_group_hears_of_its_own_life_meeting_and_of_nothing_else(sqlite: Engine) -> None:
    with transaction(sqlite) as session:
        leaders = a_unit(session, "党组", "leading_group")
        directory.bind_chat(session, SUPERIOR, leaders.key)
    clock = ticking(sqlite)
    heard = [m for now in mornings(date(2026, 10, 1), date(2027, 1, 12)) for m in clock.tick(now)]
    assert [told(message) for message in heard] == [{"党组": {"democratic_life 2026"}}] * 8
    steps = [row.step for row in settled(sqlite, SUPERIOR) if row.outcome is SENT]
    assert steps == ["-60", "-30", "-14", "-7", "-3", "-1", "0", "+1"]


def test_a_superior_without_branches_is_told_nothing(sqlite: Engine) -> None:
    with transaction(sqlite) as session:
        general = a_unit(session, "党总支", "general_branch")
        directory.bind_chat(session, SUPERIOR, general.key)
    clock = ticking(sqlite)
    assert clock.tick(at("2026-04-10 09:00")) == []
    with transaction(sqlite) as session:
        _later_branch(session, general)
    assert clock.tick(at("2026-04-10 10:00")) == []
    (message,) = clock.tick(DEADLINE_OF_APRIL)
    assert told(message) == {"新支部": ALL}


def _later_branch(session: Session, general: Unit) -> None:
    a_branch(session, "新支部", None, general)


def test_a_branch_that_is_no_more_is_told_nothing_nor_told_of(sqlite: Engine, house: House) -> None:
    with transaction(sqlite) as session:
        branch = session.get_one(Unit, house.first.key)
        ends, entered = date(2026, 5, 1), Origin(1, at("2026-05-01 12:00"), None, None)
        for person in tree_rules.people_of(session, branch, ends):
            person.left_on = ends
        reorganising.dissolve(session, branch, ends, entered)
    ticking(sqlite).tick(at("2026-05-04 09:00"))
    messages = ticking(sqlite).tick(DEADLINE_OF_APRIL)
    assert {name for message in messages for name in told(message)} == {"第二支部"}
    with transaction(sqlite) as session:
        chat = session.get_one(Chat, -101)
        assert chat.next_step_at == DEADLINE_OF_APRIL + LOOK_AGAIN
