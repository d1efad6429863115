from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.calendar import WorkingDays, on_or_before, plus
from compliance.catalogue import Requirement, default
from compliance.deadlines import (
    ESCALATE,
    Hearer,
    deadline,
    due_on,
    grace_ends,
    hearer_of,
    steps,
)
from compliance.periods import Period
from tests.compliance.calendars import GUESS, NOTICE
from tests.compliance.samples import day

CATALOGUE = default()


def written(code: str, period: str, days: WorkingDays = NOTICE) -> str:
    requirement = CATALOGUE.requirement(code)
    found = steps(CATALOGUE, requirement, due_on(requirement, Period.parse(period)), days)
    return " ".join(f"{step.code}:{step.on:%m-%d}" for step in found)


@pytest.mark.parametrize(
    ("code", "period", "due", "grace"),
    [
        ("study", "2026-01", "2026-01-31", "2026-02-04"),
        ("study", "2026-02", "2026-02-28", "2026-03-04"),
        ("study", "2024-02", "2024-02-29", "2024-03-05"),
        ("study", "2026-09", "2026-09-30", "2026-10-10"),  # after National Day, a make-up Saturday
        ("general_meeting", "2026-Q3", "2026-09-30", "2026-10-10"),
        ("thought_analysis", "2026-H1", "2026-06-30", "2026-07-03"),
        ("democratic_appraisal", "2026", "2026-12-31", "2027-01-05"),
        ("annual_plan", "2026", "2026-01-31", "2026-02-04"),
        ("development_plan", "2025", "2025-01-31", "2025-02-07"),  # after Spring Festival
    ],
)
def test_a_deadline_and_the_grace_after_it(code: str, period: str, due: str, grace: str) -> None:
    due_day = due_on(CATALOGUE.requirement(code), Period.parse(period))
    assert due_day == day(due)
    assert grace_ends(due_day, NOTICE, CATALOGUE.recording_grace) == day(grace)


@pytest.mark.parametrize(
    ("code", "period", "expected"),
    [
        ("study", "2026-03", "-7:03-24 -3:03-27 -1:03-30 0:03-31 +1:04-01 escalate:04-03"),
        # 02-21 to 02-23 are Spring Festival; 02-14 and 02-28 are make-up Saturdays
        ("study", "2026-02", "-7:02-14 -3:02-25 -1:02-27 0:02-28 +1:03-02 escalate:03-04"),
        # 31 January is a Saturday: its own step comes on the Friday, as does the one before
        ("study", "2026-01", "-7:01-23 -3:01-28 -1:01-30 0:01-30 +1:02-02 escalate:02-04"),
        # the grace spans National Day, so that a weekly step fits in
        (
            "study",
            "2026-09",
            "-7:09-23 -3:09-24 -1:09-29 0:09-30 +1:10-08 +8:10-08 escalate:10-10",
        ),
        (
            "general_meeting",
            "2026-Q1",
            "-14:03-17 -7:03-24 -3:03-27 -1:03-30 0:03-31 +1:04-01 escalate:04-03",
        ),
        (
            "thought_analysis",
            "2026-H1",
            "-30:05-29 -14:06-16 -7:06-23 -3:06-26 -1:06-29 0:06-30 +1:07-01 escalate:07-03",
        ),
    ],
)
def test_steps_fall_on_working_days_in_order(code: str, period: str, expected: str) -> None:
    assert written(code, period) == expected


def test_the_steps_of_a_yearly_requirement_begin_two_months_ahead() -> None:
    found = written("democratic_appraisal", "2025").split()
    assert found[:4] == ["-60:10-31", "-30:12-01", "-14:12-17", "-7:12-24"]
    # the make-up Sunday of New Year is the first working day
    assert found[4:] == ["-3:12-26", "-1:12-30", "0:12-31", "+1:01-04", "escalate:01-06"]


def test_the_steps_of_a_plan_due_in_january_begin_in_the_year_before() -> None:
    found = written("annual_plan", "2026").split()
    assert found[:3] == ["-60:12-02", "-30:12-31", "-14:01-16"]
    assert found[3:] == [
        "-7:01-23",
        "-3:01-28",
        "-1:01-30",
        "0:01-30",
        "+1:02-02",
        "escalate:02-04",
    ]


def test_a_year_without_a_notice_is_guessed() -> None:
    guessed = "-7:02-19 -3:02-25 -1:02-26 0:02-26 +1:03-01 escalate:03-03"
    assert written("study", "2027-02") == guessed
    assert written("study", "2027-02", GUESS) == guessed


@pytest.mark.parametrize(
    ("code", "period", "confirmed"),
    [
        ("study", "2026-11", True),
        ("study", "2026-12", False),  # its grace lies in 2027
        ("study", "2027-03", False),
        ("annual_plan", "2027", False),
        ("annual_plan", "2026", True),
        ("study", "2004-01", True),
        ("annual_plan", "2004", False),  # its first step lies in 2003
    ],
)
def test_days_are_confirmed_only_where_a_notice_covers_all_of_them(
    code: str, period: str, confirmed: bool
) -> None:
    requirement = CATALOGUE.requirement(code)
    due = due_on(requirement, Period.parse(period))
    assert deadline(CATALOGUE, requirement, due, NOTICE).confirmed is confirmed


@dataclass(frozen=True)
class KnownUntil:
    last: date

    def is_working(self, day: date) -> bool:
        return NOTICE.is_working(day)

    def is_confirmed(self, day: date) -> bool:
        return day <= self.last


@pytest.mark.parametrize(("known", "confirmed"), [("2026-04-02", False), ("2026-04-03", True)])
def test_the_last_day_of_the_grace_must_be_confirmed_too(known: str, confirmed: bool) -> None:
    march = Period.parse("2026-03")
    found = deadline(CATALOGUE, CATALOGUE.requirement("study"), march.end, KnownUntil(day(known)))
    assert found.confirmed is confirmed


def test_the_last_day_of_the_grace_still_has_its_step() -> None:
    strict = replace(CATALOGUE, recording_grace=1)
    found = steps(strict, strict.requirement("study"), day("2026-03-31"), NOTICE)
    assert [(step.code, step.on) for step in found[-2:]] == [
        ("+1", day("2026-04-01")),
        ("escalate", day("2026-04-03")),
    ]


def test_the_first_step_is_where_due_soon_begins() -> None:
    found = deadline(CATALOGUE, CATALOGUE.requirement("study"), day("2026-02-28"), NOTICE)
    assert found.begins == day("2026-02-14")


@given(
    st.sampled_from(CATALOGUE.requirements),
    st.dates(date(2005, 1, 1), date(2028, 12, 31)),
    st.sampled_from([GUESS, NOTICE]),
)
def test_steps_are_ordered_and_inside_their_bounds(
    requirement: Requirement, on: date, days: WorkingDays
) -> None:
    period = Period.of(requirement.cadence, on)
    due = due_on(requirement, period)
    ends = grace_ends(due, days, CATALOGUE.recording_grace)
    found = steps(CATALOGUE, requirement, due_on(requirement, period), days)
    dates = [step.on for step in found]
    countdown = requirement.steps or CATALOGUE.reminders.before[requirement.cadence]
    assert dates == sorted(dates)
    assert all(map(days.is_working, dates))
    assert dates[0] == on_or_before(days, due - timedelta(days=countdown[0]))
    assert dates[-1] == plus(days, due, 3) == ends
    assert len({step.code for step in found}) == len(found)
    before = [step for step in found if step.code[0] in "-0"]
    assert [int(step.code) for step in before] == [-n for n in countdown]
    assert all(step.on <= due for step in before)
    assert all(due < step.on <= ends for step in found[len(before) :])
    assert found[len(before)].code == "+1"


@pytest.mark.parametrize(
    ("code", "before", "after", "escalated"),
    [
        ("study", Hearer.OWN, Hearer.OWN, Hearer.SUPERIOR),
        ("opinions", Hearer.OWN, None, None),  # advisory: not urged once its deadline has passed
        ("annual_assessment", Hearer.SUPERIOR, Hearer.SUPERIOR, None),  # the superior's own
    ],
)
def test_whose_chat_hears_of_a_step(
    code: str, before: Hearer, after: Hearer | None, escalated: Hearer | None
) -> None:
    requirement = CATALOGUE.requirement(code)
    steps_of = {"-7": before, "0": before, "+1": after, ESCALATE: escalated}
    assert {step: hearer_of(requirement, step) for step in steps_of} == steps_of
