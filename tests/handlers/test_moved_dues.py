"""What a branch is told of people who moved: that they paid and where, and what is left to collect.

Told to whom it may be; and where nobody moved, recording asks the database no more than before.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import event

from compliance.access import Role
from handlers.dues.paying import dues
from handlers.grammar import Problem
from storage import merging
from storage.dues_book import DuesLine
from storage.messages import Message
from storage.people import Person
from storage.units import Unit
from tests.handlers.office import SECOND, Office
from tests.storage.moving import move
from tests.storage.samples import day, pay, said


@pytest.fixture
def secretary(office: Office) -> int:
    """The secretary of the second branch."""
    return office.appoint(Role.SECRETARY, office.second)


def moved(office: Office, on: str = "2026-11-10") -> Person:
    return move(office.session, office.people["张三"], office.second, on)


def paid(office: Office, month: str, yuan: int = 40) -> int:
    person = office.people["张三"]
    return pay(office.session, office.first, person, month, yuan, "2026-11-05 10:00")


def month(office: Office, actor: int, said: str = "", *, private: bool = True) -> Message:
    return office.ask(dues, said, actor=actor, chat=SECOND, private=private)


def names(message: Message, key: str) -> list[str]:
    found: list[DuesLine] = message.values[key]  # type: ignore[assignment]
    return [f"{line.person} {line.month.code}" for line in found]


def test_the_sum_of_the_month_is_what_is_to_be_paid_here(office: Office, secretary: int) -> None:
    paid(office, "2026-11")
    moved(office)
    office.ask(dues, "冯一 40", actor=secretary, chat=SECOND)

    told = month(office, secretary).values
    assert (told["bound"], told["behind"], told["due"], told["paid"]) == (2, 0, 40, 40)
    assert names(month(office, secretary), "elsewhere") == ["张三 2026-11"]
    in_group = month(office, secretary, private=False).values
    assert (in_group["settled_elsewhere"], in_group["elsewhere"]) == (1, [])
    remitted = office.ask(dues, "上缴 11月 40", actor=secretary, chat=SECOND)
    assert remitted.template == "remitted"


def test_the_branch_they_left_hands_on_what_it_was_paid(office: Office) -> None:
    paid(office, "2026-11")
    moved(office)
    told = office.ask(dues, "", private=True).values
    assert (told["paid"], told["of_those_gone"], told["beside"]) == (40, 40, 0)


def test_everybody_pays_what_is_left_of_theirs(office: Office, secretary: int) -> None:
    paid(office, "2026-10")
    paid(office, "2026-11", 15)
    moved(office, "2026-10-20")
    message = office.ask(dues, "全部 11月", actor=secretary, chat=SECOND)
    assert message.values["total"] == Decimal(40 + 25)
    message = office.ask(dues, "全部 10月", actor=secretary, chat=SECOND)
    assert message.values["total"] == Decimal(40)


def test_a_second_payment_of_a_month_is_pointed_at(office: Office, secretary: int) -> None:
    paid(office, "2026-11")
    moved(office)
    told = office.ask(dues, "张三 40", actor=secretary, chat=SECOND).values
    assert told["elsewhere"] == {("张三", day("2026-11-01")): ("第一支部",)}
    assert told["earlier"]["张三", day("2026-11-01")] == ()  # type: ignore[index]


@pytest.fixture
def merged(office: Office) -> Unit:
    """The first branch, merged into the second on 10 November; 张三 has paid for October alone."""
    paid(office, "2026-10")
    origin = said("2026-11-10 10:00")
    merging.merge(office.session, office.first, office.second, day("2026-11-10"), origin)
    return office.second


@pytest.mark.usefixtures("merged")
def test_arrears_of_a_merged_branch_are_paid_without_a_question(
    office: Office, secretary: int
) -> None:
    def asked(said: str) -> list[str]:
        told = office.ask(dues, said, actor=secretary, chat=SECOND, sure=False)
        problems: list[Problem] = told.values.get("problems", [])  # type: ignore[assignment]
        return [problem.code for problem in problems]

    assert asked("张三 40 9月") == []
    assert asked("冯一 40 9月, 李四 50 8月") == []
    assert names(month(office, secretary, "9月"), "names_behind") == [
        "李四 2026-09",
        "王五 2026-09",
        "赵六 2026-09",
    ]
    told = month(office, secretary, "9月").values
    assert (told["paid"], told["for_others"], told["beside"]) == (80, 40, 0)


@pytest.mark.usefixtures("merged")
def test_with_this_month_the_arrears_of_a_year_are_told(office: Office, secretary: int) -> None:
    told = month(office, secretary)
    behind = names(told, "names_behind")
    assert {"张三 2026-09", "张三 2025-11"} <= set(behind)
    assert {"张三 2026-10", "张三 2026-11", "张三 2025-10"}.isdisjoint(behind)
    in_group = month(office, secretary, private=False).values
    assert (in_group["left_behind"], in_group["names_behind"]) == (4, [])
    stranger = office.appoint(Role.MEMBER, office.second)
    assert month(office, stranger).values["names_behind"] == []


@pytest.mark.usefixtures("merged")
def test_everybody_pays_their_arrears_too(office: Office, secretary: int) -> None:
    message = office.ask(dues, "全部 9月", actor=secretary, chat=SECOND)
    assert message.values["total"] == Decimal(40 + 40 + 50 + 90)
    assert message.values["unknown"] == 1


def test_where_nobody_moved_recording_asks_nothing_of_moves(office: Office, secretary: int) -> None:
    asked: list[str] = []
    connection = office.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(str(args[2])))

    def of_moves() -> tuple[int, int]:
        asked.clear()
        office.ask(dues, "冯一 40", actor=secretary, chat=SECOND)
        return sum("RECURSIVE" in each for each in asked), len(asked)

    of_moves()
    none, alone = of_moves()
    moved(office)
    some, with_one = of_moves()
    assert (none, some > 0, with_one > alone) == (0, True, True)
