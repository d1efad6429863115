"""Dates: each form is a pattern and the reading of its match. Add a form by adding a row."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from handlers.grammar import numbers, vocabulary
from handlers.grammar.scanner import Scanner

FIRST_YEAR = 1921  # no branch is older
RECENT = 45  # days: a date as doubtful as a ratio is believed this far back

Match = re.Match[str]


class Doubt(Exception):  # noqa: N818 - no error of ours: the typed date cannot be taken
    """A date that was said and cannot be taken: the problem's code and values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class Reading:
    """A date found in a text: the day, or what is wrong with it; ``weekday`` alone only checks."""

    start: int
    end: int
    day: date | None = None
    weekday: int | None = None
    code: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def compose(year: int, month: int, day: int) -> date:
    """Give the date, or ``Doubt('impossible_date')``."""
    if year >= FIRST_YEAR:
        with suppress(ValueError):
            return date(year, month, day)
    raise Doubt("impossible_date", year=year, month=month, day=day)


def _past(found: date, today: date, suggest: date | None = None) -> date:
    if found > today:
        raise Doubt("future_date", date=found, suggest=suggest)
    return found


def _number(match: Match, group: str) -> int:
    value = numbers.whole(match[group])
    return -1 if value is None else value


def _full(match: Match, today: date) -> date:
    year = _number(match, "y")
    year += 2000 if year < 100 else 0
    return _past(compose(year, _number(match, "m"), _number(match, "d")), today)


def _named_year(match: Match, today: date) -> date:
    year = today.year + int(vocabulary.meanings("relative_years")[match["w"]])
    return _past(compose(year, _number(match, "m"), _number(match, "d")), today)


def _month_day(match: Match, today: date) -> date:
    return this_year(_number(match, "m"), _number(match, "d"), today)


def this_year(month: int, day: int, today: date) -> date:
    """Give the day of this year; one still to come is doubted, with last year's suggested."""
    suggest = None
    with suppress(Doubt):
        suggest = compose(today.year - 1, month, day)
    return _past(compose(today.year, month, day), today, suggest)


def _english(match: Match, today: date) -> date:
    month, day = int(vocabulary.meanings("months")[match["m"]]), int(match["d"])
    if match["y"]:
        return _past(compose(int(match["y"]), month, day), today)
    return this_year(month, day, today)


def month_before(today: date, months: int) -> tuple[int, int]:
    """Year and month so many months before today's (negative: after)."""
    index = today.year * 12 + today.month - 1 - months
    return index // 12, index % 12 + 1


def _named_month(match: Match, today: date) -> date:
    back = -int(vocabulary.meanings("relative_months")[match["w"]])
    return _past(compose(*month_before(today, back), _number(match, "d")), today)


def _day(match: Match, today: date) -> date:
    suggest = None
    with suppress(Doubt):
        suggest = compose(*month_before(today, 1), _number(match, "d"))
    return _past(compose(today.year, today.month, _number(match, "d")), today, suggest)


def _ago(match: Match, today: date) -> date:
    days = _number(match, "n")
    if days > 36600:
        raise Doubt("impossible_date", days=days)
    return today - timedelta(days=days)


def _relative(match: Match, today: date) -> date:
    days = int(vocabulary.meanings("relative_days")[match["w"]])
    return _past(today + timedelta(days=days), today)


def _relative_short(match: Match, today: date) -> date:
    return today + timedelta(days=int(vocabulary.meanings("relative_days_short")[match["w"]]))


def _weekday_number(match: Match) -> int:
    return int(vocabulary.meanings("weekdays")[match["d"]])


def _in_week(today: date, weeks: int, weekday: int) -> date:
    return today + timedelta(days=7 * weeks + weekday - today.weekday())


def _named_week(match: Match, today: date) -> date:
    weeks = int(vocabulary.meanings("relative_weeks")[match["w"]])
    return _past(_in_week(today, weeks, _weekday_number(match)), today)


def _last_english(match: Match, today: date) -> date:
    weekday = _weekday_number(match)
    this, before = _in_week(today, 0, weekday), _in_week(today, -1, weekday)
    if this < today:  # on Sunday, is last Friday two days ago or nine?
        raise Doubt("ambiguous_date", readings=(this, before))
    return before


def bare_weekday(weekday: int, today: date) -> date:
    """Give the latest such day before today; today's own weekday is doubted."""
    back = (today.weekday() - weekday) % 7
    if back == 0:
        raise Doubt("ambiguous_date", readings=(today, today - timedelta(days=7)))
    return today - timedelta(days=back)


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing a date."""

    template: str
    read: Callable[[Match, date], date]


_Y = r"(?P<y>[0-9]{4}|[0-9]{2}(?= ?@year)|@digit{4})"
_M, _D = r"(?P<m>@n)", r"(?P<d>@n)(?: ?@day)?(?![0-9])"
_END_OF_YEAR = r"(?=[^0-9:]|$)"

FORMS = (
    Form(rf"(?<![0-9]){_Y} ?(?:@year|[-/.]) ?{_M} ?(?:@month|[-/.]) ?{_D}", _full),
    Form(r"(?<![0-9])(?P<y>[12][0-9]{3})(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?![0-9])", _full),
    Form(rf"(?P<w>@relative_years)@of? ?{_M} ?@month ?{_D}", _named_year),
    Form(rf"(?<![0-9]){_M} ?@month ?{_D}", _month_day),
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
    Form(r"(?<![0-9/.-])(?P<m>[0-9]{1,2})[-.](?P<d>[0-9]{1,2})(?![0-9]|[-/.][0-9])", _month_day),
    Form(r"(?<![0-9])(?P<n>@n) ?@days_ago", _ago),
    Form(r"(?P<w>@relative_days)", _relative),
    Form(r"(?P<w>@relative_days_short)(?=\0|@dayparts)", _relative_short),
    Form(r"(?<![0-9])(?P<d>@n) ?@day(?![0-9])", _day),
    Form(r"(?P<w>@relative_weeks) ?@week(?P<d>@weekdays)", _named_week),
    Form(r"(?P<w>@last_english) (?P<d>@weekdays)", _last_english),
    Form(r"(?P<w>@relative_weeks) (?P<d>@weekdays_english)", _named_week),
)
_BARE_WEEKDAY = r"@week(?P<d>@weekdays)|(?P<e>@weekdays_english)"
_PAIR = re.compile(r"(?<![0-9/.-])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})(?![0-9/.-])")


@cache
def BEGINS() -> str:  # noqa: N802 - a constant that costs something to make
    """Give a pattern for the beginning of a date or time, for texts that end before one."""
    return vocabulary.expand(
        r"(?:@relative_days|(?:@relative_weeks)? ?@week(?:@weekdays)|(?:@relative_years)"
        r"|[0-9]{4} ?(?:@year|[-/.])|@n ?@month ?@n|[0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])"
        r"|[0-9]{8}(?![0-9])|@n ?@day(?![\u4e00-\u9fff])|[0-9]{1,2}:[0-9]{2}"
        r"|(?:@dayparts)? ?@n ?@hour|@all_present)"
    )


def find(scanner: Scanner, today: date) -> list[Reading]:
    """Take every date out of what is open, but for the pairs that may be ratios."""
    found = [
        _reading(match, form.read, today)
        for form in FORMS
        for match in scanner.take_all(vocabulary.pattern(form.template))
    ]
    for match in scanner.take_all(vocabulary.pattern(_BARE_WEEKDAY)):
        weekday = int(vocabulary.meanings("weekdays")[match["d"] or match["e"]])
        found.append(Reading(*match.span(), weekday=weekday))
    return sorted(found, key=lambda reading: reading.start)


def _reading(match: Match, read: Callable[[Match, date], date], today: date) -> Reading:
    try:
        return Reading(*match.span(), day=read(match, today))
    except Doubt as doubt:
        return Reading(*match.span(), code=doubt.code, values=doubt.values)


def pairs(scanner: Scanner) -> list[Match]:
    """Pairs with a stroke that are a day of some year, and so may be a date or a ratio."""
    return [match for match in _PAIR.finditer(scanner.open) if _possible(match)]


def _possible(match: Match) -> bool:
    try:
        date(2024, int(match["m"]), int(match["d"]))
    except ValueError:
        return False
    return True


def pair_as_date(scanner: Scanner, pair: Match, today: date, *, sure: bool) -> Reading:
    """Take a pair as a date; unless ``sure`` it is believed only when it is recent."""
    scanner.take(*pair.span())
    reading = _reading(pair, _month_day, today)
    if sure or (reading.day and today - reading.day <= timedelta(days=RECENT)):
        return reading
    return Reading(
        *pair.span(),
        code="ambiguous_date",
        values={"readings": (reading.day,) if reading.day else ()},
    )


def settle(scanner: Scanner, readings: list[Reading], today: date) -> date | None:
    """Settle on the one day that all readings mean; None if there is none or one is wrong."""
    wrong = [reading for reading in readings if reading.code]
    for reading in wrong:
        scanner.refuse(str(reading.code), reading.start, reading.end, **reading.values)
    if wrong or not readings:
        return None
    dated = [reading for reading in readings if reading.day] or _weekday_alone(readings, today)
    first = dated[0]
    for reading in [*dated, *readings]:
        if reading.code:
            scanner.refuse(reading.code, reading.start, reading.end, **reading.values)
            return None
        if _contradicts(reading, first.day):
            days = tuple(day for day in (first.day, reading.day) if day)
            weekday = reading.weekday  # said beside a date of another weekday, 0 is Monday
            scanner.refuse("two_dates", reading.start, reading.end, dates=days, weekday=weekday)
            return None
    return first.day


def _weekday_alone(readings: list[Reading], today: date) -> list[Reading]:
    alone = readings[0]
    try:
        day = bare_weekday(alone.weekday or 0, today)
    except Doubt as doubt:
        return [Reading(alone.start, alone.end, code=doubt.code, values=doubt.values)]
    return [Reading(alone.start, alone.end, day=day)]


def _contradicts(reading: Reading, day: date | None) -> bool:
    if reading.weekday is not None:
        return day is None or reading.weekday != day.weekday()
    return reading.day != day
