"""Periods as they are asked for: a month, quarter, half-year or year."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from compliance.periods import Cadence, Period
from handlers.grammar import normalise, numbers, reckoning, vocabulary

Match = re.Match[str]

_YEAR = (
    r"(?:(?P<y>[0-9]{4}|@digit{4}|[0-9]{2}(?= ?@year)) ?(?:@year@of?|[-/.])? ?"
    r"|(?P<wy>@relative_years)@of? ?)"
)
_YEAR_LAST = r" (?:of )?(?:(?P<y>[0-9]{4})|(?P<wy>@relative_years))"
_PER_YEAR = {Cadence.MONTHLY: 12, Cadence.QUARTERLY: 4, Cadence.HALF_YEARLY: 2, Cadence.YEARLY: 1}


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing a period."""

    template: str
    read: Callable[[Match, date], Period]


def _year(match: Match, today: date) -> int | None:
    """Give the year that is said, if one is. Raises ValueError where no branch was or will be."""
    if match["wy"]:
        return today.year + int(vocabulary.meanings("relative_years")[match["wy"]])
    year = numbers.year(match["y"]) if match["y"] else None
    last = today.year + reckoning.MOST_YEARS_AHEAD
    if year is not None and not reckoning.FIRST_YEAR <= year <= last:
        raise ValueError(year)
    return year


def _index(match: Match) -> int:
    return numbers.whole(match["n"]) or 0


def _placed(cadence: Cadence, index: int, match: Match, today: date) -> Period:
    year = _year(match, today)
    return Period(cadence, year, index) if year else begun(cadence, index, today)


def begun(cadence: Cadence, index: int, today: date) -> Period:
    """Give this year's, unless it is still to come and last year's is nearer (or as near)."""
    this = Period(cadence, today.year, index)
    if this.start <= today or not 1 <= index <= _PER_YEAR[cadence]:
        return this
    ahead = index - Period.of(cadence, today).index
    return this if 2 * ahead < _PER_YEAR[cadence] else Period(cadence, today.year - 1, index)


@lru_cache(maxsize=64)
def nearest_month(month: int, today: date) -> Period:
    """Give the month of that number nearest to today's; of two as near, the past one.

    Raises ValueError where there is no such month.
    """
    if not 1 <= month <= 12:
        raise ValueError(f"no month {month}")
    ahead = (month - today.month) % 12
    year = today.year + (month < today.month)
    return Period(Cadence.MONTHLY, year if ahead < 6 else year - 1, month)


def _whole_year(match: Match, today: date) -> Period:
    return Period(Cadence.YEARLY, _year(match, today) or 0, 1)


def _month(match: Match, today: date) -> Period:
    return _placed(Cadence.MONTHLY, _index(match), match, today)


def _quarter(match: Match, today: date) -> Period:
    return _placed(Cadence.QUARTERLY, _index(match), match, today)


def _half(match: Match, today: date) -> Period:
    index = int(vocabulary.meanings("halves")[match["half"]])
    return _placed(Cadence.HALF_YEARLY, index, match, today)


def _relative_month(match: Match, today: date) -> Period:
    back = -int(vocabulary.meanings("relative_months")[match["w"]])
    year, month = reckoning.month_before(today, back)
    return Period(Cadence.MONTHLY, year, month)


def _relative_quarter(match: Match, today: date) -> Period:
    step = int(vocabulary.meanings("relative_quarters")[match["w"]])
    index = today.year * 4 + (today.month - 1) // 3 + step
    return Period(Cadence.QUARTERLY, index // 4, index % 4 + 1)


def _english(match: Match, today: date) -> Period:
    index = int(vocabulary.meanings("months")[match["word"]])
    return _placed(Cadence.MONTHLY, index, match, today)


FORMS = (
    Form(rf"{_YEAR}?(?P<n>@n) ?@month", _month),
    Form(r"(?P<y>[0-9]{4})[-/.](?P<wy>)(?P<n>[0-9]{1,2})", _month),
    Form(r"(?P<n>[0-9]{1,2})[-/.](?P<y>20[0-9]{2})(?P<wy>)", _month),
    Form(r"(?P<y>20[0-9]{2})(?P<wy>)(?P<n>[01][0-9])", _month),
    Form(rf"{_YEAR}?(?:@ordinal ?)?(?P<n>@n) ?@quarter_of_year", _quarter),
    Form(rf"{_YEAR}?q(?P<n>[1-4])", _quarter),
    Form(rf"q(?P<n>[1-4]){_YEAR_LAST}", _quarter),
    Form(r"(?P<n>[1-4])(?:st|nd|rd|th) @quarter_of_year(?P<y>)(?P<wy>)", _quarter),
    Form(rf"(?P<n>[1-4])(?:st|nd|rd|th) @quarter_of_year{_YEAR_LAST}", _quarter),
    Form(rf"{_YEAR}?(?P<half>@halves)", _half),
    Form(rf"(?P<half>@halves){_YEAR_LAST}", _half),
    Form(r"(?P<w>@relative_months)", _relative_month),
    Form(r"(?P<w>@relative_quarters)", _relative_quarter),
    Form(r"(?P<y>20[0-9]{2}|@digit{4}(?= ?@year)) ?@year?(?P<wy>)", _whole_year),
    Form(r"(?P<y>)(?P<wy>@relative_years)", _whole_year),
    Form(r"(?P<word>@months)\.?,? ?(?P<y>[0-9]{4})?(?P<wy>)", _english),
    Form(rf"(?P<word>@months)\.?{_YEAR_LAST}", _english),
    Form(r"(?P<y>[0-9]{4})(?P<wy>) (?P<word>@months)\.?", _english),
)


def read_period(text: str, today: date) -> Period | None:
    """Give the period a text names, all of it; None if it names none."""
    return folded(normalise.word(text), today)


def folded(text: str, today: date) -> Period | None:
    """As ``read_period``, of a folded text."""
    for form in FORMS:
        match = vocabulary.pattern(form.template).fullmatch(text)
        if match:
            try:
                return form.read(match, today)
            except ValueError:
                return None
    return None


def split_period(text: str, today: date) -> tuple[Period | None, str]:
    """Give the first period named in a longer text, and the rest of the text as typed."""
    source = normalise.read(text[: normalise.LONGEST])
    words = [match.span() for match in re.finditer(r"[^ \n]+", source.text)]
    for first, (start, _) in enumerate(words):
        for last in (first + 1, first):
            end = words[last][1] if last < len(words) else 0
            period = folded(source.text[start:end], today) if end else None
            if period is not None:
                return period, _without(source, start, end)
    return _at_the_end(source, words, today)


def _without(source: normalise.Source, start: int, end: int) -> str:
    before, after = source.quote(0, start), source.quote(end, len(source.text))
    return f"{before} {after}".strip()


def _at_the_end(
    source: normalise.Source, words: list[tuple[int, int]], today: date
) -> tuple[Period | None, str]:
    """Find a period written onto the end of a word, as a name and its month often are."""
    for start, end in words:
        for at in range(max(start + 1, end - 12), end - 1):
            period = folded(source.text[at:end], today)
            if period is not None and not source.text[at - 1].isdigit():
                return period, _without(source, at, end)
    return None, source.quote(0, len(source.text))
