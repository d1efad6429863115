"""What lies behind a state, read from the ledger: live entries, and those out of force."""

from datetime import date

import pytest
from sqlmodel import Session

from compliance.assessment import State
from compliance.explanation import Uncounted
from storage.units import Unit
from storage.why import Asked, Why, behind
from tests.storage.samples import (
    POLICY,
    a_person,
    a_unit,
    day,
    moment,
    pay,
    record,
    reverse,
)

NOW = moment("2026-05-20 10:00")


@pytest.fixture
def unit(session: Session) -> Unit:
    branch = a_unit(session)
    branch.committee = True
    session.flush()
    return branch


def why(
    session: Session, unit: Unit, code: str, first: str, last: str, on: str = "2026-05-20"
) -> list[Why]:
    """All lines of a requirement, explained."""
    requirement = POLICY.catalogue.requirement(code)
    asked = Asked(unit, requirement, day(first), day(last), day(on))
    lines, explained = behind(session, POLICY, asked, lambda lines: lines, NOW)
    assert [each.line for each in explained] == lines
    return explained


def test_records_count_or_tell_why_they_do_not(session: Session, unit: Unit) -> None:
    record(session, unit, "支委会", "2026-02-10")
    record(session, unit, "支委会", "2026-03-05")
    record(session, unit, "支委会", "2026-03-06", amends=2)
    record(session, unit, "支委会", "2026-03-09", at="2026-04-20 10:00")
    record(session, unit, "支委会", "2026-03-10")
    record(session, unit, "学习", "2026-03-10")
    reverse(session, unit, 5)
    (march,) = why(session, unit, "committee_meeting", "2026-03-01", "2026-03-31")
    assert march.line.state is State.MET
    assert [(c.number, c.late) for c in march.counted] == [(3, False), (4, True)]
    assert [(n.number, n.why, n.by) for n in march.not_counted] == [
        (1, Uncounted.BEFORE, None),
        (2, Uncounted.AMENDED, 3),
        (5, Uncounted.REVERSED, 7),
    ]


def test_what_counts_for_one_member_is_not_told_as_uncounted_for_another(
    session: Session, unit: Unit
) -> None:
    first, second = (a_person(session, unit, name, 6000) for name in ("张三", "李四"))
    pay(session, unit, first, "2026-03", 90)
    pay(session, unit, second, "2026-03", 20)
    pay(session, unit, second, "2026-02", 90)
    pay(session, unit, second, "2026-03", 70)
    reverse(session, unit, 4)
    (march,) = why(session, unit, "dues", "2026-03-01", "2026-03-31")
    assert [part.finding.subject for part in march.parts] == ["张三", "李四"]
    assert [c.number for c in march.counted] == [1, 2]
    assert {(n.number, n.why, n.by) for n in march.not_counted} == {
        (3, Uncounted.BEFORE, None),
        (4, Uncounted.REVERSED, 5),
    }


def test_each_group_has_a_line_of_its_own(session: Session, unit: Unit) -> None:
    for name in ("第一小组", "第二小组"):
        a_unit(session, name, "party_group", unit)
    lines = why(session, unit, "group_meeting", "2026-03-01", "2026-04-30")
    assert [(each.line.subject, each.line.period.code) for each in lines] == [
        ("第一小组", "2026-03"),
        ("第一小组", "2026-04"),
        ("第二小组", "2026-03"),
        ("第二小组", "2026-04"),
    ]
    assert all(each.steps for each in lines)


def test_what_is_computed_has_lines_it_rests_on_and_no_steps(session: Session, unit: Unit) -> None:
    (year,) = why(session, unit, "three_meetings", "2026-01-01", "2026-12-31")
    assert year.steps == ()
    assert {line.requirement.code for line in year.rests_on} == {
        "group_meeting",
        "committee_meeting",
        "general_meeting",
        "party_lecture",
    }


@pytest.mark.parametrize("year", [1, 9998])
def test_any_year_may_be_asked_about(session: Session, unit: Unit, year: int) -> None:
    requirement = POLICY.catalogue.requirement("study")
    asked = Asked(unit, requirement, date(year, 5, 1), date(year, 5, 31), day("2026-05-20"))
    assert len(behind(session, POLICY, asked, lambda lines: lines, NOW)[1]) == 1
