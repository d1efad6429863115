"""What is offered where a date is in doubt, and what holds for every date and every two of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.grammar import Choice, Unreadable, read_changes, read_meeting
from tests.rows import check_each

from .conftest import CONTEXT, TODAY
from .test_phrases import rows, said

ASKED = [row for row in rows("meeting") if "ask" in row]
OF_DATES = {"day", "days", "time", "times", "ratio"}


def said_by(choice: Choice) -> dict[str, Any]:
    """What a message with the answer in it must say; the first of two is a last day or a number."""
    if choice.what == "day":
        return {"held_on": choice.value, "held_until": None}
    if choice.what == "time":
        return {"held_at": choice.value, "ends_at": None}
    assert isinstance(choice.value, tuple)
    if choice.what == "times":
        return dict(zip(("held_at", "ends_at"), choice.value, strict=True))
    names = ("held_on", "held_until") if choice.what == "days" else ("present", "expected")
    return dict(zip(names, choice.value, strict=True))


def check_answers(row: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as asked:
        read_meeting(row["say"], CONTEXT)
    for problem in asked.value.problems:
        for choice in problem.choices:
            if choice.what not in OF_DATES:
                continue
            changes = read_changes(choice.said, CONTEXT)
            assert {name: getattr(changes, name) for name in said_by(choice)} == said_by(choice)


def test_an_answer_that_is_offered_settles_what_was_asked() -> None:
    check_each(ASKED, check_answers, said)


@pytest.mark.parametrize(
    ("say", "said"),
    [
        ("党课28号9:30", "党课 2026-10-28 9:30"),
        ("党课周日九点", "党课 2026-11-22 九点"),
        ("党课28号 18/20", "党课 2026-10-28 18/20"),
        ("党课昨天2点半到4点在三楼", "党课昨天 02:30~04:00 在三楼"),
        ("党课4/5周日", "党课 2026-04-05 周日"),
        ("党课11月20日 11月19日14:30", "党课 2026-11-20 14:30"),
    ],
)
def test_an_answer_runs_into_nothing_beside_it(say: str, said: str) -> None:
    with pytest.raises(Unreadable) as asked:
        read_meeting(say, CONTEXT)
    assert asked.value.problems[0].choices[0].said.replace("  ", " ") == said


@pytest.mark.parametrize(
    ("say", "typed", "said"),
    [
        ("党课 昨天 11月20日 全到", "11月20日", "党课 11月20日 全到"),
        ("党课 11月20日(周四)", "周五", "党课 11月20日(周五)"),
        ("党课 周四 11月20日", "周五", "党课 周五 11月20日"),
        ("党课 昨天14:00,15:00", "15:00", "党课 昨天15:00"),
        ("党课 昨天2点-4点", "14点", "党课 昨天14点"),
        ("党课 4/5", "4月5日", "党课 4月5日"),
    ],
)
def test_what_is_typed_in_answer_takes_the_place_of_all_that_is_in_doubt(
    say: str, typed: str, said: str
) -> None:
    with pytest.raises(Unreadable) as asked:
        read_meeting(say, CONTEXT)
    place = asked.value.problems[0].place
    assert place is not None
    answered = say[: place[0]] + typed + say[place[1] :]
    assert answered == said
    read_meeting(answered, CONTEXT)


def test_a_day_that_is_missing_is_added_in_a_line_of_its_own() -> None:
    with pytest.raises(Unreadable) as asked:
        read_meeting("党课 内容:学习文件", CONTEXT)
    today, yesterday, before = asked.value.problems[0].choices
    assert yesterday.said == "党课 内容:学习文件\n2026-11-21"
    assert [choice.value for choice in (today, before)] == [TODAY, date(2026, 11, 20)]


DAYS = st.dates(date(2024, 1, 1), TODAY - timedelta(days=31))
WRITTEN = (
    "{a.year}年{a.month}月{a.day}日至{b.year}年{b.month}月{b.day}日",
    "{a.year}年{a.month}月{a.day}日-{b.month}月{b.day}日",
    "{a}~{b}",
    "{a} - {b}",
    "{a:%Y.%m.%d}-{b:%Y.%m.%d}",
    "{a:%Y/%m/%d}至{b:%Y/%m/%d}",
    "{a.day} {a:%b} - {b.day} {b:%b} {b.year}",
    "{a:%B} {a.day}, {a.year} to {b:%B} {b.day}, {b.year}",
)


@given(DAYS, st.integers(1, 30), st.sampled_from(WRITTEN))
def test_the_days_between_two_are_read_as_written(first: date, days: int, form: str) -> None:
    last = first + timedelta(days=days)
    meeting = read_meeting(f"学习 {form.format(a=first, b=last)} 18/20", CONTEXT)
    assert (meeting.held_on, meeting.held_until) == (first, last)


@given(DAYS, st.integers(1, 400))
def test_no_more_days_are_read_than_a_month_has(first: date, days: int) -> None:
    last = min(first + timedelta(days=30 + days), TODAY)
    with pytest.raises(Unreadable) as refusal:
        read_meeting(f"学习 {first}至{max(last, first + timedelta(days=31))}", CONTEXT)
    assert [problem.code for problem in refusal.value.problems] == ["too_many_days"]


def test_a_correction_may_say_several_days() -> None:
    changes = read_changes("11月20日至22日", CONTEXT)
    assert changes.given == {"held_on", "held_until"}
    assert (changes.held_on, changes.held_until) == (date(2026, 11, 20), TODAY)
