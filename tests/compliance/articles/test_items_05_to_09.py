"""Items 5 to 9: members' minds, education and rights; the meetings kept; clean conduct."""

import pytest

from compliance.assessment import Group, Held
from tests.compliance.articles.standing import BY_JANUARY, BY_JUNE, findings, stands
from tests.compliance.samples import branch, full_members, held, score, waiver


@pytest.mark.parametrize(("on", "state"), BY_JUNE)
def test_thought_analysis_is_made_each_half_year(on: str, state: str) -> None:
    assert stands("thought_analysis", on, period="2026-H1") == [f"2026-06-30 {state}"]


def test_thought_analysis_of_one_half_is_none_for_the_other() -> None:
    made = held(1, "思想分析", "2026-06-30", "2026-07-03"), held(2, "思想分析", "2026-06-29")
    expected = ["2026-06-30 met", "2026-12-31 due_soon"]
    assert stands("thought_analysis", "2026-12-31", *made) == expected
    first_of_july = held(1, "思想分析", "2026-07-01")
    expected = ["2026-06-30 missed", "2026-12-31 met"]
    assert stands("thought_analysis", "2026-12-31", first_of_july) == expected


@pytest.mark.parametrize(("on", "state"), BY_JANUARY)
def test_education_plan_is_made_by_the_end_of_january(on: str, state: str) -> None:
    assert stands("education_plan", on, period="2026") == [f"2026-01-31 {state}"]


def test_education_plan_is_scored_and_still_wanted() -> None:
    given = score("education_plan", 2026, "100", "2026-12-01")
    assert stands("education_plan", "2026-12-31", scores=(given,)) == ["2026-01-31 missed"]
    plan = held(1, "教育计划", "2026-01-15")
    (found,) = findings("education_plan", "2026-12-31", plan, scores=(given,))
    assert (found.state, found.records, found.score) == ("met", (1,), given)


def reported(number: int, on: str, entered: str | None = None) -> Held:
    return held(number, "党员大会+报告工作", on, entered)


Q1, Q2 = reported(1, "2026-03-31"), reported(2, "2026-06-30")
Q3, Q4 = reported(3, "2026-09-30"), reported(4, "2026-12-31")


@pytest.mark.parametrize(
    ("on", "records", "expected", "done"),
    [
        ("2026-01-01", [], "2026-12-31 open", (0, 2)),
        ("2026-03-17", [], "2026-12-31 due_soon", (0, 2)),
        ("2026-03-31", [Q1], "2026-12-31 met", (2, 2)),
        ("2026-04-01", [Q1], "2026-12-31 open", (2, 4)),
        ("2026-04-01", [], "2026-12-31 overdue", (0, 4)),
        ("2026-04-04", [], "2026-12-31 missed", (0, 4)),
        ("2026-06-15", [Q1], "2026-12-31 open", (2, 4)),
        ("2026-06-16", [Q1], "2026-12-31 due_soon", (2, 4)),
        ("2026-12-31", [Q1, Q2, Q3, Q4], "2026-12-31 met", (8, 8)),
        ("2026-12-31", [Q1, Q2, Q4], "2026-12-31 missed", (6, 8)),
        (
            "2026-12-31",
            [reported(1, "2026-03-31", "2026-04-04"), Q2, Q3, Q4],
            "2026-12-31 met_late",
            (8, 8),
        ),
        (
            "2026-12-31",
            [held(1, "党员大会", "2026-03-31"), Q2, Q3, Q4],
            "2026-12-31 missed",
            (7, 8),
        ),
    ],
)
def test_members_rights_stand_as_the_worst_of_meetings_and_reports(
    on: str, records: list[Held], expected: str, done: tuple[int, int]
) -> None:
    assert stands("members_rights", on, *records) == [expected]
    (found,) = findings("members_rights", on, *records)
    assert (found.done, found.required) == done
    assert found.records == ()  # never counted twice


def test_members_rights_leave_out_what_was_waived() -> None:
    parts = [
        waiver(code, "2026-03-31", "2026-03-31")
        for code in ("general_meeting", "report_to_members")
    ]
    records = (Q2, Q3, Q4)
    for waivers, expected in [
        ((), "2026-12-31 missed"),
        (tuple(parts[:1]), "2026-12-31 missed"),
        (tuple(parts), "2026-12-31 met"),
    ]:
        assert stands("members_rights", "2026-12-31", *records, waivers=waivers) == [expected]


def test_members_rights_rest_on_nothing_where_all_is_waived() -> None:
    waivers = tuple(
        waiver(code, "2026-01-01", "2026-12-31")
        for code in ("general_meeting", "report_to_members")
    )
    expected = ["2026-12-31 not_applicable derived_of_none"]
    assert stands("members_rights", "2026-12-31", waivers=waivers) == expected


def test_members_rights_may_be_waived_themselves_until_they_are_kept() -> None:
    own = (waiver("members_rights", "2026-01-01", "2026-12-31"),)
    assert stands("members_rights", "2026-05-01", waivers=own) == ["2026-12-31 waived waived"]
    assert stands("members_rights", "2026-03-31", Q1, waivers=own) == ["2026-12-31 met"]


@pytest.mark.parametrize(
    ("on", "scores", "state"),
    [
        ("2026-12-31", (score("vanguard", 2026, "70", "2026-12-31"),), "met"),
        ("2027-01-06", (score("vanguard", 2026, "70", "2027-01-06"),), "met_late"),
        ("2027-01-06", (score("vanguard", 2027, "70", "2027-01-06"),), "missed"),
        ("2027-01-06", (score("caring", 2026, "70", "2026-12-31"),), "missed"),
    ],
)
def test_vanguard_is_scored_for_its_own_year(on: str, scores: tuple[()], state: str) -> None:
    found = stands("vanguard", on, period="2026", scores=scores)
    assert found == [f"2026-12-31 {state}"]


ALL_FOUR = held(1, "党员大会+支委会+党课", "2026-01-20"), held(2, "党小组会", "2026-01-21", group=1)


@pytest.mark.parametrize(
    ("groups", "people", "records", "expected", "done"),
    [
        (1, 7, ALL_FOUR, "met", (4, 4)),
        (1, 7, ALL_FOUR[:1], "due_soon", (3, 4)),  # each lacks what it lacks
        (0, 7, ALL_FOUR[:1], "met", (3, 3)),  # no groups: that part does not bind
        (0, 6, [held(1, "党员大会+党课", "2026-01-20")], "met", (2, 2)),  # nor a committee
        (2, 7, ALL_FOUR, "due_soon", (4, 5)),  # each group on its own
        (1, 7, [], "due_soon", (0, 4)),
    ],
)
def test_three_meetings_stand_as_the_worst_of_the_four(
    groups: int, people: int, records: list[Held], expected: str, done: tuple[int, int]
) -> None:
    unit = branch(
        groups=tuple(Group(n, f"第{n}小组") for n in range(1, groups + 1)),
        members=full_members(people),
    )
    (found,) = findings("three_meetings", "2026-01-31", *records, unit=unit)
    assert (found.state, (found.done, found.required)) == (expected, done)


def test_three_meetings_of_a_year_need_each_of_its_periods() -> None:
    months = [held(n, "支委会", f"2026-{n:02}-28") for n in range(1, 13)]
    quarters = [held(n + 20, "党员大会+党课", f"2026-{3 * n:02}-28") for n in range(1, 5)]
    (found,) = findings("three_meetings", "2026-12-31", *months, *quarters)
    assert (found.state, found.done, found.required) == ("met", 20, 20)
    (found,) = findings("three_meetings", "2026-12-31", *months[1:], *quarters)
    assert (found.state, found.done, found.required) == ("missed", 19, 20)


def test_three_meetings_bind_a_new_unit_from_its_first_full_year() -> None:
    expected = ["2026-12-31 not_applicable founded_in_period"]
    assert stands("three_meetings", "2026-12-31", unit=branch(founded="2026-03-02")) == expected


@pytest.mark.parametrize(("on", "state"), BY_JUNE)
def test_integrity_education_is_held_each_half_year(on: str, state: str) -> None:
    assert stands("integrity_education", on, period="2026-H1") == [f"2026-06-30 {state}"]


@pytest.mark.parametrize(
    ("held_on", "entered", "states"),
    [
        ("2026-06-30", "2026-07-03", ["met", "missed"]),
        ("2026-06-30", "2026-07-04", ["met_late", "missed"]),
        ("2026-07-01", "2026-07-01", ["missed", "met"]),
        ("2026-12-31", "2027-01-05", ["missed", "met"]),
        ("2026-12-31", "2027-01-06", ["missed", "met_late"]),
        ("2027-01-01", "2027-01-01", ["missed", "missed"]),
    ],
)
def test_integrity_education_at_the_ends_of_the_halves(
    held_on: str, entered: str, states: list[str]
) -> None:
    given = held(1, "廉政教育", held_on, entered)
    found = findings("integrity_education", "2027-01-10", given, period="2026")
    assert [f.state for f in found] == states
