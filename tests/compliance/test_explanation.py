"""Why a finding is as it is: each entry that counts, and each reason for which one does not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compliance.catalogue import default
from compliance.explanation import (
    MOST,
    Explanation,
    NotCounted,
    Struck,
    Uncounted,
    explain,
)
from compliance.facts import Group, Held, Ledger, Score, UnitFacts
from compliance.people import Member, Stage
from compliance.states import State
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import WAGE_6000, assess, branch, day, full_members, held, paid

FIRST, SECOND = Group(11, "第一小组"), Group(12, "第二小组")
UNIT = branch(committee=True, groups=(FIRST, SECOND))


def why(
    code: str,
    ledger: Ledger,
    on: str,
    *,
    unit: UnitFacts = UNIT,
    period: str | None = None,
    subject: int | None = None,
    struck: tuple[Struck, ...] = (),
) -> Explanation:
    """Why a requirement stands so for the one subject of a period: the last, if none is named."""
    found = [
        f
        for f in assess(unit, ledger, on, period=period)
        if f.requirement.code == code and subject in (None, f.subject_id)
    ]
    explained = explain(default(), unit, ledger, found, struck=struck, on=day(on), days=NOTICE)
    assert [each.finding for each in explained] == found
    return explained[-1]


def others(explanation: Explanation) -> list[tuple[int, Uncounted]]:
    return [(each.number, each.why) for each in explanation.not_counted]


def about(record: Held, *people: int, materials: tuple[str, ...] = ()) -> Held:
    return replace(record, people=people, materials=materials)


# ---------------------------------------------------------------- records of a period


def test_what_was_held_in_the_period_counts_with_both_its_days() -> None:
    ledger = Ledger(
        held=(held(2, "支委会", "2026-11-30", "2026-12-03"), held(1, "支委会", "2026-11-03"))
    )
    found = why("committee_meeting", ledger, "2026-12-10", period="2026-11")
    assert [(c.number, c.on, c.entered_on, c.late) for c in found.counted] == [
        (1, day("2026-11-03"), day("2026-11-03"), False),
        (2, day("2026-11-30"), day("2026-12-03"), False),
    ]
    assert found.not_counted == ()


def test_what_was_entered_after_the_grace_counts_as_late() -> None:
    ledger = Ledger(held=(held(1, "支委会", "2026-11-20", "2026-12-04"),))
    found = why("committee_meeting", ledger, "2026-12-10", period="2026-11")
    assert found.finding.state is State.MET_LATE
    assert [c.late for c in found.counted] == [True]


def test_of_what_was_held_outside_the_nearest_on_each_side_is_told_of() -> None:
    days = ("2026-08-01", "2026-10-31", "2026-12-01", "2026-12-20")
    ledger = Ledger(held=tuple(held(n, "支委会", on) for n, on in enumerate(days, 1)))
    found = why("committee_meeting", ledger, "2026-12-31", period="2026-11")
    assert others(found) == [(2, Uncounted.BEFORE), (3, Uncounted.AFTER)]


def test_other_kinds_are_no_matter() -> None:
    ledger = Ledger(held=(held(1, "学习", "2026-11-20"),))
    found = why("committee_meeting", ledger, "2026-11-30", period="2026-11")
    assert (found.counted, found.not_counted) == ((), ())


def test_what_is_held_after_the_day_asked_about_does_not_count_yet() -> None:
    ledger = Ledger(held=(held(1, "支委会", "2026-11-20"),))
    found = why("committee_meeting", ledger, "2026-11-10", period="2026-11")
    assert others(found) == [(1, Uncounted.NOT_YET)]


def test_a_group_is_not_helped_by_another_ones_meeting_or_by_nobodys() -> None:
    ledger = Ledger(
        held=(
            held(1, "党小组会", "2026-11-05", group=FIRST.id),
            held(2, "党小组会", "2026-11-06"),
            held(3, "党小组会", "2026-10-06", group=FIRST.id),
        )
    )
    found = why("group_meeting", ledger, "2026-11-30", period="2026-11", subject=SECOND.id)
    assert others(found) == [(1, Uncounted.OTHER_GROUP), (2, Uncounted.OTHER_GROUP)]
    own = why("group_meeting", ledger, "2026-11-30", period="2026-11", subject=FIRST.id)
    assert [c.number for c in own.counted] == [1]
    assert others(own) == [(3, Uncounted.BEFORE), (2, Uncounted.OTHER_GROUP)]


def test_where_nobody_is_bound_a_record_says_so() -> None:
    ledger = Ledger(held=(held(1, "党小组会", "2026-11-05"),))
    found = why("group_meeting", ledger, "2026-11-30", unit=branch(), period="2026-11")
    assert found.finding.state is State.NOT_APPLICABLE
    assert others(found) == [(1, Uncounted.UNBOUND)]


def test_a_report_about_somebody_else_does_not_count() -> None:
    unit = branch(members=full_members(2))
    ledger = Ledger(
        held=(about(held(1, "个人汇报", "2026-05-05"), 1), held(2, "个人汇报", "2026-05-06"))
    )
    found = why("member_report", ledger, "2026-12-31", unit=unit, subject=2)
    assert others(found) == [(1, Uncounted.OTHER_PEOPLE), (2, Uncounted.OTHER_PEOPLE)]
    own = why("member_report", ledger, "2026-12-31", unit=unit, subject=1)
    assert [c.number for c in own.counted] == [1]


@pytest.mark.parametrize(
    ("amended", "code"), [(False, Uncounted.REVERSED), (True, Uncounted.AMENDED)]
)
def test_an_entry_out_of_force_says_by_which_one(amended: bool, code: Uncounted) -> None:
    struck = (
        Struck(held(1, "支委会", "2026-11-05"), 7, amended),
        Struck(held(2, "支委会", "2026-10-05"), 8, amended),
        Struck(held(3, "学习", "2026-11-05"), 9, amended),
        Struck(paid(4, 1, "2026-11", "50", "2026-11-05"), 10, amended),
    )
    found = why("committee_meeting", Ledger(), "2026-11-30", period="2026-11", struck=struck)
    assert found.not_counted == (NotCounted(1, day("2026-11-05"), code, by=7),)


def test_few_are_told_of() -> None:
    meetings = tuple(held(n, "党小组会", f"2026-11-{n:02}", group=FIRST.id) for n in range(1, 10))
    found = why(
        "group_meeting", Ledger(held=meetings), "2026-11-30", period="2026-11", subject=SECOND.id
    )
    assert [number for number, _ in others(found)] == list(range(10 - MOST, 10))


# ---------------------------------------------------------------- dues


def test_dues_tell_what_was_paid_for_the_month_and_what_for_others() -> None:
    member = Member(1, "张三", Stage.FULL, bases=(WAGE_6000,))
    unit = branch(members=(member, Member(2, "李四", Stage.FULL)))
    entries = (
        paid(1, 1, "2026-11", "50", "2026-11-05"),
        paid(2, 1, "2026-11", "40", "2026-12-10"),
        paid(3, 1, "2026-10", "90", "2026-11-05"),
        paid(4, 1, "2026-09", "90", "2026-11-05"),
        paid(5, 1, "2026-12", "90", "2026-11-05"),
        paid(6, 2, "2026-11", "90", "2026-11-05"),
        replace(paid(7, 1, "2026-11", "1", "2026-11-05"), paid_on=date(2026, 12, 30)),
    )
    struck = (
        Struck(paid(8, 1, "2026-11", "9", "2026-11-05"), 9, amended=False),
        Struck(paid(10, 2, "2026-11", "9", "2026-11-05"), 11, amended=False),
        Struck(paid(12, 1, "2026-10", "9", "2026-11-05"), 13, amended=False),
        Struck(held(14, "支委会", "2026-11-05"), 15, amended=False),
    )
    ledger = Ledger(paid=entries)
    found = why("dues", ledger, "2026-12-15", unit=unit, period="2026-11", subject=1, struck=struck)
    assert [(c.number, c.amount, c.late) for c in found.counted] == [
        (1, Decimal(50), False),
        (2, Decimal(40), True),
    ]
    assert [(n.number, n.why, n.by) for n in found.not_counted] == [
        (3, Uncounted.BEFORE, None),
        (8, Uncounted.REVERSED, 9),
        (7, Uncounted.NOT_YET, None),
        (5, Uncounted.AFTER, None),
    ]


def test_what_a_superior_sent_back_says_why() -> None:
    unit = branch(members=(Member(1, "张三", Stage.FULL, bases=(WAGE_6000,)),))
    struck = (
        Struck(held(1, "支委会", "2026-11-05"), 2, amended=False, returned="签名不全"),
        Struck(paid(3, 1, "2026-11", "9", "2026-11-05"), 4, amended=False, returned="数不对"),
    )
    meeting = why("committee_meeting", Ledger(), "2026-12-15", period="2026-11", struck=struck)
    dues = why(
        "dues", Ledger(), "2026-12-15", unit=unit, period="2026-11", subject=1, struck=struck
    )
    assert [
        (n.number, n.why, n.by, n.reason) for n in (*meeting.not_counted, *dues.not_counted)
    ] == [
        (1, Uncounted.RETURNED, 2, "签名不全"),
        (3, Uncounted.RETURNED, 4, "数不对"),
    ]


# ---------------------------------------------------------------- cases


def test_a_term_tells_from_which_day_it_runs_and_what_closes_it() -> None:
    ledger = Ledger(held=(held(1, "换届选举", "2023-03-10"), held(2, "换届选举", "2026-03-20")))
    unit = branch(committee=True)
    terms = [
        f for f in assess(unit, ledger, "2026-06-01") if f.requirement.code == "committee_term"
    ]
    first, second = explain(default(), unit, ledger, terms, on=day("2026-06-01"), days=NOTICE)
    assert first.case is not None
    assert (first.case.due_on, first.case.kinds) == (day("2026-03-10"), ("换届选举",))
    assert [(c.number, c.late) for c in first.counted] == [(2, True)]  # held after the term's end
    assert others(first) == [(1, Uncounted.BEFORE)]
    assert second.case is not None
    assert second.counted == ()


def test_each_case_is_told_of_by_its_own_records() -> None:
    unit = branch(
        members=tuple(
            Member(n, f"党员{n}", Stage.FULL, letter_on=day("2026-05-05")) for n in (1, 2)
        )
    )
    receipt = about(held(1, "转接回执", "2026-05-20"), 2)
    found = why("transfers", Ledger(held=(receipt,)), "2026-06-01", unit=unit, subject=2)
    assert found.case is not None
    assert (found.case.subject.id, [c.number for c in found.counted]) == (2, [1])
    other = why("transfers", Ledger(held=(receipt,)), "2026-06-01", unit=unit, subject=1)
    assert others(other) == [(1, Uncounted.OTHER_PEOPLE)]


def test_papers_that_are_wanted_no_more_do_not_count() -> None:
    (stage, papers), *_ = default().checklists.items()
    assert stage is Stage.APPLICANT
    member = Member(1, "张三", Stage.APPLICANT, applied_on=day("2026-03-01"))
    ledger = Ledger(
        held=(
            about(held(1, "发展材料", "2026-03-01"), 1, materials=papers),
            about(held(2, "发展材料", "2026-03-01"), 1, materials=papers[:1]),
            about(held(3, "发展材料", "2026-03-01"), 2, materials=papers),
            about(held(4, "发展材料", "2025-03-01"), 2, materials=papers),
        )
    )
    found = why("admission_files", ledger, "2026-06-01", unit=branch(members=(member,)))
    assert [c.number for c in found.counted] == [1]
    assert others(found) == [(2, Uncounted.NO_PAPER), (3, Uncounted.OTHER_PEOPLE)]


# ---------------------------------------------------------------- scored and computed


def test_a_scored_requirement_has_its_score() -> None:
    score = Score("decisions", 2026, Decimal(90), "好", day("2026-12-01"), number=4)
    found = why("decisions", Ledger(scores=(score,)), "2026-12-31")
    assert found.finding.score == score
    assert (found.counted, found.not_counted, found.case) == ((), (), None)


def test_a_derived_requirement_tells_what_it_rests_on_so_far() -> None:
    ledger = Ledger(held=(held(1, "支委会", "2026-01-20"),))
    found = why("three_meetings", ledger, "2026-02-10")
    states = {(f.requirement.code, f.period.code, f.subject_id): f.state for f in found.rests_on}
    assert states["committee_meeting", "2026-01", UNIT.id] is State.MET
    assert states["committee_meeting", "2026-02", UNIT.id] is State.OPEN
    assert states["general_meeting", "2026-Q1", UNIT.id] is State.OPEN
    assert ("committee_meeting", "2026-03", UNIT.id) not in states
    assert found.finding.done == sum(s is State.MET for s in states.values())


def test_the_papers_of_item_18_name_the_entries_they_are() -> None:
    unit = branch(members=full_members(1))
    ledger = Ledger(
        held=(
            held(2, "支委会", "2026-05-20"),
            held(1, "党员大会", "2026-04-20"),
            held(3, "支委会", "2025-05-20"),
            held(4, "工作计划", "2026-12-20"),
        )
    )
    found = why("records_complete", ledger, "2026-06-01", unit=unit)
    there = {paper.material.code: (paper.records, paper.there) for paper in found.papers}
    minutes, *_ = there.values()
    assert minutes == ((1, 2), True)
    assert ((), True) in there.values()  # the roster itself
    assert sum(there for _, there in there.values()) == found.finding.done
