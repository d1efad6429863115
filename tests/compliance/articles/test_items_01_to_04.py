"""Items 1 to 4: a plan is made; what has nothing to count is scored by the superior."""

import pytest

from tests.compliance.articles.standing import BY_JANUARY, BY_YEAR_END, findings, stands
from tests.compliance.samples import branch, held, score, waiver


@pytest.mark.parametrize(("on", "state"), BY_YEAR_END)
def test_decisions_wait_for_the_superiors_score(on: str, state: str) -> None:
    assert stands("decisions", on, period="2026") == [f"2026-12-31 {state}"]


@pytest.mark.parametrize(
    ("scored", "on", "state"),
    [
        ("2026-01-01", "2026-01-01", "met"),
        ("2026-12-31", "2026-12-30", "due_soon"),  # not given yet
        ("2026-12-31", "2026-12-31", "met"),
        ("2027-01-05", "2027-03-01", "met"),
        ("2027-01-06", "2027-03-01", "met_late"),
        ("2027-01-06", "2027-01-05", "overdue"),
    ],
)
def test_decisions_are_done_once_they_are_scored(scored: str, on: str, state: str) -> None:
    given = score("decisions", 2026, "0", scored, number=9)
    (found,) = findings("decisions", on, period="2026", scores=(given,))
    assert found.state == state
    done = state in ("met", "met_late")
    assert (found.done, found.records) == ((1, (9,)) if done else (0, ()))
    assert found.score == (given if done else None)


@pytest.mark.parametrize(("on", "state"), BY_JANUARY)
def test_annual_plan_is_made_by_the_end_of_january(on: str, state: str) -> None:
    assert stands("annual_plan", on, period="2026") == [f"2026-01-31 {state}"]


@pytest.mark.parametrize(
    ("on", "founded", "expected"),
    [
        ("2026-12-31", "2026-01-01", "2026-01-31 missed"),
        ("2026-12-31", "2026-01-02", "2026-01-31 not_applicable founded_in_period"),
        ("2027-03-01", "2026-01-02", "2027-01-31 missed"),
    ],
)
def test_annual_plan_binds_from_the_first_full_year(on: str, founded: str, expected: str) -> None:
    assert stands("annual_plan", on, unit=branch(founded=founded)) == [expected]


def test_annual_plan_of_one_year_is_none_for_the_next() -> None:
    plan = held(1, "工作计划", "2025-12-20")
    assert stands("annual_plan", "2025-12-31", plan) == ["2025-01-31 met_late"]
    assert stands("annual_plan", "2026-12-31", plan) == ["2026-01-31 missed"]


SCORED_TWICE = (
    score("innovation", 2026, "60", "2027-01-04", number=3),
    score("innovation", 2026, "90", "2027-02-01", number=4),
)


@pytest.mark.parametrize(
    ("on", "state", "number"),
    [
        ("2027-01-03", "overdue", None),
        ("2027-01-04", "met", 3),
        ("2027-01-31", "met", 3),
        ("2027-02-01", "met", 4),  # scored again: in time all the same
    ],
)
def test_innovation_scored_again_keeps_what_was_given_before(
    on: str, state: str, number: int | None
) -> None:
    (found,) = findings("innovation", on, period="2026", scores=SCORED_TWICE)
    assert found.state == state
    assert (found.score.number if found.score else None) == number
    assert found.records == (() if number is None else (number,))


def test_leadership_is_scored_for_each_year_on_its_own() -> None:
    given = score("leadership", 2025, "80", "2026-01-02")
    assert stands("leadership", "2026-12-31", scores=(given,)) == ["2026-12-31 due_soon"]
    assert stands("leadership", "2025-12-31", scores=(given,)) == ["2025-12-31 due_soon"]
    late = stands("leadership", "2026-01-02", period="2025", scores=(given,))
    assert late == ["2025-12-31 met"]


def test_leadership_may_be_waived_like_any_other() -> None:
    excuse = waiver("leadership", "2026-12-01", "2026-12-31")
    expected = ["2026-12-31 waived waived"]
    assert stands("leadership", "2026-06-01", waivers=(excuse,)) == expected
