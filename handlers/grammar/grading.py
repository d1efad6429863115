"""The grades of an appraisal: each after its names, or before them with a colon."""

import re

from compliance.appraisal import Grade
from handlers.grammar import lists, vocabulary
from handlers.grammar.fields import Field
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import Scanner

_COLON = re.compile(" ?:")


class Grading:
    """Reads grades: each after its names, or before them with a colon."""

    def __init__(self, scanner: Scanner, known: Roster, told: lists.Told, found: Field) -> None:
        self._scanner, self._known, self._told, self._found = scanner, known, told, found
        self._text = scanner.open
        self._heading = None if found.code == "grades" else Grade(found.code)
        self._waiting: list[tuple[str, tuple[int, int]]] = []

    def read(self) -> None:
        """Take the field; refuse whoever is left without a grade."""
        self._told.said.add("people")
        for start, end in lists.words(self._scanner, self._known, self._found):
            self._word(start, end)
        self._refuse_waiting()

    def _word(self, start: int, end: int) -> None:
        names, grade = self._parts(self._text[start:end])
        if names is None:
            lists.refuse_unknown(self._scanner, self._known, start, end)
            return
        for name in names:
            self._waiting.append((name, (start, end)))
        if grade and not names and _COLON.match(self._text, end):
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
            lists.add_named(self._scanner, self._told, self._known, name, span, grade=grade)
        self._waiting.clear()

    def _refuse_waiting(self) -> None:
        for _, span in self._waiting:
            self._scanner.refuse("grade_needed", *span)
        self._waiting.clear()


def _longest_first(word: tuple[str, str]) -> int:
    return -len(word[0])
