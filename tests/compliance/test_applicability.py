"""Whom the requirements bind, whom not, and what a superior has waived."""

from dataclasses import replace

import pytest

from compliance.assessment import Finding, Group, Held, Ledger, Reason, State, UnitFacts
from compliance.catalogue import Catalogue, default
from compliance.people import Member, Stage
from tests.compliance.samples import assess, branch, day, full_members, held, only, paid, waiver

NOTHING = Ledger()


def seen(finding: Finding) -> tuple[State, str | None]:
    return finding.state, finding.reason.code if finding.reason else None


@pytest.mark.parametrize(
    ("full", "declared", "applies"),
    [(0, False, True), (1, False, False), (6, False, False), (7, False, True), (6, True, True)],
)
def test_fewer_than_seven_full_members_have_no_committee(
    full: int, declared: bool, applies: bool
) -> None:
    unit = branch(members=full_members(full), committee=declared)
    finding = only(assess(unit, NOTHING, "2026-03-10"), "committee_meeting", "2026-03")
    if applies:
        assert seen(finding) == (State.OPEN, None)
    else:
        values = {"full_members": full, "threshold": 7}
        assert finding.state is State.NOT_APPLICABLE
        assert finding.reason == Reason("no_committee", values)


def test_a_committee_is_counted_on_the_periods_last_day_or_on_the_day_asked_about() -> None:
    people = full_members(6)
    seventh = replace(people[0], id=7, joined_on=day("2026-03-15"))
    unit = branch(members=(*people, seventh))
    for on, state in [("2026-03-14", State.NOT_APPLICABLE), ("2026-03-15", State.OPEN)]:
        assert only(assess(unit, NOTHING, on), "committee_meeting", "2026-03").state is state
    later = assess(unit, NOTHING, "2026-12-01")
    assert only(later, "committee_meeting", "2026-02").state is State.NOT_APPLICABLE
    assert only(later, "committee_meeting", "2026-03").state is State.MISSED


def test_probationary_members_do_not_make_a_committee() -> None:
    seventh = Member(7, "新人", Stage.PROBATIONARY)
    unit = branch(members=(*full_members(6), seventh))
    finding = only(assess(unit, NOTHING, "2026-03-10"), "committee_meeting", "2026-03")
    assert finding.reason == Reason("no_committee", {"full_members": 6, "threshold": 7})


def test_a_committee_that_met_all_the_same_has_met() -> None:
    unit = branch(members=full_members(3))
    ledger = Ledger(held=(held(1, "支委会", "2026-03-02"),))
    finding = only(assess(unit, ledger, "2026-03-10"), "committee_meeting", "2026-03")
    assert seen(finding) == (State.MET, None)


@pytest.mark.parametrize(
    ("code", "reason"), [("group_meeting", "no_groups"), ("dues", "no_members")]
)
@pytest.mark.parametrize(
    ("period", "on", "shown"),
    [
        (None, "2026-11-20", "2026-11"),
        ("2026-Q2", "2026-11-20", "2026-06"),
        ("2026", "2026-05-20", "2026-05"),
        ("2027-Q1", "2026-11-20", "2027-01"),
    ],
)
def test_a_requirement_that_binds_nobody_shows_once_with_the_reason(
    code: str, reason: str, period: str | None, on: str, shown: str
) -> None:
    findings = assess(branch(), NOTHING, on, period=period)
    (finding,) = (f for f in findings if f.requirement.code == code)
    assert finding.period.code == shown
    assert (finding.subject, finding.subject_id) == ("第一支部", 900)
    assert seen(finding) == (State.NOT_APPLICABLE, reason)


UNIT_FOUNDED = [
    ("study", "2026-02", "not_yet_founded"),
    ("study", "2026-03", "founded_in_period"),
    ("study", "2026-04", None),
    ("general_meeting", "2026-Q1", "founded_in_period"),
    ("general_meeting", "2026-Q2", None),
    ("thought_analysis", "2026-H1", "founded_in_period"),
    ("thought_analysis", "2026-H2", None),
    ("annual_plan", "2026", "founded_in_period"),
]


@pytest.mark.parametrize(("code", "period", "reason"), UNIT_FOUNDED)
def test_a_unit_is_bound_from_its_first_full_period(
    code: str, period: str, reason: str | None
) -> None:
    finding = only(assess(branch(founded="2026-03-02"), NOTHING, "2026-12-31"), code, period)
    if reason:
        assert finding.state is State.NOT_APPLICABLE
        assert finding.reason == Reason(reason, {"founded": day("2026-03-02")})
    else:
        assert finding.state is not State.NOT_APPLICABLE


def test_a_unit_founded_on_the_first_day_is_bound_at_once() -> None:
    finding = only(assess(branch(founded="2026-03-01"), NOTHING, "2026-04-10"), "study", "2026-03")
    assert finding.state is State.MISSED


@pytest.mark.parametrize(
    ("dissolved", "state"),
    [
        ("2026-02-28", State.NOT_APPLICABLE),
        ("2026-03-01", State.NOT_APPLICABLE),
        ("2026-03-31", State.NOT_APPLICABLE),
        ("2026-04-01", State.MISSED),
    ],
)
def test_a_dissolved_unit_is_bound_by_the_periods_it_lived_through(
    dissolved: str, state: State
) -> None:
    unit = branch(dissolved=dissolved)
    finding = only(assess(unit, NOTHING, "2026-05-01"), "study", "2026-03")
    assert finding.state is state
    if state is State.NOT_APPLICABLE:
        assert finding.reason == Reason("dissolved", {"dissolved": day(dissolved)})


def group_findings(unit: UnitFacts) -> list[tuple[str, str, str | None]]:
    findings = assess(unit, NOTHING, "2026-12-31", period="2026-Q2")
    return [
        (f.subject, f.period.code, f.reason.code if f.reason else None)
        for f in findings
        if f.requirement.code == "group_meeting"
    ]


def test_a_group_is_bound_by_the_full_periods_of_its_own_life() -> None:
    young = Group(1, "新组", founded=day("2026-05-06"))
    old = Group(2, "老组", dissolved=day("2026-05-06"))
    assert group_findings(branch(groups=(young, old))) == [
        ("新组", "2026-04", "not_yet_founded"),
        ("新组", "2026-05", "founded_in_period"),
        ("新组", "2026-06", None),
        ("老组", "2026-04", None),
        ("老组", "2026-05", "dissolved"),
        ("老组", "2026-06", "dissolved"),
    ]


def test_a_group_founded_on_the_last_day_is_seen_and_not_bound() -> None:
    unit = branch(groups=(Group(1, "新组", founded=day("2026-06-30")),))
    assert [reason for *_, reason in group_findings(unit)] == [
        "not_yet_founded",
        "not_yet_founded",
        "founded_in_period",
    ]


def test_a_units_groups_and_members_are_bound_no_earlier_than_the_unit() -> None:
    unit = branch(founded="2026-05-06", groups=(Group(1, "组"),), members=full_members(1))
    findings = assess(unit, NOTHING, "2026-12-31", period="2026-05")
    for code in ("group_meeting", "dues"):
        assert seen(only(findings, code, "2026-05")) == (State.NOT_APPLICABLE, "founded_in_period")


def test_groups_of_another_time_are_no_subjects() -> None:
    gone = Group(1, "旧组", dissolved=day("2026-04-01"))
    coming = Group(2, "新组", founded=day("2026-07-01"))
    unit = branch(groups=(gone, coming))
    assert group_findings(unit) == [("第一支部", "2026-06", "no_groups")]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"left_on": "2026-05-15"}, {"2026-05": "left", "2026-06": "left"}),
        ({"left_on": "2026-05-31"}, {"2026-05": "left", "2026-06": "left"}),
        ({"joined_on": "2026-05-15"}, {"2026-04": "joined_later"}),
        ({"admitted_on": "2026-05-15"}, {"2026-04": "not_admitted"}),
        ({"joined_on": "2026-05-01", "left_on": "2026-05-31"}, None),
    ],
)
def test_dues_bind_a_member_in_the_months_on_the_roster(
    dates: dict[str, str], expected: dict[str, str] | None
) -> None:
    known = {name: day(text) for name, text in dates.items()}
    person = Member(1, "张三", Stage.FULL, **known)  # type: ignore[arg-type]
    findings = [
        f
        for f in assess(branch(members=(person,)), NOTHING, "2026-12-31", period="2026-Q2")
        if f.requirement.code == "dues"
    ]
    if expected is None:
        assert [seen(f) for f in findings] == [(State.NOT_APPLICABLE, "no_members")]
        return
    excused = {
        f.period.code: f.reason.code
        for f in findings
        if f.state is State.NOT_APPLICABLE and f.reason
    }
    assert excused == expected
    assert len(findings) == 3


def test_who_is_on_the_way_into_the_party_is_no_subject_of_dues() -> None:
    people = (Member(1, "张三", Stage.FULL), Member(2, "李四", Stage.ACTIVIST))
    findings = assess(branch(members=people), NOTHING, "2026-03-10")
    assert {f.subject for f in findings if f.requirement.code == "dues"} == {"张三"}


@pytest.mark.parametrize(
    ("first", "last", "granted", "state"),
    [
        ("2026-03-31", "2026-03-31", "2026-01-01", State.WAIVED),
        ("2026-01-01", "2026-12-31", "2026-01-01", State.WAIVED),
        ("2026-03-01", "2026-03-30", "2026-01-01", State.MISSED),  # ends before the deadline
        ("2026-04-01", "2026-04-30", "2026-01-01", State.MISSED),
        ("2026-03-01", "2026-03-31", "2026-05-01", State.WAIVED),  # granted that very day
        ("2026-03-01", "2026-03-31", "2026-05-02", State.MISSED),  # granted later
    ],
)
def test_a_waiver_covers_the_deadlines_within_its_days(
    first: str, last: str, granted: str, state: State
) -> None:
    ledger = Ledger(waivers=(waiver("study", first, last, granted=granted),))
    finding = only(assess(branch(), ledger, "2026-05-01"), "study", "2026-03")
    assert finding.state is state
    if state is State.WAIVED:
        said = {"text": "封闭集训", "until": day(last), "number": 0, "of_one": False}
        assert finding.reason == Reason("waived", said)


def test_a_waiver_is_for_one_requirement() -> None:
    ledger = Ledger(waivers=(waiver("study", "2026-01-01", "2026-12-31"),))
    findings = assess(branch(), ledger, "2026-12-31")
    assert {f.requirement.code for f in findings if f.state is State.WAIVED} == {"study"}


@pytest.mark.parametrize(("subject", "waived"), [(None, {1, 2}), (2, {2}), (3, set())])
def test_a_waiver_is_for_one_subject_or_for_all(subject: int | None, waived: set[int]) -> None:
    excuse = waiver("dues", "2026-01-01", "2026-12-31", subject=subject)
    unit = branch(members=full_members(2))
    findings = assess(unit, Ledger(waivers=(excuse,)), "2026-03-10", period="2026-03")
    assert {f.subject_id for f in findings if f.state is State.WAIVED} == waived


@pytest.mark.parametrize("subject", [None, 900])
def test_a_branch_is_waived_with_or_without_its_own_id(subject: int | None) -> None:
    excuse = waiver("study", "2026-01-01", "2026-12-31", subject=subject)
    finding = only(assess(branch(), Ledger(waivers=(excuse,)), "2026-03-10"), "study", "2026-03")
    assert finding.state is State.WAIVED


@pytest.mark.parametrize(
    ("entered", "state"), [("2026-03-10", State.MET), ("2026-05-01", State.MET_LATE)]
)
def test_what_was_done_all_the_same_is_said(entered: str, state: State) -> None:
    ledger = Ledger(
        held=(held(1, "学习", "2026-03-10", entered),),
        waivers=(waiver("study", "2026-03-01", "2026-03-31"),),
    )
    assert seen(only(assess(branch(), ledger, "2026-05-01"), "study", "2026-03")) == (state, None)


def test_what_does_not_apply_needs_no_waiver() -> None:
    ledger = Ledger(waivers=(waiver("study", "2026-01-01", "2026-12-31"),))
    finding = only(assess(branch(founded="2026-03-02"), ledger, "2026-05-01"), "study", "2026-03")
    assert finding.state is State.NOT_APPLICABLE


def changed(code: str, **changes: object) -> Catalogue:
    catalogue = default()
    requirements = tuple(
        replace(r, **changes) if r.code == code else r  # type: ignore[arg-type]
        for r in catalogue.requirements
    )
    return replace(catalogue, requirements=requirements)


def test_a_requirement_binds_from_the_first_full_period_it_is_in_force() -> None:
    catalogue = changed("study", holds_from=day("2026-03-02"))
    findings = assess(branch(), NOTHING, "2026-12-31", catalogue=catalogue)
    march = only(findings, "study", "2026-03")
    assert march.reason == Reason("not_in_force", {"holds_from": day("2026-03-02")})
    assert only(findings, "study", "2026-04").state is State.MISSED
    catalogue = changed("study", holds_from=day("2026-03-01"))
    findings = assess(branch(), NOTHING, "2026-12-31", catalogue=catalogue)
    assert only(findings, "study", "2026-03").state is State.MISSED


def test_an_advisory_requirement_never_fails() -> None:
    catalogue = changed("study", advisory=True)
    finding = only(assess(branch(), NOTHING, "2026-12-31", catalogue=catalogue), "study", "2026-03")
    assert (finding.state, finding.failing, finding.lapsed) == (State.OPEN, False, True)


def test_an_advisory_case_or_sum_never_fails_either() -> None:
    person = Member(1, "吴十", Stage.PROBATIONARY, admitted_on=day("2025-03-02"))
    for code, advisory in (("probation", True), ("probation", False), ("three_meetings", True)):
        catalogue = changed(code, advisory=advisory)
        found = assess(branch(members=(person,)), NOTHING, "2026-12-31", catalogue=catalogue)
        of_code = [finding for finding in found if finding.requirement.code == code]
        assert {finding.state is State.OPEN for finding in of_code} == {advisory}
        assert {finding.lapsed for finding in of_code} == {advisory}


def test_a_requirement_of_two_wants_two() -> None:
    catalogue = changed("study", count=2)
    first, late = held(1, "学习", "2026-03-02"), held(2, "学习", "2026-03-09", "2026-05-01")

    def state(*records: Held) -> State:
        findings = assess(branch(), Ledger(held=records), "2026-05-01", catalogue=catalogue)
        return only(findings, "study", "2026-03").state

    assert state(first) is State.MISSED
    assert state(first, late) is State.MET_LATE
    assert state(first, held(3, "学习", "2026-03-09")) is State.MET


def test_a_payment_of_someone_who_had_left_is_still_said() -> None:
    person = Member(1, "张三", Stage.FULL, left_on=day("2026-03-15"))
    ledger = Ledger(paid=(paid(1, 1, "2026-03", "5", "2026-03-10"),))
    findings = assess(branch(members=(person,)), ledger, "2026-03-20")
    assert only(findings, "dues", "2026-03").state is State.MET
