"""A requirement somewhere in a message: found, taken, and only suggested where it is not sure."""

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from compliance.requirement import Requirement
from handlers.grammar import normalise, rest, vocabulary
from handlers.grammar.requirement_names import find_requirements, resembling
from handlers.grammar.scanner import Scanner

NEAR = 50.0  # of 100
MOST_SUGGESTIONS = 3
_ITEM = r"@ordinal ?@n ?@item|@n ?@item|@item ?[0-9]+"
_WORD = re.compile(r"[^ \n,;:、。]+")

_Found = tuple[tuple[int, int], tuple[Requirement, ...]]


def find(
    scanner: Scanner, known: Sequence[Requirement], preferred: Sequence[Requirement]
) -> Requirement | None:
    """Take the one requirement that is named out of what is open.

    Where a name fits several, those of ``preferred`` go first. A part of a title will do if it is
    only one's. Refuses none, several, and what is only like a title.
    """
    found = next(_named(scanner, known), None)
    if found is None:
        _refuse_unknown(scanner, known)
        return None
    span, fitting = found
    scanner.take(*span)
    fitting = tuple(r for r in fitting if r in preferred) or fitting
    if len(fitting) > 1:
        scanner.refuse("which_requirement", *span, among=fitting)
        return None
    return fitting[0]


def _named(scanner: Scanner, known: Sequence[Requirement]) -> Iterator[_Found]:
    """Give what names any: an item's number, then a name anywhere, then a part of one."""
    names = re.compile(vocabulary.either(_names(known)))
    for pattern in (vocabulary.pattern(_ITEM), names):
        for match in pattern.finditer(scanner.open):
            if fitting := find_requirements(match[0], known):
                yield match.span(), fitting
    for span in words(scanner):
        if fitting := resembling(scanner.source.text[slice(*span)], known):
            yield span, fitting


def _names(known: Sequence[Requirement]) -> tuple[str, ...]:
    """Answer all names: titles and codes, and what the kinds of record go by."""
    own = (name for r in known for name in (r.title, r.title_en, r.code, *r.kinds))
    return (*map(normalise.word, own), *vocabulary.kinds())


def words(scanner: Scanner) -> list[tuple[int, int]]:
    """Give the spans of the words that nobody took."""
    return [
        (start + match.start(), start + match.end())
        for start, end in scanner.left()
        for match in _WORD.finditer(scanner.source.text[start:end])
    ]


def _refuse_unknown(scanner: Scanner, known: Sequence[Requirement]) -> None:
    text = scanner.source.text
    span = next((span for span in words(scanner) if not says_nothing(text[slice(*span)])), None)
    if span is None:
        scanner.lack("no_requirement")
        return
    scanner.take(*span)
    near = _near(text[slice(*span)], known)
    scanner.refuse("unknown_requirement", *span, suggestions=near)


def _near(word: str, known: Sequence[Requirement]) -> tuple[Requirement, ...]:
    names = _names(known)
    found = process.extract(word[:40], names, scorer=fuzz.ratio, limit=6, score_cutoff=NEAR)
    near = {r.code: r for name, _, _ in found for r in find_requirements(name, known)}
    return tuple(near.values())[:MOST_SUGGESTIONS]


def says_nothing(word: str) -> bool:
    """Tell whether a word is a separator, or one that a ruling may hold without a meaning."""
    return rest.says_nothing(word, "ruling")


def refuse_rest(scanner: Scanner) -> None:
    """Quote back whatever nobody took."""
    text = scanner.source.text
    for start, end in scanner.left():
        if not says_nothing(text[start:end]):
            scanner.refuse("not_understood", *rest.trim(text, start, end))
