"""The way into the Party: which steps are unusual, and which clock runs next."""

import pytest

from compliance.people import Member, Stage
from compliance.stages import StageDoubt, doubts_of, longest_probation, next_clock
from tests.compliance.samples import day


def at(stage: Stage, **dates: str) -> Member:
    return Member(1, "张三", stage, **{name: day(text) for name, text in dates.items()})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "then", "codes"),
    [
        (Stage.APPLICANT, Stage.ACTIVIST, []),
        (Stage.ACTIVIST, Stage.CANDIDATE, []),
        (Stage.CANDIDATE, Stage.PROBATIONARY, []),
        (Stage.PROBATIONARY, Stage.FULL, []),
        (Stage.APPLICANT, Stage.CANDIDATE, ["stage_skipped"]),
        (Stage.ACTIVIST, Stage.FULL, ["stage_skipped"]),
        (Stage.FULL, Stage.PROBATIONARY, ["stage_back"]),
        (Stage.CANDIDATE, Stage.ACTIVIST, ["stage_back"]),
    ],
)
def test_a_step_follows_the_one_before(now: Stage, then: Stage, codes: list[str]) -> None:
    assert [doubt.code for doubt in doubts_of(at(now), then, day("2026-11-20"))] == codes


@pytest.mark.parametrize(
    ("member", "then", "code"),
    [
        (at(Stage.ACTIVIST, activist_on="2025-11-20"), Stage.CANDIDATE, "activist_early"),
        (at(Stage.PROBATIONARY, admitted_on="2025-11-20"), Stage.FULL, "conversion_early"),
    ],
)
def test_a_year_must_be_over(member: Member, then: Stage, code: str) -> None:
    over = day("2026-11-20")
    assert doubts_of(member, then, day("2026-11-19")) == (StageDoubt(code, over),)
    assert doubts_of(member, then, over) == ()


def test_a_probation_is_extended_by_a_year_at_most() -> None:
    assert longest_probation(day("2025-11-20")) == day("2027-11-20")


@pytest.mark.parametrize(
    ("member", "clock"),
    [
        (at(Stage.ACTIVIST, activist_on="2026-02-28"), ("trained", day("2027-02-28"))),
        (at(Stage.ACTIVIST), None),
        (at(Stage.PROBATIONARY, admitted_on="2026-03-01"), ("converted", day("2027-03-01"))),
        (
            at(Stage.PROBATIONARY, admitted_on="2026-03-01", probation_until="2027-09-01"),
            ("converted", day("2027-09-01")),
        ),
        (at(Stage.PROBATIONARY), None),
        (at(Stage.FULL), None),
        (
            at(Stage.FULL, letter_on="2026-11-01", left_on="2026-11-01"),
            ("receipt", day("2026-12-01")),
        ),
        (
            at(Stage.FULL, letter_on="2026-11-01", left_on="2026-11-01", arrived_on="2026-11-20"),
            None,
        ),
        (at(Stage.FULL, letter_on="2026-11-01"), None),
    ],
)
def test_the_next_clock(member: Member, clock: object) -> None:
    assert next_clock(member) == clock
