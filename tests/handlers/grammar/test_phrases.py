"""The tables of phrases: read as expected, or refused with the expected problem."""

import tomllib
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compliance.periods import Period
from handlers.grammar import (
    ASKABLE,
    CODES,
    AllDues,
    Meeting,
    Unreadable,
    read_dues,
    read_meeting,
    read_period,
)
from tests.rows import check_each

from .conftest import CONTEXT, TODAY

HERE = Path(__file__).parent
TABLES = (
    "phrases.toml",
    "attendance.toml",
    "payments.toml",
    "people.toml",
    "dues.toml",
    "dates.toml",
    "unseen.toml",
    "notices.toml",
)


@cache
def table(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text("utf-8"))


def rows(command: str) -> list[dict[str, Any]]:
    """The rows of all tables for a command, each with what is said."""
    return [row for name in TABLES for row in table(name).get(command, [])]


def said(row: dict[str, Any]) -> str:
    return repr(row["say"])


def codes(row: dict[str, Any]) -> list[str]:
    """The problems that a phrase has; none if it is read."""
    found: list[str] = row.get("ask") or row.get("no") or []
    return found


def told(meeting: Meeting) -> dict[str, Any]:
    """The fields that hold something, in the spelling of the table."""
    values: dict[str, Any] = {name: getattr(meeting, name) for name in Meeting.__slots__}
    values["kinds"] = list(meeting.kinds)
    values["held_on"] = meeting.held_on.isoformat()
    values["held_until"] = meeting.held_until and meeting.held_until.isoformat()
    values["held_at"] = meeting.held_at and meeting.held_at.strftime("%H:%M")
    values["ends_at"] = meeting.ends_at and meeting.ends_at.strftime("%H:%M")
    values["absences"] = [f"{a.name}={a.reason}" if a.reason else a.name for a in meeting.absences]
    values["people"] = [f"{p.name}={p.grade}" if p.grade else p.name for p in meeting.people]
    values["materials"] = list(meeting.materials)
    if meeting.votes:
        votes = meeting.votes
        values["votes"] = [votes.in_favour, votes.against, votes.abstain]
    return {name: value for name, value in values.items() if not _is_nothing(value)}


def _is_nothing(value: object) -> bool:
    return value is None or value is False or value == []


def shown(value: object) -> str:
    """An answer that is offered, as the table has it: 14:30, 党课+学习, two days with ~."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Period):
        return value.code
    if isinstance(value, tuple) and isinstance(value[0], time):
        return "~".join(map(shown, value))
    if isinstance(value, tuple):
        return ("~" if isinstance(value[0], date) else "+").join(map(str, value))
    return str(value)


def check_refusal(row: dict[str, Any], refusal: Unreadable) -> None:
    """What is asked about has answers to offer for every problem; what is refused has not."""
    assert sorted({problem.code for problem in refusal.problems}) == sorted(codes(row))
    offered = [problem.choices for problem in refusal.problems]
    assert all(offered) == ("ask" in row)
    assert {problem.code for problem in refusal.problems if problem.choices} <= ASKABLE
    if "offers" in row:
        assert [shown(choice.value) for choice in offered[0]] == row["offers"]
    if "about" in row:
        assert row["about"] in [problem.read for problem in refusal.problems]


def check_meeting(row: dict[str, Any]) -> None:
    if codes(row):
        with pytest.raises(Unreadable) as refusal:
            read_meeting(row["say"], CONTEXT)
        check_refusal(row, refusal.value)
    else:
        assert told(read_meeting(row["say"], CONTEXT)) == row["is"]


def test_meeting() -> None:
    check_each(rows("meeting"), check_meeting, said)


def check_dues(row: dict[str, Any]) -> None:
    if codes(row):
        with pytest.raises(Unreadable) as refusal:
            read_dues(row["say"], CONTEXT)
        check_refusal(row, refusal.value)
        return
    read = read_dues(row["say"], CONTEXT)
    if isinstance(read, AllDues):
        assert read.month.code == row["all"]
    else:
        lines = [f"{one.name} {one.amount.normalize():f} {one.month.code}" for one in read]
        assert lines == row["is"]


def test_dues() -> None:
    check_each(rows("dues"), check_dues, said)


def check_period(row: dict[str, Any]) -> None:
    read = read_period(row["say"], TODAY)
    assert (read.code if read else None) == row.get("is")


def test_period() -> None:
    check_each(rows("period"), check_period, said)


def test_every_problem_is_met_in_the_tables() -> None:
    met = {
        code
        for command in ("meeting", "dues", "assess", "reduce", "remit")
        for row in rows(command)
        for code in codes(row)
    }
    assert met == CODES - {"too_long", "nothing_said"}  # those two have tests of their own
