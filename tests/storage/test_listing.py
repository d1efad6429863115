"""The ledger as people list it: what became of each entry, and which came late."""

from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import Session

from compliance.assessment import State
from compliance.people import Stage
from storage import journal, listing
from storage.dues_book import dues_lines
from storage.journal import RecordText
from storage.listing import Listed
from storage.units import Unit
from tests.storage.samples import (
    POLICY,
    SHANGHAI,
    a_person,
    a_unit,
    day,
    moment,
    pay,
    record,
    reverse,
    said,
)


def listed(session: Session, unit: Unit) -> dict[int, Listed]:
    found = listing.records(session, POLICY, unit, date(2026, 1, 1), date(2026, 12, 31))
    return {each.number: each for each in found}


def test_records_come_by_the_day_they_were_held(session: Session) -> None:
    unit = a_unit(session)
    for held_on in ("2026-05-05", "2026-03-05", "2026-05-05", "2025-12-31", "2027-01-01"):
        record(session, unit, "支委会", held_on)
    assert list(listed(session, unit)) == [2, 1, 3]


def test_an_entry_tells_what_it_amends_and_what_amended_it(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, "学习")
    record(session, unit, "支委会")
    record(session, unit, "支委会", amends=2)
    found = listed(session, unit)
    assert (found[2].amends, found[2].amended_by, found[2].reversed) == (None, 3, False)
    assert (found[3].amends, found[3].amended_by, found[3].reversed) == (2, None, False)
    assert [found[n].live for n in (1, 2, 3)] == [True, False, True]


def test_an_amendment_taken_back_no_longer_amends(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    record(session, unit, amends=1)
    reverse(session, unit, 2)
    found = listed(session, unit)
    assert found[1].live
    assert (found[2].reversed, found[2].amends) == (True, 1)
    reverse(session, unit, 3)
    found = listed(session, unit)
    assert (found[1].amended_by, found[2].reversed) == (2, False)


def test_an_amended_amendment_keeps_the_first_entry_out(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    record(session, unit, amends=1)
    record(session, unit, amends=2)
    found = listed(session, unit)
    assert [found[n].amended_by for n in (1, 2, 3)] == [3, 3, None]
    reverse(session, unit, 3)
    found = listed(session, unit)
    assert [found[n].live for n in (1, 2, 3)] == [False, True, False]
    assert found[1].amended_by == 2


def test_the_moment_of_entry_is_told_in_the_units_zone(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, at="2026-03-05 23:30")
    entered = listed(session, unit)[1].entered_at
    assert entered == moment("2026-03-05 23:30")
    assert entered.tzinfo == SHANGHAI


@pytest.mark.parametrize(
    ("kinds", "held_on", "entered", "late"),
    [
        # March ends on a Tuesday; the grace takes in 1, 2 and 3 April.
        ("支委会", "2026-03-05", "2026-04-03 23:59", False),
        ("支委会", "2026-03-05", "2026-04-04 00:00", True),
        # A quarterly kind has until the quarter's grace is over.
        ("党员大会", "2026-01-05", "2026-04-03 12:00", False),
        ("党员大会", "2026-01-05", "2026-04-07 12:00", True),
        # Late for one of its requirements is late.
        ("党员大会+支委会", "2026-01-05", "2026-03-31 12:00", True),
        # A plan is due on 31 January, a Saturday; the grace ends on 4 February.
        ("工作计划", "2026-01-05", "2026-02-04 12:00", False),
        ("工作计划", "2026-01-05", "2026-02-05 12:00", True),
    ],
)
def test_what_is_entered_after_the_grace_is_late(
    session: Session, kinds: str, held_on: str, entered: str, late: bool
) -> None:
    unit = a_unit(session)
    record(session, unit, kinds, held_on, at=entered)
    assert listed(session, unit)[1].late is late


@pytest.mark.parametrize(("entered", "late"), [("2026-07-08", False), ("2026-07-11", True)])
def test_a_review_is_late_by_the_deadline_of_its_own_case(
    session: Session, entered: str, late: bool
) -> None:
    unit = a_unit(session)
    person = a_person(session, unit, "王五", stage=Stage.ACTIVIST)
    person.activist_on = day("2026-01-08")  # reviewed by 7 July, a Tuesday, and three days more
    session.add(person)
    text = RecordText(kinds=("培养考察",), held_on=day("2026-07-01"), people=((person.key, None),))
    journal.add_record(session, unit.key, text, said(f"{entered} 10:00"))
    assert listed(session, unit)[1].late is late


def test_payments_are_listed_with_those_taken_back(session: Session) -> None:
    unit = a_unit(session)
    person = a_person(session, unit, "张三")
    pay(session, unit, person, "2026-03", 50)
    pay(session, unit, person, "2026-04", 60)
    pay(session, unit, person, "2026-05", 60)
    reverse(session, unit, 1)
    found = listing.payments(session, unit, day("2026-03-15"), day("2026-04-01"))
    assert [(each.number, each.amount, each.reversed) for each in found] == [
        (1, Decimal("50.00"), True),
        (2, Decimal("60.00"), False),
    ]
    assert (found[0].person_id, found[0].month) == (person.id, day("2026-03-01"))


def test_the_dues_book_shows_each_members_month(session: Session) -> None:
    unit = a_unit(session)
    paid, part, never = (a_person(session, unit, name, 4000) for name in ("张三", "李四", "王五"))
    unknown = a_person(session, unit, "赵六")
    a_person(session, unit, "周七", 4000, left_on=day("2026-01-31"))
    pay(session, unit, paid, "2026-03", 40)
    pay(session, unit, part, "2026-03", 15)
    pay(session, unit, never, "2026-03", 40)
    reverse(session, unit, 3)
    book = dues_lines(
        session,
        POLICY,
        unit,
        first=day("2026-03-01"),
        last=day("2026-03-31"),
        on=day("2026-03-31"),
    )
    assert [(line.person, line.due, line.paid, line.state) for line in book] == [
        ("张三", Decimal("40.00"), Decimal("40.00"), State.MET),
        ("李四", Decimal("40.00"), Decimal("15.00"), State.DUE_SOON),
        ("王五", Decimal("40.00"), Decimal(0), State.DUE_SOON),
        ("赵六", None, Decimal(0), State.DUE_SOON),
    ]
    assert [[payment.number for payment in line.payments] for line in book] == [[1], [2], [3], []]
    assert book[2].payments[0].reversed
    assert book[3].person_id == unknown.id


def test_a_unit_without_members_has_no_dues_to_list(session: Session) -> None:
    unit = a_unit(session)
    year = {"first": date(2026, 1, 1), "last": date(2026, 12, 31), "on": date(2026, 12, 31)}
    assert dues_lines(session, POLICY, unit, **year) == []
