"""Each period is judged by the version of its first day: its grace, its deadline, its parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from compliance.arrears import told_on
from compliance.assessment import Finding, Held, Ledger, UnitFacts, assess
from compliance.catalogue import Catalogue, Evidence, default
from compliance.deadline_story import deadline_story
from compliance.explanation import explain
from compliance.periods import Period
from compliance.rulebook import Rulebook
from compliance.states import State
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import branch, day, held, only

UNIT = branch(committee=True)
PATIENT = replace(default(), version="A", holds_from=day("2026-07-01"), recording_grace=5)
RULES = Rulebook((default(), PATIENT))


def found(
    *records: Held, on: str, code: str, rules: Rulebook = RULES, unit: UnitFacts = UNIT
) -> tuple[Finding, ...]:
    """How one requirement stands in all periods of 2026, by rules that changed."""
    wanted = [
        pair for pair in rules.wanted(date(2026, 1, 1), date(2026, 12, 31)) if pair[0].code == code
    ]
    ledger = Ledger(held=records)
    return tuple(assess(rules, unit, ledger, wanted, on=day(on), days=NOTICE))


def test_a_later_grace_leaves_a_late_entry_late() -> None:
    """Due on 31 January; three working days of grace end on 4 February, five on the 6th."""
    plan = held(1, "工作计划", "2026-01-31", "2026-02-05")
    finding = only(found(plan, on="2026-08-01", code="annual_plan"), "annual_plan", "2026")

    assert (finding.state, finding.grace_ends) == (State.MET_LATE, day("2026-02-04"))


def test_a_period_that_begins_under_the_later_grace_has_it() -> None:
    findings = found(on="2026-09-01", code="study")

    assert only(findings, "study", "2026-06").grace_ends == day("2026-07-03")
    assert only(findings, "study", "2026-07").grace_ends == day("2026-08-07")


def test_the_story_of_a_deadline_tells_the_grace_that_judged_it() -> None:
    stories = {
        finding.period.code: deadline_story(RULES, finding, NOTICE).grace
        for finding in found(on="2026-09-01", code="study")
    }

    assert (stories["2026-06"], stories["2026-07"]) == (3, 5)


def test_a_case_has_the_grace_of_the_day_on_which_it_began() -> None:
    """A term of three years that was due on 31 May 2026, and the one that follows it."""
    elections = (
        held(1, "换届选举", "2023-05-31"),
        held(2, "换届选举", "2026-05-31", "2026-06-05"),
    )
    before, _ = found(*elections, on="2026-09-01", code="committee_term")

    assert (before.state, before.grace_ends) == (State.MET_LATE, day("2026-06-03"))


def test_a_month_of_dues_closes_with_the_grace_of_its_first_day() -> None:
    closes = {
        month: told_on(Period.parse(month), NOTICE, RULES) for month in ("2026-06", "2026-07")
    }

    assert closes == {"2026-06": day("2026-07-06"), "2026-07": day("2026-08-10")}


def twice_from_july() -> Rulebook:
    changed = tuple(
        replace(r, count=2) if r.code == "committee_meeting" else r for r in default().requirements
    )
    return Rulebook((default(), replace(PATIENT, requirements=changed)))


def test_what_is_derived_rests_on_each_part_as_its_own_version_has_it() -> None:
    """Of the committee one meeting a month was asked for until June, and two from July on."""
    rules = twice_from_july()
    meetings = [held(n, "支委会", f"2026-{n:02}-10") for n in range(1, 9)]
    ledger = Ledger(held=tuple(meetings))
    whole = found(*meetings, on="2026-08-31", code="three_meetings", rules=rules)
    (why,) = explain(rules, UNIT, ledger, whole, on=day("2026-08-31"), days=NOTICE)
    parts = [f for f in why.rests_on if f.requirement.code == "committee_meeting"]

    assert [f.required for f in parts] == [1] * 6 + [2] * 2
    assert whole[0].done == sum(f.state is State.MET for f in why.rests_on)


def test_what_was_taken_away_in_the_year_rests_on_the_periods_before() -> None:
    kept = tuple(r for r in default().requirements if r.code != "committee_meeting")
    rules = Rulebook((default(), replace(PATIENT, requirements=kept)))
    whole = found(on="2026-12-31", code="three_meetings", rules=rules)
    (why,) = explain(rules, UNIT, Ledger(), whole, on=day("2026-12-31"), days=NOTICE)
    parts = [f.period.code for f in why.rests_on if f.requirement.code == "committee_meeting"]

    assert parts == [f"2026-{n:02}" for n in range(1, 7)]


def test_papers_are_those_of_the_version_of_the_periods_first_day() -> None:
    fewer: Catalogue = replace(PATIENT, materials=default().materials[:1])
    code = next(r.code for r in default().requirements if r.evidence is Evidence.MATERIALS)
    finding = found(on="2026-08-01", code=code, rules=Rulebook((default(), fewer)))[0]

    assert finding.required == sum(not m.development for m in default().materials)
