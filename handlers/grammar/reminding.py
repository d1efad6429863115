"""What is said of a unit's reminders: hours, days, pauses; one line in, data out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from compliance.requirement import Requirement
from handlers.grammar import labels, normalise, numbers, requirement_said, spans, vocabulary
from handlers.grammar.problems import Unreadable
from handlers.grammar.requirement_names import find_requirements, resembling
from handlers.grammar.scanner import Scanner

_TIME = r"(?P<h{0}>[0-9]{{1,2}})(?::(?P<m{0}>[0-9]{{2}})|@hour(?P<half{0}>@half_hour)?)"
_AT = rf"(?:@remind__hour ?)?{_TIME.format(1)}"
_QUIET = rf"@remind__quiet ?{_TIME.format(1)} ?@until ?{_TIME.format(2)}"
_WEEKLY = r"(?:(?:@remind__every ?)?(?:@week)? ?(?P<a>@weekdays)) ?@remind__weekly"
_WEEKLY_AFTER = r"@remind__weekly ?(?:@remind__every ?)?(?:@week)? ?(?P<a>@weekdays)"
_FOR_DAYS = r"(?<![0-9])(?P<n>[0-9]{3,6}|@n) ?@remind__days(?![0-9])"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """The unit is reminded at this time of the day."""

    at: time


@dataclass(frozen=True, slots=True)
class Quiet:
    """The unit is left in peace between two times of the day."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Workdays:
    """The unit is left in peace on days off, or not."""

    only: bool


@dataclass(frozen=True, slots=True)
class Weekly:
    """A superior hears how all units stand on a day of the week (1 is Monday); None for never."""

    weekday: int | None


@dataclass(frozen=True, slots=True)
class Pausing:
    """No reminders from today until a day, for a reason; None for what was not said."""

    first: date | None
    until: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Resuming:
    """The pause, or all pauses, end now."""


@dataclass(frozen=True, slots=True)
class PuttingOff:
    """No reminders of one requirement until a day; none or several may be meant."""

    said: str
    meant: tuple[Requirement, ...]
    until: date | None
    reason: str | None


Said = Hour | Quiet | Workdays | Weekly | Pausing | Resuming | PuttingOff


def read_reminding(typed: str, known: Sequence[Requirement], today: date) -> Said | None:
    """Read what is to change; None where it is none of these.

    Raises ``Unreadable`` for a date that cannot be, or words that were not understood.
    """
    said = normalise.word(typed)
    plain = _plain(said)
    if plain is not None:
        return plain
    if (match := vocabulary.pattern(r"@remind__pause").match(said)) is not None:
        return _pausing(typed, match.end(), today)
    if (match := vocabulary.pattern(r"@remind__put_off").match(said)) is not None:
        return _putting_off(said[match.end() :], known, today)
    return None


def _plain(said: str) -> Said | None:
    """Read what is a few fixed words, or a time."""
    for name, meant in (
        ("workdays", Workdays(only=True)),
        ("every_day", Workdays(only=False)),
        ("no_weekly", Weekly(None)),
        ("resume", Resuming()),
    ):
        if said in vocabulary.table("remind")[name]:
            return meant
    for form in (_WEEKLY, _WEEKLY_AFTER):
        if (match := vocabulary.pattern(form).fullmatch(said)) is not None:
            return Weekly(int(vocabulary.meanings("weekdays")[match["a"]]) + 1)
    return _times(said)


def _times(said: str) -> Said | None:
    if (match := vocabulary.pattern(_QUIET).fullmatch(said)) is not None:
        begins, ends = _time(match, 1), _time(match, 2)
        return None if begins is None or ends is None else Quiet(begins, ends)
    match = vocabulary.pattern(_AT).fullmatch(said)
    at = match and _time(match, 1)
    return Hour(at) if at is not None else None


def _time(match: re.Match[str], number: int) -> time | None:
    """Give a time of the day; None for one that is not."""
    minute = 30 if match[f"half{number}"] else int(match[f"m{number}"] or 0)
    hour = int(match[f"h{number}"])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _pausing(typed: str, _end: int, today: date) -> Pausing:
    scanner = Scanner(typed)
    scanner.take_all(vocabulary.pattern(r"@remind__pause"))
    reason = labels.find(scanner, "reason")
    days = _days(scanner, today)
    requirement_said.refuse_rest(scanner)
    try:
        scanner.finish()
    except Unreadable as unreadable:
        if {problem.code for problem in unreadable.problems} != {"no_end"}:
            raise
    first, until = days or (None, None)
    return Pausing(first, until, reason or None)


def _days(scanner: Scanner, today: date) -> spans.Days | None:
    """Take the days; so many days from today on are a way of saying it, too."""
    last = _counted(scanner, today)
    return spans.find(scanner, today) if last is None else (today, last)


def _counted(scanner: Scanner, today: date) -> date | None:
    """Take so many days, today being the first; answer the last of them."""
    found = scanner.take_all(vocabulary.pattern(_FOR_DAYS))
    counts = [count for match in found if (count := numbers.whole(match["n"]))]
    return today + (min(counts[0], 10_000) - 1) * _DAY if counts else None


def _putting_off(said: str, known: Sequence[Requirement], today: date) -> PuttingOff:
    scanner = Scanner(said)
    reason = labels.find(scanner, "reason")
    until = _until(scanner, today)
    name = re.sub(r"^\W+|\W+$", "", scanner.open)
    meant = find_requirements(name, known) or resembling(name, known) if name else ()
    return PuttingOff(name, tuple(meant), until, reason or None)


def _until(scanner: Scanner, today: date) -> date | None:
    """Take how long: so many days, today being the first, or until a day."""
    last = _counted(scanner, today)
    return spans.until_day(scanner, today) if last is None else last
