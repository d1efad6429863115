"""A month at the end of a line with several payments: of the last one alone, or of all of them."""

from collections.abc import Iterable
from itertools import groupby, takewhile

from compliance.periods import Period
from handlers.grammar import dues_months
from handlers.grammar.parts import Part
from handlers.grammar.problems import Choice, Problem
from handlers.grammar.scanner import Scanner


def ask(scanner: Scanner, parts: Iterable[Part], today: Period) -> None:
    """Ask whose a month is that only the last of a line says, unless it is today's anyway.

    One that stands alone, or before a name, holds for those after it: then nothing is in doubt.
    """
    for _, line in groupby(parts, key=lambda part: part.line):
        *before, last = line
        if any(map(_leads, (*before, last))):
            return
        others = list(takewhile(_says_no_month, reversed(before)))
        if others and last.name and last.found and _may_hold(last, others, today):
            _ask(scanner, last, others, today)


def _leads(part: Part) -> bool:
    return bool(part.months) and (part.name is None or part.months[0].start < part.name[0])


def _says_no_month(part: Part) -> bool:
    return bool(part.name and part.found and not part.months)


def _may_hold(last: Part, others: list[Part], today: Period) -> bool:
    """Whether the month may be that of the others, too; a range is what one sum is split over."""
    if len(last.months) != 1 or len(last.said) != 1 or last.said == (today,):
        return False
    return not last.monthly or all(part.monthly for part in others)


def _ask(scanner: Scanner, last: Part, others: list[Part], today: Period) -> None:
    ends = {max(part.name[1], part.found[-1].end()) for part in others if part.name}
    offers = (
        dues_months.offer(scanner, last.months[0], last.said),
        dues_months.offer(scanner, last.months[0], (today,)),
    )
    choices = tuple(
        Choice(what, value, scanner.saying({(end, end): f" {text}" for end in ends}))
        for what, value, text in offers
    )
    month = scanner.quote(last.months[0].start, last.months[0].end)
    place = scanner.source.place(max(ends), max(ends))  # what is typed is the month that lacks
    scanner.note(Problem("whose_month", "", {"month": month}, choices, place))
