"""Items 22 to 24: ideological work, opinions heard, care for the people."""

import pytest

from tests.compliance.articles.standing import BY_JUNE, BY_YEAR_END, findings, stands
from tests.compliance.samples import held, score


@pytest.mark.parametrize(("on", "state"), BY_JUNE)
def test_ideology_analysis_is_made_each_half_year(on: str, state: str) -> None:
    assert stands("ideology_analysis", on, period="2026-H1") == [f"2026-06-30 {state}"]


@pytest.mark.parametrize(
    ("held_on", "entered", "state"),
    [
        ("2026-12-31", "2027-01-05", "met"),
        ("2026-12-31", "2027-01-06", "met_late"),
        ("2026-06-30", "2026-06-30", "missed"),
    ],
)
def test_ideology_analysis_at_the_years_end(held_on: str, entered: str, state: str) -> None:
    made = held(1, "意识形态分析", held_on, entered)
    found = stands("ideology_analysis", "2027-01-06", made, period="2026-H2")
    assert found == [f"2026-12-31 {state}"]
    other = held(1, "思想分析", held_on, entered)  # item 5 is another
    found = stands("ideology_analysis", "2027-01-06", other, period="2026-H2")
    assert found == ["2026-12-31 missed"]


@pytest.mark.parametrize(("on", "state"), BY_JUNE)
def test_opinions_are_heard_each_half_year_and_never_fail(on: str, state: str) -> None:
    (found,) = findings("opinions", on, period="2026-H1")
    lapsed = state in ("overdue", "missed")
    assert (found.due_on.isoformat(), found.state) == ("2026-06-30", "open" if lapsed else state)
    assert (found.failing, found.lapsed) == (False, lapsed)


def test_opinions_that_were_heard_count_and_are_scored_too() -> None:
    given = score("opinions", 2026, "60", "2026-12-01")
    heard = held(1, "征求意见", "2026-06-30", "2026-07-04")
    found = findings("opinions", "2026-12-31", heard, scores=(given,))
    assert [(f.state, f.score) for f in found] == [("met_late", given), ("due_soon", given)]


@pytest.mark.parametrize(("on", "state"), BY_YEAR_END)
def test_caring_waits_for_the_superiors_score(on: str, state: str) -> None:
    assert stands("caring", on, period="2026") == [f"2026-12-31 {state}"]


def test_caring_is_scored_and_not_counted() -> None:
    records = [held(n, "征求意见", f"2026-0{n}-01") for n in range(1, 5)]
    assert stands("caring", "2026-12-31", *records) == ["2026-12-31 due_soon"]
    given = score("caring", 2026, "92.5", "2026-12-31")
    (found,) = findings("caring", "2026-12-31", *records, scores=(given,))
    assert (found.state, found.done, found.score) == ("met", 1, given)
