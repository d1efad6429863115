"""A payment that is amended: which entry counts, when it was first entered, and what proves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from compliance.assessment import State
from storage import entries, journal, listing, remittances, roster
from storage.database import transaction
from storage.dues_book import DuesLine, dues_lines
from storage.journal import PaymentText
from storage.ledger import Payment
from storage.proof import prove
from storage.units import Unit
from tests.storage.samples import (
    POLICY,
    a_person,
    a_unit,
    day,
    live_numbers,
    numbered,
    pay,
    reverse,
    said,
)

MARCH, APRIL = day("2026-03-01"), day("2026-04-01")


@pytest.fixture
def unit(engine: Engine) -> Unit:
    with transaction(engine) as session:
        found = a_unit(session)
        person = a_person(session, found, "张三", base=4000)
        a_person(session, found, "李四", base=4000)
        pay(session, found, person, "2026-03", 40)
        return found


def amend(
    session: Session, unit: Unit, number: int, at: str = "2026-03-06 10:00", **changes: object
) -> int:
    """Amend a payment; what is not said stays. Answers the new number."""
    target = numbered(session, unit, number)
    was = session.get_one(Payment, target.id)
    text = PaymentText(was.person_id, was.month, was.amount_fen, was.paid_on)
    changed = replace(text, **changes)  # type: ignore[arg-type]  # the names are the fields' names
    return journal.add_payment(session, unit.key, changed, said(at), target)


def book(
    session: Session, unit: Unit, month: date = MARCH, on: str = "2026-04-30"
) -> dict[str, DuesLine]:
    lines = dues_lines(session, POLICY, unit, first=month, last=month, on=day(on))
    return {line.person: line for line in lines}


def counting(session: Session, unit: Unit) -> set[int]:
    """The numbers of the entries that count."""
    return live_numbers(session, session.get_one(Unit, unit.key))


def paid(session: Session, unit: Unit) -> list[int]:
    """What March and April come to, in whole yuan."""
    return [int(remittances.balance(session, unit.key, on).paid) for on in (MARCH, APRIL)]


def test_the_amendment_alone_counts(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        assert amend(session, unit, 1, amount_fen=6000) == 2
    with transaction(engine) as session:
        assert counting(session, unit) == {2}
        line = book(session, unit)["张三"]
        assert (line.paid, line.state) == (Decimal(60), State.MET)
        was, now = line.payments
        assert (was.number, was.reversed, was.amended_by, was.struck_by) == (1, True, 2, 2)
        assert (now.number, now.reversed, now.amends, now.amended_by) == (2, False, 1, None)
        assert paid(session, unit) == [60, 0]


def test_a_chain_of_amendments_counts_once(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        amend(session, unit, 1, amount_fen=6000)
        amend(session, unit, 2, month=APRIL)
        amend(session, unit, 3, amount_fen=3500)
    with transaction(engine) as session:
        assert counting(session, unit) == {4}
        assert paid(session, unit) == [0, 35]
        found = listing.payments(session, unit, MARCH, APRIL)
        assert [(p.number, p.amends, p.amended_by) for p in found] == [
            (1, None, 4),
            (2, 1, 4),
            (3, 2, 4),
            (4, 3, None),
        ]


def test_taking_back_an_amendment_brings_back_the_former(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        amend(session, unit, 1, amount_fen=6000)
        amend(session, unit, 2, amount_fen=7000)
        reverse(session, unit, 3)  # 4: 60 again
        assert (counting(session, unit), paid(session, unit)) == ({2, 4}, [60, 0])
        reverse(session, unit, 4)  # 5: 70 again
        assert (counting(session, unit), paid(session, unit)) == ({3, 5}, [70, 0])
        reverse(session, unit, 5)  # 6: 60 once more
        reverse(session, unit, 2)  # 7: the first
        assert (counting(session, unit), paid(session, unit)) == ({1, 4, 6, 7}, [40, 0])
        reverse(session, unit, 1)
        assert paid(session, unit) == [0, 0]


def test_a_payment_amended_and_undone_is_listed_so(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        amend(session, unit, 1, amount_fen=6000)
        reverse(session, unit, 2)
        reverse(session, unit, 1)
    with transaction(engine) as session:
        first, second = listing.payments(session, unit, MARCH, MARCH)
        assert (first.reversed, first.amended_by, first.struck_by) == (True, None, 4)
        assert (second.reversed, second.amended_by, second.struck_by) == (True, None, 3)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"amount_fen": 4500}, State.MET),
        ({"month": MARCH}, State.MET),
        ({"month": APRIL}, State.MISSED),
    ],
)
def test_correcting_a_sum_does_not_make_a_payment_late(
    engine: Engine, unit: Unit, changes: dict[str, object], state: State
) -> None:
    with transaction(engine) as session:
        amend(session, unit, 1, "2026-06-20 10:00", **changes)
    with transaction(engine) as session:
        assert book(session, unit, on="2026-06-30")["张三"].state is state


def test_a_payment_moved_to_its_month_too_late_is_late_there(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        amend(session, unit, 1, "2026-06-20 10:00", month=APRIL)
        amend(session, unit, 2, "2026-06-21 10:00", amount_fen=4100)
    with transaction(engine) as session:
        assert book(session, unit, APRIL, on="2026-06-30")["张三"].state is State.MET_LATE


def test_who_paid_can_be_corrected(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        (other,) = roster.people_named(session, unit.key, "李四")
        amend(session, unit, 1, person_id=other.key)
    with transaction(engine) as session:
        assert {name: line.paid for name, line in book(session, unit).items()} == {
            "张三": 0,
            "李四": 40,
        }


def test_history_with_amended_payments_is_proven(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        amend(session, unit, 1, amount_fen=6000)
        reverse(session, unit, 2)
    with transaction(engine) as session:
        proof = prove(session)
        assert (proof.rows, proof.flaw) == (3, None)


def test_what_was_known_before_an_amendment_stays_known(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        amend(session, unit, 1, "2026-03-10 10:00", amount_fen=6000)
    with transaction(engine) as session:
        before = entries.dead_among(session, [unit.key], said("2026-03-08 10:00").at)
        assert before == frozenset()
