"""Labelled fields: a label and a colon; the text runs to the next label or the end of the line."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache

from handlers.grammar import numbers, vocabulary
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import GONE, Scanner

TEXTS = ("topics", "content", "resolution", "observers", "late_reason")
PERSONS = ("host", "recorder")
WORDS = ("topics", "content", "resolution")  # what was said and decided, in one's own words
OPEN_ENDED = ("content", "resolution")  # numbers of people without a label are text in these
LISTS = ("about", "materials", "grades")
WHOLE = (*LISTS, "attendance", "group")  # these, and the grades, are labels only as whole words

QUOTED = re.compile("《[^《》\n]*》|“[^“”\n]*”")
_BETWEEN = r" ?@people?[ ,;。、]*"
_APART = " ,;。、:\n"
_BEGINS_WORD = r"(?<![^ \n,;:。、\0])"


@cache
def _ITEM() -> re.Pattern[str]:  # noqa: N802 - a constant that costs something to make
    return vocabulary.pattern(r" ?\(?(?P<n>@n)(?:[、)]|[.:](?![0-9])) ?")


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
        f"{_BEGINS_WORD if _is_whole(code) else ''}"
        f"(?P<{code}>{vocabulary.either(_spaced(words))}) ?:"
        for code, words in table.items()
    )
    begins = vocabulary.begins(word for words in table.values() for word in words)
    return re.compile(f"{begins}(?:{'|'.join(groups)})")


def _is_whole(code: str) -> bool:
    return code in WHOLE or code in vocabulary.table("grades")


def _spaced(words: tuple[str, ...]) -> list[str]:
    # In a notice a two-character label is often set with a space between.
    return [*words, *(" ".join(word) for word in words if len(word) == 2 and not word.isascii())]


@cache
def _people() -> re.Pattern[str]:
    """Where a number of people, or a list of who was away, begins after other text."""
    return vocabulary.pattern(
        r"(?P<list>@absent)(?: ?@count ?(?:@people)?)? ?:"
        r"|(?<=[ ,;。、\n])(?:(?:(?P<expected>@expected|@really_there)|@present|@voting|@absent)"
        r"(?: ?@attendees)? ?(?P<colon>:)? ?@count(?! ?@month)|@all_present)"
    )


def find(scanner: Scanner, known: Roster) -> list[Field]:
    """Give the fields of a message in order; nothing is taken yet.

    A grade is a label only before somebody of ``known``, or where nobody is said to have it.
    """
    text = QUOTED.sub(lambda found: GONE * len(found[0]), scanner.open)
    # The voting members are counted, not named.
    counted = {match.end() for match in vocabulary.pattern("(?:@voting) ?:").finditer(text)}
    labels = [
        found
        for found in _labels().finditer(text)
        if _is_label(found, known) and not (found.lastgroup == "about" and found.end() in counted)
    ]
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


def _is_label(found: re.Match[str], known: Roster) -> bool:
    if found.lastgroup not in vocabulary.table("grades"):
        return True
    text = found.string
    at = found.end() + (text[found.end() : found.end() + 1] == " ")
    nobody = vocabulary.pattern("@none").match(text, at)
    return nobody is not None or known.at(text, at) is not None


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

    The words for how many should have come, and really came, are such without a colon, too: nothing
    else is said by them. In the middle of a sentence the word for who was away is one only before
    a name.
    """
    if match["list"] is None:
        return match["colon"] is not None or match["expected"] is not None
    at = match.end() + (match.string[match.end() : match.end() + 1] == " ")
    begins = match.start() == 0 or match.string[match.start() - 1] in _APART
    return begins or known.at(match.string, at) is not None


def _end(text: str, label: re.Match[str], following: int, others: list[int]) -> int:
    after = bisect_left(others, label.end())
    other = others[after] if after < len(others) else len(text)
    most = min(following, other)
    if label.lastgroup in WORDS:
        return _items(text, label.end(), most)
    return min(most, _line_end(text, label.end()))


def _items(text: str, at: int, most: int) -> int:
    """Give where a text ends that may be a numbered list: an item a line, counted from one.

    The first stands behind the label or on the line below. A line in which something else begins
    is none of them.
    """
    end, number = _line_end(text, at), 0
    if not text[at:end].strip():
        below = _ITEM().match(text, end + 1)
        if below is None or numbers.whole(below["n"]) != 1:
            return min(most, end)
    elif (first := _ITEM().match(text, at)) and numbers.whole(first["n"]) == 1:
        number = 1
    else:
        return min(most, end)
    while end < most:
        item = _ITEM().match(text, end + 1)
        following = _line_end(text, end + 1)
        if item is None or numbers.whole(item["n"]) != number + 1 or following > most:
            break
        end, number = following, number + 1
    return min(most, end)


def _line_end(text: str, at: int) -> int:
    line = text.find("\n", at)
    return line if line >= 0 else len(text)
