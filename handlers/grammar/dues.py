"""Payments: one or many people, each with a sum and perhaps a month or a range of months."""

import re
from decimal import Decimal
from itertools import pairwise

from compliance.periods import Cadence, Period
from handlers.grammar import (
    dues_months,
    late_months,
    months,
    normalise,
    numbering,
    rest,
    roster,
    shares,
    sums,
    vocabulary,
)
from handlers.grammar.months import Months
from handlers.grammar.parts import Part, Reading
from handlers.grammar.result import AllDues, Context, DuesLine
from handlers.grammar.scanner import GONE, Scanner

_VERB = r" *(?P<verb>@dues_verbs)(?P<rest>.*)"
_FILLER = "dues"
_MONTHLY = rf"@every_month(?=[ {GONE}]*{sums.PATTERN})"


def split_verb(text: str) -> tuple[str | None, str]:
    """Give what is to be done with dues, by its code, and the rest as typed; None for payments."""
    source = normalise.read(text[: normalise.LONGEST])
    match = vocabulary.pattern(f"(?s:{_VERB})").match(source.text)
    if match is None:
        return None, text
    after = match.start("rest")
    typed = source.typed[source.origin[after] :] if after < len(source.text) else ""
    return vocabulary.meanings("dues_verbs")[match["verb"]], typed.strip(" \n:：")


def read_dues(text: str, context: Context) -> tuple[DuesLine, ...] | AllDues:
    """Give the payments a message tells of, a line for each month; ``AllDues`` where everyone paid.

    Sums are in yuan. A month without a year is the one nearest to today's, of two as near the past
    one, and is asked about where that is more than two months to come; where no month is said it is
    today's. Raises ``Unreadable`` with every problem found.
    """
    scanner = Scanner(text)
    reading = Reading(scanner, roster.of(context.payers, context.names), _FILLER)
    this_month = Period.of(Cadence.MONTHLY, context.today)
    names = reading.people.spans(scanner.open)
    for span in names:
        scanner.take(*span)
    _take_joints(scanner, names)
    found = months.find(scanner, context.today)
    dues_months.refuse_far(scanner, found, this_month)
    dues_months.refuse_yearless(scanner, found, this_month)
    everyone = scanner.take_all(vocabulary.pattern("@everyone"))
    if everyone and not names:
        return _all(reading, found, this_month)
    for match in everyone:
        scanner.refuse("not_understood", *match.span())
    return _payments(reading, names, found, this_month)


def _payments(
    reading: Reading, names: list[tuple[int, int]], found: list[Months], this_month: Period
) -> tuple[DuesLine, ...]:
    """Give the payments of the people who are named."""
    scanner = reading.scanner
    numbering.take(scanner)
    each = [match.span() for match in scanner.take_all(vocabulary.pattern("@each"))]
    monthly = [match.span() for match in scanner.take_all(vocabulary.pattern(_MONTHLY))]
    totals = [match.span() for match in vocabulary.pattern("@total").finditer(scanner.open)]
    amounts = scanner.take_all(vocabulary.pattern(sums.PATTERN))
    parts = reading.cut(names, found, amounts)
    for part in parts if monthly else ():
        part.monthly = shares.within(part, monthly)
    told = [part for part in parts if shares.total_of(part, totals) is None]
    spread = list(shares.spread(scanner, told, each))
    late_months.ask(scanner, spread, this_month)
    lines = _lines(reading, spread, this_month)
    if all(reading.is_heading(part) for part in told):
        scanner.lack("no_name")
    for part in parts:
        _check_total(scanner, part, lines, shares.total_of(part, totals))
    scanner.finish()
    return tuple(lines)


def _take_joints(scanner: Scanner, names: list[tuple[int, int]]) -> None:
    """Take the word that stands between two names; after one alone it may belong to it."""
    for (_, end), (start, _) in pairwise(names):
        if vocabulary.pattern(" ?@and ?").fullmatch(scanner.open, end, start):
            scanner.take(end, start)


def _check_total(
    scanner: Scanner, part: Part, lines: list[DuesLine], total: Decimal | None
) -> None:
    """Refuse a total that is not the sum of the lines."""
    if total is None or not scanner.sound:
        return
    counted = sum((line.amount for line in lines), Decimal(0))
    if total != counted:
        span = part.found[0].span()
        scanner.refuse("bad_amount", *span, reason="total", counted=counted)
    for span in scanner.left(part.start, part.end):
        text = vocabulary.pattern("@total").sub("", scanner.source.text[slice(*span)])
        if not rest.says_nothing(text, _FILLER):
            scanner.refuse("not_understood", *span)


def _all(reading: Reading, found: list[Months], this_month: Period) -> AllDues:
    scanner = reading.scanner
    reading.refuse_left()
    months_said = [month for one in found for month in one.months or ()]
    if len(set(months_said)) > 1:
        scanner.refuse("bad_month", found[0].start, found[-1].end, reason="one_month")
    scanner.finish()
    return AllDues(months_said[0] if months_said else this_month)


def _lines(reading: Reading, parts: list[Part], month: Period) -> list[DuesLine]:
    lines: dict[tuple[str, Period], DuesLine] = {}
    for part, said in reading.dated(parts, (month,)):
        for line in _read(reading, part, said):
            if (line.name, line.month) in lines:
                span = part.name or (part.start, part.end)
                values = {"field": "dues", "name": line.name}
                reading.scanner.refuse("duplicate_field", *span, **values)
            lines[line.name, line.month] = line
    return list(lines.values())


def _read(reading: Reading, part: Part, said: tuple[Period, ...]) -> list[DuesLine]:
    scanner = reading.scanner
    name = reading.name(part)
    amount = _amount(scanner, part) if name or part.found else None
    if name is None or amount is None:
        return []
    if len(set(said)) != len(said) or len(part.months) > 1:
        spans = [(one.start, one.end) for one in part.months] or [(part.start, part.end)]
        scanner.refuse("bad_month", spans[0][0], spans[-1][1], reason="two")
        return []
    if part.monthly and len(said) == 1:
        scanner.refuse("not_understood", *part.monthly)  # which months is not said
        return []
    if part.monthly:
        return [DuesLine(name, amount, month) for month in said]
    share = (amount / len(said)).quantize(sums.FEN)
    if share * len(said) != amount:
        span = part.found[0].span()
        scanner.refuse("bad_amount", *span, reason="not_even", months=len(said))
        return []
    return [DuesLine(name, share, month) for month in said]


def _amount(scanner: Scanner, part: Part) -> Decimal | None:
    if not part.found:
        scanner.refuse("no_amount", *(part.name or (part.start, part.end)))
        return None
    first = part.found[0]
    reason = "two" if len(part.found) > 1 else _run_together(scanner, part, first)
    value = sums.value(first[0])
    reason = reason or sums.wrong(first[0], value)
    if reason:
        scanner.refuse("bad_amount", first.start(), part.found[-1].end(), reason=reason)
        return None
    return value


def _run_together(scanner: Scanner, part: Part, amount: re.Match[str]) -> str | None:
    """Doubt a written-out sum right after a name that ends in a numeral: the name may go on."""
    text, at = scanner.source.text, amount.start()
    if part.name is None or part.name[1] != at:
        return None
    written = {sign for signs in vocabulary.numerals() for sign in signs}
    return "runs_together" if {text[at - 1], text[at]} <= written else None
