"""Items 11 and 12: study, and the three meetings and one lecture."""

from dataclasses import replace

import pytest

from compliance.assessment import Group
from tests.compliance.articles.standing import BY_FEBRUARY, BY_SEPTEMBER, findings, stands
from tests.compliance.samples import branch, day, full_members, held, waiver


@pytest.mark.parametrize(("on", "state"), BY_FEBRUARY)
def test_study_is_held_each_month(on: str, state: str) -> None:
    assert stands("study", on, period="2026-02") == [f"2026-02-28 {state}"]


@pytest.mark.parametrize(
    ("kinds", "held_on", "entered", "state"),
    [
        ("主题党日", "2024-02-29", "2024-02-29", "met"),  # a leap day is the month's last
        ("学习", "2024-02-29", "2024-03-05", "met"),
        ("学习", "2024-02-29", "2024-03-06", "met_late"),
        ("学习", "2024-03-01", "2024-03-01", "missed"),
        ("党课", "2024-02-29", "2024-02-29", "missed"),  # another kind
    ],
)
def test_study_of_a_leap_february(kinds: str, held_on: str, entered: str, state: str) -> None:
    done = held(1, kinds, held_on, entered)
    assert stands("study", "2024-03-06", done, period="2024-02") == [f"2024-02-29 {state}"]


def test_study_four_times_in_december_does_not_cover_january() -> None:
    four = [held(n, "学习", f"2026-12-0{n}") for n in range(1, 5)]
    found = findings("study", "2026-12-31", *four)
    assert [f.state for f in found] == ["missed"] * 11 + ["met"]
    assert [f.done for f in found] == [0] * 11 + [4]


@pytest.mark.parametrize(
    ("waived", "on", "expected"),
    [
        (("2026-02-28", "2026-02-28"), "2026-03-10", "waived waived"),
        (("2026-02-01", "2026-02-27"), "2026-03-10", "missed"),  # over before the deadline
        (("2026-03-01", "2026-03-31"), "2026-03-10", "missed"),
    ],
)
def test_study_is_waived_by_its_deadline(waived: tuple[str, str], on: str, expected: str) -> None:
    excuse = waiver("study", *waived)
    found = stands("study", on, period="2026-02", waivers=(excuse,))
    assert found == [f"2026-02-28 {expected}"]


TWO_GROUPS = branch(groups=(Group(1, "第一小组"), Group(2, "第二小组")))


@pytest.mark.parametrize(("on", "state"), BY_FEBRUARY)
def test_group_meeting_is_held_by_each_group_each_month(on: str, state: str) -> None:
    first = held(1, "党小组会", "2026-02-10", group=1)
    found = findings("group_meeting", on, first, unit=TWO_GROUPS, period="2026-02")
    met = "met" if on >= "2026-02-10" else state
    assert [(f.subject, f.state) for f in found] == [("第一小组", met), ("第二小组", state)]


def test_group_meeting_that_names_no_group_counts_for_none() -> None:
    nobodys = held(1, "党小组会", "2026-02-10")
    expected = ["2026-02-28 missed", "2026-02-28 missed"]
    found = stands("group_meeting", "2026-03-10", nobodys, unit=TWO_GROUPS, period="2026-02")
    assert found == expected


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((), ["2026-03-31 not_applicable no_groups"]),
        (
            (Group(1, "新组", founded=day("2026-02-02")),),
            [
                "2026-01-31 not_applicable not_yet_founded",
                "2026-02-28 not_applicable founded_in_period",
                "2026-03-31 open",
            ],
        ),
        (
            (Group(1, "老组", dissolved=day("2026-02-28")),),
            [
                "2026-01-31 missed",
                "2026-02-28 not_applicable dissolved",
                "2026-03-31 not_applicable dissolved",
            ],
        ),
    ],
)
def test_group_meeting_binds_the_groups_there_are(
    groups: tuple[Group, ...], expected: list[str]
) -> None:
    assert stands("group_meeting", "2026-03-10", unit=branch(groups=groups)) == expected


@pytest.mark.parametrize(("on", "state"), BY_FEBRUARY)
def test_committee_meeting_is_held_each_month(on: str, state: str) -> None:
    unit = branch(members=full_members(7))
    assert stands("committee_meeting", on, unit=unit, period="2026-02") == [f"2026-02-28 {state}"]


@pytest.mark.parametrize(
    ("full", "declared", "expected"),
    [
        (6, False, "not_applicable no_committee"),
        (6, True, "missed"),
        (7, False, "missed"),
        (0, False, "missed"),  # an empty roster excuses nothing
    ],
)
def test_committee_meeting_needs_a_committee_of_seven_or_a_declared_one(
    full: int, declared: bool, expected: str
) -> None:
    unit = branch(members=full_members(full), committee=declared)
    found = stands("committee_meeting", "2026-03-10", unit=unit, period="2026-02")
    assert found == [f"2026-02-28 {expected}"]


@pytest.mark.parametrize(
    ("joined", "february"),
    [("2026-02-28", "missed"), ("2026-03-01", "not_applicable no_committee")],
)
def test_committee_meeting_binds_once_the_seventh_has_come(joined: str, february: str) -> None:
    seventh = replace(full_members(1)[0], id=7, joined_on=day(joined))
    unit = branch(members=(*full_members(6), seventh))
    found = stands("committee_meeting", "2026-03-10", unit=unit, period="2026-02")
    assert found == [f"2026-02-28 {february}"]


@pytest.mark.parametrize(("on", "state"), BY_SEPTEMBER)
def test_general_meeting_is_held_each_quarter(on: str, state: str) -> None:
    assert stands("general_meeting", on, period="2026-Q3") == [f"2026-09-30 {state}"]


@pytest.mark.parametrize(
    ("held_on", "entered", "state"),
    [
        ("2026-06-30", "2026-06-30", "missed"),
        ("2026-07-01", "2026-07-01", "met"),
        ("2026-09-30", "2026-10-10", "met"),  # a make-up Saturday is the grace's last day
        ("2026-09-30", "2026-10-11", "met_late"),
        ("2026-10-01", "2026-10-01", "missed"),
    ],
)
def test_general_meeting_at_the_ends_of_a_quarter(held_on: str, entered: str, state: str) -> None:
    done = held(1, "党员大会", held_on, entered)
    found = stands("general_meeting", "2026-10-11", done, period="2026-Q3")
    assert found == [f"2026-09-30 {state}"]


@pytest.mark.parametrize(("on", "state"), BY_SEPTEMBER)
def test_party_lecture_is_given_each_quarter(on: str, state: str) -> None:
    assert stands("party_lecture", on, period="2026-Q3") == [f"2026-09-30 {state}"]


def test_party_lecture_declared_with_a_meeting_counts_once_for_each() -> None:
    both = held(1, "党员大会+党课", "2026-09-30")
    for code in ("party_lecture", "general_meeting"):
        (found,) = findings(code, "2026-10-11", both, period="2026-Q3")
        assert (found.state, found.done, found.records) == ("met", 1, (1,))
        assert stands(code, "2026-10-11", both, period="2026-Q2") == ["2026-06-30 missed"]
