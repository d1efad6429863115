"""A message about several people, cut into one part for each, with what each part says."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from compliance.periods import Period
from handlers.grammar import rest, roster
from handlers.grammar.months import Months
from handlers.grammar.scanner import Scanner

_SPLIT = re.compile(r"[,;、。\n]|\Z")
HEADING = "dues_heading"


@dataclass(slots=True)
class Part:
    """One person's part of the message, and what was found in it: sums, or words and sums.

    ``monthly`` is where it is said that a sum is for each of several months, ``line`` the number of
    its line. One that is ``inside`` stands after another one's part.
    """

    start: int
    end: int
    line: int = 0
    inside: bool = False
    name: tuple[int, int] | None = None
    months: list[Months] = field(default_factory=list)
    found: list[re.Match[str]] = field(default_factory=list)
    monthly: tuple[int, int] | None = None

    @property
    def said(self) -> tuple[Period, ...]:
        """Answer the months named in the part."""
        return tuple(month for one in self.months for month in one.months or ())


@dataclass(frozen=True, slots=True)
class Reading:
    """What the parts of a message are read with; ``filler`` names the words that say nothing."""

    scanner: Scanner
    people: roster.Roster
    filler: str

    def cut(
        self,
        names: list[tuple[int, int]],
        months: Iterable[Months],
        found: Iterable[re.Match[str]],
    ) -> list[Part]:
        """Cut the message at separators and before each further name, but in no sum or month."""
        text = self.scanner.source.text
        signs = {match.start() for match in _SPLIT.finditer(self.scanner.open)}
        cuts = sorted({0, len(text)} | signs)
        parted = {
            name[0] for before, name in pairwise(names) if not _between(cuts, before[1], name[0])
        }
        bounds = sorted({*cuts, *parted})
        ends = [at for at in cuts if text.startswith("\n", at)]
        parts = [Part(a, b, bisect_right(ends, a)) for a, b in pairwise(bounds)]
        for name in reversed(names):
            parts[bisect_right(bounds, name[0]) - 1].name = name
        for one in months:
            parts[bisect_right(bounds, one.start) - 1].months.append(one)
        for match in found:
            parts[bisect_right(bounds, match.start()) - 1].found.append(match)
        said = [part for part in parts if not self._silent(part)]
        return list(self._joined(said))

    def _joined(self, parts: list[Part]) -> Iterator[Part]:
        """Join what a sign parted from the only name of its line: ``name, sum, month``.

        With more names in the line, a sum alone is joined to a name that has none.
        """
        named = Counter(part.line for part in parts if part.name)
        before: Part | None = None
        for part in parts:
            if before is None or before.line != part.line:
                before = part
            elif before.name and self._only_adds(part, before, alone=named[part.line] == 1):
                before.end = part.end
                before.months += part.months
                before.found += part.found
                continue
            else:
                part.inside, before = True, part
            yield part

    def _only_adds(self, part: Part, before: Part, *, alone: bool) -> bool:
        if part.name or self.left(part.start, part.end):
            return False
        return alone or bool(part.found and not part.months and not before.found)

    def dated(
        self, parts: Sequence[Part], default: tuple[Period, ...] = ()
    ) -> Iterator[tuple[Part, tuple[Period, ...]]]:
        """Give each part with the months that hold for it.

        Months that stand alone, or before the first name, hold until others are said; those that
        hold for nobody are refused.
        """
        heading: Part | None = None  # the last one, while it holds for nobody
        named = False
        for part in parts:
            said = part.said
            if self.is_heading(part):
                if part.inside or heading:
                    self._refuse_whose(heading or part)
                default, heading = said or default, None if part.inside else part
                continue
            if not said:
                heading = None
            elif part.name and part.months[0].start < part.name[0]:
                default = said
            named = True
            yield part, said or default
        if heading and named:
            self._refuse_whose(heading)

    def _refuse_whose(self, part: Part) -> None:
        first, last = part.months[0].start, part.months[-1].end
        self.scanner.refuse("bad_month", first, last, reason="whose")

    def name(self, part: Part) -> str | None:
        """Give whose part it is; None, and the problem noted, when nobody known is named."""
        left = self.left(part.start, part.end)
        if part.name is None:
            self._refuse_nameless(part, left)
            return None
        start, end = part.name
        for span in left:
            if span[0] == end or span[1] == start:  # a name that is longer than the one we know
                self.refuse_unknown((min(start, span[0]), max(end, span[1])))
            else:
                self.scanner.refuse("not_understood", *span)
        name = self.people.name(self.scanner.source.text[start:end])
        if name in self.people.twice:
            self.scanner.refuse("ambiguous_name", start, end, self.people.meant(name), name=name)
        return name

    def left(self, start: int, end: int) -> list[tuple[int, int]]:
        """Give the pieces of a part that nobody took and that say something, trimmed."""
        text = self.scanner.source.text
        return [
            rest.trim(text, a, b)
            for a, b in self.scanner.left(start, end)
            if not rest.says_nothing(text[a:b], self.filler)
        ]

    def refuse_left(self) -> None:
        """Refuse whatever nobody took and says something."""
        for span in self.left(0, len(self.scanner.source.text)):
            self.scanner.refuse("not_understood", *span)

    def refuse_unknown(self, span: tuple[int, int]) -> None:
        """Refuse a name that the roster does not hold, with those that are near."""
        if self.scanner.patient:
            typed = self.scanner.source.text[slice(*span)]
            near, choices = self.people.near(typed), self.people.offered(typed)
            self.scanner.refuse("unknown_name", *span, choices, suggestions=near)

    def _silent(self, part: Part) -> bool:
        if part.name or part.months or part.found:
            return False
        text = self.scanner.source.text[part.start : part.end]
        return not self.left(part.start, part.end) or rest.says_nothing(text, HEADING)

    def is_heading(self, part: Part) -> bool:
        """Whether a part says months and nothing else."""
        if part.name or part.found or not part.months:
            return False
        return not self.left(part.start, part.end)

    def _refuse_nameless(self, part: Part, left: list[tuple[int, int]]) -> None:
        if not left:
            span = rest.trim(self.scanner.source.text, part.start, part.end)
            self.scanner.refuse("no_name", *span, form=self.filler)
        for index, span in enumerate(left):
            if index == 0:
                self.refuse_unknown(span)
            else:
                self.scanner.refuse("not_understood", *span)


def _between(cuts: list[int], start: int, end: int) -> bool:
    return bisect_left(cuts, start) < bisect_right(cuts, end)
