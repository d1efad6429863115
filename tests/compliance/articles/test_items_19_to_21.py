"""Items 19 to 21: the plan for admission, the review of activists, probation."""

from dataclasses import replace

import pytest

from compliance.assessment import Held
from compliance.people import Member, Stage
from tests.compliance.articles.standing import BY_JANUARY, findings, stands
from tests.compliance.samples import branch, day, held, person, score, waiver


@pytest.mark.parametrize(("on", "state"), BY_JANUARY)
def test_development_plan_is_made_by_the_end_of_january(on: str, state: str) -> None:
    assert stands("development_plan", on, period="2026") == [f"2026-01-31 {state}"]


def test_development_plan_may_be_late_and_is_scored_too() -> None:
    given = score("development_plan", 2025, "75", "2025-12-30")
    plan = held(1, "发展计划", "2025-01-31", "2025-02-07")  # the grace goes round Spring Festival
    late = held(1, "发展计划", "2025-01-31", "2025-02-08")
    (found,) = findings("development_plan", "2025-12-31", plan, scores=(given,))
    assert (found.state, found.score) == ("met", given)
    assert stands("development_plan", "2025-12-31", late) == ["2025-01-31 met_late"]


def activist(activist_on: str, stage: Stage = Stage.ACTIVIST, **dates: str) -> Member:
    return person(1, "钱七", stage, activist_on=activist_on, **dates)


def reviewed(number: int, on: str, entered: str | None = None, *, about: int = 1) -> Held:
    return held(number, "培养考察", on, entered, about=(about,))


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-01-15", "open"),
        ("2026-06-11", "open"),
        ("2026-06-12", "due_soon"),  # thirty days before 14 July is a Sunday
        ("2026-07-14", "due_soon"),
        ("2026-07-15", "overdue"),
        ("2026-07-17", "overdue"),
        ("2026-07-18", "missed"),
    ],
)
def test_activist_review_is_due_six_months_after_the_confirmation(on: str, state: str) -> None:
    unit = branch(members=(activist("2026-01-15"),))
    assert stands("activist_review", on, unit=unit)[0] == f"2026-07-14 {state}"


@pytest.mark.parametrize(
    ("held_on", "entered", "states"),
    [
        ("2026-01-14", "2026-01-14", ["missed", "open"]),
        ("2026-01-15", "2026-01-15", ["met", "open"]),
        ("2026-07-14", "2026-07-17", ["met", "open"]),
        ("2026-07-14", "2026-07-18", ["met_late", "open"]),
        ("2026-07-15", "2026-07-15", ["missed", "met"]),  # the next review's first day
    ],
)
def test_activist_review_counts_for_its_own_half_year(
    held_on: str, entered: str, states: list[str]
) -> None:
    unit = branch(members=(activist("2026-01-15"),))
    done = reviewed(1, held_on, entered)
    found = findings("activist_review", "2026-08-01", done, unit=unit)
    assert [f.state for f in found] == states
    for other in (reviewed(1, held_on, entered, about=2), held(1, "培养考察", held_on, entered)):
        found = findings("activist_review", "2026-08-01", other, unit=unit)
        assert [f.state for f in found] == ["missed", "open"]


@pytest.mark.parametrize(
    ("member", "on", "expected"),
    [
        # the last day of a month, and of a leap February
        (activist("2025-08-31"), "2026-03-10", ["2026-02-27 missed", "2026-08-30 open"]),
        (activist("2023-08-31"), "2024-03-10", ["2024-02-28 missed", "2024-08-30 open"]),
        (activist("2024-02-29"), "2024-09-10", ["2024-08-28 missed", "2025-02-27 open"]),
        # a review that runs over the year's end belongs to both years
        (activist("2025-10-01"), "2025-12-31", ["2026-03-31 open"]),
        (activist("2025-10-01"), "2026-05-01", ["2026-03-31 missed", "2026-09-30 open"]),
        # until the admission: what is left is no review
        (
            activist("2025-01-15", Stage.PROBATIONARY, admitted_on="2026-07-14"),
            "2026-12-31",
            ["2026-01-14 missed"],
        ),
        (
            activist("2025-01-15", Stage.PROBATIONARY, admitted_on="2026-07-15"),
            "2026-12-31",
            ["2026-01-14 missed", "2026-07-14 missed"],
        ),
        (
            activist("2024-01-15", Stage.FULL, admitted_on="2025-06-01", full_on="2026-06-01"),
            "2026-12-31",
            ["2026-12-31 not_applicable no_activists"],
        ),
        # who left in between, or came
        (
            activist("2026-01-15", left_on="2026-07-14"),
            "2026-08-01",
            ["2026-07-14 not_applicable left", "2027-01-14 not_applicable left"],
        ),
        (
            activist("2026-01-15", left_on="2026-07-15"),
            "2026-08-01",
            ["2026-07-14 missed", "2027-01-14 not_applicable left"],
        ),
        (
            activist("2026-01-15", joined_on="2026-07-15"),
            "2026-08-01",
            ["2026-07-14 not_applicable joined_later", "2027-01-14 open"],
        ),
        # nobody, and somebody whose day nobody knows
        (person(1, "张三", Stage.FULL), "2026-08-01", ["2026-12-31 not_applicable no_activists"]),
        (
            person(1, "钱七", Stage.CANDIDATE),
            "2026-08-01",
            ["2026-12-31 not_applicable no_start_date"],
        ),
    ],
)
def test_activist_review_every_half_year_until_the_admission(
    member: Member, on: str, expected: list[str]
) -> None:
    assert stands("activist_review", on, unit=branch(members=(member,))) == expected


@pytest.mark.parametrize(
    ("candidate_on", "expected"),
    [
        ("2026-07-14", ["2026-07-14 met stage_too_early", "2027-01-14 missed"]),
        ("2026-07-15", ["2026-07-14 met", "2027-01-14 missed stage_too_early"]),
        ("2027-01-14", ["2026-07-14 met", "2027-01-14 missed stage_too_early"]),
        ("2027-01-15", ["2026-07-14 met", "2027-01-14 missed"]),  # a year to the day
    ],
)
def test_activist_review_tells_of_a_candidate_made_before_a_year(
    candidate_on: str, expected: list[str]
) -> None:
    """It decides nothing: the state stays what the reviews make it."""
    member = activist("2026-01-15", Stage.CANDIDATE, candidate_on=candidate_on)
    unit = branch(members=(member,))
    done = reviewed(1, "2026-03-01")
    found = stands("activist_review", "2027-02-01", done, unit=unit, period="2026")
    assert found == expected
    told = findings("activist_review", "2027-02-01", done, unit=unit, period="2026")
    early = [f.reason.values for f in told if f.reason is not None]
    assert early in ([], [{"on": day(candidate_on), "earliest": day("2027-01-15")}])


@pytest.mark.parametrize(
    ("admitted_on", "expected"),
    [
        ("2026-12-01", ["2026-07-14 missed stage_too_early"]),  # what was left is no review
        ("2026-07-15", ["2026-07-14 missed stage_too_early"]),
        ("2026-07-14", ["2026-12-31 not_applicable no_activists"]),  # no review at all
    ],
)
def test_activist_review_tells_of_it_though_the_admission_followed_soon(
    admitted_on: str, expected: list[str]
) -> None:
    dates = {"candidate_on": "2026-07-14", "admitted_on": admitted_on}
    member = activist("2026-01-15", Stage.PROBATIONARY, **dates)
    assert stands("activist_review", "2026-12-31", unit=branch(members=(member,))) == expected
    later = replace(member, candidate_on=min(day("2026-08-01"), day(admitted_on)))
    assert stands("activist_review", "2026-12-31", unit=branch(members=(later,))) == expected


def test_activist_review_may_be_waived_by_its_deadline() -> None:
    excuse = waiver("activist_review", "2026-07-14", "2026-07-14", subject=1)
    unit = branch(members=(activist("2026-01-15"),))
    found = stands("activist_review", "2026-08-01", unit=unit, waivers=(excuse,))
    assert found == ["2026-07-14 waived waived", "2027-01-14 open"]


def probationer(admitted_on: str, stage: Stage = Stage.PROBATIONARY, **dates: str) -> Member:
    return person(1, "孙八", stage, admitted_on=admitted_on, **dates)


def converted(on: str, entered: str | None = None) -> Held:
    return held(9, "转正", on, entered, about=(1,))


PROBATION = branch(members=(probationer("2025-06-10"),))
REVIEWS = (
    held(1, "预备期考察", "2025-12-09", about=(1,)),
    held(2, "预备期考察", "2026-06-09", about=(1,)),
)


@pytest.mark.parametrize(
    ("on", "state"),
    [
        ("2026-05-10", "open"),
        ("2026-05-11", "due_soon"),  # thirty days before
        ("2026-06-10", "due_soon"),  # a year after the admission
        ("2026-06-11", "overdue"),
        ("2026-06-15", "overdue"),
        ("2026-06-16", "missed"),
    ],
)
def test_probation_ends_a_year_after_the_admission(on: str, state: str) -> None:
    found = stands("probation", on, *REVIEWS, unit=PROBATION)
    assert found[-1] == f"2026-06-10 {state}"


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (converted("2026-06-10", "2026-06-15"), "met"),
        (converted("2026-06-10", "2026-06-16"), "met_late"),  # entered late
        (converted("2026-06-11"), "met_late held_on"),
        (converted("2026-05-20"), "met"),  # decided shortly before
        (converted("2025-06-09"), "missed"),  # before it began
        (held(9, "预备期考察", "2026-06-10", about=(1,)), "missed"),  # a review decides nothing
    ],
)
def test_probation_is_closed_by_the_conversion(done: Held, expected: str) -> None:
    found = stands("probation", "2026-11-20", *REVIEWS, done, unit=PROBATION)
    assert found == ["2026-06-09 met", f"2026-06-10 {expected}"]


@pytest.mark.parametrize(
    ("done", "states"),
    [
        ([], ["missed", "missed"]),
        (REVIEWS, ["met", "met"]),
        ([REVIEWS[1]], ["missed", "met"]),
        ([held(1, "预备期考察", "2025-12-10", about=(1,))], ["missed", "met"]),
        ([held(1, "预备期考察", "2025-12-09", "2025-12-13", about=(1,))], ["met_late", "missed"]),
    ],
)
def test_probation_is_reviewed_twice(done: list[Held], states: list[str]) -> None:
    found = findings("probation", "2026-06-30", *done, unit=PROBATION, period="2025")
    assert [f.state for f in found[:-1]] == states
    found = findings("probation", "2026-06-30", *done, unit=PROBATION)  # of 2026
    assert [f.state for f in found[:-1]] == states[1:]


@pytest.mark.parametrize(
    ("member", "on", "expected"),
    [
        # a leap day has no first anniversary
        (
            probationer("2024-02-29"),
            "2025-01-01",
            ["2025-02-27 open", "2025-02-28 open"],
        ),
        # extended: a third review, and a later end
        (
            probationer("2025-06-10", probation_until="2026-12-10"),
            "2026-06-20",
            ["2026-06-09 missed", "2026-12-09 open", "2026-12-10 open"],
        ),
        # the roster says that it is over
        (
            probationer("2025-06-10", Stage.FULL, full_on="2026-06-10"),
            "2026-06-20",
            ["2026-06-09 missed", "2026-06-10 met"],
        ),
        (
            probationer("2025-06-10", Stage.FULL, full_on="2026-07-01"),
            "2026-07-20",
            ["2026-06-09 missed", "2026-06-10 met_late held_on"],
        ),
        (  # converted before its second review was over
            probationer("2025-06-10", Stage.FULL, full_on="2026-06-01"),
            "2026-06-20",
            ["2026-06-10 met"],
        ),
        (
            probationer("2025-06-10", Stage.FULL),
            "2026-06-20",
            ["2026-12-31 not_applicable no_probationary"],
        ),
        # still open from years before
        (probationer("2022-06-10"), "2026-06-20", ["2023-06-10 missed"]),
        # to come, and without a day
        (
            probationer("2026-07-01"),
            "2026-06-30",
            ["2026-12-31 not_applicable no_start_date"],
        ),
        (
            person(1, "孙八", Stage.PROBATIONARY),
            "2026-06-20",
            ["2026-12-31 not_applicable no_start_date"],
        ),
        (
            person(1, "钱七", Stage.ACTIVIST, admitted_on="2026-01-01"),
            "2026-06-20",
            ["2026-12-31 not_applicable no_probationary"],
        ),
        # transferred out and in
        (
            probationer("2025-06-10", left_on="2026-06-10"),
            "2026-06-20",
            ["2026-06-09 missed", "2026-06-10 not_applicable left"],
        ),
        (
            probationer("2025-06-10", joined_on="2026-06-10"),
            "2026-06-20",
            ["2026-06-09 not_applicable joined_later", "2026-06-10 missed"],
        ),
    ],
)
def test_probation_of_all_sorts(member: Member, on: str, expected: list[str]) -> None:
    found = stands("probation", on, unit=branch(members=(member,)))
    assert found == expected


@pytest.mark.parametrize(
    ("founded", "dissolved", "expected"),
    [
        ("2025-12-10", None, ["2026-06-09 missed", "2026-06-10 missed"]),
        (  # the unit has not lived through the review, yet it decides at the end
            "2025-12-11",
            None,
            ["2026-06-09 not_applicable founded_in_period", "2026-06-10 missed"],
        ),
        ("2026-06-10", None, ["2026-06-09 not_applicable not_yet_founded", "2026-06-10 missed"]),
        (
            "2026-06-11",
            None,
            [
                "2026-06-09 not_applicable not_yet_founded",
                "2026-06-10 not_applicable not_yet_founded",
            ],
        ),
        (None, "2026-06-10", ["2026-06-09 missed", "2026-06-10 not_applicable dissolved"]),
    ],
)
def test_probation_binds_the_unit_that_there_is_when_it_is_due(
    founded: str | None, dissolved: str | None, expected: list[str]
) -> None:
    unit = branch(founded=founded, dissolved=dissolved, members=PROBATION.members)
    assert stands("probation", "2026-06-20", unit=unit) == expected


def test_probation_decided_later_is_not_seen_before() -> None:
    member = probationer("2025-06-10", Stage.FULL, full_on="2026-07-01")
    unit = branch(members=(member,))
    assert stands("probation", "2026-06-12", *REVIEWS, unit=unit)[-1] == "2026-06-10 overdue"
