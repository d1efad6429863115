"""Times of the day. An hour that may be before or after noon is doubted, never guessed."""

import re
from datetime import time

from handlers.grammar import numbers, vocabulary
from handlers.grammar.scanner import Scanner

EARLIEST = 8  # an hour before this, said without a part of the day, may be an evening's

_PART = r"(?P<part>@dayparts)? ?"
_AFTER = r"(?: ?(?P<after>(?:am|pm|a\.m\.|p\.m\.)(?![a-z])))?"
_CLOCK = (
    rf"{_PART}(?<![0-9:])(?P<h>[0-9]{{1,2}}):(?P<min>[0-9]{{2}})(?::[0-9]{{2}})?(?![0-9:]){_AFTER}"
)
_SPOKEN = (
    rf"{_PART}(?<![0-9])(?P<h>@n) ?@hour(?:(?P<half>@half_hour)|(?P<q1>@quarter_hour)"
    r"|(?P<q3>@three_quarters)|(?P<zero>@sharp)| ?(?P<min>@n) ?@minute"
    r"|(?P<min2>@n)(?![0-9/.:\-]|@people|@month|@day|@ballots))?"
)
_ENGLISH = r"(?<![0-9])(?P<h>[0-9]{1,2}) ?(?P<after>(?:am|pm|a\.m\.|p\.m\.)(?![a-z]))"
_FORMS = ((_CLOCK, ":"), (_SPOKEN, "@hour"), (_ENGLISH, "[ap]"))  # each with its sign
_LATER = {"afternoon", "evening"}


class Doubt(Exception):  # noqa: N818 - the typed time cannot be taken
    """A time that cannot be taken: the problem's code and values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def find(scanner: Scanner) -> time | None:
    """Take the time out of what is open; refuse an impossible, doubtful or second one."""
    found: set[time] = set()
    for form, sign in _FORMS:
        for match in scanner.take_all(vocabulary.pattern(form), vocabulary.pattern(sign)):
            try:
                found.add(_read(match))
            except Doubt as doubt:
                scanner.refuse(doubt.code, *match.span(), **doubt.values)
            else:
                if len(found) > 1:
                    scanner.refuse("two_times", *match.span(), times=tuple(sorted(found)))
    return found.pop() if len(found) == 1 else None


def _read(match: re.Match[str]) -> time:
    groups = match.groupdict()
    part = groups.get("part") or groups.get("after")
    hour, minute = numbers.whole(groups["h"]), _minute(groups)
    daypart = vocabulary.meanings("dayparts")[part] if part else None
    if hour is None or not (0 <= hour <= 23 and 0 <= minute <= 59):
        raise Doubt("impossible_time")
    if daypart is None:
        return _bare(hour, minute, padded=groups["h"].startswith("0"))
    return time(_of_daypart(hour, daypart), minute)


def _minute(groups: dict[str, str | None]) -> int:
    for name, minutes in (("half", 30), ("q1", 15), ("q3", 45)):
        if groups.get(name):
            return minutes
    said = groups.get("min") or groups.get("min2")
    value = numbers.whole(said) if said else 0
    return -1 if value is None else value


def _bare(hour: int, minute: int, *, padded: bool) -> time:
    if 0 < hour < EARLIEST and not padded:
        raise Doubt("ambiguous_time", readings=(time(hour, minute), time(hour + 12, minute)))
    return time(hour, minute)


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
