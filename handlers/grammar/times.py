"""Times of the day. An hour that may be before or after noon is doubted, never guessed.

Of a span of time, what the beginning says of the part of the day holds for its end, and the other
way round in English.
"""

import re
from dataclasses import dataclass, replace
from datetime import time

from handlers.grammar import doubt, numbers, vocabulary
from handlers.grammar.doubt import Doubt
from handlers.grammar.scanner import Scanner

EARLIEST = 8  # an hour before this, said without a part of the day, may be an evening's

_PART = r"(?P<part>@dayparts)? ?"
_NOON = r"(?:am|pm|a\.m\.|p\.m\.)(?![a-z])"
_AFTER = rf"(?: ?(?P<after>{_NOON}))?"
_UNTIL = r" ?@until ?"
_ISO = r"(?:(?<=-[0-9]{2})t)?"  # between a date and a time
_CLOCK = (
    rf"{_PART}{_ISO}(?<![0-9:])(?P<h>[0-9]{{1,2}}):(?P<min>[0-9]{{2}})(?::[0-5][0-9])?(?![0-9:])"
    rf"{_AFTER}"
)
_SPOKEN = (
    rf"{_PART}(?<![0-9])(?P<h>@n) ?@hour(?:(?P<half>@half_hour)|(?P<q1>@quarter_hour)"
    r"|(?P<q3>@three_quarters)|(?P<zero>@sharp)| ?(?P<min>@n) ?@minute"
    r"|(?P<min2>@n)(?![0-9/.:\-]|@people|@month|@day|@ballots))?"
)
_ENGLISH = rf"(?<![0-9:.])(?P<h>[0-9]{{1,2}})(?:\.(?P<min>[0-9]{{2}}))? ?(?P<after>{_NOON})"
_DOTTED = (
    r"(?P<part>@dayparts)(?P<h>[0-9]{1,2})\.(?P<min>[0-9]{2}|(?P<short>[0-9]))"
    r"(?![0-9.]| ?@people)"
)
# The hour a span begins at, where only its end says that it is an hour.
_BEGINS = rf"{_PART}(?<![0-9:./-])(?P<h>@n)(?={_UNTIL}(?:@n ?@hour|[0-9]{{1,2}} ?{_NOON}))"
_MIDDAY = r"(?<![0-9])(?P<midday>@midday)"  # an hour by itself, as no other part of the day is
# Each with its sign.
_FORMS = (
    (_BEGINS, rf"@until ?@n ?(?:@hour|{_NOON})"),
    (_CLOCK, ":"),
    (_SPOKEN, "@hour"),
    (_ENGLISH, "[ap]"),
    (_DOTTED, r"@dayparts[0-9]{1,2}\."),
    (_MIDDAY, "@midday"),
)
_LATER = {"afternoon", "evening"}


Span = tuple[int, int]
Stretch = tuple[time, time | None]


@dataclass(frozen=True, slots=True)
class _Said:
    """A time as it was said: the part of the day is its code, or None."""

    start: int
    end: int
    hour: int
    minute: int
    part: str | None
    padded: bool


def find(scanner: Scanner) -> tuple[time | None, time | None]:
    """Take the time out of what is open, and the one at which it ended, if that is said.

    Refuses an impossible, doubtful or second one.
    """
    said = sorted(
        (
            _said(match)
            for form, sign in _FORMS
            for match in scanner.take_all(vocabulary.pattern(form), vocabulary.pattern(sign))
        ),
        key=lambda one: one.start,
    )
    found: dict[Stretch, Span] = {}
    for first, last in _spans(scanner, said):
        span = first.start, (last or first).end
        try:
            found.setdefault(_stretch(first, last), span)
        except Doubt as doubted:
            scanner.refuse(doubted.code, *span, doubted.offers, **doubted.values)
    whole = {begun for begun, ended in found if ended}
    different = [one for one in found if one[1] or one[0] not in whole]  # the end may be said once
    if len(different) > 1:
        _refuse_two(scanner, different, list(found.values()))
    return different[0] if len(different) == 1 else (None, None)


def _refuse_two(scanner: Scanner, found: list[Stretch], spans: list[Span]) -> None:
    gone = dict.fromkeys(spans, "")
    ordered = sorted(found, key=lambda one: (one[0], one[1] or one[0]))
    offers = [
        (what, at, {**gone, spans[0]: text})
        for what, at, text in (doubt.at(*stretch) for stretch in ordered)
    ]
    times = tuple(begun for begun, _ in ordered)
    scanner.refuse("two_times", *scanner.together(spans[0], spans[-1]), offers, times=times)


def _spans(scanner: Scanner, said: list[_Said]) -> list[tuple[_Said, _Said | None]]:
    """Put together the times that have nothing but an "until" between them."""
    spans: list[tuple[_Said, _Said | None]] = []
    until = vocabulary.pattern(_UNTIL)
    for one in said:
        first, last = spans[-1] if spans else (None, None)
        if first and not last and until.fullmatch(scanner.open, first.end, one.start):
            scanner.take(first.end, one.start)
            spans[-1] = first, one
        else:
            spans.append((one, None))
    return spans


def _stretch(first: _Said, last: _Said | None) -> Stretch:
    """Give when it began and ended. Raises ``Doubt`` if that cannot be told, or not in order."""
    if last is None:
        return _time(first), None
    if first.part is None and last.part in ("forenoon", "afternoon"):
        first = replace(first, part=last.part if first.hour <= last.hour else None)
    try:
        begun = _time(first)
    except Doubt as doubted:
        readings = [value for _, value, _ in doubted.offers if isinstance(value, time)]
        stretches = ((begun, _ended(begun, last)) for begun in readings)
        offers = tuple(doubt.at(begun, ended) for begun, ended in stretches if ended)
        raise Doubt(doubted.code, offers, **doubted.values) from doubted
    ended = _ended(begun, last)
    if ended is None:
        times = tuple(sorted((begun, _time(replace(last, padded=True)))))
        raise Doubt("two_times", tuple(map(doubt.at, times)), times=times)
    return begun, ended


def _ended(begun: time, last: _Said) -> time | None:
    """Answer when it ended: as said, else in the other half of the day; None if that is before."""
    later = replace(last, hour=last.hour + 12) if 0 < last.hour < 12 and not last.part else last
    ends = (_time(replace(one, padded=True)) for one in (last, later))
    return next((end for end in ends if end > begun), None)


def _said(match: re.Match[str]) -> _Said:
    groups = match.groupdict()
    if groups.get("midday"):
        return _Said(*match.span(), 12, 0, None, padded=False)
    part = groups.get("part") or groups.get("after")
    code = vocabulary.meanings("dayparts")[part] if part else None
    hour = numbers.whole(groups["h"])
    padded = groups["h"].startswith("0")
    return _Said(*match.span(), -1 if hour is None else hour, _minute(groups), code, padded)


def _time(said: _Said) -> time:
    hour, minute = said.hour, said.minute
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        raise Doubt("impossible_time")
    if said.part is not None:
        return time(_of_daypart(hour, said.part), minute)
    if 0 < hour < EARLIEST and not said.padded:
        readings = time(hour, minute), time(hour + 12, minute)
        raise Doubt("ambiguous_time", tuple(map(doubt.at, readings)), readings=readings)
    return time(hour, minute)


def _minute(groups: dict[str, str | None]) -> int:
    for name, minutes in (("half", 30), ("q1", 15), ("q3", 45)):
        if groups.get(name):
            return minutes
    if groups.get("short"):  # 3.5 is no time
        return -1
    said = groups.get("min") or groups.get("min2")
    value = numbers.whole(said) if said else 0
    return -1 if value is None else value


def _of_daypart(hour: int, daypart: str) -> int:
    """Give the hour of 24; ``Doubt`` where the hour is not of that part of the day."""
    noon = daypart == "noon"
    if daypart in _LATER or (noon and hour < 3):
        # Twelve in the evening is the next day's midnight: not a time of this day.
        if hour == 0 or (daypart == "evening" and hour == 12):
            raise Doubt("impossible_time")
        return hour if hour >= 12 else hour + 12
    if daypart in ("night", "forenoon") and hour == 12:
        return 0
    if hour > (14 if noon else 12) or (noon and hour < 11):
        raise Doubt("impossible_time")
    return hour
