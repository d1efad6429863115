"""How a deadline came about: days of rest, made-up working days, moved steps, unknown years."""

from datetime import date

import pytest

from compliance.catalogue import default
from compliance.deadline_story import DeadlineStory, DueRule, deadline_story
from compliance.facts import Ledger
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import assess, branch, day, held, only


def story(code: str, period: str) -> DeadlineStory:
    end = {"2025-09": "2025-09-30", "2026-01": "2026-01-31", "2026-02": "2026-02-28"}
    on = end.get(period, f"{period[:4]}-12-31")
    found = only(assess(branch(committee=True), Ledger(), on), code, period)
    return deadline_story(default(), found, NOTICE)


def test_a_grace_of_plain_days() -> None:
    found = story("committee_meeting", "2025-12")
    assert (found.due_on, found.rule, found.grace) == (day("2025-12-31"), DueRule.PERIOD_END, 3)
    assert found.unconfirmed == ()


def test_a_weekend_in_the_grace_is_named() -> None:
    # Saturday 31 January 2026: Sunday does not count, the three days after it do.
    found = story("committee_meeting", "2026-01")
    assert found.grace_ends == day("2026-02-04")
    assert found.off == ((day("2026-02-01"), day("2026-02-01")),)
    assert found.made_up == ()


def test_spring_festival_lengthens_the_grace_and_a_made_up_saturday_shortens_it() -> None:
    # Saturday 28 February 2026 is a made-up working day; the National Day of 2025 is a long rest.
    assert story("committee_meeting", "2026-02").off == ((day("2026-03-01"), day("2026-03-01")),)
    found = story("committee_meeting", "2025-09")
    assert found.off == ((day("2025-10-01"), day("2025-10-08")),)
    assert found.made_up == (day("2025-10-11"),)
    assert found.grace_ends == day("2025-10-11")


@pytest.mark.parametrize(
    ("code", "nominal", "on"),
    [
        ("-7", "2026-01-24", "2026-01-23"),  # a Saturday: the Friday before
        ("-3", "2026-01-28", "2026-01-28"),
        ("0", "2026-01-31", "2026-01-30"),
        ("+1", "2026-02-01", "2026-02-02"),  # a Sunday: the Monday after
    ],
)
def test_a_step_on_a_day_of_rest_is_moved(code: str, nominal: str, on: str) -> None:
    (step,) = (s for s in story("committee_meeting", "2026-01").steps if s.code == code)
    assert (step.nominal, step.on, step.moved) == (day(nominal), day(on), nominal != on)


def test_an_escalation_has_no_day_but_its_own() -> None:
    last = story("committee_meeting", "2026-01").steps[-1]
    assert (last.code, last.nominal, last.on, last.moved) == (
        "escalate",
        None,
        day("2026-02-04"),
        False,
    )


def test_a_deadline_of_its_own_is_fixed() -> None:
    found = story("annual_plan", "2026")
    assert (found.due_on, found.rule) == (day("2026-01-31"), DueRule.FIXED)


def test_a_case_runs_from_a_day_of_its_own() -> None:
    ledger = Ledger(held=(held(1, "换届选举", "2024-03-10"),))
    (found,) = (
        f
        for f in assess(branch(committee=True), ledger, "2026-06-01")
        if f.requirement.code == "committee_term"
    )
    assert deadline_story(default(), found, NOTICE).rule is DueRule.CASE


def test_years_without_a_notice_are_named() -> None:
    assert story("committee_meeting", "2026-12").unconfirmed == (2027,)
    assert date(2027, 1, 1) <= story("committee_meeting", "2026-12").grace_ends
