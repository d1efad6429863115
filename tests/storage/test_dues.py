"""What dues rest on, and what was paid and handed on, on both databases."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from compliance.access import Role
from compliance.people import DuesBasis
from compliance.periods import Cadence, Period
from storage import bases, directory, journal, reminding, remittances, roster, rulings
from storage.database import rehearsal, transaction
from storage.dues_book import dues_lines, reductions
from storage.imports.rows import RosterRow
from storage.journal import PaymentText, RemittanceText, ScoreText, WaiverText
from storage.ledger import Audit
from storage.people import DuesBasisRow, Person
from storage.proof import prove
from storage.queues import ReminderOutcome
from storage.reminding import Settlement, StepKey
from storage.units import RoleHeld, Unit
from tests.storage.samples import (
    POLICY,
    SECRETARY,
    a_person,
    a_unit,
    day,
    moment,
    numbered,
    pay,
    reverse,
    said,
)

MARCH = day("2026-03-01")


@pytest.fixture
def unit(engine: Engine) -> Unit:
    with transaction(engine) as session:
        found = a_unit(session)
        a_person(session, found, "张三", base=4000)
        return found


def the_person(session: Session, unit: Unit) -> Person:
    (person,) = roster.people_named(session, unit.key, "张三")
    return person


def reduction(until: str = "2026-12-31") -> DuesBasis:
    return DuesBasis(
        MARCH, "employed", fixed=Decimal("5.50"), holds_until=day(until), reason="因病"
    )


def set_basis(session: Session, unit: Unit, basis: DuesBasis) -> None:
    (member,) = bases.people(session, unit.key)
    bases.add_basis(session, unit.key, member, basis, said())


def test_a_basis_comes_back_as_it_was_set_and_by_whom(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        set_basis(session, unit, reduction())
    with transaction(engine) as session:
        (member,) = bases.people(session, unit.key)
        assert member.bases == (DuesBasis(None, "employed", Decimal(4000)), reduction())
        row = session.exec(select(DuesBasisRow)).all()[-1]
        assert (row.entered_by, row.entered_at) == (SECRETARY, moment("2026-03-05 10:00"))


def test_what_is_set_is_in_the_audit_with_what_held_before(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        set_basis(session, unit, DuesBasis(MARCH, "employed", Decimal(8000)))
    with transaction(engine) as session:
        set_basis(session, unit, reduction())
    with transaction(engine) as session:
        rows = session.exec(select(Audit).order_by("id")).all()
        assert [(row.action, row.unit_id, row.entry_id) for row in rows] == [
            ("assess_dues", unit.id, None),
            ("reduce_dues", unit.id, None),
        ]
        said_before = [json.loads(row.before or "{}")["dues_basis"][0] for row in rows]
        said_after = [json.loads(row.after or "{}")["dues_basis"][0] for row in rows]
        assert [each["base_fen"] for each in said_before] == [400000, 800000]
        assert said_after[1]["fixed_fen"] == 550
        assert said_after[1]["reason"] == "因病"
        assert prove(session).flaw is None


def test_a_basis_changes_no_month_before_it(engine: Engine, unit: Unit) -> None:
    def due(session: Session) -> list[Decimal | None]:
        days = {"first": day("2026-01-01"), "last": day("2026-04-30"), "on": day("2026-05-20")}
        return [line.due for line in dues_lines(session, POLICY, unit, **days)]

    with transaction(engine) as session:
        assert due(session) == [40, 40, 40, 40]
        set_basis(session, unit, DuesBasis(MARCH, "employed", Decimal(8000)))
        assert due(session) == [40, 40, 120, 120]
        set_basis(session, unit, reduction("2026-03-31"))
        assert due(session) == [40, 40, Decimal("5.50"), 120]


def test_a_roster_file_leaves_a_reduction_as_it_is(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        set_basis(session, unit, reduction())
        row = RosterRow({"name": "张三"}, None, DuesBasis(None, "", Decimal(4000)))
        roster.take_rows(session, unit, [row], day("2026-06-01"))
        (member,) = bases.people(session, unit.key)
        assert len(member.bases) == 2
        changed = replace(row, basis=DuesBasis(None, "", Decimal(9000)))
        roster.take_rows(session, unit, [changed], day("2026-06-01"))
    with transaction(engine) as session:
        (member,) = bases.people(session, unit.key)
        assert member.basis_on(day("2026-06-30")) == reduction()
        assert member.bases[-1] == DuesBasis(day("2026-06-01"), "employed", Decimal(9000))


def test_reductions_are_those_of_the_month(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        set_basis(session, unit, reduction("2026-04-30"))
        held = {
            month: list(reductions(session, unit, Period(Cadence.MONTHLY, 2026, month)).values())
            for month in (2, 3, 4, 5)
        }
    assert held == {2: [], 3: [reduction("2026-04-30")], 4: [reduction("2026-04-30")], 5: []}


# ---------------------------------------------------------------- 上缴


def remit(session: Session, unit: Unit, yuan: int, month: date = MARCH) -> int:
    text = RemittanceText(month, yuan * 100, day("2026-04-02"))
    return journal.add_remittance(session, unit.key, text, said("2026-04-02 10:00"))


def test_a_balance_holds_what_counts_of_its_month_and_unit(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        other = a_unit(session, "第二支部")
        stranger = a_person(session, other, "冯一")
        person = the_person(session, unit)
        paid = pay(session, unit, person, "2026-03", 40)
        pay(session, unit, person, "2026-03", 2)
        pay(session, unit, person, "2026-04", 40)
        pay(session, other, stranger, "2026-03", 9)
        remit(session, other, 9)
        first = remit(session, unit, 42)
        remit(session, unit, 40, day("2026-04-01"))
    with transaction(engine) as session:
        for alone in (True, False):
            found = remittances.balance(session, unit.key, MARCH, alone=alone)
            assert (found.paid, found.remitted, found.numbers) == (
                Decimal(42),
                Decimal(42),
                (first,),
            )
        reverse(session, unit, paid)
        undone = reverse(session, unit, first)
        found = remittances.balance(session, unit.key, MARCH)
        assert (found.paid, found.remitted, found.numbers, found.difference) == (
            Decimal(2),
            Decimal(0),
            (),
            Decimal(2),
        )
        reverse(session, unit, undone)
        assert remittances.balance(session, unit.key, MARCH, alone=True).difference == -40


def test_a_remittance_a_waiver_and_a_score_say_what_they_are(engine: Engine, unit: Unit) -> None:
    with transaction(engine) as session:
        remit(session, unit, 42)
        waiver = WaiverText("dues", None, MARCH, day("2026-12-31"), "因病")
        journal.add_waiver(session, unit.key, waiver, said())
        journal.add_score(session, unit.key, ScoreText("innovation", 2026, 925, "好"), said())
    with transaction(engine) as session:
        one, two, three = (numbered(session, unit, number) for number in (1, 2, 3))
        view = remittances.remittance(session, one)
        assert (view.month.code, view.amount) == ("2026-03", Decimal(42))
        waived, scored = rulings.ruling(session, two), rulings.ruling(session, three)
        assert (waived.requirement, waived.first_on, waived.points) == ("dues", MARCH, None)
        assert (scored.requirement, scored.points) == ("innovation", Decimal("92.5"))
        assert scored.last_on == day("2026-12-31")
        for entry in (two, three):
            with pytest.raises(LookupError):
                remittances.remittance(session, entry)
        with pytest.raises(LookupError):
            rulings.ruling(session, one)


# ---------------------------------------------------------------- 谁听欠缴


def test_the_one_who_looks_after_the_dues_holds_the_office_that_day(engine: Engine) -> None:
    with transaction(engine) as session:
        one, two, three = (a_unit(session, f"第{n}支部") for n in range(3))
        held = [
            RoleHeld(telegram_id=1, unit_id=one.key, role=Role.ORGANISATION),
            RoleHeld(telegram_id=2, unit_id=one.key, role=Role.SECRETARY, to_on=day("2026-03-01")),
            RoleHeld(
                telegram_id=3, unit_id=one.key, role=Role.SECRETARY, from_on=day("2026-03-03")
            ),
            RoleHeld(telegram_id=4, unit_id=two.key, role=Role.DEPUTY),
            RoleHeld(telegram_id=5, unit_id=three.key, role=Role.DISCIPLINE),
        ]
        session.add_all(held)
        session.flush()
        ids = [one.key, two.key, three.key]

        def on(text: str) -> dict[int, int]:
            return directory.treasurers(session, dict.fromkeys(ids, day(text)))

        assert on("2026-03-01") == {one.key: 2, two.key: 4}
        assert on("2026-03-02") == {one.key: 1, two.key: 4}
        assert on("2026-03-03") == {one.key: 3, two.key: 4}
        assert directory.treasurers(session, {}) == {}


def test_steps_of_members_are_known_whoever_was_told(engine: Engine, unit: Unit) -> None:
    told = StepKey(unit.key, "dues", 7, "2026-01", "arrears-1")
    others = [
        StepKey(unit.key, "dues", 0, "2026-01", "0"),
        StepKey(unit.key, "study", 7, "2026-01", "0"),
    ]
    with transaction(engine) as session:
        steps = [Settlement(k, ReminderOutcome.SENT, 9, MARCH) for k in (told, *others)]
        reminding.settle_steps(session, steps, moment("2026-03-05 10:00"))
        assert reminding.settled_of(session, [unit.key], "dues") == {told}
        assert reminding.settled_of(session, [unit.key + 1], "dues") == set()
        assert reminding.settled_of(session, [], "dues") == set()


# ---------------------------------------------------------------- sums

happenings = st.lists(
    st.one_of(
        st.tuples(st.integers(1, 200_000), st.integers(1, 3)),  # a payment: fen, month
        st.integers(0, 30),  # a reversal of that entry, or of that reversal
    ),
    max_size=14,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings)
def test_totals_are_the_sum_of_what_counts_in_any_order(
    sqlite: Engine, happened: list[tuple[int, int] | int]
) -> None:
    """An entry counts while nothing that counts reverses it: reckoned here from the newest down."""
    with rehearsal(sqlite) as session:
        found = a_unit(session)
        person = a_person(session, found, "张三", base=4000)
        paid: dict[int, tuple[int, int]] = {}
        targets: dict[int, int] = {}
        for each in happened:
            if isinstance(each, tuple):
                amount, month = each
                text = PaymentText(person.key, date(2026, month, 1), amount, day("2026-03-05"))
                paid[journal.add_payment(session, found.key, text, said())] = each
            elif entries := sorted({*paid, *targets} - set(_live_targets(targets))):
                target = entries[each % len(entries)]
                targets[reverse(session, found, target)] = target
        dead = _live_targets(targets)
        expected: dict[int, int] = defaultdict(int)
        for number, (amount, month) in paid.items():
            expected[month] += 0 if number in dead else amount
        days = {"first": day("2026-01-01"), "last": day("2026-03-31"), "on": day("2026-03-31")}
        lines = dues_lines(session, POLICY, found, **days)
        assert {line.month.index: line.paid * 100 for line in lines} == {
            month: expected[month] for month in (1, 2, 3)
        }
        for line in lines:
            balance = remittances.balance(session, found.key, line.month.start)
            assert balance.paid == line.paid >= 0
            assert line.paid == sum(p.amount for p in line.payments if not p.reversed)


def _live_targets(targets: dict[int, int]) -> set[int]:
    dead: set[int] = set()
    for number in sorted(targets, reverse=True):
        if number not in dead:
            dead.add(targets[number])
    return dead
