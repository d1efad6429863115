"""Dates in a message: found in what is open, joined to ranges, and settled on one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial

from handlers.grammar import date_ranges, doubt, vocabulary
from handlers.grammar.date_forms import FORMS
from handlers.grammar.date_ranges import Days
from handlers.grammar.doubt import Doubt, Offer
from handlers.grammar.reckoning import bare_weekday
from handlers.grammar.scanner import Scanner

Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A date found in a text: the day, or what is wrong with it; ``weekday`` alone only checks.

    ``until`` is the last day where several were said; ``offers`` are the days it may mean.
    """

    start: int
    end: int
    day: date | None = None
    until: date | None = None
    weekday: int | None = None
    code: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()


_BARE_WEEKDAY = r"@week(?P<d>@weekdays)|(?P<e>@weekdays_english)"


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
    found = _ranges(scanner, today)
    found += [
        reading_of(match, form.read, today)
        for form in FORMS
        for match in scanner.take_all(
            vocabulary.pattern(form.template), vocabulary.pattern(form.sign)
        )
    ]
    for match in scanner.take_all(vocabulary.pattern(_BARE_WEEKDAY)):
        weekday = int(vocabulary.meanings("weekdays")[match["d"] or match["e"]])
        found.append(Reading(*match.span(), weekday=weekday))
    found.sort(key=lambda reading: reading.start)
    return _joined(scanner, found, today) if len(found) > 1 else found


def _ranges(scanner: Scanner, today: date) -> list[Reading]:
    if not vocabulary.pattern(date_ranges.JOINED).search(scanner.open):
        return []
    return [
        _lasting(match.span(), partial(date_ranges.read, match, today))
        for form, sign in date_ranges.FORMS
        for match in scanner.take_all(vocabulary.pattern(form), vocabulary.pattern(sign))
    ]


def reading_of(match: Match, read: Callable[[Match, date], date], today: date) -> Reading:
    """Give what a match reads as, or what is wrong with it."""
    try:
        return Reading(*match.span(), day=read(match, today))
    except Doubt as doubted:
        return _doubted(match.span(), doubted)


def _lasting(span: tuple[int, int], read: Callable[[], Days]) -> Reading:
    try:
        first, last = read()
    except Doubt as doubted:
        return _doubted(span, doubted)
    return Reading(*span, day=first, until=last if last > first else None)


def _doubted(span: tuple[int, int], doubted: Doubt) -> Reading:
    return Reading(*span, code=doubted.code, values=doubted.values, offers=doubted.offers)


def _joined(scanner: Scanner, found: list[Reading], today: date) -> list[Reading]:
    """Make one reading of two that have nothing but an "until" or an "and" between them."""
    joined = found[:1]
    for second in found[1:]:
        first = joined[-1]
        between = vocabulary.pattern(date_ranges.JOINED).fullmatch(
            scanner.open, first.end, second.start
        )
        if between is None or not (_plain(first) and _plain(second)):
            joined.append(second)
            continue
        scanner.take(*between.span())
        joined[-1] = _lasting((first.start, second.end), _days(first, second, between, today))
    return joined


def _plain(reading: Reading) -> bool:
    return reading.code is None and reading.until is None


def _days(first: Reading, second: Reading, between: Match, today: date) -> Callable[[], Days]:
    def read() -> Days:
        days = date_ranges.of_weekdays(_said(first), _said(second), today)
        if between["and"]:
            raise date_ranges.two(*days)
        return date_ranges.checked(*days, today)

    return read


def _said(reading: Reading) -> date | int:
    return reading.day or reading.weekday or 0


def settle(
    scanner: Scanner, readings: list[Reading], today: date
) -> tuple[date | None, date | None]:
    """Settle on the day that all readings mean, and the last one where they mean several.

    Answers ``(None, None)`` if there is none or one is wrong.
    """
    wrong = [reading for reading in readings if reading.code]
    for reading in wrong:
        _refuse(scanner, reading)
    if wrong or not readings:
        return None, None
    dated = [reading for reading in readings if reading.day] or _weekday_alone(readings, today)
    first = dated[0]
    for reading in [*dated, *readings]:
        if reading.code:
            _refuse(scanner, reading)
            return None, None
        if _contradicts(reading, first):
            _refuse_two(scanner, readings, first, reading, today)
            return None, None
    return first.day, first.until


def _refuse(scanner: Scanner, reading: Reading) -> None:
    span = reading.start, reading.end
    scanner.refuse(str(reading.code), *span, reading.offers, **reading.values)


def _refuse_two(
    scanner: Scanner, readings: list[Reading], first: Reading, other: Reading, today: date
) -> None:
    """Refuse a second date, or a weekday (0 is Monday) said beside a date of another weekday.

    What is offered takes the place of all that was said of the day.
    """
    gone = {(reading.start, reading.end): "" for reading in readings}
    place = first.start, first.end
    days = [(reading.day, reading.until) for reading in (first, *readings)]
    days.append((_of_week(first, other), None))
    offers = [
        (what, value, {**gone, place: text})
        for what, value, text in dict.fromkeys(
            doubt.on(day, last) for day, last in days if day and day <= today
        )
    ]
    said = tuple(day for day in (first.day, other.day) if day)
    span = other.start, other.end
    if other.weekday is None:
        span = scanner.together(place, span)
    scanner.refuse("two_dates", *span, offers, dates=said, weekday=other.weekday)


def _of_week(first: Reading, other: Reading) -> date | None:
    """Offer the day of the other's weekday in the week of the first."""
    if first.day is None or other.weekday is None:
        return None
    return first.day + timedelta(days=other.weekday - first.day.weekday())


def _weekday_alone(readings: list[Reading], today: date) -> list[Reading]:
    alone = readings[0]
    try:
        day = bare_weekday(alone.weekday or 0, today)
    except Doubt as doubted:
        return [_doubted((alone.start, alone.end), doubted)]
    return [Reading(alone.start, alone.end, day=day)]


def _contradicts(reading: Reading, first: Reading) -> bool:
    if reading.weekday is not None:
        return first.day is None or reading.weekday != first.day.weekday()
    return (reading.day, reading.until) != (first.day, first.until)
