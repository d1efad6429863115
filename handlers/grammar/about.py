"""Whom a record is about, the grades an appraisal gave them, and the papers it puts on file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from compliance.appraisal import Grade
from handlers.grammar import absences, kinds, normalise, vocabulary
from handlers.grammar.fields import Field
from handlers.grammar.result import About, Context
from handlers.grammar.roster import MOST_SUGGESTIONS, NEAR, Roster
from handlers.grammar.scanner import Scanner

_MORE = re.compile(" ?、 ?")
_PAPER = re.compile(r"[ 、,;/.。《》]*(?P<paper>[^ 、,;:。()《》\n\0]+)》?")


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


def read(scanner: Scanner, context: Context, known: Roster, found: list[Field]) -> Told:
    """Take the lists of people, of grades and of papers; ``known`` is everyone ever on the roster.

    Names right after a kind that is about people are taken where no label says them. Refuses a
    name, a grade or a paper that nobody knows, and one that is there twice.
    """
    told = Told()
    for one in found:
        if one.code == "about":
            _people(scanner, known, told, one)
        elif one.code == "grades" or one.code in vocabulary.table("grades"):
            _Grading(scanner, known, told, one).read()
    if "people" not in told.said:
        _find_bare(scanner, context, known, told)
    for one in found:
        if one.code == "materials":
            _papers(scanner, context, told, one)
    return told


def _find_bare(scanner: Scanner, context: Context, known: Roster, told: Told) -> None:
    for kind, at in kinds.ends(scanner, context):
        rule = context.rules.get(kind)
        if rule is not None and rule.people:
            _bare(scanner, known, told, at)


def _bare(scanner: Scanner, known: Roster, told: Told, at: int) -> None:
    text = scanner.open
    at += text[at : at + 1] == " "
    while names := known.all_of(text[at : _ends(text, known, at, len(text))]):
        end = _ends(text, known, at, len(text))
        for name in names:
            _add(scanner, told, known.name(name), (at, end))
        scanner.take(at, end)
        more = _MORE.match(text, end)
        at = end if more is None else more.end()
        if more is None:
            break


def _ends(text: str, known: Roster, start: int, end: int) -> int:
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


def _words(scanner: Scanner, known: Roster, found: Field) -> Iterator[tuple[int, int]]:
    """Take a list word by word, until something else of the message begins."""
    at, text = found.text, scanner.open
    while True:
        separator = vocabulary.pattern(absences.SEPARATOR).match(text, at, found.end)
        start = separator.end() if separator else at
        token = absences.TOKEN.match(text, start, found.end)
        if token is None or _is_other(known, token):
            return
        end = _ends(text, known, start, found.end)
        colon = re.compile(" ?:").match(text, end, found.end)
        at = colon.end() if colon else end
        scanner.take(found.text, at)
        yield start, end


def _is_other(known: Roster, token: re.Match[str]) -> bool:
    if known.at(token.string, token.start()) is not None:
        return False
    return token[0] not in vocabulary.meanings("grades") and absences.is_no_name(known, token)


def _people(scanner: Scanner, known: Roster, told: Told, found: Field) -> None:
    told.said.add("people")
    text = scanner.open
    for start, end in _words(scanner, known, found):
        names = known.all_of(text[start:end])
        if names is None and text[start:end] not in vocabulary.table("grammar")["none"]:
            _unknown(scanner, known, start, end)
        for name in names or ():
            _add(scanner, told, known.name(name), (start, end))


def _unknown(scanner: Scanner, known: Roster, start: int, end: int) -> None:
    if scanner.patient:
        near = known.near(scanner.source.text[start:end])
        scanner.refuse("unknown_name", start, end, suggestions=near)


def _add(
    scanner: Scanner, told: Told, name: str, span: tuple[int, int], grade: Grade | None = None
) -> None:
    told.said.add("people")
    if name in told.people and (grade is None or told.people[name] is not None):
        scanner.refuse("duplicate_field", *span, field="about", name=name)
    else:
        told.people[name] = grade


class _Grading:
    """Reads grades: each after its names, or before them with a colon."""

    def __init__(self, scanner: Scanner, known: Roster, told: Told, found: Field) -> None:
        self._scanner, self._known, self._told, self._found = scanner, known, told, found
        self._text = scanner.open
        self._heading = None if found.code == "grades" else Grade(found.code)
        self._waiting: list[tuple[str, tuple[int, int]]] = []

    def read(self) -> None:
        """Take the field; refuse whoever is left without a grade."""
        self._told.said.add("people")
        for start, end in _words(self._scanner, self._known, self._found):
            self._word(start, end)
        self._refuse_waiting()

    def _word(self, start: int, end: int) -> None:
        names, grade = self._parts(self._text[start:end])
        if names is None:
            _unknown(self._scanner, self._known, start, end)
            return
        for name in names:
            self._waiting.append((name, (start, end)))
        if grade and not names and self._text[end : end + 2].lstrip().startswith(":"):
            self._refuse_waiting()
            self._heading = grade
        elif grade and not self._waiting:
            self._scanner.refuse("not_understood", start, end)
        elif grade or self._heading:
            self._give(grade or self._heading)

    def _parts(self, word: str) -> tuple[tuple[str, ...] | None, Grade | None]:
        """Take a word apart into names and the grade after them; no names at all: None."""
        if word in vocabulary.table("grammar")["none"]:
            return (), None
        for typed, code in sorted(vocabulary.meanings("grades").items(), key=_longest_first):
            if word.endswith(typed):
                names = self._known.all_of(word.removesuffix(typed)) if word != typed else ()
                return names, Grade(code)
        return self._known.all_of(word), None

    def _give(self, grade: Grade | None) -> None:
        for name, span in self._waiting:
            _add(self._scanner, self._told, self._known.name(name), span, grade)
        self._waiting.clear()

    def _refuse_waiting(self) -> None:
        for _, span in self._waiting:
            self._scanner.refuse("grade_needed", *span)
        self._waiting.clear()


def _longest_first(word: tuple[str, str]) -> int:
    return -len(word[0])


def _papers(scanner: Scanner, context: Context, told: Told, found: Field) -> None:
    told.said.add("materials")
    papers = [paper for papers in context.checklists.values() for paper in papers]
    known = {normalise.word(paper): paper for paper in papers}
    text, at = scanner.open, found.text
    while token := _PAPER.match(text, at, found.end):
        typed, span = token["paper"], token.span("paper")
        if typed not in known and absences.ends_list(text, span[0]):
            return
        at = token.end()
        scanner.take(found.text, at)
        if typed in known and known[typed] not in told.materials:
            told.materials.append(known[typed])
        elif typed in known:
            scanner.refuse("duplicate_field", *span, field="materials")
        elif typed not in vocabulary.table("grammar")["none"]:
            near, asked = _near_papers(typed, known), _asked_of(context, told)
            scanner.refuse("unknown_paper", *span, suggestions=near, papers=asked)


def _near_papers(typed: str, known: dict[str, str]) -> tuple[str, ...]:
    found = process.extract(
        typed[:40], list(known), scorer=fuzz.ratio, limit=MOST_SUGGESTIONS, score_cutoff=NEAR
    )
    return tuple(known[paper] for paper, _, _ in found)


def _asked_of(context: Context, told: Told) -> tuple[str, ...]:
    """Answer the papers of the present stages of those the record is about."""
    stages = dict.fromkeys(m.stage for m in context.members if m.name in told.people)
    return tuple(paper for stage in stages for paper in context.checklists.get(stage, ()))
