"""The tables of what is said of dues besides payments, and what holds for every sum and month."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar import (
    AllDues,
    Unreadable,
    read_bases,
    read_dues,
    read_reduction,
    read_remittance,
    split_verb,
)
from handlers.grammar.dues_changes import read_dues_changes
from tests.rows import check_each

from .conftest import CONTEXT, TODAY
from .test_phrases import check_refusal, codes, rows, said


def plain(value: Decimal | None) -> str:
    return "-" if value is None else f"{value.normalize():f}"


def assessed(say: str) -> list[str]:
    return [
        f"{one.name} {one.category or '-'} {plain(one.base)} {plain(one.fixed)} "
        f"{one.holds_from.code if one.holds_from else '-'}"
        for one in read_bases(say, CONTEXT)
    ]


def reduced(say: str) -> str:
    one = read_reduction(say, CONTEXT)
    last = one.last.code if one.last else "-"
    return f"{one.name} {one.grant} {plain(one.amount)} {one.first.code} {last} {one.reason}"


def remitted(say: str) -> str:
    one = read_remittance(say, TODAY)
    return f"{one.month.code} {plain(one.amount)}"


READ = {"assess": assessed, "reduce": reduced, "remit": remitted}


@pytest.mark.parametrize("command", READ)
def test_said_of_dues(command: str) -> None:
    read = READ[command]

    def check(row: dict[str, Any]) -> None:
        if codes(row):
            with pytest.raises(Unreadable) as refusal:
                read(row["say"])
            check_refusal(row, refusal.value)
        else:
            assert read(row["say"]) == row["is"]

    check_each(rows(command), check, said)


@pytest.mark.parametrize(
    ("say", "verb", "rest"),
    [
        ("核定 张三 基数8000", "assess", "张三 基数8000"),
        ("核定:张三 基数8000", "assess", "张三 基数8000"),
        ("核定\n张三 基数8000\n李四 月交30", "assess", "张三 基数8000\n李四 月交30"),
        ("核定", "assess", ""),
        (" 减免 第二支部 张三", "reduce", "第二支部 张三"),
        ("上缴 11月 ¥1234.5", "remit", "11月 ¥1234.5"),
        ("REMIT Nov 5", "remit", "Nov 5"),
        ("张三 50", None, "张三 50"),
        ("全部 11月", None, "全部 11月"),
        ("", None, ""),
    ],
)
def test_the_first_word_says_what_is_to_be_done(say: str, verb: str | None, rest: str) -> None:
    assert split_verb(say) == (verb, rest)


@pytest.mark.parametrize(
    "say", ["张三 50 2028年1月", "全部 2028年1月", "张三 650 2027年12月-2028年12月"]
)
def test_dues_are_paid_no_further_ahead_than_the_end_of_next_year(say: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_dues(say, CONTEXT)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.values) == ("bad_month", {"reason": "too_far", "year": 2027})


sums = st.decimals(Decimal("0.01"), 100_000, places=2)


@given(sums, st.integers(1, 12), st.integers(0, 11))
def test_a_sum_for_several_months_is_split_to_the_fen_or_refused(
    amount: Decimal, first: int, more: int
) -> None:
    last = min(12, first + more)
    count = last - first + 1
    said = f"张三 {amount} 2026年{first}月" + (f"至2026年{last}月" if more else "")
    if amount * 100 % count:
        with pytest.raises(Unreadable):
            read_dues(said, CONTEXT)
        return
    lines = read_dues(said, CONTEXT)
    assert not isinstance(lines, AllDues)
    assert sum(line.amount for line in lines) == amount
    assert len({line.amount for line in lines}) == 1
    assert [line.month.index for line in lines] == list(range(first, last + 1))


@given(st.decimals(-200_000, 200_000, places=4), st.sampled_from(["", "元", "块", "¥"]))
def test_no_sum_that_is_taken_is_negative_or_less_than_a_fen(amount: Decimal, sign: str) -> None:
    said = f"¥{amount:f}" if sign == "¥" else f"{amount:f}{sign}"
    for read in (f"张三 {said}", f"11月 {said}"):
        try:
            found = (
                read_dues(read, CONTEXT)
                if read.startswith("张三")
                else (read_remittance(read, TODAY),)
            )
        except Unreadable:
            continue
        assert not isinstance(found, AllDues)
        assert [line.amount for line in found] == [amount]
        assert amount > 0
        assert amount * 100 == (amount * 100).to_integral_value()


@pytest.mark.parametrize(
    ("say", "expected"),
    [
        ("60", "- 60 -"),
        ("60元", "- 60 -"),
        ("改成五十元", "- 50 -"),
        ("10月", "- - 2026-10"),
        ("60 10月", "- 60 2026-10"),
        ("10月 60.5", "- 60.5 2026-10"),
        ("2025年12月", "- - 2025-12"),
        ("李四", "李四 - -"),
        ("应为李四 60", "李四 60 -"),
        ("60 October", "- 60 2026-10"),
    ],
)
def test_a_correction_of_a_payment(say: str, expected: str) -> None:
    read = read_dues_changes(say, CONTEXT)
    month = "-" if read.month is None else read.month.code
    assert f"{read.name or '-'} {plain(read.amount)} {month}" == expected


@pytest.mark.parametrize(
    ("say", "code"),
    [
        ("", "no_amount"),
        ("的", "no_amount"),
        ("60 70", "bad_amount"),
        ("0", "bad_amount"),
        ("-5", "bad_amount"),
        ("1.234", "bad_amount"),
        ("10-11月", "bad_month"),
        ("13月", "bad_month"),
        ("2029年1月", "bad_month"),
        ("李五 60", "unknown_name"),
        ("李四 张三", "not_understood"),
        ("王伟", "ambiguous_name"),
        ("实到19", "not_understood"),
        ("60 地点", "not_understood"),
    ],
)
def test_a_correction_of_a_payment_that_is_refused(say: str, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_dues_changes(say, CONTEXT)
    assert code in [problem.code for problem in refusal.value.problems]
