"""Lists of people in a message, word by word, and what was said of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from compliance.appraisal import Grade
from handlers.grammar import absences, vocabulary
from handlers.grammar.fields import Field
from handlers.grammar.result import About
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import Scanner

_COLON = re.compile(" ?:")
_SEPARATOR = r"[ 、,;/.。()]*(?:@and)? ?"


@dataclass(slots=True)
class Told:
    """What was said of people and papers; an empty list may have been said, too."""

    people: dict[str, Grade | None] = field(default_factory=dict)
    materials: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    @property
    def about(self) -> tuple[About, ...]:
        """Answer the people with their grades, in the order named."""
        return tuple(About(name, grade) for name, grade in self.people.items())


def word_end(text: str, known: Roster, start: int, end: int) -> int:
    """Answer where the word that starts at a place ends; at once where none does."""
    token = absences.TOKEN.match(text, start, end)
    if token is None:
        return start
    spelling = known.at(text, start)
    if not token[0][0].isascii():
        joined = vocabulary.pattern("@and").match(text, start + len(spelling or ""))
        more = spelling and joined and known.at(text, joined.end())
        return start + len(spelling) if spelling and more else token.end()
    grade = vocabulary.pattern("@grades").match(text, start)
    word = spelling or (grade and grade[0])
    return start + len(word) if word else token.end()


def words(scanner: Scanner, known: Roster, found: Field) -> Iterator[tuple[int, int]]:
    """Take a list word by word, until something else of the message begins."""
    at, text = found.text, scanner.open
    while True:
        separator = vocabulary.pattern(_SEPARATOR).match(text, at, found.end)
        start = separator.end() if separator else at
        token = absences.TOKEN.match(text, start, found.end)
        if token is None or _is_other(known, token):
            return
        end = word_end(text, known, start, found.end)
        colon = _COLON.match(text, end, found.end)
        at = colon.end() if colon else end
        scanner.take(found.text, at)
        yield start, end


def _is_other(known: Roster, token: re.Match[str]) -> bool:
    if known.at(token.string, token.start()) is not None:
        return False
    return token[0] not in vocabulary.meanings("grades") and absences.is_no_name(known, token)


def refuse_unknown(scanner: Scanner, known: Roster, start: int, end: int) -> None:
    """Refuse a word that names nobody ever on the roster, with those whose names are near."""
    if scanner.patient:
        typed = scanner.source.text[start:end]
        near = known.near(typed)
        scanner.refuse("unknown_name", start, end, known.offered(typed), suggestions=near)


def add_named(
    scanner: Scanner,
    told: Told,
    known: Roster,
    spelling: str,
    span: tuple[int, int],
    *,
    grade: Grade | None = None,
) -> None:
    """Note whoever is named so, as ``add`` does; refuses a name that several have.

    Who is meant can be asked where nothing but the name stands in the span.
    """
    name = known.name(spelling)
    if name in known.twice:
        alone = scanner.source.text[slice(*span)] == spelling
        scanner.refuse("ambiguous_name", *span, known.meant(name) if alone else (), name=name)
        told.said.add("people")
    else:
        add(scanner, told, name, span, grade)


def add(
    scanner: Scanner, told: Told, name: str, span: tuple[int, int], grade: Grade | None = None
) -> None:
    """Note somebody, perhaps with a grade; refuse one who is there twice."""
    told.said.add("people")
    if name in told.people and (grade is None or told.people[name] is not None):
        scanner.refuse("duplicate_field", *span, field="about", name=name)
    else:
        told.people[name] = grade
