"""Items 13 to 16: life meetings, appraisal, and reports."""

import pytest

from compliance.people import Stage
from tests.compliance.articles.standing import (
    BY_JUNE,
    BY_SEPTEMBER,
    BY_YEAR_END,
    findings,
    stands,
)
from tests.compliance.samples import branch, held, person

LEADERS = branch(kind="leading_group")


@pytest.mark.parametrize(("on", "state"), BY_YEAR_END)
def test_democratic_life_is_held_by_the_leading_group_each_year(on: str, state: str) -> None:
    found = stands("democratic_life", on, unit=LEADERS, period="2026")
    assert found == [f"2026-12-31 {state}"]


@pytest.mark.parametrize(
    ("held_on", "entered", "state"),
    [
        ("2026-12-31", "2027-01-05", "met"),
        ("2026-12-31", "2027-01-06", "met_late"),
        ("2027-01-01", "2027-01-01", "missed"),
        ("2025-12-31", "2025-12-31", "missed"),
    ],
)
def test_democratic_life_at_the_ends_of_the_year(held_on: str, entered: str, state: str) -> None:
    done = held(1, "民主生活会", held_on, entered)
    found = stands("democratic_life", "2027-01-06", done, unit=LEADERS, period="2026")
    assert found == [f"2026-12-31 {state}"]


@pytest.mark.parametrize("kind", ["branch", "general_branch"])
@pytest.mark.parametrize("founded", [None, "2026-05-15"])
def test_democratic_life_binds_no_other_unit(kind: str, founded: str | None) -> None:
    unit = branch(kind=kind, founded=founded)
    (found,) = findings("democratic_life", "2026-11-20", unit=unit)
    assert found.state == "not_applicable"
    assert found.reason is not None
    assert (found.reason.code, found.reason.values) == ("binds_others", {"kind": "leading_group"})


@pytest.mark.parametrize(("on", "state"), BY_JUNE)
def test_organisational_life_is_held_each_half_year(on: str, state: str) -> None:
    assert stands("organisational_life", on, period="2026-H1") == [f"2026-06-30 {state}"]


def test_organisational_life_twice_in_a_half_covers_no_other() -> None:
    done = held(1, "组织生活会", "2026-06-29"), held(2, "组织生活会", "2026-06-30")
    expected = ["2026-06-30 met", "2026-12-31 due_soon"]
    assert stands("organisational_life", "2026-12-31", *done) == expected


@pytest.mark.parametrize(("on", "state"), BY_YEAR_END)
def test_democratic_appraisal_is_held_each_year(on: str, state: str) -> None:
    assert stands("democratic_appraisal", on, period="2026") == [f"2026-12-31 {state}"]


def test_democratic_appraisal_with_the_life_meeting_is_one_record_for_two() -> None:
    both = held(1, "组织生活会+民主评议", "2026-12-31", "2027-01-05")
    assert stands("democratic_appraisal", "2027-01-05", both, period="2026") == ["2026-12-31 met"]
    expected = ["2026-06-30 missed", "2026-12-31 met"]
    assert stands("organisational_life", "2027-01-05", both, period="2026") == expected


@pytest.mark.parametrize(("on", "state"), BY_SEPTEMBER)
def test_report_to_superior_is_made_each_quarter(on: str, state: str) -> None:
    assert stands("report_to_superior", on, period="2026-Q3") == [f"2026-09-30 {state}"]


def test_report_to_superior_is_not_the_report_to_members() -> None:
    to_superior = held(1, "工作汇报", "2026-09-30", "2026-10-10")
    assert stands("report_to_superior", "2026-10-11", to_superior, period="2026-Q3") == [
        "2026-09-30 met"
    ]
    assert stands("report_to_members", "2026-10-11", to_superior, period="2026-Q3") == [
        "2026-09-30 missed"
    ]


@pytest.mark.parametrize(("on", "state"), BY_SEPTEMBER)
def test_report_to_members_is_made_each_quarter(on: str, state: str) -> None:
    assert stands("report_to_members", on, period="2026-Q3") == [f"2026-09-30 {state}"]


def test_report_to_members_must_be_declared_on_the_meeting() -> None:
    silent = held(1, "党员大会", "2026-09-30")
    declared = held(1, "党员大会+报告工作", "2026-09-30")
    for done, expected in ((silent, "missed"), (declared, "met")):
        found = stands("report_to_members", "2026-10-11", done, period="2026-Q3")
        assert found == [f"2026-09-30 {expected}"]


PEOPLE = branch(
    members=(
        person(1, "张三", Stage.FULL),
        person(2, "李四", Stage.PROBATIONARY, admitted_on="2026-12-31"),
        person(3, "王五", Stage.FULL, joined_on="2027-01-01"),
        person(4, "赵六", Stage.FULL, left_on="2026-12-31"),
        person(5, "钱七", Stage.ACTIVIST, activist_on="2026-01-01"),
    )
)


@pytest.mark.parametrize(("on", "state"), BY_YEAR_END)
def test_member_report_is_made_by_each_member_each_year(on: str, state: str) -> None:
    found = findings("member_report", on, unit=PEOPLE, period="2026")
    assert [(f.subject, f.state) for f in found] == [("张三", state), ("李四", state)]


@pytest.mark.parametrize(
    ("held_on", "entered", "about", "states"),
    [
        ("2026-01-01", "2026-01-01", (1,), ["met", "missed"]),
        ("2026-12-31", "2027-01-05", (1, 2), ["met", "met"]),
        ("2026-12-31", "2027-01-06", (2,), ["missed", "met_late"]),
        ("2027-01-01", "2027-01-01", (1, 2), ["missed", "missed"]),
        ("2026-06-01", "2026-06-01", (), ["missed", "missed"]),
    ],
)
def test_member_report_counts_for_those_it_names(
    held_on: str, entered: str, about: tuple[int, ...], states: list[str]
) -> None:
    done = held(1, "个人汇报", held_on, entered, about=about)
    found = findings("member_report", "2027-01-06", done, unit=PEOPLE, period="2026")
    assert [f.state for f in found] == states


def test_member_report_of_a_branch_without_members() -> None:
    assert stands("member_report", "2026-11-20") == ["2026-12-31 not_applicable no_members"]
