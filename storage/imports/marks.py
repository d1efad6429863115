"""Telling two people of one roster apart who are called alike: 张伟A, 张伟B."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, product
from string import ascii_uppercase

from storage.imports.comparing import Comparison
from storage.imports.matching import Known


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that a unit's people need: of those there, by their ids, and of rows by place."""

    known: dict[int, str]
    new: dict[int, str]


def marks_for(found: Comparison, on: date) -> Marks:
    """Answer the marks of those who would else be called as somebody else on the roster is."""
    new: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(found.differences):
        if each.person is None and each.row.person.mark is None:
            new[each.row.person.name].append(at)
    there: dict[str, list[Known]] = defaultdict(list)
    if new:
        for person in found.known:
            there[person.called].append(person)
    marks = Marks({}, {})
    for name, places in new.items():
        _mark(marks, there.get(name, ()), places, _said(found, name), on)
    return marks


def _said(found: Comparison, name: str) -> set[str]:
    """Answer the marks of that name which the file itself gives to somebody new."""
    rows = (each.row.person for each in found.differences if each.person is None)
    return {person.mark for person in rows if person.mark and person.name == name + person.mark}


def _mark(
    marks: Marks, there: Sequence[Known], places: Sequence[int], said: set[str], on: date
) -> None:
    present = [each for each in there if not each.gone(on)]
    if len(present) + len(places) + len(said) < 2:
        return
    used = {str(each.values["mark"]) for each in there} | said
    free = (mark for mark in _letters() if mark not in used)
    for person in present:
        if person.values["mark"] is None:
            marks.known[person.id] = next(free)
    for at in places:
        marks.new[at] = next(free)


def _letters() -> Iterator[str]:
    for length in count(1):
        for letters in product(ascii_uppercase, repeat=length):
            yield "".join(letters)
