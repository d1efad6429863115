"""Which requirement is meant by what people type."""

import pytest

from compliance.catalogue import Requirement, default
from handlers.grammar import find_requirements, resembling

KNOWN = default().requirements


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("committee_meeting", ["committee_meeting"]),
        ("支部委员会", ["committee_meeting"]),
        (" 支委会 ", ["committee_meeting"]),
        ("Branch committee meeting", ["committee_meeting"]),
        ("committee", ["committee_meeting"]),
        ("主题党日", ["study"]),
        ("转正", ["probation"]),
        ("第8条", ["three_meetings"]),
        ("第八项", ["three_meetings"]),
        ("item 8", ["three_meetings"]),
        ("8", ["three_meetings"]),
        ("第12项", ["group_meeting", "committee_meeting", "general_meeting", "party_lecture"]),
        ("第二部分", ["responsibility", "committee_term"]),
        ("第2项", ["annual_plan"]),
        ("section 4", ["annual_assessment"]),
        ("第三部分", []),
        ("第99项", []),
        ("党费", []),
        ("瞎说", []),
        ("", []),
    ],
)
def test_a_requirement_goes_by_title_code_kind_and_item(typed: str, codes: list[str]) -> None:
    assert [found.code for found in find_requirements(typed, KNOWN)] == codes


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("党费", ["dues"]),
        ("dues", ["dues"]),
        ("评议", ["democratic_appraisal"]),
        ("转接", ["transfers"]),
        ("会", []),
        ("xyz", []),
    ],
)
def test_a_part_of_a_title_will_do(typed: str, codes: list[str]) -> None:
    assert [found.code for found in resembling(typed, KNOWN)] == codes


@pytest.mark.parametrize("requirement", KNOWN, ids=lambda requirement: requirement.code)
def test_every_title_means_one_requirement(requirement: Requirement) -> None:
    for typed in (requirement.code, requirement.title, requirement.title_en):
        assert find_requirements(typed, KNOWN) == (requirement,)
