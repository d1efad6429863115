"""What the planner remembers: a step is settled once for a chat, whoever settles it."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from storage import directory
from storage.queues import ReminderOutcome
from storage.reminding import (
    Candidate,
    Settlement,
    StepKey,
    chats_to_plan,
    settle_steps,
    settled,
    told_on,
)
from storage.units import Chat, Unit
from tests.storage.samples import a_unit, moment

NOW = moment("2026-03-05 09:00")
TODAY = date(2026, 3, 5)
SENT, SKIPPED, SILENT = ReminderOutcome


@pytest.fixture
def unit(session: Session) -> Unit:
    return a_unit(session)


def step(unit: Unit, code: str = "-7", period: str = "2026-03") -> StepKey:
    return StepKey(unit.key, "study", 0, period, code)


def settle(
    session: Session, *steps: tuple[StepKey, ReminderOutcome], chat: int = -100, on: date = TODAY
) -> int:
    return settle_steps(session, [Settlement(*each, chat, on) for each in steps], NOW)


def told(session: Session, chat: int = -100, on: date = TODAY) -> list[StepKey]:
    return told_on(session, [(chat, on)]).get((chat, on), [])


def test_a_step_is_settled_once(session: Session, unit: Unit) -> None:
    assert settle(session, (step(unit), SKIPPED)) == 1
    assert settle(session, (step(unit), SENT)) == 0
    assert told(session) == []
    assert settled(session, [-100], TODAY) == {-100: {step(unit)}}


def test_only_what_is_new_is_settled(session: Session, unit: Unit) -> None:
    assert settle(session, (step(unit, "-7"), SENT), (step(unit, "-3"), SENT)) == 2
    steps = [(step(unit, code), SENT) for code in ("-7", "-3", "-1", "0")]
    assert settle(session, *steps) == 2
    assert settle(session) == 0
    assert len(told(session)) == 4


@pytest.mark.parametrize("other", ["chat", "unit", "requirement", "subject", "period", "step"])
def test_every_part_of_the_key_tells_steps_apart(session: Session, unit: Unit, other: str) -> None:
    key = step(unit)
    different = {
        "chat": key,
        "unit": StepKey(a_unit(session, "第二支部").key, "study", 0, "2026-03", "-7"),
        "requirement": StepKey(unit.key, "dues", 0, "2026-03", "-7"),
        "subject": StepKey(unit.key, "study", 8, "2026-03", "-7"),
        "period": StepKey(unit.key, "study", 0, "2026-04", "-7"),
        "step": StepKey(unit.key, "study", 0, "2026-03", "-3"),
    }[other]
    assert settle(session, (key, SENT)) == 1
    assert settle(session, (different, SENT), chat=-200 if other == "chat" else -100) == 1


def test_settled_steps_are_those_of_the_chats_and_the_days(session: Session, unit: Unit) -> None:
    yesterday = TODAY - timedelta(days=1)
    settle(session, (step(unit, period="2026-02"), SENT), on=yesterday - timedelta(days=1))
    settle(session, (step(unit, period="2026-03"), SENT), on=yesterday)
    settle(session, (step(unit, period="2026-04"), SILENT))
    settle(session, (step(unit, period="2026-03", code="0"), SENT), chat=-200)
    recent = {step(unit, period="2026-03"), step(unit, period="2026-04")}
    assert settled(session, [-100, -300], yesterday) == {-100: recent, -300: set()}
    assert settled(session, [], yesterday) == {}


def test_a_days_digest_holds_what_was_told_that_day(session: Session, unit: Unit) -> None:
    settle(
        session, (step(unit, "-7"), SENT), (step(unit, "-3"), SKIPPED), (step(unit, "0"), SILENT)
    )
    settle(session, (step(unit, "-1"), SENT), on=TODAY + timedelta(days=1))
    settle(session, (step(unit, "+1"), SENT))
    assert told(session) == [step(unit, "-7"), step(unit, "+1")]
    assert told(session, chat=-200) == []


@pytest.mark.parametrize(
    ("planned", "following", "wanted"),
    [
        (None, None, True),
        (-60, 0, True),
        (-60, -1, True),
        (-60, 1, False),
        (0, 60, False),
        (1, 60, True),  # the clock was set back
    ],
)
def test_which_chats_are_planned(
    session: Session, unit: Unit, planned: int | None, following: int | None, wanted: bool
) -> None:
    def at(minutes: int | None) -> datetime | None:
        return None if minutes is None else NOW + timedelta(minutes=minutes)

    chat = Chat(id=-100, unit_id=unit.key, planned_through=at(planned), next_step_at=at(following))
    session.add(chat)
    session.flush()
    assert chats_to_plan(session, NOW) == ([Candidate(-100, of_branch=True)] if wanted else [])
    directory.mark_present(session, -100, present=False)
    assert chats_to_plan(session, NOW) == []
