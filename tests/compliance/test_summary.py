"""Lines: one a requirement, subject and period; members are counted, names kept apart."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compliance.assessment import (
    SEVERITY,
    Finding,
    Group,
    Ledger,
    Reason,
    State,
    Waiver,
    assess_unit,
)
from compliance.catalogue import default
from compliance.people import DuesBasis, Member, Stage
from compliance.summary import SETTLED, Line, asked_from, failing_first, lines, so_far
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import assess, branch, day, full_members, held, only, paid, person

UNIT = 900
ON = "2026-03-30"
FOUR_THOUSAND = DuesBasis(None, "在职", base=Decimal(4000))  # 40.00 a month
PEOPLE = tuple(
    Member(n, name, Stage.FULL, bases=(FOUR_THOUSAND,))
    for n, name in enumerate(("张三", "李四", "王五"), 1)
)


def one(found: tuple[Line, ...], code: str, period: str, subject: int = 0) -> Line:
    (line,) = (
        line
        for line in found
        if (line.requirement.code, line.period.code, line.subject_id) == (code, period, subject)
    )
    return line


def dues_line(*payments: tuple[int, str], on: str = ON, waived: int | None = None) -> Line:
    ledger = Ledger(
        paid=tuple(paid(n, who, "2026-03", amount, ON) for n, (who, amount) in enumerate(payments)),
        waivers=()
        if waived is None
        else (Waiver("dues", waived, day("2026-01-01"), day("2026-12-31"), "困难", day(ON)),),
    )
    return one(lines(assess(branch(members=PEOPLE), ledger, on), UNIT), "dues", "2026-03")


def test_a_requirement_of_the_branch_is_one_line_a_period() -> None:
    ledger = Ledger(held=(held(7, "学习", "2026-03-05"),))
    found = assess(branch(), ledger, ON)
    line = one(lines(found, UNIT), "study", "2026-03")
    finding = only(found, "study", "2026-03")
    for name in ("requirement", "subject", "period", "due_on", "grace_ends", "state", "done"):
        assert getattr(line, name) == getattr(finding, name)
    assert (line.required, line.reason, line.confirmed, line.records) == (1, None, True, (7,))
    assert (line.behind, line.per_person) == ((), False)


def test_each_group_has_a_line_of_its_own() -> None:
    unit = branch(groups=(Group(3, "第一小组"), Group(4, "第二小组")))
    ledger = Ledger(held=(held(1, "党小组会", "2026-03-05", group=3),))
    found = lines(assess(unit, ledger, ON), UNIT)
    assert one(found, "group_meeting", "2026-03", 3).state is State.MET
    second = one(found, "group_meeting", "2026-03", 4)
    assert (second.state, second.subject) == (State.DUE_SOON, "第二小组")


def test_what_binds_nobody_is_a_line_of_the_unit_with_the_reason() -> None:
    found = lines(assess(branch(), Ledger(), ON), UNIT)
    groups = one(found, "group_meeting", "2026-03")
    assert (groups.state, groups.reason and groups.reason.code) == (
        State.NOT_APPLICABLE,
        "no_groups",
    )
    dues = one(found, "dues", "2026-03")
    assert (dues.required, dues.done) == (0, 0)
    assert dues.reason is not None
    assert dues.reason.code == "no_members"


def test_members_are_counted_and_those_behind_named() -> None:
    line = dues_line((1, "40"), (2, "15"))
    assert (line.done, line.required, line.behind) == (1, 3, ("李四", "王五"))
    assert (line.state, line.subject_id, line.subject) == (State.DUE_SOON, 0, "")
    assert (line.records, line.reason, line.per_person) == ((0, 1), None, True)


def test_the_worst_of_the_members_states_is_the_lines() -> None:
    assert dues_line((1, "40"), (2, "40"), (3, "40")).state is State.MET
    assert dues_line((1, "40"), (2, "40"), on="2026-04-01").state is State.OVERDUE
    assert dues_line((1, "40"), on="2026-05-10").state is State.MISSED


def test_one_who_is_excused_is_not_counted() -> None:
    line = dues_line((1, "40"), (2, "40"), waived=3)
    assert (line.state, line.done, line.required, line.behind) == (State.MET, 2, 2, ())


def all_waived(subject_id: int | None) -> Reason | None:
    waiver = Waiver("dues", subject_id, day("2026-01-01"), day("2026-12-31"), "困难", day(ON))
    ledger = Ledger(waivers=(waiver,))
    line = one(lines(assess(branch(members=PEOPLE[:1]), ledger, ON), UNIT), "dues", "2026-03")
    assert (line.state, line.required) == (State.WAIVED, 0)
    return line.reason


def test_where_all_are_excused_the_line_says_why() -> None:
    reason = all_waived(None)
    assert reason is not None
    assert (reason.code, reason.values["text"]) == ("waived", "困难")


def test_on_which_ground_one_person_was_excused_no_line_says() -> None:
    reason = all_waived(PEOPLE[0].id)
    assert reason is not None
    assert (reason.code, "text" in reason.values) == ("waived_for_one", False)


def test_one_guessed_day_makes_the_whole_line_unconfirmed() -> None:
    findings = [
        finding
        for finding in assess(branch(members=PEOPLE), Ledger(), ON)
        if finding.requirement.code == "dues" and finding.period.code == "2026-03"
    ]
    (line,) = lines(findings, UNIT)
    assert line.confirmed
    (line,) = lines([*findings[:2], replace(findings[2], confirmed=False)], UNIT)
    assert not line.confirmed


def test_the_order_is_the_assessments_with_what_counts_members_last() -> None:
    unit = branch(members=full_members(8))
    found = lines(assess(unit, Ledger(), ON), UNIT)
    codes = [line.requirement.code for line in found]
    assert codes.index("annual_plan") < codes.index("study") < codes.index("dues")
    assert [line.period.code for line in found if line.requirement.code == "dues"] == [
        "2026-01",
        "2026-02",
        "2026-03",
    ]
    assert lines([], UNIT) == ()


@pytest.mark.parametrize("state", list(State))
def test_which_states_fail_and_which_lack_something(state: State) -> None:
    line = replace(dues_line(), state=state)
    assert line.failing is (state in (State.OVERDUE, State.MISSED))
    settled = {State.MET, State.MET_LATE, State.WAIVED, State.NOT_APPLICABLE}
    assert line.missing is (state not in settled)
    assert (state in SETTLED) is (state in settled)


@pytest.mark.parametrize("state", list(State))
def test_what_is_advisory_or_the_superiors_does_not_fail(state: State) -> None:
    findings = assess(branch(), Ledger(), ON)
    found = {line.requirement.code: line for line in lines(findings, UNIT)}
    late = state in (State.OVERDUE, State.MISSED)
    missing = state not in SETTLED
    opinions = replace(found["opinions"], reason=Reason("advisory") if late else None)
    assert opinions.standing == ("advisory" if late else opinions.state)
    assert (opinions.failing, opinions.lacking) == (False, late)
    scored = replace(found["caring"], state=state)
    assert scored.standing == ("superior" if missing else state)
    assert (scored.failing, scored.to_do) == (False, False)
    theirs = replace(found["annual_assessment"], state=state, subject_id=7)  # in its own chat
    assert theirs.standing == state
    assert (theirs.failing, theirs.to_do) == (late, missing)


def test_people_with_cases_of_the_same_days_are_one_line() -> None:
    people = tuple(
        person(n, name, Stage.ACTIVIST, activist_on="2025-10-15")
        for n, name in enumerate(("张三", "李四"), 1)
    )
    other = person(3, "王五", Stage.ACTIVIST, activist_on="2025-11-01")
    ledger = Ledger(held=(held(1, "培养考察", "2026-02-01", about=(2,)),))
    found = lines(assess(branch(members=(*people, other)), ledger, ON), UNIT)
    reviews = [line for line in found if line.requirement.code == "activist_review"]
    assert [(line.period.code, line.done, line.required, line.behind) for line in reviews] == [
        ("2025-10-15/2026-04-14", 1, 2, ("张三",)),
        ("2025-11-01/2026-04-30", 0, 1, ("王五",)),
    ]


def test_the_worst_come_first_then_the_nearest_deadline() -> None:
    findings: tuple[Finding, ...] = assess(
        branch(members=full_members(8)), Ledger(held=(held(1, "学习", "2026-03-05"),)), ON
    )
    ordered = failing_first(lines(findings, UNIT))
    places = [(SEVERITY.index(line.state), line.due_on) for line in ordered]
    assert places == sorted(places)
    assert ordered[0].state is State.MISSED
    assert ordered[-1].state is State.NOT_APPLICABLE


def test_a_case_alone_says_what_it_lacks() -> None:
    activist = Member(1, "王五", Stage.ACTIVIST, activist_on=day("2026-03-02"))

    def reasons(*people: Member) -> list[str | None]:
        found = lines(assess(branch(members=people), Ledger(), ON), UNIT)
        files = [line for line in found if line.requirement.code == "admission_files"]
        return [None if line.reason is None else line.reason.code for line in files]

    assert reasons(activist) == ["papers_missing"]
    assert reasons(activist, replace(activist, id=2, name="赵六")) == [None]


@pytest.mark.parametrize(
    ("on", "first"),
    [("2026-01-05", "2025-11-26"), ("2026-02-10", "2026-01-01"), ("2026-12-31", "2026-01-01")],
)
def test_the_year_so_far_reaches_back_to_what_can_still_be_entered(on: str, first: str) -> None:
    assert asked_from(day(on)) == day(first)


def told(on: str) -> dict[tuple[str, str], State]:
    first = day("2025-10-01")
    found = assess_unit(
        default(), branch(), Ledger(), first=first, last=day(on), on=day(on), days=NOTICE
    )
    return {
        (line.requirement.code, line.period.code): line.state
        for line in so_far(lines(found, UNIT), day(on))
    }


def test_the_year_so_far_is_what_it_lacks_and_what_runs_now() -> None:
    early, late = told("2026-01-05"), told("2026-03-30")
    assert early["study", "2026-01"] is State.OPEN
    assert early["study", "2025-12"] is State.OVERDUE
    assert ("study", "2025-10") not in early  # missed for good, and of last year
    assert late["study", "2026-01"] is State.MISSED
    assert ("study", "2025-12") not in late
