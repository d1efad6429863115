"""Changes of the tree of units as they are said: what, which unit, where to, and from which day.

A name may hold any word, also those that stand between two names: where a text may be divided in
several ways all of them are answered, and whoever knows the units takes the one that names them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handlers.grammar import dates, normalise, vocabulary
from handlers.grammar.problems import speaking_after
from handlers.grammar.scanner import Scanner

MOST_READINGS = 12
_DATE_WORDS = 3  # so many words at the end may be a date: 20 November 2026
_VERB = r"(?P<verb>@unit_changes)(?: |$|(?=[^a-z]))"
_BETWEEN = r" ?@unit_between ?| "
_LABEL = r"(?:^|(?<= ))(?P<label>@unit_above|@unit_groups)(?: ?[::] ?| |$)"
# 第三小组 第一支部, 第三小组在第一支部: a name, and what seems to say where it is to stand.
_APART = r"(?P<own>[^ ]+) (?:@unit_above ?)?(?P<rest>.+)"
_RUN_ON = r"(?P<own>.*?@unit_kinds)@unit_above ?(?P<rest>.+)"
_LISTED = r" ?[,,、;;\n] ?| "


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A change as it was said: ``rename``, ``move``, ``merge`` or ``dissolve``.

    ``readings`` are the ways to divide what was said into the unit and where to, what into, or
    what it is to be called; the likeliest first. ``on`` None: no day was said.
    """

    what: str
    readings: tuple[tuple[str, str], ...]
    on: date | None


@dataclass(frozen=True, slots=True)
class Founding:
    """A unit to be founded; ``name`` is empty where only party groups are.

    ``parts`` are what a name seems to consist of that may be more than a name.
    """

    name: str
    parent: str | None
    groups: tuple[str, ...]
    on: date | None
    parts: tuple[str, str] | None = None

    @property
    def kind(self) -> str | None:
        """Answer the kind of unit that the end of its name says; None when it says none."""
        return kind_of_name(self.name)


def read_change(typed: str, today: date) -> UnitChange | Founding | None:
    """Read a change of the tree; None for what begins with no word for one.

    Raises ``Unreadable`` for a day that is none, or may be several.
    """
    source = normalise.read(typed)
    verb = vocabulary.pattern(_VERB).match(source.text)
    if verb is None:
        return None
    what = vocabulary.meanings("unit_changes")[verb["verb"]]
    end, on = _day_at_the_end(source, verb.end(), today)
    rest = normalise.read(source.quote(verb.end(), end).strip())
    if what == "found":
        return _founding(rest, on)
    whole = rest.quote(0, len(rest.text)).strip()
    if what == "dissolve":
        return UnitChange(what, ((whole, ""),), on)
    return UnitChange(what, tuple(_divided(rest)) or ((whole, ""),), on)


def split_day(typed: str, today: date) -> tuple[date | None, str]:
    """Answer the day at the end of a text, and the rest; raises ``Unreadable`` for a wrong one."""
    source = normalise.read(typed)
    end, on = _day_at_the_end(source, 0, today)
    return on, source.quote(0, end).strip()


def kind_of_name(name: str) -> str | None:
    """Answer the kind of unit that a name says, at its end; None when it says none."""
    folded, words = normalise.word(name), vocabulary.meanings("unit_kinds")
    latin = f" {folded} "  # Branch 3
    said = [w for w in words if (f" {w} " in latin if w.isascii() else folded.endswith(w))]
    return words[max(said, key=len)] if said else None


def _day_at_the_end(source: normalise.Source, start: int, today: date) -> tuple[int, date | None]:
    """Answer where the text ends without the day at its end, and the day."""
    found = re.finditer(r"[^ \n]+", source.text)
    words = [match.start() for match in found if match.start() >= start]
    for first in words[-_DATE_WORDS:]:
        head = source.typed[: source.place(first, first + 1)[0]]
        with speaking_after(head):
            day = _day(source.typed[len(head) :], today)
        if day is not None:
            return first, day
    return len(source.text), None


def _day(typed: str, today: date) -> date | None:
    """Answer the day that a text is, all of it; None when it is more or something else."""
    scanner = Scanner(typed)
    found = dates.find(scanner, today)
    if not found or any(True for _ in scanner.left()):
        return None
    day, until = dates.settle(scanner, found, today)
    scanner.finish()
    return day if until is None else None


def _divided(rest: normalise.Source) -> Iterator[tuple[str, str]]:
    """Divide a text in two at each word that may stand between two names, or at a space."""
    matches = list(vocabulary.pattern(_BETWEEN).finditer(rest.text))
    matches.sort(key=lambda match: not match[0].strip())  # a word first, then the spaces
    for match in matches[:MOST_READINGS]:
        first = rest.quote(0, match.start()).strip()
        second = rest.quote(match.end(), len(rest.text)).strip()
        if first and second:
            yield first, second


def _founding(rest: normalise.Source, on: date | None) -> Founding:
    labels = list(vocabulary.pattern(_LABEL).finditer(rest.text))
    ends = [label.start() for label in labels[1:]] + [len(rest.text)]
    said = {"above": "", "groups": ""}
    for label, end in zip(labels, ends, strict=False):
        which = "above" if label["label"] in vocabulary.table("grammar")["unit_above"] else "groups"
        said[which] = rest.quote(label.end(), end).strip()
    end = labels[0].start() if labels else len(rest.text)
    name, parts = rest.quote(0, end).strip(), _parts(rest, end)
    groups = (group for group in re.split(_LISTED, said["groups"]) if group)
    return Founding(name, said["above"] or None, tuple(dict.fromkeys(groups)), on, parts)


def _parts(rest: normalise.Source, end: int) -> tuple[str, str] | None:
    """Divide a name that is hardly one; only a name in Latin letters is written with spaces."""
    text = rest.text[:end].rstrip()
    if text.isascii():
        return None
    found = (vocabulary.pattern(each).fullmatch(text) for each in (_APART, _RUN_ON))
    match = next((match for match in found if match), None)
    return match and (rest.quote(*match.span("own")), rest.quote(*match.span("rest")))
