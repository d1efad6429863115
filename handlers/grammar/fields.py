"""Labelled fields: a label and a colon; the text runs to the next label or the end of the line."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from handlers.grammar import dates, vocabulary
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import GONE, Scanner

TEXTS = ("topics", "content", "resolution", "observers", "late_reason")
PERSONS = ("host", "recorder")
WORDS = ("topics", "content", "resolution")  # what was said and decided, in one's own words
OPEN_ENDED = ("content", "resolution")  # numbers of people without a colon are text in these
LISTS = ("about", "materials", "grades")  # these, and the grades, are labels only as whole words

_QUOTED = re.compile("《[^《》\n]*》|“[^“”\n]*”")
_TRIM = " ,;、\n"
_BETWEEN = r" ?@people?[ ,;。、]*"
_APART = " ,;。、:\n"
_BEGINS_WORD = r"(?<![^ \n,;:。、\0])"


@dataclass(frozen=True, slots=True)
class Field:
    """A label that was found: its code, where it stands, and where its text runs."""

    code: str
    start: int
    text: int
    end: int


@cache
def _labels() -> re.Pattern[str]:
    table = {**vocabulary.table("fields"), **vocabulary.table("grades")}
    groups = (
        f"{_BEGINS_WORD if _is_list(code) else ''}"
        f"(?P<{code}>{vocabulary.either(_spaced(words))}) ?:"
        for code, words in table.items()
    )
    begins = vocabulary.begins(word for words in table.values() for word in words)
    return re.compile(f"{begins}(?:{'|'.join(groups)})")


def _is_list(code: str) -> bool:
    return code in LISTS or code in vocabulary.table("grades")


def _spaced(words: tuple[str, ...]) -> list[str]:
    # In a notice a two-character label is often set with a space between.
    return [*words, *(" ".join(word) for word in words if len(word) == 2 and not word.isascii())]


@cache
def _people() -> re.Pattern[str]:
    """Where a number of people, or a list of who was away, begins after other text."""
    return vocabulary.pattern(
        r"(?P<list>@absent)(?: ?@count ?(?:@people)?)? ?:"
        r"|(?<=[ ,;。、\n])(?:(?:@expected|@present|@voting|@absent)(?: ?@attendees)?"
        r" ?(?P<colon>:)? ?@count(?! ?@month)|@all_present)"
    )


@cache
def _other() -> re.Pattern[str]:
    """Where, after a space or comma, something begins that is no part of a place or a name."""
    return re.compile(f"[ ,;。、](?={dates.BEGINS()}|{_kind_begins()})")


def _kind_begins() -> str:
    return vocabulary.either(vocabulary.kinds())


def find(scanner: Scanner, known: Roster) -> list[Field]:
    """Give the fields of a message in order; nothing is taken yet.

    A grade is a label only before somebody of ``known``, or where nobody is said to have it.
    """
    text = _QUOTED.sub(lambda found: GONE * len(found[0]), scanner.open)
    labels = [found for found in _labels().finditer(text) if _is_label(text, found, known)]
    people = list(_people().finditer(text))
    numbers = [match.start() for match in people]
    labelled = _labelled(text, people, known)
    return [
        Field(
            str(label.lastgroup),
            label.start(),
            label.end(),
            _end(
                text,
                label,
                following.start() if following else len(text),
                labelled if label.lastgroup in OPEN_ENDED else numbers,
            ),
        )
        for label, following in zip(labels, [*labels[1:], None], strict=False)
    ]


def _is_label(text: str, found: re.Match[str], known: Roster) -> bool:
    if found.lastgroup in vocabulary.table("grades"):
        at = found.end() + (text[found.end() : found.end() + 1] == " ")
        nobody = vocabulary.pattern("@none").match(text, at)
        return nobody is not None or known.at(text, at) is not None
    if found.lastgroup != "about":
        return True
    # The voting members are counted, not named.
    counted = vocabulary.pattern("(?:@voting) ?:").finditer(text)
    return found.end() not in {match.end() for match in counted}


def _labelled(text: str, people: list[re.Match[str]], known: Roster) -> list[int]:
    """Where people are told of by a label, or by numbers that lead up to one."""
    found: list[int] = []
    for match in reversed(people):
        leads = found and vocabulary.pattern(_BETWEEN).fullmatch(text, match.end(), found[-1])
        if leads or _is_labelled(match, known):
            found.append(match.start())
    return found[::-1]


def _is_labelled(match: re.Match[str], known: Roster) -> bool:
    """Whether people are told of by a label of its own: such a one ends any text.

    In the middle of a sentence the word for who was away is one only before a name.
    """
    if match["list"] is None:
        return match["colon"] is not None
    at = match.end() + (match.string[match.end() : match.end() + 1] == " ")
    begins = match.start() == 0 or match.string[match.start() - 1] in _APART
    return begins or known.at(match.string, at) is not None


def _end(text: str, label: re.Match[str], following: int, others: list[int]) -> int:
    line = text.find("\n", label.end())
    ends = [following, line if line >= 0 else len(text)]
    ends += others[bisect_left(others, label.end()) :][:1]
    return min(ends)


def read(scanner: Scanner, roster: Roster, known: Roster) -> tuple[dict[str, str], list[Field]]:
    """Take the fields that hold text; answer them by code, and the other fields found.

    ``known`` are the names of everyone ever on the roster. Refuses an empty field and one given
    twice with two texts.
    """
    values: dict[str, str] = {}
    others: list[Field] = []
    every = find(scanner, known)
    for found, following in zip(every, [*every[1:], None], strict=False):
        scanner.take(found.start, found.text)
        if not scanner.open[found.text : found.end].strip(_TRIM):
            if _heads(found, following):
                continue
            scanner.refuse("empty_field", found.start, found.text, field=found.code)
        elif found.code in (*TEXTS, *PERSONS, "place"):
            _keep(scanner, found, roster, values)
        else:
            others.append(found)
    return values, others


def _heads(found: Field, following: Field | None) -> bool:
    """Whether a label stands over the grades that follow, each a label of its own."""
    grades = vocabulary.table("grades")
    return found.code == "grades" and following is not None and following.code in grades


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


_PIECE = re.compile("[ ,;、。]*(?P<word>[^ ,;、。]+)")
_NAMES = re.compile(r"[a-z][a-z.'-]*(?: [a-z][a-z.'-]*)*|[^ ,;。\n0-9\0]+")
_MORE = re.compile(r"\([^()\n]*\)|、[^ ,;。\n0-9\0]+")


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
