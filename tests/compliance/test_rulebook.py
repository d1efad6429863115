"""Rules through time: which version judges a period, and from when a cadence counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.assessment import wanted_between
from compliance.catalogue import Catalogue, default
from compliance.layers import Choice, Layer, rulebook
from compliance.overlay import read
from compliance.periods import Cadence, Period
from compliance.policy import Policy
from compliance.rulebook import Rulebook
from tests.compliance.calendars import GUESS
from tests.compliance.samples import day

CODE = "organisational_life"


def version(holds_from: str, **changes: object) -> Catalogue:
    """The catalogue with one requirement changed, from a day on."""
    changed = tuple(
        replace(r, **changes) if r.code == CODE else r  # type: ignore[arg-type]  # names of fields
        for r in default().requirements
    )
    return replace(default(), holds_from=day(holds_from), requirements=changed)


def without(code: str, holds_from: str) -> Catalogue:
    kept = tuple(r for r in default().requirements if r.code != code)
    return replace(default(), holds_from=day(holds_from), requirements=kept)


def book(*versions: Catalogue) -> Rulebook:
    return Rulebook((default(), *versions))


def asked(rules: Rulebook, first: str, last: str, code: str = CODE) -> list[str]:
    """The periods that are asked about, as codes, in the order asked."""
    found = rules.wanted(day(first), day(last))
    return [period.code for r, periods in found if r.code == code for period in periods]


def test_one_version_asks_as_the_catalogue_does() -> None:
    first, last = day("2025-12-15"), day("2026-11-20")

    assert book().wanted(first, last) == wanted_between(default(), first, last)


def test_a_later_version_that_changes_nothing_asks_the_same() -> None:
    first, last = day("2025-12-15"), day("2026-11-20")

    assert book(version("2026-05-10")).wanted(first, last) == wanted_between(default(), first, last)


def test_the_version_in_force_on_a_day() -> None:
    second = version("2026-05-10", count=2)
    rules = book(second)

    assert rules.on(day("2026-05-09")) is default()
    assert rules.on(day("2026-05-10")) is second


def test_a_period_is_judged_by_the_version_of_its_first_day() -> None:
    found = book(version("2026-05-10", count=2)).wanted(day("2026-01-01"), day("2026-12-31"))
    counts = {p.code: r.count for r, periods in found if r.code == CODE for p in periods}

    assert counts == {"2026-H1": 1, "2026-H2": 2}


def test_a_version_of_a_periods_first_day_judges_that_period() -> None:
    found = book(version("2026-07-01", count=2)).wanted(day("2026-01-01"), day("2026-12-31"))
    counts = {p.code: r.count for r, periods in found if r.code == CODE for p in periods}

    assert counts == {"2026-H1": 1, "2026-H2": 2}


@pytest.mark.parametrize(
    ("holds_from", "cadence", "wanted"),
    [
        # Half-yearly before: quarters begin with the next half-year.
        ("2026-02-01", Cadence.QUARTERLY, ["2026-H1", "2026-Q3", "2026-Q4"]),
        ("2026-04-01", Cadence.QUARTERLY, ["2026-H1", "2026-Q3", "2026-Q4"]),
        ("2026-07-01", Cadence.QUARTERLY, ["2026-H1", "2026-Q3", "2026-Q4"]),
        ("2026-07-02", Cadence.QUARTERLY, ["2026-H1", "2026-H2"]),
        ("2026-07-01", Cadence.YEARLY, ["2026-H1", "2026-H2"]),
        ("2026-01-01", Cadence.YEARLY, ["2026"]),
    ],
)
def test_a_cadence_begins_where_both_begin(
    holds_from: str, cadence: Cadence, wanted: list[str]
) -> None:
    rules = book(version(holds_from, cadence=cadence))

    assert asked(rules, "2026-01-01", "2026-12-31") == wanted


def test_what_waits_for_its_cadence_leaves_the_rule_before_in_force() -> None:
    rules = book(version("2026-02-01", cadence=Cadence.YEARLY, count=4))
    found = rules.wanted(day("2026-01-01"), day("2027-12-31"))
    counts = {p.code: r.count for r, periods in found if r.code == CODE for p in periods}

    assert counts == {"2026-H1": 1, "2026-H2": 1, "2027": 4}


def test_a_requirement_that_is_taken_away_ends_with_the_period_that_runs() -> None:
    rules = book(without("study", "2026-05-10"))

    assert asked(rules, "2026-04-01", "2026-12-31", "study") == ["2026-04", "2026-05"]


def test_a_requirement_that_is_new_begins_with_its_first_whole_period() -> None:
    rules = Rulebook(
        (without("party_lecture", "2026-01-01"), replace(default(), holds_from=day("2026-05-10")))
    )

    assert asked(rules, "2026-01-01", "2026-12-31", "party_lecture") == ["2026-Q3", "2026-Q4"]


def test_what_runs_in_cases_is_asked_about_once() -> None:
    changed = tuple(
        replace(r, title="换届") if r.code == "committee_term" else r
        for r in default().requirements
    )
    rules = book(replace(default(), holds_from=day("2026-05-10"), requirements=changed))
    found = rules.wanted(day("2026-01-01"), day("2027-12-31"))
    terms = [(r.title, [p.code for p in of]) for r, of in found if r.code == "committee_term"]

    assert terms == [("换届", ["2026", "2027"])]


def test_nothing_is_asked_about_between_days_that_do_not_follow() -> None:
    rules = book(version("2026-02-01", count=2))

    assert list(rules.wanted(day("2026-05-02"), day("2026-05-01"))) == []


def test_versions_must_rise() -> None:
    with pytest.raises(ValueError, match="rise"):
        book(version("2026-05-10"), version("2026-05-10"))
    with pytest.raises(ValueError, match="rise"):
        Rulebook(())


def test_when_a_cadence_can_be_taken_on() -> None:
    rules = book()

    assert rules.takes_effect(CODE, Cadence.QUARTERLY, day("2026-07-01")) == day("2026-07-01")
    assert rules.takes_effect(CODE, Cadence.QUARTERLY, day("2026-07-02")) == day("2027-01-01")
    assert rules.takes_effect(CODE, Cadence.YEARLY, day("2026-02-03")) == day("2027-01-01")
    assert rules.takes_effect("study", Cadence.QUARTERLY, day("2026-02-03")) == day("2026-04-01")


def test_a_cadence_can_never_be_taken_on_where_nothing_is_asked_for() -> None:
    with pytest.raises(KeyError):
        book().takes_effect("nothing", Cadence.YEARLY, day("2026-02-03"))


def test_a_policy_asks_about_all_requirements() -> None:
    first, last = day("2025-12-15"), day("2026-11-20")

    assert Policy(default(), GUESS).wanted(first, last) == wanted_between(default(), first, last)


def test_a_policy_asks_about_some_requirements_alone() -> None:
    policy = Policy(default(), GUESS).only(lambda r: r.code == CODE)
    found = policy.wanted(day("2026-01-01"), day("2026-12-31"))

    assert [(r.code, len(periods)) for r, periods in found] == [(CODE, 2)]
    assert policy.on(day("2026-01-01")) is default()


def test_a_policy_knows_what_is_in_force_and_what_was_taken_away() -> None:
    policy = Policy(
        default(), GUESS, own=book(version("2026-05-10", count=2), without("study", "2026-06-01"))
    )
    then = {r.code: r for r in policy.known_on(day("2026-05-10"))}
    now = {r.code: r for r in policy.known_on(day("2026-06-01"))}

    assert (then[CODE].count, now[CODE].count) == (2, 1)
    assert now["study"] is default().requirement("study")


days_of_years = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(st.dictionaries(days_of_years, st.sampled_from(Cadence), max_size=6))
def test_the_periods_of_a_requirement_partition_the_calendar(changes: dict[date, Cadence]) -> None:
    rules = book(*(version(str(on), cadence=changes[on]) for on in sorted(changes)))
    first, last = date(2024, 1, 1), date(2029, 12, 31)
    periods = [p for r, found in rules.wanted(first, last) if r.code == CODE for p in found]

    assert periods[0].start == first
    assert periods[-1].end == last
    for before, after in pairwise(periods):
        assert after.start == before.end + timedelta(days=1)


@given(st.dictionaries(days_of_years, st.sampled_from(Cadence), max_size=6))
def test_a_cadence_waits_no_longer_than_it_must(changes: dict[date, Cadence]) -> None:
    rules = book(*(version(str(on), cadence=changes[on]) for on in sorted(changes)))
    for requirement, periods in rules.wanted(date(2024, 1, 1), date(2029, 12, 31)):
        for period in periods:
            asked_for = rules.on(period.start).requirement(requirement.code).cadence
            begins = Period.of(asked_for, period.start).start == period.start

            assert requirement.cadence is period.cadence
            assert begins == (asked_for is period.cadence)


# ---------------------------------------------------------------- units and those above them


def overlay(version: str, holds_from: str, count: int) -> Layer:
    text = f"""
version = "{version}"
holds_from = {holds_from}
[[requirements]]
code = "study"
basis = "{version}"
count = {count}
"""
    return Layer(overlays=(read(version, text),))


def choice(cadence: Cadence, holds_from: str) -> Layer:
    return Layer(choices=(Choice(CODE, cadence, day(holds_from)),))


def studies(rules: Rulebook, on: str) -> int:
    return rules.on(day(on)).requirement("study").count


def test_units_without_rules_of_their_own_have_what_ships() -> None:
    assert rulebook(default(), [Layer(), Layer()]).versions == (default(),)


def test_a_nearer_units_overlay_lies_over_those_above() -> None:
    rules = rulebook(default(), [overlay("A", "2026-06-01", 2), overlay("B", "2026-03-01", 3)])

    assert [studies(rules, on) for on in ("2026-02-01", "2026-03-01", "2026-07-01")] == [1, 3, 3]
    assert rules.on(day("2026-07-01")).version == f"{default().version}+A+B"


def test_a_units_newer_overlay_takes_the_place_of_its_older_one() -> None:
    older, newer = overlay("A", "2026-03-01", 2).overlays[0], read("C", OTHER)
    rules = rulebook(default(), [Layer(overlays=(newer, older))])

    assert [studies(rules, on) for on in ("2026-03-01", "2026-06-01")] == [2, 1]


OTHER = """
version = "C"
holds_from = 2026-06-01
recording_grace_working_days = 5
"""


def test_of_two_of_one_day_the_later_loaded_counts() -> None:
    both = (*overlay("A", "2026-03-01", 2).overlays, *overlay("B", "2026-03-01", 4).overlays)

    assert studies(rulebook(default(), [Layer(overlays=both)]), "2026-03-01") == 4


def test_a_choice_changes_the_cadence_from_its_day_on() -> None:
    rules = rulebook(default(), [Layer(), choice(Cadence.QUARTERLY, "2026-07-01")])

    assert asked(rules, "2026-01-01", "2026-12-31") == ["2026-H1", "2026-Q3", "2026-Q4"]


def test_a_choice_that_is_not_allowed_counts_for_nothing() -> None:
    rules = rulebook(default(), [choice(Cadence.MONTHLY, "2026-07-01")])

    assert asked(rules, "2026-01-01", "2026-12-31") == ["2026-H1", "2026-H2"]


def test_the_nearest_units_choice_counts() -> None:
    above = choice(Cadence.QUARTERLY, "2026-01-01")
    rules = rulebook(default(), [above, choice(Cadence.HALF_YEARLY, "2026-07-01")])

    assert asked(rules, "2026-01-01", "2026-12-31") == ["2026-Q1", "2026-Q2", "2026-H2"]


def test_the_last_choice_counts_even_over_one_that_waits() -> None:
    waits = Choice(CODE, Cadence.HALF_YEARLY, day("2027-01-01"))
    later = Choice(CODE, Cadence.QUARTERLY, day("2026-07-01"))
    rules = rulebook(default(), [Layer(choices=(waits, later))])

    assert asked(rules, "2026-07-01", "2027-03-31") == ["2026-Q3", "2026-Q4", "2027-Q1"]


def test_a_day_of_the_year_goes_with_a_yearly_choice() -> None:
    either = replace(
        default().requirement("annual_plan"), cadences=(Cadence.YEARLY, Cadence.MONTHLY)
    )
    plans = replace(default(), requirements=(either,))
    monthly = Choice("annual_plan", Cadence.MONTHLY, day("2026-01-01"))
    yearly = Choice("annual_plan", Cadence.YEARLY, day("2027-01-01"))
    rules = rulebook(plans, [Layer(choices=(monthly, yearly))])

    assert rules.on(day("2026-01-01")).requirement("annual_plan").due is None
    assert rules.on(day("2027-01-01")).requirement("annual_plan").due == (1, 31)
