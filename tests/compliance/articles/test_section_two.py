"""Section 二: responsibility is signed for each year, and a committee is elected for a term."""

import pytest

from compliance.assessment import Held
from tests.compliance.articles.standing import BY_JANUARY, findings, stands
from tests.compliance.samples import branch, day, held, score, waiver


@pytest.mark.parametrize(("on", "state"), BY_JANUARY)
def test_responsibility_is_signed_for_by_the_end_of_january(on: str, state: str) -> None:
    assert stands("responsibility", on, period="2026") == [f"2026-01-31 {state}"]


@pytest.mark.parametrize(
    ("held_on", "entered", "state"),
    [
        ("2025-12-31", "2025-12-31", "missed"),  # the year before
        ("2026-01-01", "2026-01-01", "met"),
        ("2026-01-31", "2026-02-04", "met"),
        ("2026-01-31", "2026-02-05", "met_late"),
        ("2026-02-04", "2026-02-04", "met"),  # after the deadline, entered within the grace
        ("2026-12-31", "2026-12-31", "met_late"),
    ],
)
def test_responsibility_counts_by_the_day_held_and_is_late_by_the_day_entered(
    held_on: str, entered: str, state: str
) -> None:
    signed = held(1, "责任书", held_on, entered)
    assert stands("responsibility", "2026-12-31", signed) == [f"2026-01-31 {state}"]


def test_responsibility_carries_the_superiors_score_without_resting_on_it() -> None:
    given = score("responsibility", 2026, "85", "2026-12-20")
    (found,) = findings("responsibility", "2026-12-31", scores=(given,))
    assert (found.state, found.score) == ("missed", given)
    (before,) = findings("responsibility", "2026-12-19", scores=(given,))
    assert before.score is None


def elected(number: int, on: str, entered: str | None = None) -> Held:
    return held(number, "换届选举", on, entered)


FIRST = elected(1, "2023-05-10")


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2025-11-10", "open"),  # the first step comes 180 days before the term ends
        ("2025-11-11", "due_soon"),
        ("2026-05-10", "due_soon"),
        ("2026-05-11", "overdue"),
        ("2026-05-13", "overdue"),
        ("2026-05-14", "missed"),
    ],
)
def test_committee_term_ends_three_years_after_the_election(on: str, state: str) -> None:
    assert stands("committee_term", on, FIRST) == [f"2026-05-10 {state}"]


@pytest.mark.parametrize(
    ("held_on", "entered", "first", "second"),
    [
        ("2025-06-01", "2025-06-01", "2026-05-10 met", "2028-06-01 open"),  # before its end
        ("2026-05-10", "2026-05-13", "2026-05-10 met", "2029-05-10 open"),
        ("2026-05-10", "2026-05-14", "2026-05-10 met_late", "2029-05-10 open"),
        ("2026-05-11", "2026-05-11", "2026-05-10 met_late held_on", "2029-05-11 open"),
        ("2026-09-01", "2026-09-01", "2026-05-10 met_late held_on", "2029-09-01 open"),
    ],
)
def test_committee_term_is_met_by_the_next_election_which_begins_the_next(
    held_on: str, entered: str, first: str, second: str
) -> None:
    records = (FIRST, elected(2, held_on, entered))
    assert stands("committee_term", "2026-11-20", *records) == [first, second]


def test_committee_term_of_a_later_election_is_not_seen_before_it() -> None:
    records = (FIRST, elected(2, "2026-05-10"))
    on_its_day = ["2026-05-10 met", "2029-05-10 open"]
    assert stands("committee_term", "2026-05-10", *records) == on_its_day
    assert stands("committee_term", "2026-05-09", *records) == ["2026-05-10 due_soon"]
    assert stands("committee_term", "2026-03-01", *records) == ["2026-05-10 due_soon"]


@pytest.mark.parametrize(
    ("elections", "expected"),
    [
        (["2024-02-29"], ["2027-02-28 due_soon"]),  # a leap day has no third anniversary
        (["2023-12-31"], ["2026-12-31 due_soon"]),
        (["2020-03-01"], ["2023-03-01 missed"]),  # overran long ago, and nobody was elected
        (["2020-03-01", "2024-03-01"], ["2027-03-01 due_soon"]),  # done late, and long ago
        (["2020-03-01", "2023-02-20", "2026-02-20"], ["2026-02-20 met", "2029-02-20 open"]),
        ([], ["2026-12-31 not_applicable no_election"]),
    ],
)
def test_committee_term_of_many_elections(elections: list[str], expected: list[str]) -> None:
    records = [elected(number, on) for number, on in enumerate(elections, 1)]
    assert stands("committee_term", "2026-11-20", *records) == expected


def test_committee_term_counts_the_election_that_ends_it() -> None:
    first, second = findings("committee_term", "2026-11-20", FIRST, elected(2, "2026-06-01"))
    assert (first.period.code, first.records) == ("2023-05-10/2026-05-10", (2,))
    assert first.reason is not None
    assert first.reason.values == {"held_on": day("2026-06-01")}
    assert (second.period.code, second.records) == ("2026-06-01/2029-06-01", ())


def test_committee_term_is_excused_by_a_waiver_for_its_end_or_by_a_dissolved_unit() -> None:
    excuse = waiver("committee_term", "2026-05-01", "2026-05-31")
    expected = ["2026-05-10 waived waived"]
    assert stands("committee_term", "2026-11-20", FIRST, waivers=(excuse,)) == expected
    gone = branch(dissolved="2026-04-01")
    expected = ["2026-05-10 not_applicable dissolved"]
    assert stands("committee_term", "2026-11-20", FIRST, unit=gone) == expected
