"""What nobody took: separators and listed filler are let go, anything else is quoted back."""

import re
from functools import cache
from itertools import islice

from handlers.grammar import kinds, vocabulary
from handlers.grammar.result import Context
from handlers.grammar.scanner import Scanner

SEPARATORS = " \n,;:.!?、。·+&/|~*#\"'“”()[]<>-"

MOST_WORDS = 3  # of a kind's name in English
_WORD = re.compile(r"[^ \n]+")


@cache
def _filler(section: str) -> dict[str, list[str]]:
    by_first: dict[str, list[str]] = {}
    words = (*vocabulary.table("filler")[section], *vocabulary.table("filler")["signs"])
    parts = vocabulary.meanings("dayparts") if section == "meeting" else ()
    for word in sorted({*words, *parts}, key=len, reverse=True):
        by_first.setdefault(word[0], []).append(word)
    return by_first


def says_nothing(text: str, section: str) -> bool:
    """Whether a folded text is only separators and filler words of that section."""
    by_first = _filler(section)
    at = 0
    while at < len(text):
        if text[at] in SEPARATORS:
            at += 1
            continue
        word = next((w for w in by_first.get(text[at], ()) if text.startswith(w, at)), None)
        if word is None or _cut_short(text, at + len(word), word):
            return False
        at += len(word)
    return True


def _cut_short(text: str, end: int, word: str) -> bool:
    return word[-1].isascii() and text[end : end + 1].isascii() and text[end : end + 1].isalpha()


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Give the span without the separators at its ends, brackets of a pair kept."""
    while start < end and text[start] in SEPARATORS:
        start += 1
    while start < end and text[end - 1] in SEPARATORS.replace(")", ""):
        end -= 1
    return start, end


def refuse(scanner: Scanner, context: Context, *, kind_wanted: bool) -> None:
    """Refuse whatever is left; a word where the kind is missing is taken for a slip in it."""
    text = scanner.source.text
    for start, end in scanner.left():
        if says_nothing(text[start:end], "meeting"):
            continue
        wanted = kind_wanted or "+" in text[start:end]
        start, end = trim(text, start, end)  # noqa: PLW2901 - the same span, trimmed
        first, near = _slip(scanner, context, (start, end), wanted=wanted)
        if near or wanted:
            choices = [("kind", kind, kind) for kind in near]
            scanner.refuse("unknown_kind", start, first, choices, suggestions=near)
            kind_wanted = False
            start = first  # noqa: PLW2901 - the rest of it
        if not says_nothing(text[start:end], "meeting"):
            scanner.refuse("not_understood", *trim(text, start, end), meeting=True)


def _slip(
    scanner: Scanner, context: Context, span: tuple[int, int], *, wanted: bool
) -> tuple[int, tuple[str, ...]]:
    """Give the kinds that the first words may be a slip in, and where those words end.

    A kind is one word, in English up to three. Without any near it is the first word.
    """
    start, end = span
    text = scanner.source.text
    ends = [start + match.end() for match in islice(_WORD.finditer(text[start:end]), MOST_WORDS)]
    words = ends if text[start:end].isascii() else ends[:1]
    for at in reversed(words) if scanner.patient else ():
        if near := kinds.near(text[start:at], context, wanted=wanted):
            return at, near
    return ends[0], ()
