"""Months a payment is for: one, a range, or all of a longer period."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from compliance.periods import Cadence, Period
from handlers.grammar import numbers, period, reckoning, vocabulary
from handlers.grammar.scanner import Scanner

MOST = 24  # months paid for at once

Match = re.Match[str]
Read = Callable[[Match, date], tuple[Period, ...]]

# No point between year and month here: 2026.11 may be a sum.
_YEAR = r"(?:(?P<{0}>[0-9]{{4}}|@digit{{4}}) ?(?:@year|[-/]) ?|(?P<w{0}>@relative_years)@of? ?)"
_FREE = r"(?<![0-9.¥-])"
_FROM = r"(?P<m1>@n) ?@month? ?@until ?"
_RANGES = (
    rf"{_FREE}{_YEAR.format('y1')}{_FROM}{_YEAR.format('y2')}(?P<m2>@n)(?: ?@month)?(?![0-9])",
    rf"{_FREE}{_YEAR.format('y1')}?{_FROM}{_YEAR.format('y2')}?(?P<m2>@n) ?@month",
)
_YEAR_LAST = r"(?:,? (?P<y>[0-9]{4})(?![0-9.]))?(?P<wy>)"
_ENGLISH = rf"(?P<first>@months)\.?(?: ?@until ?(?P<last>@months)\.?)?{_YEAR_LAST}"
_QUARTER = r"(?<![a-z0-9])(?:[0-9]{4} )?q[1-4](?: [0-9]{4})?(?![0-9a-z])"
_ONE = rf"{_FREE}{_YEAR.format('y')}?(?P<m>@n) ?@month"
# A number at the head of a line, or of what is said of somebody, may be that of a list's item.
_IN_LINE = r"(?<=[^\n])"
_LISTED = tuple(
    rf"{_IN_LINE}{_FREE}{_YEAR.format('y')}?(?P<list>{months}) ?(?=[{ends}]|\Z)"
    for months, ends in (
        (r"@n(?: ?@listing ?@n){1,11} ?@month", r"\n,;。)0-9¥"),
        # With the word after each, the last may be of what follows.
        (r"@n ?@month(?: ?@listing ?@n ?@month){1,11}", r"\n;。)"),
    )
)
_DIGITS = rf"{_FREE}(?P<y>[0-9]{{4}})[-/](?P<m>[0-9]{{1,2}})(?![0-9])(?P<wy>)"
_LONGER = (
    r"@relative_months|@relative_quarters|(?:[0-9]{4} ?@year)?(?:@ordinal)?@n ?@quarter_of_year"
    r"|(?:[0-9]{4} ?@year|@relative_years)?@halves|[0-9]{4} ?@year|@relative_years"
)
_LONGER_WORDS = (  # one of which is in each of those
    *("relative_months", "relative_quarters", "quarter_of_year", "year", "relative_years"),
    "halves",
)


@dataclass(frozen=True, slots=True)
class _Form:
    """A way of writing months; without its sign nobody looks for it."""

    template: str
    read: Read
    sign: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Months:
    """The months named at a place of the text, in order; ``None`` if they cannot be.

    ``yearless``: the last is to come, and no year was said, nor a word for how far off it is.
    """

    start: int
    end: int
    months: tuple[Period, ...] | None
    yearless: bool = False


def find(scanner: Scanner, today: date) -> list[Months]:
    """Take the months out of what is open; one that cannot be is refused as ``bad_month``."""
    found: list[Months] = []
    for form in _forms():
        for match in scanner.take_all(vocabulary.pattern(form.template), form.sign):
            months = _checked(match, form.read, today)
            yearless = _are_to_come(months, today) and _yearless(match)
            found.append(Months(*match.span(), months, yearless=yearless))
            if months is None:
                scanner.refuse("bad_month", *match.span())
    return sorted(found, key=lambda one: one.start)


@cache
def _forms() -> tuple[_Form, ...]:
    month, until = vocabulary.first_signs("month"), vocabulary.first_signs("until")
    return (
        *(_Form(template, _range, until) for template in _RANGES),
        *(_Form(template, _list, vocabulary.first_signs("listing")) for template in _LISTED),
        _Form(_ONE, _one, month),
        _Form(_DIGITS, _one, re.compile("[-/]")),
        _Form(_ENGLISH, _english, vocabulary.first_signs("months")),
        _Form(_QUARTER, _longer, re.compile("q[1-4]")),
        _Form(_LONGER, _longer, vocabulary.first_signs(*_LONGER_WORDS)),
    )


def _checked(match: Match, read: Read, today: date) -> tuple[Period, ...] | None:
    try:
        months = read(match, today)
    except ValueError:
        return None
    return months if 1 <= len(months) <= MOST else None


def _are_to_come(months: tuple[Period, ...] | None, today: date) -> bool:
    return months is not None and (months[-1].year, months[-1].index) > (today.year, today.month)


def _yearless(match: Match) -> bool:
    """Whether a form that may hold a year holds none."""
    years = _years(match.re)
    return bool(years) and not any(match[year] for year in years)


@cache
def _years(form: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(name for name in form.groupindex if name.lstrip("w").startswith("y"))


def _one(match: Match, today: date) -> tuple[Period, ...]:
    return (_month(_year(match, "y", today), _index(match, "m"), today),)


def _range(match: Match, today: date) -> tuple[Period, ...]:
    first, last = _index(match, "m1"), _index(match, "m2")
    first_year, last_year = _year(match, "y1", today), _year(match, "y2", today)
    if last_year is None and first_year is not None:
        last_year = first_year + (last < first)
    end = _month(last_year, last, today)
    if first_year is None:
        first_year = end.year - (first > last)
    return between(Period(Cadence.MONTHLY, first_year, first), end)


def _english(match: Match, today: date) -> tuple[Period, ...]:
    indices = vocabulary.meanings("months")
    first, last = int(indices[match["first"]]), int(indices[match["last"] or match["first"]])
    end = _month(_year(match, "y", today), last, today)
    return between(Period(Cadence.MONTHLY, end.year - (first > last), first), end)


def _list(match: Match, today: date) -> tuple[Period, ...]:
    """Read months of one year, in order; without a year the last is the nearest such month."""
    indices = [
        numbers.whole(one[0]) or 0 for one in vocabulary.pattern("@n").finditer(match["list"])
    ]
    if indices != sorted(set(indices)):
        raise ValueError(match[0])
    last = _month(_year(match, "y", today), indices[-1], today)
    return tuple(Period(Cadence.MONTHLY, last.year, index) for index in indices)


def _longer(match: Match, today: date) -> tuple[Period, ...]:
    whole = period.folded(match[0], today)
    if whole is None:
        raise ValueError(match[0])
    return between(Period.of(Cadence.MONTHLY, whole.start), Period.of(Cadence.MONTHLY, whole.end))


def between(first: Period, last: Period) -> tuple[Period, ...]:
    """Give the months from one to another, both included."""
    start, end = first.year * 12 + first.index - 1, last.year * 12 + last.index - 1
    stop = min(end, start + MOST)  # one too many is enough to refuse
    return tuple(Period(Cadence.MONTHLY, n // 12, n % 12 + 1) for n in range(start, stop + 1))


def _month(year: int | None, index: int, today: date) -> Period:
    if year is None:
        return period.nearest_month(index, today)
    if year < reckoning.FIRST_YEAR:
        raise ValueError(year)
    return Period(Cadence.MONTHLY, year, index)


def _year(match: Match, group: str, today: date) -> int | None:
    word = match[f"w{group}"]
    if word:
        return today.year + int(vocabulary.meanings("relative_years")[word])
    return numbers.whole(match[group]) if match[group] else None


def _index(match: Match, group: str) -> int:
    return numbers.whole(match[group]) or 0
