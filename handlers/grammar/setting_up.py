"""What founds a unit, as it is typed: a label, a colon and the value, on one line or on several.

What is asked about it is answered by a line of the same kind, so that a form and a message typed
in one go are read alike. What cannot be taken is left out, and told.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as filled
from datetime import date, time
from functools import cache
from typing import Any

from handlers.grammar import normalise, numbers, vocabulary

LONGEST_NAME = 40  # characters
MOST_GROUPS = 30
MOST_MEMBERS = 9999
FIRST_DAY = date(1921, 7, 1)  # no unit of the Party is older than it
_TRIM = " ,;,;。、\t"
_AFTER_NOON = frozenset({"afternoon", "evening"})
_NO_NAME = frozenset(",;:。!?")
_BETWEEN = re.compile(r"[\s,;、/]+")
_DAY = r"([0-9]{4}) ?(?:@year|[-/.]) ?([0-9]{1,2}) ?(?:@month|[-/.]) ?([0-9]{1,2}) ?@day?"
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_HOUR = (
    r"(?P<part>@dayparts)? ?(?P<h>[0-9]{1,2})"
    r"(?: ?(?::|@hour)(?: ?(?P<min>[0-9]{2})| ?(?P<half>@half_hour))?@minute?)?"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What was said of a unit; only what is named in ``given`` was, the rest is as a rule.

    ``bind`` names a unit that exists, for which nothing else is needed. ``superior`` and
    ``founded`` are empty for none and for a day that nobody knows. ``groups`` are names, or how
    many there are. ``own``: whoever founds the unit is its secretary.
    """

    given: frozenset[str] = frozenset()
    name: str = ""
    bind: str = ""
    kind: str = ""
    superior: str = ""
    founded: date | None = None
    size: int | None = None
    groups: tuple[str, ...] | int = ()
    committee: bool = False
    remind: time = time(9)
    language: str = "zh"
    own: bool = False

    def saying(self, code: str, value: object) -> "Setup":
        """Answer the same with a field said."""
        said: dict[str, Any] = {code: value}
        return replace(self, given=self.given | {code}, **said)

    def without(self, code: str) -> "Setup":
        """Answer the same with a field not said."""
        return replace(self, given=self.given - {code}, **{code: getattr(_NOTHING, code)})


_NOTHING = Setup()


@dataclass(frozen=True, slots=True)
class Misread:
    """A piece that was not taken: of which field (``""``: of none), why, and as it was typed."""

    field: str
    code: str
    read: str
    values: Mapping[str, object] = filled(default_factory=dict)


class _Wrong(ValueError):  # noqa: N818 - it says what is wrong with what was typed
    """What is wrong with a value."""


@cache
def _label() -> re.Pattern[str]:
    table = vocabulary.table("setup_fields")
    either = "|".join(f"(?P<{code}>{vocabulary.either(words)})" for code, words in table.items())
    return re.compile(f"(?<![^ \\n,;。、])(?:{either}) ?:")


def labels_of(typed: str) -> frozenset[str]:
    """Answer which fields a text names."""
    found = _label().finditer(normalise.read(typed).text)
    return frozenset(str(each.lastgroup) for each in found)


def read_setup(typed: str, today: date) -> tuple[Setup, tuple[Misread, ...]]:
    """Give what a message says of a unit, and what of it could not be taken.

    What stands before all labels is the name, unless one has that label.
    """
    setup, wrong = _NOTHING, list[Misread]()
    seen: set[str] = set()
    for code, said in _pieces(typed):
        if not code:
            wrong.append(Misread("", "unread", said))
        elif code in seen:
            wrong.append(Misread(code, "twice", said))
            setup = setup.without(code)
        else:
            try:
                setup = setup.saying(code, _READERS[code](said, today))
            except _Wrong as error:
                wrong.append(Misread(code, str(error), said))
            seen.add(code)
    return setup, tuple(wrong)


def _pieces(typed: str) -> Iterator[tuple[str, str]]:
    """Give each field's code with its text, and what belongs to none."""
    source = normalise.read(typed)
    labels = list(_label().finditer(source.text))
    first = labels[0].start() if labels else len(source.text)
    named = any(label.lastgroup == "name" for label in labels)
    for number, line in enumerate(_lines(source, 0, first)):
        yield "" if named or number else "name", line
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        end = following.start() if following else len(source.text)
        said, *rest = _lines(source, label.end(), end) or [""]
        yield str(label.lastgroup), said
        yield from (("", line) for line in rest)


def _lines(source: normalise.Source, start: int, end: int) -> list[str]:
    lines = (line.strip(_TRIM) for line in source.quote(start, end).splitlines())
    return [line for line in lines if line]


# ---------------------------------------------------------------- what each field may say


def _name(said: str, _: date) -> str:
    if len(said) > LONGEST_NAME:
        raise _Wrong("too_long")
    signs = frozenset(normalise.word(said))
    if not any(map(str.isalpha, signs)) or signs & _NO_NAME or _answer(said) is not None:
        raise _Wrong("no_name")
    return said


def _kind(said: str, _: date) -> str:
    kind = vocabulary.look_up("unit_kinds", said)
    if kind is None:
        raise _Wrong("no_kind")
    return kind


def _superior(said: str, today: date) -> str:
    return "" if _answer(said) == "none" else _name(said, today)


def _founded(said: str, today: date) -> date | None:
    if _answer(said) in ("unknown", "none"):
        return None
    folded = normalise.word(said)
    match = vocabulary.pattern(_DAY).fullmatch(folded) or _COMPACT.fullmatch(folded)
    if match is None:
        raise _Wrong("no_day")
    try:
        day = date(*map(int, match.groups()))
    except ValueError as error:
        raise _Wrong("impossible_day") from error
    if day > today:
        raise _Wrong("future_day")
    if day < FIRST_DAY:
        raise _Wrong("impossible_day")
    return day


def _size(said: str, _: date) -> int | None:
    if _answer(said) in ("unknown", "none"):
        return None
    match = vocabulary.pattern(r"(?P<n>@count) ?(?:@people)?").fullmatch(normalise.word(said))
    number = None if match is None else numbers.whole(match["n"])
    if number is None or not 1 <= number <= MOST_MEMBERS:
        raise _Wrong("no_size")
    return number


def _groups(said: str, _: date) -> tuple[str, ...] | int:
    if _answer(said) == "none":
        return ()
    match = vocabulary.pattern("(?P<n>@count) ?@pieces?").fullmatch(normalise.word(said))
    if match is not None:
        number = numbers.whole(match["n"]) or 0
        if number > MOST_GROUPS:
            raise _Wrong("many_groups")
        return number or ()
    names = tuple(dict.fromkeys(name for name in _BETWEEN.split(said) if name))
    if len(names) > MOST_GROUPS:
        raise _Wrong("many_groups")
    if not all(name[0].isalpha() and len(name) <= LONGEST_NAME for name in names):
        raise _Wrong("no_groups")
    return names


def _committee(said: str, _: date) -> bool:
    answer = _answer(said)
    if answer in ("committee", "secretary_only", "none"):
        return answer == "committee"
    raise _Wrong("no_committee")


def _remind(said: str, _: date) -> time:
    match = vocabulary.pattern(_HOUR).fullmatch(normalise.word(said))
    if match is None:
        raise _Wrong("no_hour")
    minute = 30 if match["half"] else int(match["min"] or 0)
    hour = int(match["h"])
    part = match["part"] and vocabulary.meanings("dayparts")[match["part"]]
    if part in _AFTER_NOON and 0 < hour < 12:
        hour += 12
    try:
        return time(hour, minute)
    except ValueError as error:
        raise _Wrong("no_hour") from error


def _language(said: str, _: date) -> str:
    code = vocabulary.look_up("languages", said)
    if code is None:
        raise _Wrong("no_language")
    return code


def _own(said: str, _: date) -> bool:
    answer = _answer(said)
    if answer in ("me", "other"):
        return answer == "me"
    raise _Wrong("no_secretary")


def _answer(said: str) -> str | None:
    return vocabulary.look_up("setup_answers", said)


_READERS: Mapping[str, Callable[[str, date], object]] = {
    "name": _name,
    "bind": _name,
    "kind": _kind,
    "superior": _superior,
    "founded": _founded,
    "size": _size,
    "groups": _groups,
    "committee": _committee,
    "remind": _remind,
    "language": _language,
    "own": _own,
}
FIELDS = tuple(_READERS)
