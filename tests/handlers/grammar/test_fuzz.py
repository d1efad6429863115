"""A small part of the fuzz run (``make fuzz``), and that it would see what is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from compliance.periods import Cadence, Period
from handlers.grammar import DuesLine, Problem, Unreadable, read_dues, read_meeting
from tests.handlers.grammar import accounting, fuzz
from tests.handlers.grammar.conftest import CONTEXT

FEW = 1000
SAID = "支委会 11月20日 14:30 应到5 实到4 缺席:李四(出差) 内容:学习12号文件"


def test_mutated_messages_are_read_or_refused_and_account_for_every_number() -> None:
    found = fuzz.run(FEW)

    assert not found.wrong
    assert sum(found.counts.values()) == len(fuzz.WAYS) * FEW
    assert min(found.counts.values()) > FEW / 100


def test_what_the_run_has_found_stays_mended() -> None:
    with pytest.raises(Unreadable) as twice:
        read_dues("7-7月7-7月\n张三 50", CONTEXT)
    assert twice.value.problems[0].code == "bad_month"
    # A year in digits of both kinds was let go, and the day looked for in the years before.
    assert read_meeting("支委会 二〇2六年十一月二十日", CONTEXT).held_on == date(2026, 11, 20)


def test_a_run_is_the_same_again_from_any_message_on() -> None:
    assert fuzz.run(50, first=30).counts + fuzz.run(30).counts == fuzz.run(80).counts


def test_what_a_message_loses_or_makes_up_is_seen() -> None:
    meeting = read_meeting(SAID, CONTEXT)

    def wrong(text: str = SAID, **changes: object) -> list[str]:
        changed = replace(meeting, **changes)  # type: ignore[arg-type]  # names of its fields
        return list(accounting.of_meeting(text, changed, CONTEXT))

    assert not wrong()
    assert wrong(f"{SAID} 33")
    assert wrong(content=None)
    assert wrong(held_on=date(2026, 11, 23))
    assert wrong(present=6)
    assert wrong(present=5)
    assert wrong(kinds=())


def test_what_dues_lose_or_make_up_is_seen() -> None:
    line = DuesLine("张三", Decimal(50), Period(Cadence.MONTHLY, 2026, 11))

    assert not list(accounting.of_dues("张三 50 11月", (line,), CONTEXT))
    assert list(accounting.of_dues("张三 50 11月,12月", (line,), CONTEXT))
    assert list(accounting.of_dues("张三 50 11月", (line, line), CONTEXT))
    assert list(accounting.of_dues("张三 50 11月", (), CONTEXT))


def test_a_problem_that_quotes_another_place_is_seen() -> None:
    assert not list(accounting.of_problems("支委会", [Problem("no_date", "支", place=(0, 1))]))
    assert list(accounting.of_problems("支委会", [Problem("no_date", "支", place=(1, 2))]))
    assert list(accounting.of_problems("支委会", []))
