"""Changes of the tree of units as they are typed."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.grammar import Unreadable
from handlers.grammar.reorganising import (
    Founding,
    UnitChange,
    kind_of_name,
    read_change,
    split_day,
)

TODAY = date(2026, 11, 25)
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "what", "first", "on"),
    [
        ("改名 第二支部 机关支部", "rename", ("第二支部", "机关支部"), None),
        ("改名第二支部为机关支部 11月20日", "rename", ("第二支部", "机关支部"), DAY),
        ("改名 1号楼支部 三月支部", "rename", ("1号楼支部", "三月支部"), None),
        ("移动 第二支部 到 第一党总支 2026-11-20", "move", ("第二支部", "第一党总支"), DAY),
        ("移动 第二支部→第一党总支", "move", ("第二支部", "第一党总支"), None),
        ("合并 第二支部 到 第一支部 11-20", "merge", ("第二支部", "第一支部"), DAY),
        ("撤销 第二支部 昨天", "dissolve", ("第二支部", ""), date(2026, 11, 24)),
        ("撤销", "dissolve", ("", ""), None),
        ("MOVE Branch 2 under Committee", "move", ("Branch 2", "Committee"), None),
        ("merge Branch 2 into Branch 1", "merge", ("Branch 2", "Branch 1"), None),
        ("dissolve Branch 2 20 November 2026", "dissolve", ("Branch 2", ""), DAY),
    ],
)
def test_what_is_to_be_done_is_read(
    typed: str, what: str, first: tuple[str, str], on: date | None
) -> None:
    change = read_change(typed, TODAY)
    assert isinstance(change, UnitChange)
    assert (change.what, change.readings[0], change.on) == (what, first, on)


def test_a_word_between_two_names_may_be_part_of_one() -> None:
    change = read_change("移动 报到支部 到 第一党总支", TODAY)
    assert isinstance(change, UnitChange)
    assert ("报到支部", "第一党总支") in change.readings


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("新建 第三支部", Founding("第三支部", None, (), None)),
        (
            "新建 第三支部 上级 第一党总支 党小组 甲组、乙组 11月20日",
            Founding("第三支部", "第一党总支", ("甲组", "乙组"), DAY),
        ),
        ("新建 党小组 甲组 乙组", Founding("", None, ("甲组", "乙组"), None)),
        ("新建", Founding("", None, (), None)),
        (
            "add Branch 3 under General Branch 1 groups: A, B",
            Founding("Branch 3", "General Branch 1", ("A", "B"), None),
        ),
    ],
)
def test_what_is_to_be_founded_is_read(typed: str, expected: Founding) -> None:
    assert read_change(typed, TODAY) == expected


@pytest.mark.parametrize("typed", ["", "第二支部", "2025-12-31", "newcomers", "moved"])
def test_what_begins_with_no_verb_is_no_change(typed: str) -> None:
    assert read_change(typed, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("撤销 第二支部 2月30日", "impossible_date"),
        ("撤销 第二支部 明天", "future_date"),
        ("撤销 第二支部 周三", "ambiguous_date"),
    ],
)
def test_a_wrong_day_is_refused_with_what_was_read(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as unread:
        read_change(typed, TODAY)
    (problem,) = unread.value.problems
    assert (problem.code, problem.read) == (code, typed.rsplit(maxsplit=1)[-1])
    for choice in problem.choices:
        assert choice.said.startswith("撤销 第二支部 2026-11-")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("局党组", "leading_group"),
        ("机关党委", "leading_group"),
        ("第一党总支", "general_branch"),
        ("第一党总支部", "general_branch"),
        ("第一支部", "branch"),
        ("第一党小组", "party_group"),
        ("Branch 3", "branch"),
        ("General Branch 3", "general_branch"),
        ("Group 3", "party_group"),
        ("Leading Group", "leading_group"),
        ("第九", None),
        ("", None),
    ],
)
def test_a_name_says_what_kind_of_unit_it_is(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


def test_a_day_is_split_off_a_name() -> None:
    assert split_day("第一党总支 2026-11-20", TODAY) == (DAY, "第一党总支")
    assert split_day("第一党总支", TODAY) == (None, "第一党总支")
    assert split_day("", TODAY) == (None, "")
