"""What reads well and is asked about before it is written; each time, nothing else is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from compliance.people import Stage
from handlers.corrections.amending import amend
from handlers.dues.paying import dues
from handlers.grammar import Problem
from handlers.records.recording import meeting
from handlers.request import Handler
from tests.storage.samples import a_person, moment

from .office import NOW, Office

TODAY = "2026-11-25"


def asked(office: Office, handler: Handler, said: str, **told: object) -> Sequence[Problem]:
    """What is asked about a message; nothing when it is recorded."""
    message = office.ask(handler, said, sure=False, **told)
    problems: Sequence[Problem] = message.values.get("problems", ())  # type: ignore[assignment]
    return problems


def codes(office: Office, handler: Handler, said: str, **told: object) -> list[str]:
    return [problem.code for problem in asked(office, handler, said, **told)]


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        ("2026-10-11", None),  # 45 days back
        ("2026-10-10", ["2026-10-10", "2026-11-10"]),  # 46 days back
        ("2025-11-20", ["2025-11-20", "2026-11-20"]),  # of another year
        ("2025-11-26", ["2025-11-26", "2026-10-26"]),  # in this year it is still to come
        ("2026-9-24", ["2026-09-24", "2026-11-24"]),
        ("2026-8-31", ["2026-08-31", "2026-10-31"]),
        ("9/24", ["2026-09-24", "2026-11-24"]),
    ],
)
def test_a_day_more_than_45_days_back_is_asked_about(
    office: Office, day: str, offered: list[str] | None
) -> None:
    problems = asked(office, meeting, f"支委会 {day} 应到5实到5 议题:迎接2026年11月1日")
    assert [problem.code for problem in problems] == (["far_back"] if offered else [])
    if offered:
        assert [str(choice.value) for choice in problems[0].choices] == offered
        said = problems[0].choices[-1].said
        assert said == f"支委会 {offered[-1]} 应到5实到5 议题:迎接2026年11月1日"


def test_the_day_is_counted_from_when_it_was_written(office: Office) -> None:
    said = "支委会 2026-10-11 应到5实到5"
    assert codes(office, meeting, said, now=moment("2026-11-26 00:30")) == ["far_back"]


def test_nobody_is_asked_twice_about_one_day_but_about_each(office: Office) -> None:
    (problem,) = asked(office, meeting, "支委会 2026-9-1 应到5实到5")
    (other,) = asked(office, meeting, "支委会 2026-9-2 应到5实到5")
    assert problem.choices[0].accepts == "far_back 2026-09-01"
    assert other.choices[0].accepts == "far_back 2026-09-02"


def test_an_amendment_is_asked_about_what_it_changes(office: Office) -> None:
    office.ask(meeting, "支委会 2026-9-1 应到5实到5")
    office.ask(meeting, "支委会 今天 应到5实到5")
    assert codes(office, amend, "#1 实到4 缺席:张三") == []
    assert codes(office, amend, "#3 2026-9-2") == ["far_back"]
    assert office.live() == {2, 3}


def test_an_edited_message_is_asked_about_what_it_changes(office: Office) -> None:
    office.ask(meeting, "支委会 2026-9-1 应到5实到5", message_id=7)
    told = {"message_id": 7, "edited": True}
    assert codes(office, meeting, "支委会 2026-9-1 应到5实到5 地点:礼堂", **told) == []
    assert codes(office, meeting, "支委会 2026-9-2 应到5实到5 地点:礼堂", **told) == ["far_back"]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("张三 1000 11月", []),
        ("张三 1000.01 11月", ["large_sum"]),
        ("张三 40 2026年5月", []),
        ("张三 40 2026年4月", ["month_back"]),
        ("张三 40 11月", []),
        ("张三 40 12月", []),
        ("新人 40 11月", ["owes_nothing"]),
        ("新人 1200 2026年4月", ["large_sum", "month_back", "owes_nothing"]),
    ],
)
def test_a_payment_that_may_be_a_slip_is_asked_about(
    office: Office, said: str, found: list[str]
) -> None:
    a_person(office.session, office.first, "新人", stage=Stage.ACTIVIST)
    assert codes(office, dues, said) == found
    assert office.entries() == (0 if found else 1)


def test_what_one_can_undo_is_recorded_at_once_and_pointed_at(office: Office) -> None:
    for number in (1, 2):
        office.ask(meeting, "支委会 今天 应到5实到5", sure=False)
        office.ask(dues, "张三 40 12月", sure=False)
        assert office.entries() == 2 * number
    echo = office.ask(meeting, "支委会+党课 今天 应到5实到4", sure=False)
    assert echo.values["twins"] == (3, 1)
    again = office.ask(dues, "张三 40 12月", sure=False)
    earlier: Mapping[object, object] = again.values["earlier"]  # type: ignore[assignment]
    assert earlier["张三", date(2026, 12, 1)] == (2, 4)


def test_one_question_is_asked_of_a_whole_list(office: Office) -> None:
    said = "张三 40 2026年3月, 李四 50 2026年3月"
    (problem,) = asked(office, dues, said)
    assert problem.choices[0].said == said
    changed = asked(office, dues, "张三 40 2026年3月, 李四 50 2026年2月")
    assert changed[0].choices[0].accepts != problem.choices[0].accepts


def test_sums_that_nobody_typed_are_asked_about_without_names(office: Office) -> None:
    (problem,) = asked(office, dues, "全部 2026年3月", now=NOW)
    assert (problem.code, problem.values["named"]) == ("month_back", False)
