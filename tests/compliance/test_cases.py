"""Cases: which there are, apart from how they stand."""

import pytest

from compliance.cases import cases_of, no_case
from compliance.catalogue import default
from compliance.facts import Ledger
from compliance.ledger_index import LedgerIndex
from compliance.people import Stage
from tests.compliance.samples import branch, day, held, person

CATALOGUE = default()
YEAR = (day("2026-01-01"), day("2026-12-31"))


def test_what_has_no_clock_has_no_cases() -> None:
    study, first, last = CATALOGUE.requirement("study"), *YEAR
    index = LedgerIndex(Ledger(held=(held(1, "学习", "2026-03-10"),)))
    assert list(cases_of(CATALOGUE, study, branch(), index, first=first, last=last)) == []


@pytest.mark.parametrize(
    ("code", "stages", "reason"),
    [
        ("committee_term", [], "no_election"),
        ("transfers", [Stage.FULL], "no_transfers"),
        ("admission_files", [Stage.FULL], "no_candidates"),
        ("admission_files", [Stage.APPLICANT, Stage.PROBATIONARY], 2),
        ("activist_review", [Stage.APPLICANT], "no_activists"),
        ("activist_review", [Stage.ACTIVIST, Stage.CANDIDATE, Stage.FULL], 2),
        ("probation", [Stage.CANDIDATE, Stage.FULL], "no_probationary"),
        ("probation", [Stage.PROBATIONARY], 1),
    ],
)
def test_why_nothing_runs(code: str, stages: list[Stage], reason: str | int) -> None:
    """Nobody is concerned, or so many are whose day the roster lacks."""
    unit = branch(members=tuple(person(n, "某", stage) for n, stage in enumerate(stages)))
    found = no_case(CATALOGUE.requirement(code), unit)
    if isinstance(reason, int):
        assert (found.code, found.values) == ("no_start_date", {"count": reason})
    else:
        assert (found.code, found.values) == (reason, {})
