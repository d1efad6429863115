"""Every item of the policy shows, whatever the unit, on whatever day."""

from collections import Counter
from dataclasses import replace

import pytest

from compliance.assessment import Ledger, State
from compliance.catalogue import SubjectKind
from tests.compliance.articles.standing import CATALOGUE, findings
from tests.compliance.samples import assess, branch, each_day, full_members

CODES = [requirement.code for requirement in CATALOGUE.requirements]


@pytest.mark.parametrize("kind", ["branch", "general_branch", "leading_group"])
@pytest.mark.parametrize("on", ["2026-01-01", "2026-02-28", "2024-02-29", "2026-12-31"])
def test_every_code_is_visible_for_every_kind_of_unit(kind: str, on: str) -> None:
    found = assess(branch(kind=kind, members=full_members(8)), Ledger(), on)
    assert list(dict.fromkeys(f.requirement.code for f in found)) == CODES


@pytest.mark.parametrize("kind", ["general_branch", "leading_group"])
def test_what_binds_other_units_shows_once_with_the_reason(kind: str) -> None:
    unit = branch(kind=kind, members=full_members(8))
    found = assess(unit, Ledger(), "2026-11-20")
    others = [f for f in found if f.state is State.NOT_APPLICABLE]
    assert max(Counter(f.requirement.code for f in others).values()) == 1
    own = {"democratic_life"} if kind == "leading_group" else set()
    assert {f.requirement.code for f in others} == set(CODES) - own
    for finding in others:
        assert finding.reason is not None
        assert finding.reason.code == "binds_others"
        wanted = finding.requirement.subject is SubjectKind.LEADING_GROUP
        assert finding.reason.values == {"kind": "leading_group" if wanted else "branch"}


def test_what_binds_general_branches_binds_no_branch() -> None:
    study = replace(CATALOGUE.requirement("study"), subject=SubjectKind.GENERAL_BRANCH)
    catalogue = replace(CATALOGUE, requirements=(study,))
    for kind, state in [("general_branch", "missed"), ("branch", "not_applicable")]:
        unit = branch(kind=kind)
        (found,) = assess(unit, Ledger(), "2026-03-10", catalogue=catalogue, period="2026-02")
        assert found.state == state


@pytest.mark.parametrize("code", CODES)
def test_nothing_fails_in_a_time_before_the_unit_was_founded(code: str) -> None:
    unit = branch(founded="2026-07-01", members=full_members(8))
    assert {f.state for f in findings(code, "2026-06-30", unit=unit)} == {"not_applicable"}


def test_every_day_of_a_year_shows_every_item() -> None:
    for on in each_day("2028-02-27", "2028-03-02"):  # over a leap day
        codes = {f.requirement.code for f in assess(branch(), Ledger(), on.isoformat())}
        assert codes == set(CODES)
