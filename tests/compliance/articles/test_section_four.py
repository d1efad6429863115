"""Section 四: each branch is assessed once a year, by the unit above it."""

import pytest

from tests.compliance.articles.standing import BY_YEAR_END, findings, stands
from tests.compliance.samples import branch, held, waiver


@pytest.mark.parametrize(("on", "state"), BY_YEAR_END)
def test_annual_assessment_of_a_branch_is_made_by_the_years_end(on: str, state: str) -> None:
    (found,) = findings("annual_assessment", on, period="2026")
    assert (found.due_on.isoformat(), found.state) == ("2026-12-31", state)
    assert (found.subject_kind, found.subject) == ("branch", "第一支部")
    assert found.requirement.by_superior


@pytest.mark.parametrize(
    ("held_on", "entered", "state"),
    [
        ("2026-12-31", "2027-01-05", "met"),
        ("2026-12-31", "2027-01-06", "met_late"),
        ("2027-01-01", "2027-01-01", "missed"),
    ],
)
def test_annual_assessment_is_kept_in_the_branchs_books(
    held_on: str, entered: str, state: str
) -> None:
    done = held(1, "考核", held_on, entered)
    found = stands("annual_assessment", "2027-01-06", done, period="2026")
    assert found == [f"2026-12-31 {state}"]


@pytest.mark.parametrize("kind", ["leading_group", "general_branch"])
def test_annual_assessment_is_of_branches(kind: str) -> None:
    expected = ["2026-12-31 not_applicable binds_others"]
    assert stands("annual_assessment", "2026-11-20", unit=branch(kind=kind)) == expected


def test_annual_assessment_may_be_excused() -> None:
    excuse = waiver("annual_assessment", "2026-12-31", "2026-12-31")
    expected = ["2026-12-31 waived waived"]
    assert stands("annual_assessment", "2026-11-20", waivers=(excuse,)) == expected
    expected = ["2026-12-31 not_applicable founded_in_period"]
    new = branch(founded="2026-07-01")
    assert stands("annual_assessment", "2026-11-20", unit=new) == expected
