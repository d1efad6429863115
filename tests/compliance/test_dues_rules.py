"""The shipped dues against what the rules say, reductions, and a wrong [dues] table."""

from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from compliance.catalogue import default, load
from compliance.dues import amount_due, unusual
from compliance.people import DuesBasis, Member, Stage
from compliance.schema import CatalogueError
from tests.compliance.samples import day

RULES = default().dues


def test_the_shipped_categories_are_those_of_the_rules() -> None:
    found = {
        category.code: (
            [(band.up_to, band.rate) for band in category.bands],
            category.fixed,
            (category.least, category.most),
        )
        for category in RULES.categories
    }
    percent = [Decimal(rate) for rate in ("0.005", "0.01", "0.015", "0.02")]
    none: list[object] = []
    flat = (none, Decimal("0.2"), (None, None))
    assert found == {
        "employed": (
            list(zip((3000, 5000, 10000, None), percent, strict=True)),
            None,
            (None, None),
        ),
        "retired": ([(5000, percent[0]), (None, percent[1])], None, (None, None)),
        "farmer": ([], None, (Decimal("0.2"), Decimal(1))),
        "student": flat,
        "unemployed": flat,
        "relief": flat,
    }
    assert (RULES.usual, RULES.ask_above, RULES.ask_months_back) == ("employed", Decimal(1000), 6)
    assert RULES.arrears == (1, 3, 5)


@pytest.mark.parametrize(
    ("category", "fixed", "odd"),
    [
        ("农民", "0.19", True),
        ("农民", "0.2", False),
        ("农民", "1", False),
        ("农民", "1.01", True),
        ("farmer", "20", True),
        ("在职", "20", False),
        ("?", "20", False),
        ("农民", None, False),
    ],
)
def test_a_set_amount_outside_of_the_bounds_is_unusual_and_due(
    category: str, fixed: str | None, odd: bool
) -> None:
    amount = None if fixed is None else Decimal(fixed)
    basis = DuesBasis(None, category, fixed=amount)
    assert (unusual(RULES, basis) is not None) is odd
    assert amount_due(RULES, basis) == amount


def test_a_reduction_has_no_bounds() -> None:
    basis = DuesBasis(None, "农民", fixed=Decimal("0.1"), holds_until=day("2026-12-31"))
    assert unusual(RULES, basis) is None


def basis(
    holds_from: str | None, fixed: int | None = None, until: str | None = None, base: int = 4000
) -> DuesBasis:
    return DuesBasis(
        None if holds_from is None else day(holds_from),
        "在职",
        Decimal(base),
        None if fixed is None else Decimal(fixed),
        None if until is None else day(until),
    )


ALWAYS = basis(None)
RAISED = basis("2026-07-01", base=6000)
REDUCED = basis("2026-03-01", 5, "2026-10-31")
CORRECTED = basis("2026-03-01", 6, "2026-10-31")
LATER = basis("2026-09-01", 7, "2026-12-31")
ENDED = basis("2026-08-01", None, "2026-10-31")


@pytest.mark.parametrize(
    ("bases", "on", "expected"),
    [
        ((ALWAYS, REDUCED), "2026-02-28", ALWAYS),
        ((ALWAYS, REDUCED), "2026-03-31", REDUCED),
        ((ALWAYS, REDUCED), "2026-10-31", REDUCED),
        ((ALWAYS, REDUCED), "2026-11-30", ALWAYS),
        ((REDUCED, RAISED), "2026-07-31", REDUCED),
        ((REDUCED, RAISED), "2026-11-30", RAISED),
        ((REDUCED,), "2026-11-30", None),
        ((ALWAYS, REDUCED, CORRECTED), "2026-03-31", CORRECTED),
        ((ALWAYS, LATER, REDUCED), "2026-09-30", LATER),
        ((ALWAYS, REDUCED, ENDED), "2026-07-31", REDUCED),
        ((ALWAYS, REDUCED, ENDED), "2026-08-31", ALWAYS),
        ((ALWAYS, RAISED, REDUCED, ENDED), "2026-10-31", RAISED),
    ],
)
def test_a_reduction_goes_first_while_it_holds_and_ends_by_itself(
    bases: tuple[DuesBasis, ...], on: str, expected: DuesBasis | None
) -> None:
    assert Member(1, "张三", Stage.FULL, bases=bases).basis_on(day(on)) is expected


def test_what_is_assessed_and_what_is_reduced_can_be_told_apart() -> None:
    person = Member(1, "张三", Stage.FULL, bases=(ALWAYS, REDUCED, RAISED, LATER, ENDED))
    assert person.assessed_on(day("2026-06-30")) is ALWAYS
    assert person.assessed_on(day("2026-09-30")) is RAISED
    assert person.reductions(day("2026-10-31")) == (REDUCED, LATER)
    assert person.reductions(day("2026-11-01")) == (LATER,)
    assert person.reductions(date(2027, 1, 1)) == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "code"),
    [
        ("arrears = [1, 3, 5]", "arrears = [3, 1]", "dues.arrears", "not_rising"),
        ("arrears = [1, 3, 5]", "arrears = [0, 1]", "dues.arrears", "not_rising"),
        ("arrears = [1, 3, 5]", "arrears = [1, 1]", "dues.arrears", "not_rising"),
        ("least = 0.2", "least = 2", "categories[farmer].most", "too_small"),
        ("most = 1\n", 'most = "1"\n', "categories[farmer].most", "not_number"),
    ],
)
def test_a_wrong_dues_table_is_refused(
    tmp_path: Path, old: str, new: str, key: str, code: str
) -> None:
    shipped = files("compliance").joinpath("catalogue.toml").read_text("utf-8")
    assert shipped.count(old) == 1
    file = tmp_path / "catalogue.toml"
    file.write_text(shipped.replace(old, new), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(file)
    assert caught.value.key.endswith(key)
    assert caught.value.code == code


def test_arrears_and_bounds_may_be_left_out(tmp_path: Path) -> None:
    shipped = files("compliance").joinpath("catalogue.toml").read_text("utf-8")
    file = tmp_path / "catalogue.toml"
    for line in ("arrears = [1, 3, 5]\n", "least = 0.2\n", "most = 1\n"):
        shipped = shipped.replace(line, "")
    file.write_text(shipped, "utf-8")
    rules = load(file).dues
    assert rules.arrears == ()
    assert unusual(rules, DuesBasis(None, "农民", fixed=Decimal(20))) is None
