"""The yearly assessment (第四部分): what requirements earn, and what a year comes to."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.assessment import Finding, Group, Held, Ledger, State, Waiver, assess_unit
from compliance.catalogue import Catalogue, default
from compliance.facts import Score, UnitFacts
from compliance.people import Member, Stage
from compliance.requirement import SCORED
from compliance.scoring import (
    Rating,
    ScoredBlock,
    ScoredRequirement,
    Sheet,
    rounded,
    sheet_of,
)
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import branch, day, full_members, held, paid
from tests.compliance.test_assessment_properties import UNIT, ledgers, records

CATALOGUE = default()
ENDED = "2027-03-01"  # every deadline of 2026 has passed, and every grace


def sheet(
    unit: UnitFacts, ledger: Ledger, on: str = ENDED, catalogue: Catalogue = CATALOGUE
) -> Sheet:
    """The sheet of 2026 as of a day."""
    found = assess_unit(
        catalogue,
        unit,
        ledger,
        first=day("2026-01-01"),
        last=day("2026-12-31"),
        on=day(on),
        days=NOTICE,
    )
    return sheet_of(catalogue, found, 2026, day(on))


def of(found: Sheet, code: str) -> ScoredRequirement:
    every = (scored for block in found.blocks for scored in block.requirements)
    return next(scored for scored in every if scored.requirement.code == code)


def block(found: Sheet, code: str) -> ScoredBlock:
    return next(each for each in found.blocks if each.block.code == code)


def score(code: str, points: str, number: int = 50, on: str = "2026-12-01") -> Score:
    return Score(code, 2026, Decimal(points), "评语", day(on), number)


def all_scored(points: str) -> tuple[Score, ...]:
    return tuple(score(r.code, points) for r in CATALOGUE.requirements if r.kind in SCORED)


def monthly(kind: str, *months: int) -> tuple[Held, ...]:
    return tuple(held(month, kind, f"2026-{month:02}-10") for month in months)


# ---------------------------------------------------------------- what a requirement earns


@pytest.mark.parametrize(
    ("months", "earned"), [(range(1, 13), "3"), (range(1, 7), "1.50"), ([5], "0.25"), ([], "0")]
)
def test_a_countable_requirement_earns_the_share_of_its_periods(
    months: list[int], earned: str
) -> None:
    found = of(sheet(branch(), Ledger(held=monthly("学习", *months))), "study")

    assert found.earned == Decimal(earned)
    assert (found.met, found.decided, found.running) == (len(months), 12, 0)
    assert found.records == tuple(months)
    assert found.lost == 3 - Decimal(earned)


def test_what_was_entered_too_late_earns_as_much() -> None:
    late = held(1, "学习", "2026-01-10", entered="2026-06-01")
    found = of(sheet(branch(), Ledger(held=(late,))), "study")

    assert (found.met, found.earned) == (1, Decimal(3) / 12)


def test_waived_periods_leave_the_denominator_and_stay_on_the_sheet() -> None:
    waiver = Waiver(
        "study", None, day("2026-07-01"), day("2026-12-31"), "抗洪", day("2026-07-01"), 9
    )
    found = of(sheet(branch(), Ledger(held=monthly("学习", 1, 2, 3), waivers=(waiver,))), "study")

    assert (found.met, found.decided, found.earned) == (3, 6, Decimal("1.5"))
    assert found.waived
    assert [each.period.code for each in found.excused] == [f"2026-{m:02}" for m in range(7, 13)]
    assert {each.state for each in found.excused} == {State.WAIVED}
    assert all(each.reason and each.reason.values["number"] == 9 for each in found.excused)
    assert {each.subject for each in found.excused} == {""}


def test_what_binds_nobody_leaves_its_block() -> None:
    found = sheet(branch(members=full_members(6)), Ledger(held=monthly("学习", *range(1, 13))))

    committee = of(found, "committee_meeting")
    assert committee.earned is None
    assert committee.lost == 0
    assert not committee.waived
    meetings = block(found, "meetings")
    bound = sum(r.requirement.weight for r in meetings.requirements if r.earned is not None)
    assert bound == 28 - 5 - 5  # no committee, no groups
    assert meetings.points == Decimal(28) * 3 / bound


def test_a_block_in_which_nothing_binds_leaves_the_total() -> None:
    found = sheet(branch(), Ledger(scores=all_scored("100")))

    assert block(found, "dues").points is None
    assert not block(found, "dues").at_zero
    bound = [each for each in found.blocks if each.points is not None]
    weight = sum(each.block.weight for each in bound)
    assert weight == 100 - 12
    assert found.total == 100 * sum(each.points or 0 for each in bound) / weight


def test_a_unit_to_which_nothing_applies_has_no_total_and_no_grade() -> None:
    found = sheet(branch(founded="2027-01-01"), Ledger())

    assert (found.total, found.grade, found.so_far) == (None, None, None)
    assert not found.provisional


def test_a_qualitative_one_earns_what_the_superior_gave() -> None:
    found = of(sheet(branch(), Ledger(scores=(score("innovation", "85.5", 7),))), "innovation")

    assert found.earned == Decimal("0.855")
    assert found.score is not None
    assert (found.score.number, found.score.comment) == (7, "评语")
    assert (found.met, found.decided) == (0, 0)
    assert not found.unscored


def test_of_several_scores_the_newest_counts() -> None:
    scores = (score("innovation", "40", 7), score("innovation", "90", 8))
    found = of(sheet(branch(), Ledger(scores=scores)), "innovation")

    assert found.earned == Decimal("0.9")
    assert found.score == scores[1]


def test_a_score_given_after_the_day_asked_about_is_not_known_yet() -> None:
    given = score("innovation", "85", on="2026-12-02")
    found = of(sheet(branch(), Ledger(scores=(given,)), "2026-12-01"), "innovation")

    assert found.unscored
    assert found.score is None


@pytest.mark.parametrize(
    ("halves", "points", "earned"),
    [
        (2, "100", "8"),
        (1, "100", "6"),
        (0, "100", "4"),
        (2, None, "4"),
        (1, "50", "4"),
        (0, None, "0"),
    ],
)
def test_a_mixed_one_earns_half_by_count_and_half_by_score(
    halves: int, points: str | None, earned: str
) -> None:
    both = (held(1, "廉政教育", "2026-03-01"), held(2, "廉政教育", "2026-09-01"))
    scores = (score("integrity_education", points),) if points else ()
    found = of(sheet(branch(), Ledger(held=both[:halves], scores=scores)), "integrity_education")

    assert found.earned == Decimal(earned)
    assert found.unscored is (points is None)


def test_of_a_mixed_one_not_decided_yet_the_score_alone_speaks() -> None:
    ledger = Ledger(scores=(score("integrity_education", "75", on="2026-02-01"),))
    found = of(sheet(branch(), ledger, "2026-02-01"), "integrity_education")

    assert found.earned == Decimal(6)
    assert (found.decided, found.running) == (0, 2)


def test_a_mixed_one_waived_for_the_year_wants_no_score() -> None:
    waiver = Waiver(
        "opinions", None, day("2026-01-01"), day("2026-12-31"), "新建", day("2026-01-01")
    )
    found = of(sheet(branch(), Ledger(waivers=(waiver,))), "opinions")

    assert found.earned is None
    assert not found.unscored


def test_the_papers_of_item_18_earn_the_share_that_is_there() -> None:
    unit = branch(members=full_members(3))
    ledger = Ledger(held=(held(1, "工作计划+党员大会", "2026-01-10"),))
    found = of(sheet(unit, ledger), "records_complete")

    assert (found.met, found.decided) == (3, 7)  # minutes, members, plan
    assert found.earned == Decimal(18) / 7


def test_each_members_month_of_dues_is_a_period() -> None:
    unit = branch(members=full_members(2))
    ledger = Ledger(
        paid=tuple(paid(n, 1, f"2026-{n:02}", "1", f"2026-{n:02}-05") for n in range(1, 13))
    )
    found = of(sheet(unit, ledger), "dues")

    assert (found.met, found.decided, found.earned) == (12, 24, Decimal(4))


def test_a_case_counts_in_the_year_in_which_it_falls_due() -> None:
    def term(elected: str) -> ScoredRequirement:
        return of(sheet(branch(), Ledger(held=(held(1, "换届选举", elected),))), "committee_term")

    assert (term("2023-06-01").met, term("2023-06-01").decided) == (0, 1)
    assert term("2024-06-01").earned is None
    assert not term("2024-06-01").running


def test_a_case_closed_in_time_is_met() -> None:
    ledger = Ledger(held=(held(1, "换届选举", "2023-06-01"), held(2, "换届选举", "2026-05-20")))
    found = of(sheet(branch(), ledger), "committee_term")

    assert (found.met, found.decided, found.records) == (1, 1, (2,))


def test_an_activists_reviews_are_cases_of_their_own() -> None:
    activist = Member(1, "张三", Stage.ACTIVIST, activist_on=date(2026, 1, 1))
    ledger = Ledger(held=(replace(held(4, "培养考察", "2026-06-01"), people=(1,)),))
    found = of(sheet(branch(members=(activist,)), ledger), "activist_review")

    assert (found.met, found.decided) == (1, 2)


def test_derived_ones_and_the_leading_groups_are_not_counted_again() -> None:
    codes = {r.requirement.code for b in sheet(branch(), Ledger()).blocks for r in b.requirements}

    assert codes == {r.code for r in CATALOGUE.requirements if r.weight}
    assert not codes & {"three_meetings", "members_rights", "democratic_life", "annual_assessment"}


# ---------------------------------------------------------------- what is not decided yet


def test_open_periods_leave_the_denominator_and_the_grade_open() -> None:
    ledger = Ledger(held=monthly("学习", 1, 2), scores=all_scored("100"))
    found = sheet(branch(), ledger, "2026-03-15")

    study = of(found, "study")
    assert (study.met, study.decided, study.running, study.earned) == (2, 2, 10, Decimal(3))
    assert study.requirement in found.running
    assert of(found, "general_meeting").binds
    assert not of(found, "dues").binds
    assert found.provisional
    assert found.grade is None
    assert found.so_far is not None


def test_what_can_still_be_entered_in_time_counts_as_lost_and_leaves_the_grade_open() -> None:
    in_grace, after = "2027-01-05", "2027-01-07"
    ledger = Ledger(held=monthly("学习", *range(1, 12)), scores=all_scored("100"))

    last_day, later = (of(sheet(branch(), ledger, on), "study") for on in (in_grace, after))
    assert (last_day.met, last_day.decided, last_day.running) == (11, 12, 1)
    assert (later.met, later.decided, later.running) == (11, 12, 0)
    assert sheet(branch(), ledger, in_grace).grade is None
    assert sheet(branch(), ledger, after).grade is not None


def test_a_transfer_open_after_its_deadline_does_not_hold_the_year_up() -> None:
    moving = Member(1, "张三", Stage.FULL, letter_on=date(2026, 11, 20))
    found = of(sheet(branch(members=(moving,)), Ledger(), "2027-01-20"), "transfers")

    assert (found.met, found.decided, found.running) == (0, 1, 0)


def test_what_is_unscored_counts_nothing_and_leaves_the_grade_open() -> None:
    found = sheet(branch(), Ledger())

    assert {r.code for r in found.unscored} == {
        r.code for r in CATALOGUE.requirements if r.kind in SCORED
    }
    assert found.grade is None
    assert of(found, "decisions").earned == 0
    assert not block(found, "integrity").at_zero  # it may yet be scored


# ---------------------------------------------------------------- what a year comes to


def small(weight: int) -> Catalogue:
    """A catalogue of two requirements that are scored, in two blocks."""
    first, second = CATALOGUE.assessment.blocks[:2]
    blocks = (replace(first, weight=100 - weight), replace(second, weight=weight))
    kept = (
        replace(CATALOGUE.requirement("innovation"), block=first.code, weight=100 - weight),
        replace(CATALOGUE.requirement("caring"), block=second.code, weight=weight),
    )
    assessment = replace(CATALOGUE.assessment, blocks=blocks)
    return replace(CATALOGUE, requirements=kept, assessment=assessment)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        ("100", Rating.GOOD),
        ("80", Rating.GOOD),
        ("79.9", Rating.BASIC),
        ("60", Rating.BASIC),
        ("59.9", Rating.FAILING),
        ("0.1", Rating.FAILING),
    ],
)
def test_the_total_gives_the_grade(points: str, grade: Rating) -> None:
    ledger = Ledger(scores=(score("innovation", points), score("caring", points)))
    found = sheet(branch(), ledger, catalogue=small(5))

    assert (found.total, found.grade) == (Decimal(points), grade)
    assert found.version == CATALOGUE.version


def test_a_block_at_zero_fails_the_year_whatever_the_total() -> None:
    ledger = Ledger(scores=(score("innovation", "100"), score("caring", "0")))
    found = sheet(branch(), ledger, catalogue=small(5))

    assert found.total == 95
    assert found.grade is Rating.FAILING
    assert [each.code for each in found.at_zero] == [found.blocks[1].block.code]


def test_a_block_may_be_at_zero_once_it_is_decided_and_not_before() -> None:
    ledger = Ledger(scores=(score("innovation", "100"),))
    assert not sheet(branch(), ledger, catalogue=small(5)).at_zero


def test_a_year_with_everything_done_has_every_point() -> None:
    every = [kind for kind in CATALOGUE.record_kinds if kind != "换届选举"]
    days = [date(2026, 1, 10) + timedelta(days=30 * n) for n in range(12)]
    ledger = Ledger(
        held=tuple(held(n, "+".join(every), d.isoformat(), group=1) for n, d in enumerate(days, 1)),
        scores=all_scored("100"),
    )
    found = sheet(branch(committee=True, groups=(Group(1, "一组"),)), ledger)

    lost = {r.requirement.code for b in found.blocks for r in b.requirements if r.lost}
    assert lost == {"records_complete"}  # nobody is on the roster
    assert found.grade is Rating.GOOD


@pytest.mark.parametrize(
    ("points", "shown"), [("0.005", "0.01"), ("0.0049", "0.00"), ("79.995", "80.00"), ("3", "3.00")]
)
def test_points_are_rounded_half_up_for_showing(points: str, shown: str) -> None:
    assert str(rounded(Decimal(points))) == shown


# ---------------------------------------------------------------- whatever the facts


scores = st.lists(
    st.builds(
        Score,
        requirement=st.sampled_from([r.code for r in CATALOGUE.requirements if r.kind in SCORED]),
        year=st.just(2026),
        points=st.integers(0, 1000).map(lambda tenths: Decimal(tenths) / 10),
        comment=st.just("评语"),
        scored_on=st.dates(date(2026, 1, 1), date(2027, 3, 1)),
        number=st.integers(1, 99),
    ),
    max_size=8,
).map(tuple)
days = st.dates(date(2026, 1, 1), date(2027, 6, 1))


def findings(ledger: Ledger, on: date) -> tuple[Finding, ...]:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    return assess_unit(CATALOGUE, UNIT, ledger, first=first, last=last, on=on, days=NOTICE)


@settings(max_examples=60, deadline=None)
@given(ledgers, scores, days)
def test_the_points_never_leave_their_bounds(
    ledger: Ledger, given_scores: tuple[Score, ...], on: date
) -> None:
    found = sheet_of(CATALOGUE, findings(replace(ledger, scores=given_scores), on), 2026, on)

    assert found.total is None or 0 <= found.total <= 100
    for each in found.blocks:
        assert each.points is None or 0 <= each.points <= each.block.weight
        for scored in each.requirements:
            assert scored.earned is None or 0 <= scored.earned <= scored.requirement.weight
            assert 0 <= scored.met <= scored.decided
            assert scored.lost >= 0


@settings(max_examples=60, deadline=None)
@given(ledgers, scores, records(), days)
def test_one_more_record_never_lowers_the_total(
    ledger: Ledger, given_scores: tuple[Score, ...], record: Held, on: date
) -> None:
    ledger = replace(ledger, scores=given_scores)
    record = replace(record, number=10**9)
    more = replace(ledger, held=(*ledger.held, record))
    before, after = (sheet_of(CATALOGUE, findings(each, on), 2026, on) for each in (ledger, more))

    assert (after.total or Decimal(0)) >= (before.total or Decimal(0))
