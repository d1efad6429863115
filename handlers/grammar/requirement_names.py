"""Which requirement is meant: by its title or part of it, its code, a kind of record, its item."""

from collections.abc import Sequence

from compliance.requirement import ARTICLES, Requirement
from handlers.grammar import normalise, numbers, vocabulary


def find_requirements(typed: str, known: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """Give the requirements a text names, all of it, in the policy's order; none if it names none.

    An item of the policy (第12项) may have several, and so may a kind of record.
    """
    said = normalise.word(typed)
    if not said:
        return ()
    return _called(said, known) or _of_kind(said, known) or _of_item(said, known)


def resembling(typed: str, known: Sequence[Requirement]) -> tuple[Requirement, ...]:
    """Give the requirements whose title, or a kind of record that counts for it, holds a text."""
    said = normalise.word(typed)
    if len(said) < 2:
        return ()
    return tuple(r for r in known if any(said in name for name in (*_titles(r), *r.kinds)))


def _titles(requirement: Requirement) -> tuple[str, str]:
    return normalise.word(requirement.title), normalise.word(requirement.title_en)


def _called(said: str, known: Sequence[Requirement]) -> tuple[Requirement, ...]:
    return tuple(r for r in known if said in (r.code, *_titles(r)))


def _of_kind(said: str, known: Sequence[Requirement]) -> tuple[Requirement, ...]:
    kind = vocabulary.look_up("kinds", said) or said
    return tuple(r for r in known if kind in r.kinds)


def _of_item(said: str, known: Sequence[Requirement]) -> tuple[Requirement, ...]:
    article = _article(said)
    return tuple(r for r in known if r.article == article)


def _article(said: str) -> str | None:
    """Read the number of an item (第12项, item 12, 12) or of a section (第二部分)."""
    match = vocabulary.pattern(r"@ordinal?(?P<n>@n) ?@item|@item ?(?P<m>@n)|[0-9]+").fullmatch(said)
    if match is not None:
        number = numbers.whole(match["n"] or match["m"] or said)
        return str(number)
    match = vocabulary.pattern(r"@ordinal?(?P<n>@n) ?@section|@section ?(?P<m>@n)").fullmatch(said)
    if match is None:
        return None
    number = numbers.whole(match["n"] or match["m"])
    sections = {numbers.whole(a): a for a in ARTICLES if not a.isdigit()}
    return sections.get(number)
