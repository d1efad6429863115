"""A correction of one payment: who paid, how much, for which month; only what is said changes."""

from dataclasses import dataclass
from decimal import Decimal

from compliance.periods import Period
from handlers.grammar import roster, sums
from handlers.grammar.dues_months import only_month
from handlers.grammar.parts import Reading
from handlers.grammar.result import Context
from handlers.grammar.scanner import Scanner

_FILLER = "dues_changes"


@dataclass(frozen=True, slots=True)
class DuesChanges:
    """What is to be different about a payment, in yuan; what was not said is None."""

    name: str | None = None
    amount: Decimal | None = None
    month: Period | None = None


def read_dues_changes(text: str, context: Context) -> DuesChanges:
    """Give what a correction says: ``60``, ``10月``, ``60 10月``, ``李四``.

    Raises ``Unreadable`` with every problem found, also when nothing was said.
    """
    scanner = Scanner(text)
    reading = Reading(scanner, roster.of(context.names), _FILLER)
    name = _name(reading)
    month = only_month(scanner, context.today, _FILLER)
    amount = sums.only(scanner, _FILLER)
    for span in reading.left(0, len(scanner.source.text)):
        if reading.people.near(scanner.source.text[slice(*span)]):
            reading.refuse_unknown(span)
        else:
            scanner.refuse("not_understood", *span)
    changes = DuesChanges(name, amount, month)
    if changes == DuesChanges():
        scanner.lack("no_amount", form=_FILLER)
    scanner.finish()
    return changes


def _name(reading: Reading) -> str | None:
    scanner, people = reading.scanner, reading.people
    spans = people.spans(scanner.open)
    for span in spans:
        scanner.take(*span)
    if not spans:
        return None
    name = people.name(scanner.source.text[slice(*spans[0])])
    if len(spans) > 1:
        scanner.refuse("not_understood", *spans[1])
    elif name in people.twice:
        scanner.refuse("ambiguous_name", *spans[0], people.meant(name), name=name)
    return name
