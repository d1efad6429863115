from datetime import date

import pytest

from compliance.periods import Cadence, Period
from handlers.grammar import read_period, split_period

from .conftest import TODAY

READ = {
    "2026年11月": "2026-11", "11月": "2026-11", "十一月": "2026-11", "2026-11": "2026-11",
    "2026/11": "2026-11", "本月": "2026-11", "上月": "2026-10", "上个月": "2026-10",
    "去年12月": "2025-12", "三季度": "2026-Q3", "第三季度": "2026-Q3", "Q3": "2026-Q3",
    "2026Q3": "2026-Q3", "2026-Q3": "2026-Q3", "2025年四季度": "2025-Q4", "本季度": "2026-Q4",
    "上季度": "2026-Q3", "上半年": "2026-H1", "2026-H1": "2026-H1", "去年下半年": "2025-H2",
    "2026年": "2026", "2026": "2026", "二〇二六年": "2026", "去年": "2025", "今年": "2026",
    "全年": "2026", "last month": "2026-10", "Nov 2026": "2026-11", "２０２６年": "2026",
    "11月份": "2026-11", "01月": "2026-01", "2026.11": "2026-11", "202611": "2026-11",
    "26年11月": "2026-11", "2026年的11月": "2026-11", "去年的12月": "2025-12", "11/2026": "2026-11",
    "2026 年 11 月": "2026-11", "上上月": "2026-09", "当月": "2026-11", "下月": "2026-12",
    "第3季度": "2026-Q3", "第 三 季度": "2026-Q3", "四季": "2026-Q4", "26年三季度": "2026-Q3",
    "二〇二六年三季度": "2026-Q3", "去年三季度": "2025-Q3", "上半年度": "2026-H1",
    "下半年": "2026-H2",
    "２０２６年上半年": "2026-H1", "前年": "2024", "2026年度": "2026", "本年度": "2026",
    "Q3 2026": "2026-Q3", "Q3 of 2025": "2025-Q3", "Q3 last year": "2025-Q3",
    "3rd quarter": "2026-Q3",
    "2nd quarter of 2025": "2025-Q2", "last quarter": "2026-Q3", "H1 2025": "2025-H1",
    "first half": "2026-H1", "second half of 2025": "2025-H2", "November": "2026-11",
    "Nov. 2025": "2025-11", "2025 Nov": "2025-11", "November last year": "2025-11",
    "last year": "2025", "this month": "2026-11",
}  # fmt: skip
NOT_READ = (
    *("", "第二支部", "13月", "五季度", "Q5", "3号", "11", "支委会", "0月", "last", "2026-13"),
    *("202613", "202600", "26年", "11年", "0季度", "季度", "三季度末", "年初", "2026年底"),
    *("近三月", "0026年11月"),
    *("1-3月", "2026年11", "13/2026", "Q3 26", "5th quarter", "half", "11月20日", "昨天", "18/20"),
    *("0000年", "2026年13月", "Q0", "十一", "第三支部", "初三", "2.5小时", "50元", "李十月"),
)


@pytest.mark.parametrize(("typed", "code"), READ.items())
def test_a_period_is_read(typed: str, code: str) -> None:
    period = read_period(typed, TODAY)
    assert period is not None
    assert period.code == code


@pytest.mark.parametrize("typed", NOT_READ)
def test_what_is_no_period_is_none(typed: str) -> None:
    assert read_period(typed, TODAY) is None


def test_every_period_reads_its_own_code_back() -> None:
    for cadence, count in zip(Cadence, (12, 4, 2, 1), strict=True):
        for index in range(1, count + 1):
            period = Period(cadence, 2025, index)
            assert read_period(period.code, TODAY) == period


def test_a_month_still_to_come_is_last_years_where_that_is_nearer() -> None:
    january = date(2027, 1, 4)
    assert read_period("12月", january) == Period(Cadence.MONTHLY, 2026, 12)
    assert read_period("四季度", january) == Period(Cadence.QUARTERLY, 2026, 4)
    assert read_period("2月", january) == Period(Cadence.MONTHLY, 2027, 2)
    assert read_period("1月", TODAY) == Period(Cadence.MONTHLY, 2026, 1)


@pytest.mark.parametrize(
    ("typed", "code", "rest"),
    [
        ("第二支部 2026年11月", "2026-11", "第二支部"),
        ("2026年11月 第二支部", "2026-11", "第二支部"),
        ("第二支部11月", "2026-11", "第二支部"),
        ("第二支部 2026年 11月", "2026-11", "第二支部"),
        ("last month Branch Two", "2026-10", "Branch Two"),
        ("支委会 上半年", "2026-H1", "支委会"),
        ("第二支部 Q3 2025", "2025-Q3", "第二支部"),
        ("第二支部202511", "2025-11", "第二支部"),
        ("第一支部 26年3月", "2026-03", "第一支部"),
        ("Branch Two 3rd quarter", "2026-Q3", "Branch Two"),
        ("支部11", None, "支部11"),
        ("第二支部", None, "第二支部"),
        ("", None, ""),
    ],
)
def test_a_period_is_taken_out_of_an_argument(typed: str, code: str | None, rest: str) -> None:
    period, left = split_period(typed, TODAY)
    assert (period.code if period else None, left) == (code, rest)
