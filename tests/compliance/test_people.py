from decimal import Decimal

import pytest

from compliance.people import DuesBasis, Member, Stage, Was
from tests.compliance.samples import day


def member(stage: Stage = Stage.FULL, **dates: str) -> Member:
    return Member(1, "张三", stage, **{name: day(text) for name, text in dates.items()})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-03-09", False),
        ("2026-03-10", True),
        ("2026-06-14", True),
        ("2026-06-15", False),
        ("2026-06-16", False),
    ],
)
def test_a_roster_holds_from_the_day_of_joining_to_the_day_before_leaving(
    on: str, expected: bool
) -> None:
    person = member(joined_on="2026-03-10", left_on="2026-06-15")
    assert person.on_roster(day(on)) is expected


def test_a_transfer_within_one_day_is_on_exactly_one_roster() -> None:
    here, there = member(left_on="2026-06-15"), member(joined_on="2026-06-15")
    for on in ("2026-06-14", "2026-06-15", "2026-06-16"):
        assert here.on_roster(day(on)) != there.on_roster(day(on))


def test_unknown_dates_restrict_nothing() -> None:
    person = member()
    assert person.on_roster(day("1921-07-23"))
    assert person.is_full(day("1921-07-23"))


@pytest.mark.parametrize("stage", [Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE])
def test_who_is_on_the_way_is_no_member(stage: Stage) -> None:
    person = member(stage)
    assert not person.is_member(day("2026-06-15"))
    assert not person.is_full(day("2026-06-15"))


@pytest.mark.parametrize(
    ("on", "is_member", "is_full"),
    [
        ("2024-06-30", False, False),
        ("2024-07-01", True, False),
        ("2025-06-30", True, False),
        ("2025-07-01", True, True),
    ],
)
def test_dates_refine_what_a_full_member_was(on: str, is_member: bool, is_full: bool) -> None:
    person = member(admitted_on="2024-07-01", full_on="2025-07-01")
    assert (person.is_member(day(on)), person.is_full(day(on))) == (is_member, is_full)


def test_a_probationary_member_is_a_member_from_admission_and_never_full() -> None:
    person = member(Stage.PROBATIONARY, admitted_on="2026-05-04", full_on="2026-05-04")
    assert not person.is_member(day("2026-05-03"))
    assert person.is_member(day("2026-05-04"))
    assert not person.is_full(day("2026-05-04"))


def test_the_basis_that_began_last_holds() -> None:
    always, first, second = (
        DuesBasis(None, "在职", base=Decimal(3000)),
        DuesBasis(day("2026-01-01"), "在职", base=Decimal(4000)),
        DuesBasis(day("2026-07-01"), "离退休", base=Decimal(5000)),
    )
    person = Member(1, "张三", Stage.FULL, bases=(second, always, first))
    assert person.basis_on(day("2025-12-31")) is always
    assert person.basis_on(day("2026-01-01")) is first
    assert person.basis_on(day("2026-06-30")) is first
    assert person.basis_on(day("2026-07-01")) is second


def test_a_later_row_corrects_an_earlier_one_of_the_same_day() -> None:
    wrong, right = DuesBasis(None, "在职"), DuesBasis(None, "离退休")
    person = Member(1, "张三", Stage.FULL, bases=(wrong, right))
    assert person.basis_on(day("2026-01-01")) is right


def test_there_may_be_no_basis_yet() -> None:
    begun = DuesBasis(day("2026-07-01"), "在职")
    assert Member(1, "张三", Stage.FULL, bases=(begun,)).basis_on(day("2026-06-30")) is None
    assert Member(1, "张三", Stage.FULL).basis_on(day("2026-06-30")) is None


def changed(*was: Was, floating: bool = False, joined_on: str | None = None) -> Member:
    since = None if joined_on is None else day(joined_on)
    return Member(1, "张三丰", Stage.FULL, joined_on=since, group_id=2, floating=floating, was=was)


def was(until: str, stage: Stage = Stage.FULL, *, floating: bool = False) -> Was:
    return Was(day(until), "张三", stage, 1, floating)


@pytest.mark.parametrize(
    ("on", "name", "group_id", "stage"),
    [
        ("2026-02-28", "张三", 1, Stage.PROBATIONARY),
        ("2026-03-01", "张三", 1, Stage.FULL),
        ("2026-05-31", "张三", 1, Stage.FULL),
        ("2026-06-01", "张三丰", 2, Stage.FULL),
    ],
)
def test_a_person_was_on_a_day_what_the_next_change_ended(
    on: str, name: str, group_id: int, stage: Stage
) -> None:
    person = changed(was("2026-03-01", Stage.PROBATIONARY), was("2026-06-01"))
    then = person.as_of(day(on))
    assert (then.name, then.group_id, then.stage) == (name, group_id, stage)
    assert person.is_full(day(on)) is (stage is Stage.FULL)
    assert person.is_member(day(on))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-01", "2026-02-28", False),
        ("2026-01-01", "2026-03-01", True),
        ("2026-05-31", "2026-07-31", True),
        ("2026-06-01", "2026-08-31", False),
        ("2026-06-01", "2026-09-01", True),
    ],
)
def test_who_was_away_on_any_day_floats_in_it(first: str, last: str, expected: bool) -> None:
    spells = was("2026-03-01"), was("2026-06-01", floating=True), was("2026-09-01")
    person = changed(*spells, floating=True)
    assert person.floats_in(day(first), day(last)) is expected


def test_who_was_away_before_joining_does_not_float_here() -> None:
    person = changed(was("2026-03-10", floating=True), joined_on="2026-03-10")
    assert not person.floats_in(day("2026-01-01"), day("2026-06-30"))
