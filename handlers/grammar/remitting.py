"""Dues handed on to the unit above: one month and one sum."""

from datetime import date
from decimal import Decimal

from compliance.periods import Cadence, Period
from handlers.grammar import months, roster, sums, vocabulary
from handlers.grammar.dues import refuse_far
from handlers.grammar.parts import Reading
from handlers.grammar.result import RemittanceLine
from handlers.grammar.scanner import Scanner

MOST = Decimal(10_000_000)  # yuan a month; more is a slip of the hand

_FILLER = "dues_remittance"


def read_remittance(text: str, today: date) -> RemittanceLine:
    """Give the month and the yuan handed on; ``Unreadable`` with every problem found."""
    scanner = Scanner(text)
    this_month = Period.of(Cadence.MONTHLY, today)
    month = _month(scanner, this_month, today)
    amount = _amount(scanner)
    Reading(scanner, roster.of(()), _FILLER).refuse_left()
    scanner.finish()
    return RemittanceLine(month, amount)


def _month(scanner: Scanner, this_month: Period, today: date) -> Period:
    found = months.find(scanner, today)
    refuse_far(scanner, found, this_month)
    said = [month for one in found for month in one.months or ()]
    if len(said) > 1:
        span = found[0].start, found[-1].end
        scanner.refuse("bad_month", *span, reason="one_month", form=_FILLER)
    elif not found:
        scanner.lack("no_month", form=_FILLER)
    return said[0] if said else this_month


def _amount(scanner: Scanner) -> Decimal:
    found = scanner.take_all(vocabulary.pattern(sums.PATTERN))
    if not found:
        scanner.lack("no_amount", form=_FILLER)
        return Decimal(0)
    amount = sums.value(found[0][0])
    reason = "two" if len(found) > 1 else sums.wrong(found[0][0], amount, MOST)
    if reason:
        span = found[0].start(), found[-1].end()
        scanner.refuse("bad_amount", *span, reason=reason, form=_FILLER)
    return amount
