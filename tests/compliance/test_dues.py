from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.catalogue import default
from compliance.dues import amount_due, applies
from compliance.people import DuesBasis, Member, Stage
from compliance.periods import Period
from tests.compliance.samples import day

RULES = default().dues
bases = st.decimals(0, 200_000, places=2)
percent = {
    "在职": [(3000, "0.005"), (5000, "0.01"), (10000, "0.015"), (200_000, "0.02")],
    "离退休": [(5000, "0.005"), (200_000, "0.01")],
}


def due(category: str, base: str | None = None, fixed: str | None = None) -> str:
    basis = DuesBasis(
        None, category, Decimal(base) if base else None, Decimal(fixed) if fixed else None
    )
    return str(amount_due(RULES, basis))


@pytest.mark.parametrize(
    ("category", "base", "expected"),
    [
        ("在职", "3000", "15.00"),
        ("在职", "3000.01", "30.00"),
        ("在职", "5000", "50.00"),
        ("在职", "5000.01", "75.00"),
        ("在职", "10000", "150.00"),
        ("在职", "10000.01", "200.00"),
        ("在职", "60000", "1200.00"),
        ("在职", "0", "0.00"),
        ("在职", "2001", "10.01"),  # 10.005: half a fen goes up
        ("在职", "2000.99", "10.00"),
        ("", "6000", "90.00"),
        ("employed", "6000", "90.00"),
        ("离退休", "5000", "25.00"),
        ("离退休", "5000.01", "50.00"),
        ("退休", "4321", "21.61"),  # 21.605
        ("学生", None, "0.20"),
        ("学生", "6000", "0.20"),
        ("失业", None, "0.20"),
        ("下岗", None, "0.20"),
        ("低保", None, "0.20"),
    ],
)
def test_the_amount_due_follows_the_bands(category: str, base: str | None, expected: str) -> None:
    assert due(category, base) == expected


@pytest.mark.parametrize(
    ("category", "base"), [("在职", None), ("", None), ("农民", None), ("农民", "6000"), ("?", "1")]
)
def test_without_a_basis_nothing_can_be_said(category: str, base: str | None) -> None:
    assert due(category, base) == "None"


@pytest.mark.parametrize("category", ["在职", "离退休", "农民", "学生", "", "?"])
def test_a_set_amount_wins(category: str) -> None:
    assert due(category, "6000", "0.5") == "0.50"
    assert due(category, None, "30.005") == "30.01"


def test_no_row_is_no_basis() -> None:
    assert amount_due(RULES, None) is None


@given(st.sampled_from(list(percent)), bases)
def test_the_rate_holds_for_the_whole_base(category: str, base: Decimal) -> None:
    rate = next(Decimal(rate) for bound, rate in percent[category] if base <= bound)
    amount = amount_due(RULES, DuesBasis(None, category, base=base))
    assert amount is not None
    assert amount.as_tuple().exponent == -2
    assert abs(amount - base * rate) <= Decimal("0.005")


@given(st.sampled_from(list(percent)), bases, bases)
def test_who_earns_more_never_owes_less(category: str, one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    less = amount_due(RULES, DuesBasis(None, category, base=low))
    more = amount_due(RULES, DuesBasis(None, category, base=high))
    assert less is not None
    assert more is not None
    assert less <= more


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({}, True),
        ({"joined_on": "2026-11-30"}, True),
        ({"joined_on": "2026-12-01"}, False),
        ({"left_on": "2026-12-01"}, True),
        ({"left_on": "2026-11-30"}, False),
        ({"admitted_on": "2026-11-30"}, True),
        ({"admitted_on": "2026-12-01"}, False),
    ],
)
@pytest.mark.parametrize("stage", [Stage.PROBATIONARY, Stage.FULL])
def test_a_month_binds_the_members_on_its_last_days_roster(
    dates: dict[str, str], expected: bool, stage: Stage
) -> None:
    known = {name: day(text) for name, text in dates.items()}
    person = Member(1, "张三", stage, **known)  # type: ignore[arg-type]
    assert applies(person, Period.parse("2026-11")) is expected


@pytest.mark.parametrize("stage", [Stage.APPLICANT, Stage.ACTIVIST, Stage.CANDIDATE])
def test_who_is_no_member_owes_nothing(stage: Stage) -> None:
    assert not applies(Member(1, "张三", stage), Period.parse("2026-11"))
