"""One spelling for what can be typed in many: width, spaces, invisible characters.

Reading works on the folded text; what is kept or quoted back is cut from what was typed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 4000  # characters of one message that are read at all
KEPT = 20_000  # characters of which it is kept what they are folded to

_SURROGATE = re.compile("[\ud800-\udfff]")
# Controls; signs that turn a line around; signs of no width, but for those that join an emoji.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
    "\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2065\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
_RUN = re.compile(r"(?:\A|\n)[ \n]|  ")  # white space of which some goes
_NEWLINE = re.compile("\r\n?|[\x85\u2028\u2029]")
# Signs that NFKC leaves alone, though a hand takes them for one another.
_TWINS = {"∶": ":", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "〜": "~", "｡": "。"}
_TWINS |= {"【": "[", "】": "]", "・": "·", "•": "·", "﹒": "·", "‧": "·"}


@dataclass(frozen=True, slots=True)
class Source:
    """A message as typed, beside its folded text and where each folded character came from."""

    typed: str
    text: str
    origin: Sequence[int]

    def quote(self, start: int, end: int) -> str:
        """Give the typed piece behind a span of the folded text, trimmed."""
        first, last = self.place(start, end)
        return self.typed[first:last].strip()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Answer where the typed piece behind a span of the folded text stands."""
        if start >= end:
            at = self.origin[start] if start < len(self.origin) else len(self.typed)
            return at, at
        last = self.origin[end - 1] + 1
        while last < len(self.typed) and not _FOLDS[ord(self.typed[last])]:
            last += 1  # what is joined to the sign before it
        return self.origin[start], last


def _fold(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""  # zero-width and direction marks
    folded = unicodedata.normalize("NFKC", character)
    # A sign that unfolds to half a sentence stays a sign: no message grows while it is read.
    folded = folded if 0 < len(folded) <= 3 else character
    folded = "".join(_TWINS.get(one, one) for one in folded)
    folded = "".join(one.lower() if one.isascii() else one for one in folded)
    return "".join(" " if one.isspace() and one != "\n" else one for one in folded)


class _Folds(dict[int, str]):
    """What each character is folded to, found out when it is first met.

    ``uneven`` are those met that are not folded to exactly one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _fold(character)
        if len(self) < KEPT:  # more than anybody's writing has
            self[code] = folded
        if len(folded) != 1:
            self.uneven.add(character)
        return folded


_FOLDS = _Folds()


def visible(text: str) -> str:
    """Answer a text without controls and signs that hide or turn a line around; markup stays."""
    return _UNSAFE.sub("", text)


def clean(typed: str) -> str:
    """Answer a text fit to be kept and shown: no half characters, no controls, nothing hidden.

    Nothing that is left turns a line around it; a text that is clean stays as it is.
    """
    typed = visible(_SURROGATE.sub("\ufffd", typed))
    return unicodedata.normalize("NFC", _NEWLINE.sub("\n", typed))


def read(typed: str) -> Source:
    """Fold a message: NFKC, half width, ASCII lower case, one space for many, no invisible signs.

    Lone surrogates and controls, which no store takes, are gone from ``typed`` too.
    """
    typed = clean(typed)
    folded = typed.translate(_FOLDS)
    if _FOLDS.uneven.isdisjoint(typed) and not _RUN.search(folded):
        return Source(typed, folded, range(len(typed)))
    return _one_by_one(typed)


def _one_by_one(typed: str) -> Source:
    """Fold a message in which some characters become none or several, or spaces become one."""
    pieces: list[str] = []
    origin: list[int] = []
    previous = "\n"
    for index, character in enumerate(typed):
        for one in _FOLDS[ord(character)]:
            if one in " \n" and previous in (one, "\n"):
                continue
            pieces.append(one)
            origin.append(index)
            previous = one
    return Source(typed, "".join(pieces), origin)


def word(typed: str) -> str:
    """Give the folded, trimmed form of one word or name, for comparing."""
    return read(typed).text.strip()
