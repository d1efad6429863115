"""Dues that people paid in other branches: before they moved here, or since they left."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam
from sqlmodel import Session

from compliance.facts import Ledger, Paid, UnitFacts
from storage.columns import table_of
from storage.database import run
from storage.entries import dead_among
from storage.ledger import Entry, Payment
from storage.ledgers import END_OF_TIME, PAYMENTS, read_payment
from storage.units import Unit

_ENTRY, _PAYMENT, _UNIT = table_of(Entry), table_of(Payment), table_of(Unit)
_PAID = (
    PAYMENTS.add_columns(_UNIT.c.name.label("place"))
    .join(_UNIT, _UNIT.c.id == _ENTRY.c.unit_id)
    .where(_PAYMENT.c.person_id.in_(bindparam("people", expanding=True)))
)


def with_elsewhere(
    session: Session,
    units: Collection[Unit],
    facts: Mapping[int, UnitFacts],
    ledgers: Mapping[int, Ledger],
    *,
    first: date,
    last: date,
    before: datetime | None = None,
) -> Mapping[int, Ledger]:
    """Answer the units' ledgers with what their people paid elsewhere for the months of some days.

    ``facts`` and ``ledgers`` are by the ids of the units, which know whose people moved; where
    nobody did, nothing is read. ``before`` leaves out what was entered at that moment or later.
    """
    rows = {unit.key: frozenset(_elsewhere(facts[unit.key])) for unit in units}
    people = frozenset[int]().union(*rows.values())
    if not people:
        return ledgers
    days = {"first": first.replace(day=1), "last": last, "before": before or END_OF_TIME}
    found = run(session, _PAID, {"people": sorted(people), **days}).all()
    dead = dead_among(session, sorted({row.unit_id for row in found}), before) if found else ()
    of_person: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in found:
        if row.id not in dead:
            of_person[row.person_id].append(row)
    paid = {
        unit.key: tuple(_paid(unit, (r for row in rows[unit.key] for r in of_person[row])))
        for unit in units
    }
    return {
        unit_id: replace(ledger, paid=(*ledger.paid, *paid.get(unit_id, ())))
        for unit_id, ledger in ledgers.items()
    }


def _elsewhere(facts: UnitFacts) -> Iterable[int]:
    """Answer the ids that people of a unit have on rosters."""
    return (row for member in facts.members for row in member.same)


def _paid(unit: Unit, rows: Iterable[Row[Any]]) -> Iterable[Paid]:
    """Read payments of other units; when they were entered goes by the clock of this one."""
    zone = ZoneInfo(unit.timezone)
    for row in sorted(rows, key=lambda row: row.id):
        if row.unit_id != unit.key:
            yield read_payment(row, zone, row.place)
