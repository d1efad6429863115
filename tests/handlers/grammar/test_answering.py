"""What is typed in answer to a question, perhaps on a later day."""

from dataclasses import replace
from datetime import date

import pytest

from handlers.grammar import (
    Unreadable,
    answer_of,
    dated,
    day_place,
    late_reason_said,
    late_reasons,
    read_dues,
)

from .conftest import CONTEXT

WRITTEN, READ = date(2026, 11, 24), date(2026, 11, 25)  # a Tuesday and a Wednesday


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("支委会 今天 应到5", "支委会 2026-11-24 应到5"),
        ("昨天 下午3点", "2026-11-23 下午3点"),
        ("周一 缺席:李四", "周一 缺席:李四"),  # on both days the Monday before
        ("周三", "2026-11-18"),
        ("3天前", "2026-11-21"),
        ("11月20日", "11月20日"),  # the same on both days
        ("今天 议题:今天的任务", "2026-11-24 议题:今天的任务"),
        ("应到5 实到5", "应到5 实到5"),
        ("2026-11-20", "2026-11-20"),
        ("前天到昨天", "2026-11-22~2026-11-23"),
        ("", ""),
    ],
)
def test_days_stay_those_of_the_day_they_were_written(typed: str, meant: str) -> None:
    assert dated(typed, WRITTEN, READ, of_months=False) == meant
    assert dated(typed, READ, READ, of_months=False) == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("张三 50 上月", "张三 50 2026-10"),
        ("张三 50 本月, 李四 5.20 11月", "张三 50 2026-11, 李四 5.20 11月"),
        ("张三 30 三季度", "张三 30 三季度"),
        ("张三 30 上季度", "张三 30 上季度"),
    ],
)
def test_months_stay_those_of_the_month_they_were_written_in(typed: str, meant: str) -> None:
    assert dated(typed, date(2026, 11, 30), date(2026, 12, 1), of_months=True) == meant


def test_a_range_of_months_stays_one() -> None:
    written, read = date(2026, 12, 31), date(2027, 1, 1)
    said = dated("张三 60 今年", written, read, of_months=True)
    assert said == "张三 60 2026-01-2026-12"
    paid = read_dues(said, replace(CONTEXT, today=read))
    assert isinstance(paid, tuple)
    assert [line.month.code for line in paid] == [f"2026-{month:02}" for month in range(1, 13)]


def test_a_day_that_was_in_doubt_then_is_not_guessed_later() -> None:
    with pytest.raises(Unreadable) as refusal:
        dated("周二", WRITTEN, READ, of_months=False)
    assert [problem.read for problem in refusal.value.problems] == ["周二"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("支委会 9月1日 应到5", "9月1日"),
        ("支委会 9/1 应到5实到5", "9/1"),
        ("支委会 2026年9月1日 议题:2026年9月1日", "2026年9月1日"),
        ("支委会 9月1日 2026-9-1", None),
        ("支委会 9月2日", None),
        ("支委会 周二 9月1日", None),
        ("支委会", None),
    ],
)
def test_the_place_of_a_day_is_found(said: str, place: str | None) -> None:
    found = day_place(said, date(2026, 9, 1), WRITTEN)
    assert (found and said[found[0] : found[1]]) == place


def test_some_words_stand_for_a_button() -> None:
    assert [answer_of(typed) for typed in (" 是的 ", "OK", "取消", "Cancel", "昨天", "")] == [
        *("yes", "yes", "cancel", "cancel"),
        *(None, None),
    ]


def test_a_common_reason_alone_is_the_field_it_is_meant_for() -> None:
    assert late_reason_said("漏记") == "补记原因:当时漏记"
    assert late_reason_said("Forgotten") == "补记原因:当时漏记"
    assert late_reason_said("实到5 漏记") == "实到5 漏记"
    for code in late_reasons():
        assert len(f"late:999999999 {code}".encode()) <= 64
