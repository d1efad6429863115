"""Payments: one or many people, each with a sum and perhaps a month or a range of months."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from compliance.periods import Cadence, Period
from handlers.grammar import months, numbers, rest, roster, vocabulary
from handlers.grammar.months import Months
from handlers.grammar.result import AllDues, Context, DuesLine
from handlers.grammar.scanner import Scanner

MOST = Decimal(100000)  # yuan in one payment; more is a slip of the hand

_FEN = Decimal("0.01")
_SIGNS = "¥$- "
_AMOUNT = r"(?<![0-9.])-?[¥$]? ?-?[0-9]+(?:\.[0-9]+)?(?: ?@yuan)?|@count ?@yuan"
_SPLIT = re.compile(r"[,;、。\n]|\Z")


@dataclass(slots=True)
class _Entry:
    """One person's part of the message, and what was found in it."""

    start: int
    end: int
    name: tuple[int, int] | None = None
    months: list[Months] = field(default_factory=list)
    amounts: list[re.Match[str]] = field(default_factory=list)


def read_dues(text: str, context: Context) -> tuple[DuesLine, ...] | AllDues:
    """Give the payments a message tells of, a line for each month; ``AllDues`` where everyone paid.

    Sums are in yuan. A month without a year is the one nearest to today's, of two as near the past
    one; where no month is said it is today's. Raises ``Unreadable`` with every problem found.
    """
    scanner = Scanner(text)
    people = roster.of(context.names)
    this_month = Period.of(Cadence.MONTHLY, context.today)
    names = people.spans(scanner.open)
    for span in names:
        scanner.take(*span)
    found = months.find(scanner, context.today)
    everyone = scanner.take_all(vocabulary.pattern("@everyone"))
    if everyone and not names:
        return _all(scanner, found, this_month)
    for match in everyone:
        scanner.refuse("not_understood", *match.span())
    amounts = scanner.take_all(vocabulary.pattern(_AMOUNT))
    entries = _entries(scanner, names, found, amounts)
    lines = _lines(scanner, people, entries, this_month)
    if not entries:
        scanner.lack("no_name")
    scanner.finish()
    return tuple(lines)


def _all(scanner: Scanner, found: list[Months], this_month: Period) -> AllDues:
    _refuse_left(scanner, 0, len(scanner.source.text))
    months_said = [month for one in found for month in one.months or ()]
    if len(set(months_said)) > 1:
        scanner.refuse("bad_month", found[0].start, found[-1].end, reason="one_month")
    scanner.finish()
    return AllDues(months_said[0] if months_said else this_month)


def _entries(
    scanner: Scanner,
    names: list[tuple[int, int]],
    found: list[Months],
    amounts: list[re.Match[str]],
) -> list[_Entry]:
    """Cut the message at separators and before each further name."""
    text = scanner.source.text
    cuts = sorted({0, len(text)} | {match.start() for match in _SPLIT.finditer(text)})
    parted = {name[0] for before, name in pairwise(names) if not _between(cuts, before[1], name[0])}
    bounds = sorted({*cuts, *parted})
    entries = [_Entry(start, end) for start, end in pairwise(bounds)]
    for name in reversed(names):
        entries[bisect_right(bounds, name[0]) - 1].name = name
    for one in found:
        entries[bisect_right(bounds, one.start) - 1].months.append(one)
    for amount in amounts:
        entries[bisect_right(bounds, amount.start()) - 1].amounts.append(amount)
    return [entry for entry in entries if not _silent(scanner, entry)]


def _between(cuts: list[int], start: int, end: int) -> bool:
    return bisect_left(cuts, start) < bisect_right(cuts, end)


def _silent(scanner: Scanner, entry: _Entry) -> bool:
    if entry.name or entry.months or entry.amounts:
        return False
    text = scanner.source.text[entry.start : entry.end]
    return rest.says_nothing(text, "dues") or rest.says_nothing(text, "dues_heading")


def _lines(
    scanner: Scanner, people: roster.Roster, entries: list[_Entry], month: Period
) -> list[DuesLine]:
    lines: dict[tuple[str, Period], DuesLine] = {}
    default: tuple[Period, ...] = (month,)
    for entry in entries:
        said = [one for found in entry.months for one in found.months or ()]
        if _is_heading(scanner, entry):
            default = tuple(said) or default
            continue
        if said and entry.name and entry.months[0].start < entry.name[0]:
            default = tuple(said)  # a month before the first name holds until another is said
        for line in _read(scanner, people, entry, tuple(said) or default):
            if (line.name, line.month) in lines:
                span = entry.name or (entry.start, entry.end)
                scanner.refuse("duplicate_field", *span, field="dues", name=line.name)
            lines[line.name, line.month] = line
    return list(lines.values())


def _is_heading(scanner: Scanner, entry: _Entry) -> bool:
    if entry.name or entry.amounts or not entry.months:
        return False
    return not _left(scanner, entry.start, entry.end)


def _read(
    scanner: Scanner, people: roster.Roster, entry: _Entry, said: tuple[Period, ...]
) -> list[DuesLine]:
    name = _name(scanner, people, entry)
    amount = _amount(scanner, entry) if name or entry.amounts else None
    if name is None or amount is None:
        return []
    if len(set(said)) != len(said) or len(entry.months) > 1:
        scanner.refuse("bad_month", entry.months[0].start, entry.months[-1].end, reason="two")
        return []
    share = (amount / len(said)).quantize(_FEN)
    if share * len(said) != amount:
        span = entry.amounts[0].span()
        scanner.refuse("bad_amount", *span, reason="not_even", months=len(said))
        return []
    return [DuesLine(name, share, month) for month in said]


def _name(scanner: Scanner, people: roster.Roster, entry: _Entry) -> str | None:
    left = _left(scanner, entry.start, entry.end)
    if entry.name is None:
        _refuse_nameless(scanner, people, entry, left)
        return None
    start, end = entry.name
    for span in left:
        if span[0] == end or span[1] == start:  # a name that is longer than the one we know
            whole = (min(start, span[0]), max(end, span[1]))
            _refuse_unknown(scanner, people, whole)
        else:
            scanner.refuse("not_understood", *span)
    name = people.name(scanner.source.text[start:end])
    if name in people.twice:
        scanner.refuse("ambiguous_name", start, end, name=name)
    return name


def _refuse_nameless(
    scanner: Scanner, people: roster.Roster, entry: _Entry, left: list[tuple[int, int]]
) -> None:
    if not left:
        scanner.refuse("no_name", *rest.trim(scanner.source.text, entry.start, entry.end))
    for index, span in enumerate(left):
        if index == 0:
            _refuse_unknown(scanner, people, span)
        else:
            scanner.refuse("not_understood", *span)


def _refuse_unknown(scanner: Scanner, people: roster.Roster, span: tuple[int, int]) -> None:
    if scanner.patient:
        near = people.near(scanner.source.text[slice(*span)])
        scanner.refuse("unknown_name", *span, suggestions=near)


def _amount(scanner: Scanner, entry: _Entry) -> Decimal | None:
    if not entry.amounts:
        scanner.refuse("no_amount", *(entry.name or (entry.start, entry.end)))
        return None
    first = entry.amounts[0]
    reason = "two" if len(entry.amounts) > 1 else _run_together(scanner, entry, first)
    value = _value(first[0])
    reason = reason or _wrong(first[0], value)
    if reason:
        scanner.refuse("bad_amount", first.start(), entry.amounts[-1].end(), reason=reason)
        return None
    return value


def _run_together(scanner: Scanner, entry: _Entry, amount: re.Match[str]) -> str | None:
    """Doubt a written-out sum right after a name that ends in a numeral: the name may go on."""
    text, at = scanner.source.text, amount.start()
    written = {sign for signs in vocabulary.numerals() for sign in signs}
    glued = entry.name is not None and entry.name[1] == at
    return "runs_together" if glued and {text[at - 1], text[at]} <= written else None


def _value(typed: str) -> Decimal:
    unit = vocabulary.pattern(r" ?@yuan$")
    return numbers.exact(unit.sub("", typed).strip(_SIGNS)) or Decimal(0)


def _wrong(typed: str, value: Decimal) -> str | None:
    """Why a sum cannot be paid, or None."""
    if "-" in typed:
        return "negative"
    if value == 0:
        return "zero"
    if value > MOST:
        return "too_much"
    exponent = value.as_tuple().exponent
    return "decimals" if isinstance(exponent, int) and exponent < -2 else None


def _left(scanner: Scanner, start: int, end: int) -> list[tuple[int, int]]:
    """Give the pieces of a part that nobody took and that say something, trimmed."""
    text = scanner.source.text
    return [
        rest.trim(text, a, b)
        for a, b in scanner.left(start, end)
        if not rest.says_nothing(text[a:b], "dues")
    ]


def _refuse_left(scanner: Scanner, start: int, end: int) -> None:
    for span in _left(scanner, start, end):
        scanner.refuse("not_understood", *span)
