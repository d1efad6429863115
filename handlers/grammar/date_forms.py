"""The ways of writing a date: each is a pattern and the reading of its match. Add one as a row."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.grammar import doubt, numbers, vocabulary
from handlers.grammar.doubt import Doubt
from handlers.grammar.reckoning import compose, either_of, in_week, month_before, past, this_year

MOST_WEEKS = 8  # that anybody counts back

Match = re.Match[str]


def number(match: Match, group: str) -> int:
    """Give the number a group of a match holds; one that is none is a date nowhere."""
    value = numbers.whole(match[group])
    return -1 if value is None else value


def _full(match: Match, today: date) -> date:
    year = numbers.year(match["y"]) or 0
    return past(compose(year, number(match, "m"), number(match, "d")), today)


def _named_year(match: Match, today: date) -> date:
    year = today.year + int(vocabulary.meanings("relative_years")[match["w"]])
    return past(compose(year, number(match, "m"), number(match, "d")), today)


def _year_last(match: Match, today: date) -> date:
    """Read 20/11/2026 and 11/20/2026; where either number may be the month it is doubted."""
    year, a, b = int(match["y"]), int(match["a"]), int(match["b"])
    return _one_of(((year, a, b), (year, b, a)), today)


def _short_year(match: Match, today: date) -> date:
    """Read 26.11.20; where the last number may be the year as well it is doubted."""
    a, month, b = (int(match[group]) for group in "amb")
    return _one_of(((2000 + a, month, b), (2000 + b, month, a)), today)


def _one_of(orders: tuple[tuple[int, int, int], ...], today: date) -> date:
    """Give the day that year, month and day are in the only order that makes one.

    Of two days those past are offered, even if the other is still to come.
    """
    found: dict[date, None] = {}
    for order in orders:
        with suppress(Doubt):
            found[compose(*order)] = None
    if not found:
        raise Doubt("impossible_date")
    offers = tuple(doubt.on(day) for day in found if day <= today)
    if len(found) > 1 and offers:
        raise Doubt("ambiguous_date", offers, readings=tuple(found))
    return past(next(iter(found)), today)


def month_day(match: Match, today: date) -> date:
    """Give the day of this year that the month and day of a match are."""
    return this_year(number(match, "m"), number(match, "d"), today)


def _january(match: Match, today: date) -> date:
    day = number(match, "d")
    if match["y"]:
        return past(compose(numbers.year(match["y"]) or 0, 1, day), today)
    return this_year(1, day, today)


def _english(match: Match, today: date) -> date:
    month, day = int(vocabulary.meanings("months")[match["m"]]), int(match["d"])
    if match["y"]:
        return past(compose(int(match["y"]), month, day), today)
    return this_year(month, day, today)


def _named_month(match: Match, today: date) -> date:
    back = -int(vocabulary.meanings("relative_months")[match["w"]])
    return past(compose(*month_before(today, back), number(match, "d")), today)


def _day(match: Match, today: date) -> date:
    suggest = None
    with suppress(Doubt):
        suggest = compose(*month_before(today, 1), number(match, "d"))
    return past(compose(today.year, today.month, number(match, "d")), today, suggest)


def _ago(match: Match, today: date) -> date:
    days = number(match, "n")
    if days > 36600:
        raise Doubt("impossible_date", days=days)
    return today - timedelta(days=days)


def _weeks_ago(match: Match, today: date) -> date:
    """Doubt a week ago: it may be a day more or less."""
    weeks = number(match, "n")
    if weeks > MOST_WEEKS:
        raise Doubt("impossible_date", weeks=weeks)
    day = today - timedelta(weeks=weeks)
    raise either_of(day, day - timedelta(days=1), day + timedelta(days=1))


def _relative(match: Match, today: date) -> date:
    days = int(vocabulary.meanings("relative_days")[match["w"]])
    return past(today + timedelta(days=days), today)


def _relative_short(match: Match, today: date) -> date:
    return today + timedelta(days=int(vocabulary.meanings("relative_days_short")[match["w"]]))


def _weekday_number(match: Match) -> int:
    return int(vocabulary.meanings("weekdays")[match["d"]])


def _named_week(match: Match, today: date) -> date:
    weeks = int(vocabulary.meanings("relative_weeks")[match["w"]])
    return past(in_week(today, weeks, _weekday_number(match)), today)


def _last_english(match: Match, today: date) -> date:
    weekday = _weekday_number(match)
    this, before = in_week(today, 0, weekday), in_week(today, -1, weekday)
    if this < today:  # on Sunday, is last Friday two days ago or nine?
        raise either_of(this, before)
    return before


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing a date; ``sign`` is something cheap to look for that every match holds."""

    template: str
    read: Callable[[Match, date], date]
    sign: str = ""


_Y = r"(?P<y>[0-9]{4}|[0-9]{2}(?= ?@year)|@digit{4})"
_M, _D = r"(?P<m>@n)", r"(?P<d>@n)(?: ?@day)?(?![0-9])"
_END_OF_YEAR = r"(?=[^0-9:]|$)"

FORMS = (
    Form(rf"(?<![0-9]){_Y} ?(?:@year|[-/.]) ?{_M} ?(?:@month|[-/.]) ?{_D}", _full, "@year|[-/.]"),
    Form(r"(?<![0-9])(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])", _full),
    Form(
        r"(?<![0-9/.-])(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})(?![0-9/.-])",
        _year_last,
        "[-/.]",
    ),
    Form(
        r"(?<![0-9/.-])(?P<a>[0-9]{2})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<b>[0-9]{2})(?![0-9/.-])",
        _short_year,
        "[-/.]",
    ),
    Form(rf"(?P<w>@relative_years)@of? ?{_M} ?@month ?{_D}", _named_year, "@month"),
    Form(rf"(?<![0-9]){_M} ?@month ?{_D}", month_day, "@month"),
    Form(rf"(?:(?<![0-9]){_Y} ?@year ?)?@first_month ?{_D}", _january, "@first_month"),
    Form(r"(?P<w>@relative_months)@of? ?(?P<d>@n) ?@day(?![0-9])", _named_month),
    Form(
        r"(?<![a-z0-9])(?P<d>[0-9]{1,2})(?:st|nd|rd|th)? (?:of )?(?P<m>@months)\.?"
        rf"(?:,? (?P<y>[0-9]{{4}}){_END_OF_YEAR})?",
        _english,
    ),
    Form(
        r"(?P<m>@months)\.? (?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9:a-z])"
        rf"(?:,? (?P<y>[0-9]{{4}}){_END_OF_YEAR})?",
        _english,
    ),
    Form(
        r"(?<![0-9/.-])(?P<m>[0-9]{1,2})[-.](?P<d>[0-9]{1,2})(?![0-9]|[-/.][0-9]| ?@people)",
        month_day,
        "[-.]",
    ),
    Form(r"(?<![0-9])(?P<n>@n) ?@days_ago", _ago, "@days_ago"),
    Form(r"(?<![0-9])(?P<n>@n) ?@weeks_ago", _weeks_ago, "@weeks_ago"),
    Form(r"(?P<w>@relative_days)", _relative),
    Form(r"(?P<w>@relative_days_short)(?=\0|@dayparts)", _relative_short),
    Form(r"(?<![0-9])(?P<d>@n) ?@day(?![0-9])", _day),
    Form(r"(?<![a-z0-9/.-])(?P<d>[0-9]{1,2})(?:st|nd|rd|th)(?![a-z])", _day),
    Form(r"(?P<w>@relative_weeks) ?@week(?P<d>@weekdays)", _named_week),
    Form(r"(?P<w>@last_english) (?P<d>@weekdays)", _last_english),
    Form(r"(?P<w>@relative_weeks) (?P<d>@weekdays_english)", _named_week),
)
