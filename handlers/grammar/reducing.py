"""A superior's reduction of one person's dues: how much, from when until when, and why."""

import re
from decimal import Decimal

from compliance.periods import Cadence, Period
from handlers.grammar import months, roster, sums, vocabulary
from handlers.grammar.dues_months import refuse_far
from handlers.grammar.months import Months
from handlers.grammar.parts import Reading
from handlers.grammar.result import Context, Grant, Reduction
from handlers.grammar.scanner import Scanner

_FILLER = "dues_reduction"
_WHY = r"@why[: ]+(?P<text>[^\n]*)"
_UNTIL = r"@until ?\Z"


def read_reduction(text: str, context: Context) -> Reduction:
    """Give what a superior says of one person's dues, the fields in any order.

    The reason runs to the end of its line. Raises ``Unreadable`` with every problem found.
    """
    scanner = Scanner(text)
    reading = Reading(scanner, roster.of(context.names), _FILLER)
    this_month = Period.of(Cadence.MONTHLY, context.today)
    reason = _reason(scanner)
    name = _name(reading)
    found = months.find(scanner, context.today)
    refuse_far(scanner, found, this_month)
    grant, amount = _grant(scanner)
    ended = grant is Grant.ENDED
    if ended:
        scanner.take_all(vocabulary.pattern("@starting"))
    first, last = _span(scanner, found, this_month, ended=ended)
    _refuse_left(reading, named=name is not None)
    if not reason and not ended:
        scanner.lack("no_reason")
    scanner.finish()
    return Reduction(name or "", grant, amount, first, last, reason)


def _refuse_left(reading: Reading, *, named: bool) -> None:
    """Refuse what is left: where nobody is named, the first piece of it must be the name."""
    left = reading.left(0, len(reading.scanner.source.text))
    if not named and not left:
        reading.scanner.lack("no_name", form=_FILLER)
    for index, span in enumerate(left):
        if index == 0 and not named:
            reading.refuse_unknown(span)
        else:
            reading.scanner.refuse("not_understood", *span)


def _reason(scanner: Scanner) -> str:
    found = scanner.take_all(vocabulary.pattern(_WHY))
    for again in found[1:]:
        scanner.refuse("duplicate_field", *again.span(), field="reason")
    return scanner.quote(*found[0].span("text")) if found else ""


def _name(reading: Reading) -> str | None:
    scanner = reading.scanner
    spans = reading.people.spans(scanner.open)
    for span in spans:
        scanner.take(*span)
    for again in spans[1:]:
        scanner.refuse("duplicate_field", *again, field="dues")
    if not spans:
        return None
    name = reading.people.name(scanner.source.text[slice(*spans[0])])
    if name in reading.people.twice:
        scanner.refuse("ambiguous_name", *spans[0], reading.people.meant(name), name=name)
    return name


def _grant(scanner: Scanner) -> tuple[Grant, Decimal | None]:
    exempt = scanner.take_all(vocabulary.pattern("@exempt"))
    ended = scanner.take_all(vocabulary.pattern("@revoke"))
    amounts = scanner.take_all(vocabulary.pattern(sums.PATTERN))
    said = sorted([*exempt, *ended, *amounts], key=re.Match.start)
    if not said:
        scanner.lack("no_amount", form=_FILLER)
    elif len(said) > 1:
        span = said[0].start(), said[-1].end()
        scanner.refuse("bad_amount", *span, reason="two", form=_FILLER)
    if not amounts:
        return Grant.EXEMPT if exempt else Grant.ENDED, None
    amount = sums.value(amounts[0][0])
    if reason := sums.wrong(amounts[0][0], amount):
        scanner.refuse("bad_amount", *amounts[0].span(), reason=reason, form=_FILLER)
    return Grant.REDUCED, amount


def _span(
    scanner: Scanner, found: list[Months], this_month: Period, *, ended: bool
) -> tuple[Period, Period | None]:
    """Give the first and the last month: from this one on where only the last is said."""
    if len(found) > 1:
        values = {"reason": "two", "form": _FILLER}
        scanner.refuse("bad_month", found[0].start, found[-1].end, **values)
    if not found or not found[0].months:
        if not ended and not found:
            scanner.lack("no_month", form=_FILLER)
        return this_month, None if ended else this_month
    first, last = found[0].months[0], found[0].months[-1]
    if _only_the_last(scanner, found[0]):
        first = this_month
    if first > last:
        span = found[0].start, found[0].end
        scanner.refuse("bad_month", *span, reason="past", form=_FILLER)
    return first, None if ended else last


def _only_the_last(scanner: Scanner, found: Months) -> bool:
    """Tell whether a word right before the month says that it is the last one."""
    until = vocabulary.pattern(_UNTIL).search(scanner.open[: found.start])
    if until is not None:
        scanner.take(*until.span())
    return until is not None
