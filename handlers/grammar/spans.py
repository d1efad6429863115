"""The days that a waiver is for: months and longer periods, a range of them, or until a day."""

import re
from collections.abc import Sequence
from datetime import date

from handlers.grammar import months, reckoning, vocabulary
from handlers.grammar.date_forms import number
from handlers.grammar.doubt import Doubt
from handlers.grammar.months import Months
from handlers.grammar.scanner import Scanner

_DAY = (
    r"(?:(?P<y{0}>[0-9]{{4}}) ?(?:@year|[-/.]) ?)?"
    r"(?P<m{0}>@n) ?(?:@month|[-/.]) ?(?P<d{0}>@n)(?: ?@day)?(?![0-9])"
)
_UNTIL = rf"(?:(?<![0-9]){_DAY.format(1)} ?)?(?:@until_day) ?{_DAY.format(2)}"

Days = tuple[date, date]


def find(scanner: Scanner, today: date) -> Days | None:
    """Take the first and the last day out of what is open; with only a last one, from today.

    Refuses what has no end, ends before it begins, or names several times that do not join.
    """
    until = _until(scanner, today)
    named = _months(scanner, today)
    if until is None:
        if named is None and not scanner.refused(("bad_month", "ends_before", "impossible_date")):
            scanner.lack("no_end")
        return named
    first, last = until
    first = first or (named[0] if named else today)
    if last < first:
        scanner.lack("ends_before", first=first, last=last)
        return None
    return first, last


def until_day(scanner: Scanner, today: date) -> date | None:
    """Take the last day out of what is open, where one is said."""
    until = _until(scanner, today)
    return None if until is None else until[1]


def _until(scanner: Scanner, today: date) -> tuple[date | None, date] | None:
    match = vocabulary.pattern(_UNTIL).search(scanner.open)
    if match is None:
        return None
    scanner.take(*match.span())
    try:
        last = _last(match, today)
        return _first(match, last), last
    except Doubt as doubted:
        scanner.refuse(doubted.code, *match.span(), **doubted.values)
        return None


def _last(match: re.Match[str], today: date) -> date:
    """Answer the day meant; without a year the next such day."""
    month, day = number(match, "m2"), number(match, "d2")
    if match["y2"]:
        return reckoning.compose(int(match["y2"]), month, day)
    this = reckoning.compose(today.year, month, day)
    return this if this >= today else reckoning.compose(today.year + 1, month, day)


def _first(match: re.Match[str], last: date) -> date | None:
    """Answer the day it begins, if one is said; without a year the last such day before the end."""
    if not match["m1"]:
        return None
    month, day = number(match, "m1"), number(match, "d1")
    if match["y1"]:
        return reckoning.compose(int(match["y1"]), month, day)
    same = reckoning.compose(last.year, month, day)
    return same if same <= last else reckoning.compose(last.year - 1, month, day)


def _months(scanner: Scanner, today: date) -> Days | None:
    found = [one for one in months.find(scanner, today) if one.months]
    if not found:
        return None
    if len(found) > 1 and not _join(scanner, found):
        scanner.refuse("bad_month", found[0].start, found[-1].end, reason="apart")
        return None
    every = [month for one in found for month in one.months or ()]
    first, last = every[0].start, every[-1].end
    if last < first:
        scanner.lack("ends_before", first=first, last=last)
        return None
    return first, last


def _join(scanner: Scanner, found: Sequence[Months]) -> bool:
    """Tell whether two periods have nothing but an "until" between them."""
    between = scanner.source.text[found[0].end : found[1].start]
    if len(found) > 2 or not vocabulary.pattern(r" ?(?:@until) ?").fullmatch(between):
        return False
    scanner.take(found[0].end, found[1].start)
    return True
