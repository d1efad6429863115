"""What dues rest on: one or many people, each with a base, a set amount or a category."""

from collections.abc import Iterator
from decimal import Decimal

from compliance.periods import Cadence, Period
from handlers.grammar import months, roster, sums, vocabulary
from handlers.grammar.dues_months import refuse_far
from handlers.grammar.parts import Part, Reading
from handlers.grammar.result import BasisLine, Context
from handlers.grammar.scanner import Scanner

MOST_BASE = Decimal(1_000_000)  # yuan a month; more is a slip of the hand
YEAR = 12

_FILLER = "dues_basis"
_SUM = rf"(?:(?P<base>@dues_base)|(?P<fixed>@dues_fixed))[: ]*@assessed_as? ?(?P<sum>{sums.FIGURE})"
_WHAT = rf"{_SUM}|(?P<category>@dues_categories)|(?P<bare>{sums.PATTERN})"


def read_bases(text: str, context: Context) -> tuple[BasisLine, ...]:
    """Give what a message says of people's dues, a line each.

    Sums are yuan a month. Months are read as those of payments are; a year begins in January.
    Raises ``Unreadable`` with every problem found.
    """
    scanner = Scanner(text)
    reading = Reading(scanner, roster.of(context.names), _FILLER)
    names = reading.people.spans(scanner.open)
    for span in names:
        scanner.take(*span)
    found = months.find(scanner, context.today)
    refuse_far(scanner, found, Period.of(Cadence.MONTHLY, context.today))
    parts = reading.cut(names, found, scanner.take_all(vocabulary.pattern(_WHAT)))
    lines: dict[str, BasisLine] = {}
    for line, part in _lines(reading, parts):
        if line.name in lines:
            span = part.name or (part.start, part.end)
            scanner.refuse("duplicate_field", *span, field="dues", name=line.name)
        lines[line.name] = line
    if not parts:
        scanner.lack("no_name", form=_FILLER)
    scanner.finish()
    return tuple(lines.values())


def _lines(reading: Reading, parts: list[Part]) -> Iterator[tuple[BasisLine, Part]]:
    for part, said in reading.dated(parts):
        name = reading.name(part)
        what = _what(reading.scanner, part)
        holds_from = _holds_from(reading.scanner, part, said)
        if name is not None and what is not None:
            yield BasisLine(name, *what, holds_from), part


What = tuple[str | None, Decimal | None, Decimal | None]  # category, base, set amount


def _what(scanner: Scanner, part: Part) -> What | None:
    """Give what is said of the person; None, and the problem noted, where that cannot be."""
    said = {name: [m for m in part.found if m[name]] for name in ("category", "base", "fixed")}
    category, base, fixed = said["category"], said["base"], said["fixed"]
    span = part.name or (part.start, part.end)
    if bare := [match for match in part.found if match["bare"]]:
        scanner.refuse("no_figure", *bare[0].span(), bare=True)
    elif not part.found:
        scanner.refuse("no_figure", *span, bare=False)
    elif len(category) > 1 or len(base) + len(fixed) > 1:
        first, last = part.found[0].start(), part.found[-1].end()
        scanner.refuse("bad_amount", first, last, reason="two", form=_FILLER)
    else:
        code = vocabulary.dues_categories()[category[0]["category"]] if category else None
        return code, _sum(scanner, base, MOST_BASE), _sum(scanner, fixed, sums.MOST)
    return None


def _sum(scanner: Scanner, found: list[months.Match], most: Decimal) -> Decimal | None:
    if not found:
        return None
    amount = sums.value(found[0]["sum"])
    if reason := sums.wrong(found[0]["sum"], amount, most):
        scanner.refuse("bad_amount", *found[0].span(), reason=reason, form=_FILLER)
    return amount


def _holds_from(scanner: Scanner, part: Part, said: tuple[Period, ...]) -> Period | None:
    """Give the one month said, or the January of the year said."""
    if not said:
        return None
    whole_year = len(said) == YEAR and said[0].index == 1
    if (len(said) > 1 and not whole_year) or len(part.months) > 1:
        spans = part.months or [months.Months(part.start, part.end, said)]
        values = {"reason": "one_month", "form": _FILLER}
        scanner.refuse("bad_month", spans[0].start, spans[-1].end, **values)
    return said[0]
