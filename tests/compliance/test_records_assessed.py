"""How a requirement that is met by records stands, day by day."""

import pytest

from compliance.assessment import Group, Held, Ledger, State, assess_unit, failing_first
from compliance.catalogue import default
from tests.compliance.calendars import GUESS
from tests.compliance.samples import assess, branch, each_day, full_members, held, only, paid

BRANCH = branch()
NOTHING = Ledger()


@pytest.mark.parametrize(
    ("code", "period", "on", "state"),
    [
        # March: first step on the 24th, deadline on the 31st, grace until 3 April
        ("study", "2026-03", "2026-03-01", State.OPEN),
        ("study", "2026-03", "2026-03-23", State.OPEN),
        ("study", "2026-03", "2026-03-24", State.DUE_SOON),
        ("study", "2026-03", "2026-03-31", State.DUE_SOON),
        ("study", "2026-03", "2026-04-01", State.OVERDUE),
        ("study", "2026-03", "2026-04-03", State.OVERDUE),
        ("study", "2026-03", "2026-04-04", State.MISSED),
        # February: the first step moves before Spring Festival, to a make-up Saturday
        ("study", "2026-02", "2026-02-13", State.OPEN),
        ("study", "2026-02", "2026-02-14", State.DUE_SOON),
        ("study", "2026-02", "2026-02-28", State.DUE_SOON),
        ("study", "2026-02", "2026-03-01", State.OVERDUE),
        ("study", "2026-02", "2026-03-04", State.OVERDUE),
        ("study", "2026-02", "2026-03-05", State.MISSED),
        # a leap day is the deadline
        ("study", "2024-02", "2024-02-29", State.DUE_SOON),
        ("study", "2024-02", "2024-03-01", State.OVERDUE),
        # September: the grace spans National Day
        ("general_meeting", "2026-Q3", "2026-09-15", State.OPEN),
        ("general_meeting", "2026-Q3", "2026-09-16", State.DUE_SOON),
        ("general_meeting", "2026-Q3", "2026-10-10", State.OVERDUE),
        ("general_meeting", "2026-Q3", "2026-10-11", State.MISSED),
        # the year's end, and a year whose holidays nobody knows
        ("democratic_appraisal", "2026", "2026-10-30", State.DUE_SOON),
        ("democratic_appraisal", "2026", "2026-10-29", State.OPEN),
        ("democratic_appraisal", "2026", "2027-01-05", State.OVERDUE),
        ("democratic_appraisal", "2026", "2027-01-06", State.MISSED),
        # a plan is due in January and its first step lies in the year before
        ("annual_plan", "2026", "2025-12-01", State.OPEN),
        ("annual_plan", "2026", "2025-12-02", State.DUE_SOON),
        ("annual_plan", "2026", "2026-01-31", State.DUE_SOON),
        ("annual_plan", "2026", "2026-02-04", State.OVERDUE),
        ("annual_plan", "2026", "2026-02-05", State.MISSED),
    ],
)
def test_nothing_done_is_judged_by_the_clock(code: str, period: str, on: str, state: State) -> None:
    finding = only(assess(BRANCH, NOTHING, on, period=period), code, period)
    assert (finding.state, finding.done, finding.records) == (state, 0, ())
    assert finding.failing is (state in (State.OVERDUE, State.MISSED))


@pytest.mark.parametrize(
    ("held_on", "entered_on", "on", "state"),
    [
        ("2026-03-01", "2026-03-01", "2026-03-01", State.MET),
        ("2026-03-31", "2026-03-31", "2026-03-31", State.MET),
        ("2026-03-31", "2026-04-03", "2026-04-04", State.MET),
        ("2026-03-31", "2026-04-04", "2026-04-04", State.MET_LATE),
        ("2026-03-01", "2026-12-01", "2026-12-01", State.MET_LATE),
        ("2026-02-28", "2026-02-28", "2026-04-04", State.MISSED),  # held the month before
        ("2026-04-01", "2026-04-01", "2026-04-04", State.MISSED),  # held the month after
        ("2026-03-10", "2026-03-10", "2026-03-09", State.OPEN),  # not yet held on that day
        ("2026-03-10", "2026-12-01", "2026-03-10", State.MET_LATE),
    ],
)
def test_the_day_held_decides_the_period_and_the_day_entered_the_lateness(
    held_on: str, entered_on: str, on: str, state: State
) -> None:
    ledger = Ledger(held=(held(7, "学习", held_on, entered_on),))
    finding = only(assess(BRANCH, ledger, on, period="2026-03"), "study", "2026-03")
    assert finding.state is state
    done = state in (State.MET, State.MET_LATE)
    assert (finding.done, finding.records) == ((1, (7,)) if done else (0, ()))


def test_a_plan_made_after_its_deadline_is_late_but_counts() -> None:
    ledger = Ledger(held=(held(1, "工作计划", "2026-03-05"),))
    assert only(assess(BRANCH, ledger, "2026-03-05"), "annual_plan", "2026").state is State.MET_LATE


def test_four_records_in_december_do_not_cover_january() -> None:
    ledger = Ledger(held=tuple(held(n, "学习", f"2026-12-0{n}") for n in range(1, 5)))
    findings = assess(BRANCH, ledger, "2026-12-31")
    states = [f.state for f in findings if f.requirement.code == "study"]
    assert states == [State.MISSED] * 11 + [State.MET]
    assert only(findings, "study", "2026-12").records == (1, 2, 3, 4)


def test_each_kind_of_a_record_counts_for_its_own_requirement() -> None:
    ledger = Ledger(held=(held(1, "党员大会+党课+报告工作", "2026-03-10"),))
    findings = assess(BRANCH, ledger, "2026-03-10")
    met = [f.requirement.code for f in findings if f.state is State.MET and f.records]
    assert met == ["general_meeting", "party_lecture", "report_to_members"]


def test_two_kinds_for_one_requirement_count_once() -> None:
    ledger = Ledger(held=(held(1, "学习+主题党日", "2026-03-10"),))
    finding = only(assess(BRANCH, ledger, "2026-03-31"), "study", "2026-03")
    assert (finding.done, finding.records) == (1, (1,))


def test_a_kind_added_late_is_late_for_its_own_requirement_only() -> None:
    early, late = held(1, "党员大会", "2026-03-10"), held(1, "党课", "2026-03-10", "2026-05-01")
    both = Held(1, early.kinds + late.kinds, early.held_on)
    findings = assess(BRANCH, Ledger(held=(both,)), "2026-05-01")
    assert only(findings, "general_meeting", "2026-Q1").state is State.MET
    assert only(findings, "party_lecture", "2026-Q1").state is State.MET_LATE


def test_a_second_kind_added_late_does_not_make_the_first_late() -> None:
    early = held(1, "学习", "2026-03-10")
    late = held(1, "主题党日", "2026-03-10", "2026-05-01")
    both = Held(1, late.kinds + early.kinds, early.held_on)
    finding = only(assess(BRANCH, Ledger(held=(both,)), "2026-05-01"), "study", "2026-03")
    assert finding.state is State.MET


def test_a_kind_of_no_requirement_counts_for_nothing() -> None:
    ledger = Ledger(held=(held(1, "聚餐", "2026-03-10"),))
    assert assess(BRANCH, ledger, "2026-03-31") == assess(BRANCH, NOTHING, "2026-03-31")


def test_a_group_meeting_counts_for_its_own_group() -> None:
    unit = branch(groups=(Group(1, "第一小组"), Group(2, "第二小组")))
    ledger = Ledger(
        held=(
            held(1, "党小组会", "2026-03-10", group=2),
            held(2, "党小组会", "2026-03-11"),
        )
    )
    findings = assess(unit, ledger, "2026-03-31", period="2026-03")
    states = {f.subject: f.state for f in findings if f.requirement.code == "group_meeting"}
    assert states == {"第一小组": State.DUE_SOON, "第二小组": State.MET}


def test_the_status_runs_from_january_in_the_policys_order() -> None:
    unit = branch(groups=(Group(1, "第一小组"),), members=full_members(2))
    findings = assess(unit, NOTHING, "2026-05-20")
    codes = [r.code for r in default().requirements]
    order = [codes.index(f.requirement.code) for f in findings]
    assert order == sorted(order)
    dues = [(f.subject_id, f.period.code) for f in findings if f.requirement.code == "dues"]
    assert dues == [(n, f"2026-0{month}") for n in (1, 2) for month in range(1, 6)]
    assert [f.period.code for f in findings if f.requirement.cadence == "quarterly"][:2] == [
        "2026-Q1",
        "2026-Q2",
    ]


def test_every_requirement_shows_whatever_the_unit() -> None:
    findings = assess(BRANCH, NOTHING, "2026-11-20")
    assert {f.requirement.code for f in findings} == {r.code for r in default().requirements}


def test_nothing_is_found_between_a_day_and_an_earlier_one() -> None:
    first, *_, last = each_day("2026-01-01", "2026-01-31")
    found = assess_unit(default(), BRANCH, NOTHING, first=last, last=first, on=last, days=GUESS)
    assert found == ()


def test_a_guessed_calendar_shows() -> None:
    known = assess(BRANCH, NOTHING, "2026-11-20", period="2026-11")
    assert only(known, "study", "2026-11").confirmed
    assert not only(known, "democratic_appraisal", "2026").confirmed  # its grace lies in 2027
    guessed = assess(BRANCH, NOTHING, "2026-11-20", period="2026-11", days=GUESS)
    assert not any(f.confirmed for f in guessed)


def test_failing_comes_first_then_the_nearest_deadline_then_the_policys_order() -> None:
    ledger = Ledger(
        held=(held(1, "学习", "2026-03-02"), held(2, "工作计划", "2026-03-02")),
        paid=(paid(3, 1, "2026-03", "1", "2026-03-02"),),
    )
    unit = branch(members=full_members(1), committee=True)
    findings = assess(unit, ledger, "2026-03-03")
    shown = [(f.state.value, f.requirement.code, f.period.code) for f in failing_first(findings)]
    assert [" ".join(line) for line in shown] == [
        "missed responsibility 2026",
        "missed education_plan 2026",
        "missed dues 2026-01",
        "missed study 2026-01",
        "missed committee_meeting 2026-01",
        "missed development_plan 2026",
        "missed three_meetings 2026",
        "overdue dues 2026-02",
        "overdue study 2026-02",
        "overdue committee_meeting 2026-02",
        "open committee_meeting 2026-03",
        "open general_meeting 2026-Q1",
        "open party_lecture 2026-Q1",
        "open report_to_superior 2026-Q1",
        "open report_to_members 2026-Q1",
        "open thought_analysis 2026-H1",
        "open integrity_education 2026-H1",
        "open organisational_life 2026-H1",
        "open ideology_analysis 2026-H1",
        "open opinions 2026-H1",
        "open decisions 2026",
        "open innovation 2026",
        "open leadership 2026",
        "open members_rights 2026",
        "open vanguard 2026",
        "open democratic_appraisal 2026",
        "open member_report 2026",
        "open records_complete 2026",
        "open caring 2026",
        "open annual_assessment 2026",
        "met_late annual_plan 2026",
        "met dues 2026-03",
        "met study 2026-03",
        "not_applicable group_meeting 2026-03",
        "not_applicable floating_members 2026-H1",
        "not_applicable committee_term 2026",
        "not_applicable transfers 2026",
        "not_applicable democratic_life 2026",
        "not_applicable admission_files 2026",
        "not_applicable activist_review 2026",
        "not_applicable probation 2026",
    ]
