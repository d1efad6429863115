"""Dues of people who moved, on both databases: what was paid in one branch counts in the other."""

from decimal import Decimal

import pytest
from sqlalchemy import Engine, delete
from sqlmodel import Session

from compliance.assessment import Reason
from storage import directory, journal, merging, remittances, reorganising, roster
from storage.database import transaction
from storage.dues_book import DuesLine
from storage.dues_left_behind import dues_left_behind
from storage.journal import PaymentText
from storage.overviews import overviews
from storage.people import Person
from storage.reckoned import OverviewRow
from storage.standing import Asked, findings, findings_of
from storage.units import Unit
from tests.storage.moving import asked, book, move
from tests.storage.samples import (
    POLICY,
    a_person,
    a_unit,
    day,
    moment,
    numbered,
    pay,
    reverse,
    said,
)


class House:
    """Two branches, and 张三, who owes 40 yuan a month in the first."""

    def __init__(self, session: Session) -> None:
        self.first, self.second = a_unit(session), a_unit(session, "第二支部")
        self.person = a_person(session, self.first, "张三", 4000)
        self.person.joined_on = day("2026-01-01")
        session.flush()


@pytest.fixture
def house(session: Session) -> House:
    return House(session)


def left_behind(session: Session, unit: Unit, on: str = "2026-06-20") -> dict[str, Decimal]:
    """What is still to be collected for branches that are no more."""
    days = {"first": day("2026-01-01"), "last": day(on), "on": day(on)}
    found = dues_left_behind(session, POLICY, unit, **days)
    return {f"{line.person} {line.month.code} {line.asked_by}": line.left for line in found}


def sums(line: DuesLine) -> tuple[object, ...]:
    """How a month stands, and the yuan that were paid here and are left."""
    return line.state.value, line.paid, line.left


def test_a_month_paid_before_the_move_is_paid_in_the_new_branch(
    session: Session, house: House
) -> None:
    pay(session, house.first, house.person, "2026-03", 40, "2026-03-05 10:00")
    move(session, house.person, house.second, "2026-03-10")

    line = book(session, house.second)["张三 2026-03"]
    assert (line.due, *sums(line)) == (40, "met", 0, 0)
    assert line.reason == Reason("paid_elsewhere", {"places": ("第一支部",)})
    assert line.payments == ()
    assert asked(session, house.second) == {
        "张三 2026-03": "met",
        "张三 2026-04": "missed",
        "张三 2026-05": "missed",
        "张三 2026-06": "open",
    }


def test_months_paid_ahead_are_no_money_of_the_new_branch(session: Session, house: House) -> None:
    for month in ("2026-03", "2026-04", "2026-05"):
        pay(session, house.first, house.person, month, 40, "2026-03-05 10:00")
    new = move(session, house.person, house.second, "2026-03-10")
    pay(session, house.second, new, "2026-06", 40, "2026-06-01 10:00")

    states = asked(session, house.second)
    assert states == dict.fromkeys((f"张三 2026-0{n}" for n in (3, 4, 5, 6)), "met")
    for month, here, there in (("2026-04", 0, 40), ("2026-06", 40, 0)):
        first = day(f"{month}-01")
        assert remittances.balance(session, house.second.key, first).paid == here
        assert remittances.balance(session, house.first.key, first).paid == there
    assert book(session, house.second)["张三 2026-06"].reason is None


def test_of_a_month_paid_in_part_the_rest_is_left(session: Session, house: House) -> None:
    pay(session, house.first, house.person, "2026-04", 15, "2026-03-05 10:00")
    new = move(session, house.person, house.second, "2026-03-10")

    line = book(session, house.second)["张三 2026-04"]
    assert sums(line) == ("missed", 0, 25)
    values = {"places": ("第一支部",), "left": Decimal(25)}
    assert line.reason == Reason("partly_elsewhere", values)

    pay(session, house.second, new, "2026-04", 25, "2026-04-20 10:00")
    line = book(session, house.second)["张三 2026-04"]
    assert (line.due_here, *sums(line)) == (25, "met", 25, 0)
    assert [payment.amount for payment in line.payments] == [25]


def test_who_moved_away_and_back_has_paid_what_they_paid(session: Session, house: House) -> None:
    first, second = house.first, house.second
    numbers = {
        month: pay(session, first, house.person, month, 40, "2026-01-05 10:00")
        for month in ("2026-01", "2026-02", "2026-03", "2026-05")
    }
    there = move(session, house.person, second, "2026-02-10")
    pay(session, second, there, "2026-04", 40, "2026-03-20 10:00")
    back = move(session, there, first, "2026-04-15")

    # What a branch was paid, it says, also for a month that another asks for.
    assert asked(session, second) == dict.fromkeys((f"张三 2026-0{n}" for n in (2, 3, 4)), "met")
    of_row: dict[str, list[str]] = {}
    days = {"first": day("2026-01-01"), "last": day("2026-06-20"), "on": day("2026-06-20")}
    for found in findings(session, POLICY, first, only=lambda r: r.code == "dues", **days):
        if found.state != "not_applicable":
            of_row.setdefault(f"{found.period.start:%m}", []).append(found.state.value)
    assert of_row == {"01": ["met"], "04": ["met"], "05": ["met"], "06": ["open"]} | {
        month: ["met"] for month in ("02", "03")
    }
    own = book(session, first)[f"{back.name} 2026-05"]
    assert [payment.number for payment in own.payments] == [numbers["2026-05"]]
    assert sums(own) == ("met", 40, 0)
    assert own.elsewhere is None
    april = book(session, first)[f"{back.name} 2026-04"]
    assert sums(april) == ("met", 0, 0)
    assert april.reason == Reason("paid_elsewhere", {"places": ("第二支部",)})


def test_what_is_undone_or_amended_after_the_move_counts_so(session: Session, house: House) -> None:
    number = pay(session, house.first, house.person, "2026-04", 40, "2026-03-05 10:00")
    move(session, house.person, house.second, "2026-03-10")
    assert asked(session, house.second)["张三 2026-04"] == "met"

    def amend(yuan: int, who: Person) -> int:
        paid = PaymentText(who.key, day("2026-04-01"), yuan * 100, day("2026-03-05"))
        before = numbered(session, house.first, number)
        return journal.add_payment(session, house.first.key, paid, said(), before)

    less = amend(10, house.person)
    assert book(session, house.second)["张三 2026-04"].left == 30
    undone = reverse(session, house.first, less)
    assert book(session, house.second)["张三 2026-04"].left == 0
    reverse(session, house.first, undone)
    amendment = numbered(session, house.first, less)
    journal.add_return(session, amendment, "数不对", said())
    assert book(session, house.second)["张三 2026-04"].left == 40


def test_of_two_of_one_name_each_has_their_own(session: Session, house: House) -> None:
    other = a_person(session, house.second, "张三", 4000)
    pay(session, house.first, house.person, "2026-03", 40, "2026-03-05 10:00")
    pay(session, house.first, house.person, "2026-04", 40, "2026-03-05 10:00")
    new = move(session, house.person, house.second, "2026-03-10")

    assert (other.name, new.name) == ("张三A", "张三B")
    states = asked(session, house.second)
    months = ("2026-03", "2026-04", "2026-05")
    assert [states[f"张三B {month}"] for month in months] == ["met", "met", "missed"]
    assert [states[f"张三A {month}"] for month in months] == ["missed"] * 3


def test_a_merged_branch_leaves_its_arrears_to_the_other(session: Session, house: House) -> None:
    for month in ("2026-01", "2026-04", "2026-05"):
        pay(session, house.first, house.person, month, 40, "2026-01-05 10:00")
    pay(session, house.first, house.person, "2026-03", 15, "2026-03-05 10:00")
    merging.merge(session, house.first, house.second, day("2026-04-10"), said("2026-04-10 10:00"))

    assert asked(session, house.second) == {
        "张三 2026-04": "met",
        "张三 2026-05": "met",
        "张三 2026-06": "open",
    }
    left = {"张三 2026-01 第一支部": 0, "张三 2026-02 第一支部": 40, "张三 2026-03 第一支部": 25}
    assert left_behind(session, house.second) == left
    assert left_behind(session, house.second, "2026-04-09") == {}

    (new,) = roster.people_named(session, house.second.key, "张三")
    pay(session, house.second, new, "2026-02", 40, "2026-05-05 10:00")
    pay(session, house.second, new, "2026-03", 25, "2026-05-05 10:00")
    assert set(left_behind(session, house.second).values()) == {0}
    before = asked(session, house.first)
    assert {k: before[k] for k in ("张三 2026-02", "张三 2026-03")} == {
        "张三 2026-02": "met_late",
        "张三 2026-03": "met_late",
    }
    assert remittances.balance(session, house.second.key, day("2026-02-01")).paid == 40


def test_a_branch_that_stands_collects_its_own_arrears_until_it_ends(
    session: Session, house: House
) -> None:
    third = a_unit(session, "第三支部")
    there = move(session, house.person, house.second, "2026-03-10")
    move(session, there, third, "2026-05-10")
    assert left_behind(session, third) == left_behind(session, house.second) == {}
    assert asked(session, house.first) == {"张三 2026-01": "missed", "张三 2026-02": "missed"}

    reorganising.dissolve(session, house.first, day("2026-06-01"), said("2026-06-01 10:00"))
    assert left_behind(session, house.second) == {}
    assert left_behind(session, third) == {
        "张三 2026-01 第一支部": 40,
        "张三 2026-02 第一支部": 40,
    }


def test_an_earlier_day_knows_only_what_was_so_then(session: Session, house: House) -> None:
    pay(session, house.first, house.person, "2026-03", 40, "2026-03-05 10:00")

    def march(unit: Unit, known_on: str) -> list[str]:
        found = findings(
            session,
            POLICY,
            unit,
            first=day("2026-03-01"),
            last=day("2026-03-31"),
            on=day("2026-04-20"),
            known_on=day(known_on),
        )
        return [each.state.value for each in found if each.requirement.code == "dues"]

    before = march(house.first, "2026-03-08")
    there = move(session, house.person, house.second, "2026-03-10")
    assert march(house.first, "2026-03-08") == before == ["met"]
    then = march(house.second, "2026-04-20")
    late = pay(session, house.first, house.person, "2026-04", 40, "2026-04-25 10:00")
    reverse(session, house.first, late, "2026-04-26 10:00")
    move(session, there, house.first, "2026-05-10")
    assert march(house.second, "2026-04-20") == then == ["met"]


def test_asked_of_many_at_once_or_of_one_it_is_the_same(session: Session, house: House) -> None:
    pay(session, house.first, house.person, "2026-04", 15, "2026-03-05 10:00")
    new = move(session, house.person, house.second, "2026-03-10")
    pay(session, house.second, new, "2026-02", 40, "2026-04-05 10:00")
    units, first, on = [house.first, house.second], day("2026-01-01"), day("2026-06-20")
    many = findings_of(session, POLICY, [Asked(u, on, POLICY.wanted(first, on)) for u in units])
    each = [findings(session, POLICY, unit, first=first, last=on, on=on) for unit in units]
    assert list(many) == each


def test_what_is_kept_of_the_other_units_is_reckoned_anew(engine: Engine) -> None:
    with transaction(engine) as session:
        house = House(session)
        first, second = house.first.key, house.second.key
        for each in (house.first, house.second):
            each.founded = day("2026-04-01")
        person = house.person
        new = move(session, person, house.second, "2026-04-10")

    def failing(*, kept: bool) -> list[tuple[str, ...]]:
        """What fails in both, from what is kept of them or reckoned anew."""
        with transaction(engine) as session:
            if not kept:
                session.execute(delete(OverviewRow))
            units = directory.units(session, [first, second])
            found = overviews(session, POLICY, units.values(), moment("2026-06-20 10:00"))
        return [found[key].failing for key in (first, second)]

    def pays(month: str) -> int:
        with transaction(engine) as session:
            return pay(session, directory.unit(session, first), person, month, 40)

    def revisions() -> tuple[int, int]:
        with transaction(engine) as session:
            found = directory.units(session, [first, second])
            return found[first].revision, found[second].revision

    assert "dues" in failing(kept=True)[1]
    before = revisions()
    numbers = [pays("2026-04"), pays("2026-05")]
    assert revisions() == (before[0], before[1] + 2)
    assert failing(kept=True) == failing(kept=False)
    assert "dues" not in failing(kept=True)[1]
    with transaction(engine) as session:
        reverse(session, directory.unit(session, first), numbers[0])
    assert revisions() == (before[0], before[1] + 3)
    with transaction(engine) as session:
        pay(session, directory.unit(session, second), new, "2026-03", 40)
    assert revisions() == (before[0] + 1, before[1] + 3)
    assert failing(kept=True) == failing(kept=False)


def test_a_payment_that_turns_out_anothers_concerns_the_units_of_both(
    session: Session, house: House
) -> None:
    other = a_person(session, house.first, "李四", 4000)
    number = pay(session, house.first, house.person, "2026-04", 40, "2026-03-05 10:00")
    move(session, house.person, house.second, "2026-03-10")
    session.refresh(house.second)
    before = house.second.revision
    paid = PaymentText(other.key, day("2026-04-01"), 4000, day("2026-03-05"))
    entry = numbered(session, house.first, number)
    amendment = journal.add_payment(session, house.first.key, paid, said(), entry)
    session.refresh(house.second)
    assert house.second.revision == before + 1
    assert asked(session, house.second)["张三 2026-04"] == "missed"
    reverse(session, house.first, amendment)
    session.refresh(house.second)
    assert house.second.revision == before + 2
    assert asked(session, house.second)["张三 2026-04"] == "met"
