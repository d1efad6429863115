"""Plays the table of roster.toml, and reads names that several people have but for a letter."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar import Context, PersonSaid, Unreadable, is_change, read_roster
from handlers.grammar import roster as names
from handlers.grammar.people import read_whom
from tests.handlers.grammar.conftest import CONTEXT, TODAY

ROWS = tomllib.loads(Path(__file__).with_name("roster.toml").read_text("utf-8"))["change"]


def said(person: PersonSaid) -> dict[str, object]:
    """What is said of a person, as the table writes it."""
    found: dict[str, object] = {}
    for name in PersonSaid.__dataclass_fields__:
        value = getattr(person, name)
        if value is not None and not isinstance(value, Mapping):
            found[name] = value.isoformat() if isinstance(value, date) else value
    return found | ({"fields": dict(person.fields)} if person.fields else {})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["say"])
def test_a_change_is_read_as_it_was_meant(row: Mapping[str, Any]) -> None:
    assert is_change(row["say"])
    if "is" in row:
        assert [said(one) for one in read_roster(row["say"], CONTEXT).people] == row["is"]
        return
    with pytest.raises(Unreadable) as refused:
        read_roster(row["say"], CONTEXT)
    problems = refused.value.problems
    assert [problem.code for problem in problems] == row["no"]
    if "offers" in row:
        assert [choice.said for choice in problems[0].choices] == row["offers"]


@given(st.text(alphabet="添加转出小组改名离开 张三李四丰年月日1介绍信到:;\n第二", max_size=40))
def test_whatever_is_said_is_read_or_refused(text: str) -> None:
    try:
        reading = read_roster(f"转出 {text}", CONTEXT)
    except Unreadable as refused:
        assert refused.problems  # noqa: PT017 - either is right
    else:
        assert all(one.on is None or one.on <= TODAY for one in reading.people)


def with_names(*known: str, left: tuple[str, ...] = ()) -> Context:
    return replace(CONTEXT, names=known, left=left, members=())


def test_namesakes_are_asked_about_by_the_bare_name() -> None:
    with pytest.raises(Unreadable) as refused:
        read_roster("流动 张伟", with_names("张伟A", "张伟B", "李四"))
    (problem,) = refused.value.problems
    assert problem.code == "ambiguous_name"
    assert [choice.said for choice in problem.choices] == ["流动 张伟A", "流动 张伟B"]


@pytest.mark.parametrize("typed", ["张伟b", "张伟Ｂ", "张 伟"])
def test_a_letter_is_read_however_it_is_typed(typed: str) -> None:
    here = with_names("张伟B", "李四")
    assert read_roster(f"流动 {typed}", here).people[0].name == "张伟B"


def test_the_bare_name_is_that_of_the_only_one_who_is_left() -> None:
    known = names.of(("张伟A", "李四", "张伟B"), ("张伟B", "李四"))
    assert known.name("张伟") == "张伟B"
    assert not known.twice


def test_a_name_in_latin_letters_has_no_such_letter() -> None:
    known = names.of(("Li A", "Li B"))
    assert not known.twice


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("张三", ("张三", None)),
        ("2026-03-01", (None, date(2026, 3, 1))),
        ("林早", ("林早", None)),
        ("", (None, None)),
    ],
)
def test_a_card_or_a_day_is_asked_for(typed: str, expected: tuple[str | None, date | None]) -> None:
    assert read_whom(typed, CONTEXT) == expected


@pytest.mark.parametrize(
    ("typed", "code", "read"),
    [
        ("补办 郑一 正式党员", "roster_no_verb", "补办"),
        ("正式党员 张三", "roster_no_verb", "正式党员"),
        ("郑一", "unknown_name", "郑一"),
        ("郑一 11月20日", "unknown_name", "郑一"),
        ("张三 郑一 李四", "unknown_name", "郑一"),
    ],
)
def test_a_first_word_that_says_nothing_is_answered_with_what_can_be_done(
    typed: str, code: str, read: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read_whom(typed, CONTEXT)
    assert (code, read) in [(each.code, each.read) for each in refused.value.problems]
