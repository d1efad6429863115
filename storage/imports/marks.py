"""Telling two people of one roster apart who are called alike: 张伟A, 张伟B."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase

from storage.imports.comparing import Comparison
from storage.imports.matching import Known
from storage.namesakes import TooManyAlikeError, spoken_of


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks that a unit's people need: of those there, by their ids, and of rows by place."""

    known: dict[int, str]
    new: dict[int, str]


def marks_for(found: Comparison, on: date) -> Marks:
    """Answer the marks of those who would else be called as somebody else on the roster is.

    Raises ``TooManyAlikeError`` for more people of one name than there are letters.
    """
    new: dict[str, list[int]] = defaultdict(list)
    said: dict[str, set[str]] = defaultdict(set)
    for at, each in enumerate(found.differences):
        if each.person is None:
            mark = str(each.row.said.get("mark") or "")
            if mark:
                said[each.row.name.removesuffix(mark)].add(mark)
            else:
                new[each.row.name].append(at)
    there: dict[str, list[Known]] = defaultdict(list)
    if new:
        for person in found.known:
            there[person.called].append(person)
    marks = Marks({}, {})
    for name, places in new.items():
        _mark(marks, there.get(name, ()), places, said.get(name, set()), on)
    return marks


def _mark(
    marks: Marks, there: Sequence[Known], places: Sequence[int], said: set[str], on: date
) -> None:
    present = [each for each in there if spoken_of(each.left_on, on)]
    if len(present) + len(places) + len(said) < 2:
        return
    used = {str(each.values["mark"]) for each in there} | said
    unmarked = [person.id for person in present if person.values["mark"] is None]
    free = [mark for mark in ascii_uppercase if mark not in used]
    if len(free) < len(unmarked) + len(places):
        raise TooManyAlikeError
    letters = iter(free)
    marks.known.update((person_id, next(letters)) for person_id in unmarked)
    marks.new.update((at, next(letters)) for at in places)
