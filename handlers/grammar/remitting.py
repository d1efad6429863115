"""Dues handed on to the unit above: one month and one sum."""

from datetime import date
from decimal import Decimal

from compliance.periods import Cadence, Period
from handlers.grammar import roster, sums
from handlers.grammar.dues_months import only_month
from handlers.grammar.parts import Reading
from handlers.grammar.result import RemittanceLine
from handlers.grammar.scanner import Scanner

MOST = Decimal(10_000_000)  # yuan a month; more is a slip of the hand

_FILLER = "dues_remittance"


def read_remittance(text: str, today: date) -> RemittanceLine:
    """Give the month and the yuan handed on; ``Unreadable`` with every problem found."""
    scanner = Scanner(text)
    month = only_month(scanner, today, _FILLER)
    if month is None and not scanner.refused(("bad_month",)):
        scanner.lack("no_month", form=_FILLER)
    amount = sums.only(scanner, _FILLER, MOST)
    if amount is None:
        scanner.lack("no_amount", form=_FILLER)
    Reading(scanner, roster.of(()), _FILLER).refuse_left()
    scanner.finish()  # raises where either is missing
    this_month = Period.of(Cadence.MONTHLY, today)
    return RemittanceLine(month or this_month, amount or Decimal(0))
