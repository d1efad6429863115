"""Names of the roster in running text: found longest first, near ones only suggested."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from handlers.grammar import nearness, normalise
from handlers.grammar.scanner import Answer

_MARKED = re.compile("[^\x00-\x7f]+[A-Z]")  # what tells namesakes apart is a letter at the end


class Roster:
    """The spellings of each name; a name that stands twice is known, and known as ambiguous.

    So is that of people who are told apart by a letter, said without it; where only one of them is
    ``present`` (None: all are) it is that one's.
    """

    def __init__(self, names: Iterable[str], present: Iterable[str] | None = None) -> None:
        self._canonical: dict[str, str] = {}
        self._alike: dict[str, tuple[str, ...]] = {}
        self.twice: set[str] = set()
        names = tuple(names)
        for name in names:
            self._learn(name)
        self._learn_namesakes(names, frozenset(names if present is None else present))
        self._longest = max(map(len, self._canonical), default=0)
        self._by_first: dict[str, list[str]] = {}
        for spelling in sorted(self._canonical, key=len, reverse=True):
            self._by_first.setdefault(spelling[0], []).append(spelling)
        firsts = re.escape("".join(self._by_first))
        self._firsts = re.compile(f"[{firsts}]" if firsts else r"(?!)")

    def _learn(self, name: str) -> None:
        folded = normalise.word(name)
        if not folded:
            return
        if folded in self._canonical:
            self.twice.add(self._canonical[folded])
        for spelling in _spellings(folded):
            self._canonical.setdefault(spelling, name)

    def _learn_namesakes(self, names: Iterable[str], present: Collection[str]) -> None:
        """Learn the names that several people have but for the letter that tells them apart."""
        alike: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            if _MARKED.fullmatch(name):
                alike.setdefault(name[:-1], []).append(name)
        for bare, found in alike.items():
            if normalise.word(bare) in self._canonical:
                continue
            there = [name for name in found if name in present] or found
            for spelling in _spellings(normalise.word(bare)):
                self._canonical.setdefault(spelling, there[0] if len(there) == 1 else bare)
            if len(there) > 1:
                self.twice.add(bare)
                self._alike[bare] = tuple(there)

    def meant(self, name: str) -> list[Answer]:
        """Give those who may be meant by a name that several have, as answers to choose from."""
        return [("name", one, one) for one in self._alike.get(name, ())]

    def at(self, text: str, start: int) -> str | None:
        """Give the longest spelling that stands at a place of a folded text."""
        for spelling in self._by_first.get(text[start : start + 1], ()):
            if text.startswith(spelling, start) and _ends_word(text, start, spelling):
                return spelling
        return None

    def before(self, text: str, end: int) -> str | None:
        """Give the longest spelling that ends at a place of a folded text."""
        for start in range(max(0, end - self._longest), end):
            spelling = self.at(text, start)
            if spelling is not None and start + len(spelling) == end:
                return spelling
        return None

    def all_of(self, token: str) -> tuple[str, ...] | None:
        """Give the spellings a token consists of, all of it; None if something is no name."""
        found: list[str] = []
        start = 0
        while start < len(token):
            spelling = self.at(token, start)
            if spelling is None:
                return None
            found.append(spelling)
            start += len(spelling)
        return tuple(found) or None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where names stand in a folded text, the longer winning, in order."""
        found: list[tuple[int, int]] = []
        taken = 0
        for first in self._firsts.finditer(text):
            start = first.start()
            spelling = self.at(text, start) if start >= taken else None
            if spelling is not None:
                taken = start + len(spelling)
                found.append((start, taken))
        return found

    def name(self, spelling: str) -> str:
        """Give the name as the roster writes it."""
        return self._canonical[spelling]

    def near(self, typed: str) -> tuple[str, ...]:
        """Names a slip away from what was typed; never taken for it."""
        found = nearness.near(typed, self._canonical) or self._of_part(normalise.word(typed))
        names = dict.fromkeys(self._canonical[spelling] for spelling in found)
        return tuple(names)[: nearness.MOST_SUGGESTIONS]

    def _of_part(self, typed: str) -> list[str]:
        """Give the names of several words of which one was typed."""
        return [
            name for name in self._canonical if name != typed and typed in re.split("[· ]", name)
        ]

    def offered(self, typed: str) -> list[Answer]:
        """Give the near names that could stand in place of what was typed.

        None where a known name is part of it: the rest of the words would be lost.
        """
        if self.spans(normalise.word(typed)):
            return []
        return [("name", name, name) for name in self.near(typed) if name not in self.twice]


def _spellings(folded: str) -> set[str]:
    bare = folded.replace(" ", "")
    if bare.isascii():
        return {folded}
    # Two-character names are set with a space between, to line up with those of three.
    return {folded, bare, " ".join(bare)} if len(bare) == 2 else {folded, bare}


def _ends_word(text: str, start: int, spelling: str) -> bool:
    end = start + len(spelling)
    return not (_latin(spelling[-1]) and _latin(text[end : end + 1])) and not (
        _latin(spelling[0]) and start > 0 and _latin(text[start - 1])
    )


def _latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


@lru_cache(maxsize=512)
def of(names: tuple[str, ...], present: tuple[str, ...] | None = None) -> Roster:
    """Give the roster of these names, kept: a branch asks with the same names again and again."""
    return Roster(names, present)
