"""What stands behind labels: text, places and people, kept as it was typed."""

import re
from functools import cache

from handlers.grammar import dates, fields, vocabulary
from handlers.grammar.fields import PERSONS, TEXTS, Field
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import Scanner

_TRIM = " ,;、\n"
_PIECE = re.compile("[ ,;、。]*(?P<word>[^ ,;、。]+)")
_NAMES = re.compile(r"[a-z][a-z.'-]*(?: [a-z][a-z.'-]*)*|[^ ,;。\n0-9\0]+")
_MORE = re.compile(r"\([^()\n]*\)|、[^ ,;。\n0-9\0]+")


@cache
def _other() -> re.Pattern[str]:
    """Where, after a space or comma, something begins that is no part of a place or a name."""
    return re.compile(f"[ ,;。、](?={dates.BEGINS()}|{_kind_begins()})")


def _kind_begins() -> str:
    return vocabulary.either(vocabulary.kinds())


def read(scanner: Scanner, roster: Roster, known: Roster) -> tuple[dict[str, str], list[Field]]:
    """Take the fields that hold text; answer them by code, and the other fields found.

    ``known`` are the names of everyone ever on the roster. Refuses an empty field and one given
    twice with two texts.
    """
    values: dict[str, str] = {}
    others: list[Field] = []
    every = fields.find(scanner, known)
    for found, following in zip(every, [*every[1:], None], strict=False):
        scanner.take(found.start, found.text)
        if not scanner.open[found.text : found.end].strip(_TRIM):
            if _heads(found, following) or _said_elsewhere(found, every):
                continue
            scanner.refuse("empty_field", found.start, found.text, field=found.code)
        elif found.code in (*TEXTS, *PERSONS, "place"):
            _keep(scanner, found, roster, values)
        else:
            others.append(found)
    return values, others


def _heads(found: Field, following: Field | None) -> bool:
    """Whether a label stands over what follows: grades or counts, with labels of their own."""
    if found.code == "attendance":
        return True
    grades = vocabulary.table("grades")
    return found.code == "grades" and following is not None and following.code in grades


def _said_elsewhere(found: Field, every: list[Field]) -> bool:
    """Whether the time and the day have labels of their own, of which one says both."""
    return found.code == "when" and any(
        one.code == "when" and one is not found and one.end > one.text for one in every
    )


def _keep(scanner: Scanner, found: Field, roster: Roster, values: dict[str, str]) -> None:
    text = scanner.open[found.text : found.end]
    start = found.text + len(text) - len(text.lstrip(_TRIM))
    text = text.strip(_TRIM)
    if found.code in PERSONS:
        text = _person(text, roster)
    elif found.code == "place":
        text = _place(_other().split(text, maxsplit=1)[0].rstrip(_TRIM))
    end = start + len(text)
    value = scanner.source.quote(start, end)
    if found.code in PERSONS and roster.at(text, 0) == text:
        value = roster.name(text)
    scanner.take(start, end)
    if values.setdefault(found.code, value) != value:
        scanner.refuse("duplicate_field", start, end, field=found.code)


def _place(text: str) -> str:
    """Give what names the place: after a space or comma, only what goes on like one.

    Anything else was said of something else, and is quoted back. English has no such endings: there
    all of the text is the place.
    """
    if text.isascii():
        return text
    end = 0
    for piece in _PIECE.finditer(text):
        if end and not vocabulary.pattern(r"[a-z]|.*@place_ends$").match(piece["word"]):
            break
        end = piece.end()
    return text[:end]


def _person(text: str, roster: Roster) -> str:
    """Give the part of a field's text that names a person; the rest is read as anything else."""
    spelling = roster.at(text, 0)
    if spelling is None:
        head = _NAMES.match(text)
        return head[0] if head else ""
    end = len(spelling)
    more = _MORE.match(text, end)
    if more is None or vocabulary.pattern("@absent").search(more[0]):
        return text[:end]
    return text[: more.end()]


def bare_persons(scanner: Scanner, roster: Roster, values: dict[str, str]) -> None:
    """Take a person's label without a colon where a name of the roster stands right beside it.

    With names on both sides it is left alone: whose label it is would be a guess.
    """
    for code in PERSONS:
        pattern = vocabulary.pattern(f"@fields__{code}")
        for match in pattern.finditer(scanner.open):
            span = _beside(scanner.open, roster, match)
            if span is None:
                continue
            scanner.take(min(span[0], match.start()), max(span[1], match.end()))
            name = roster.name(scanner.source.text[slice(*span)])
            if values.setdefault(code, name) != name:
                scanner.refuse("duplicate_field", *span, field=code)


def _beside(text: str, roster: Roster, label: re.Match[str]) -> tuple[int, int] | None:
    after, before = roster.at(text, label.end()), roster.before(text, label.start())
    if after and before:
        return None
    if before:
        return label.start() - len(before), label.start()
    start = label.end()
    if after is None and text[start : start + 1] == " ":
        start += 1
        after = roster.at(text, start)
    return (start, start + len(after)) if after else None
