"""Dues handed on to the unit above, set against the payments they are made of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from compliance.periods import Cadence, Period
from storage.columns import table_of
from storage.database import run
from storage.entries import dead_entries, dead_now
from storage.ledger import Entry, Payment, Remittance
from storage.money import yuan

_ENTRY, _PAYMENT, _REMITTANCE = table_of(Entry), table_of(Payment), table_of(Remittance)
_OF_UNIT = _ENTRY.c.unit_id == bindparam("unit")
_PAID = (
    columns(_ENTRY.c.id, _PAYMENT.c.amount_fen)
    .join(_PAYMENT, _PAYMENT.c.entry_id == _ENTRY.c.id)
    .where(_OF_UNIT, _PAYMENT.c.month == bindparam("month"))
)
_REMITTED = (
    columns(_ENTRY.c.id, _ENTRY.c.number, _REMITTANCE.c.amount_fen)
    .join(_REMITTANCE, _REMITTANCE.c.entry_id == _ENTRY.c.id)
    .where(_OF_UNIT, _REMITTANCE.c.month == bindparam("month"))
    .order_by(_ENTRY.c.number)
)
_ONE = columns(_REMITTANCE.c.month, _REMITTANCE.c.amount_fen).where(
    _REMITTANCE.c.entry_id == bindparam("entry")
)


@dataclass(frozen=True, slots=True)
class Balance:
    """A month's live payments and live remittances, in yuan; ``numbers`` are the latter's."""

    paid: Decimal
    remitted: Decimal
    numbers: tuple[int, ...]

    @property
    def difference(self) -> Decimal:
        """Answer what is paid and not handed on; below zero when too much was."""
        return self.paid - self.remitted


@dataclass(frozen=True, slots=True)
class RemittanceView:
    """What a remittance says: for which month how many yuan."""

    month: Period
    amount: Decimal


def balance(session: Session, unit_id: int, month: date, *, alone: bool = False) -> Balance:
    """Answer how a month's dues (its first day) stand.

    ``alone``: no other transaction writes for the unit until this one ends, for what is written
    next rests on it.
    """
    dead = (dead_now if alone else dead_entries)(session, unit_id)
    asked = {"unit": unit_id, "month": month}
    paid = sum(row.amount_fen for row in run(session, _PAID, asked) if row.id not in dead)
    remitted = [row for row in run(session, _REMITTED, asked) if row.id not in dead]
    return Balance(
        yuan(paid),
        yuan(sum(row.amount_fen for row in remitted)),
        tuple(row.number for row in remitted),
    )


def remittance(session: Session, entry: Entry) -> RemittanceView:
    """Answer what a remittance entry says; LookupError when the entry is no remittance."""
    row = run(session, _ONE, {"entry": entry.id}).first()
    if row is None:
        raise LookupError(f"entry {entry.number} is no remittance")
    return RemittanceView(Period.of(Cadence.MONTHLY, row.month), yuan(row.amount_fen))
