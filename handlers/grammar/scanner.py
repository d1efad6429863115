"""The heart of the grammar: a text from which recognisers take what they understand.

What nobody took is known at the end, so nothing of a message can be dropped silently.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from handlers.grammar import normalise
from handlers.grammar.problems import Choice, Problem, Unreadable

GONE = "\0"  # stands where something was taken; no folded text holds it
_NOTHING = f"{GONE} \n"
_BETWEEN = " ,;、/"
_IN_NUMBERS = tuple("./:~-")
LONGEST_QUOTE = 200
MOST_PROBLEMS = 20  # a message this wrong needs no longer list

# An answer that is offered: what it is, its value, and how it is typed: in the place of what is in
# doubt, or in the places of several spans.
Answer = tuple[str, object, str | Mapping[tuple[int, int], str]]

_LEFT = re.compile(f"[^{GONE}]+")


class Scanner:
    """``open`` is what recognisers still see; taken and hidden spans are blanked in it.

    A hidden span is kept from later recognisers, and yet left over unless someone takes it.
    """

    def __init__(self, typed: str) -> None:
        if len(typed) > normalise.LONGEST:
            values = {"length": len(typed), "longest": normalise.LONGEST}
            raise Unreadable((Problem("too_long", "", values),))
        self.source = normalise.read(typed)
        self.open = self.source.text
        self._left = self.source.text
        self._taken: list[tuple[int, int]] = []  # spans not yet blanked in what is left
        self._problems: list[tuple[int, Problem]] = []

    def take(self, start: int, end: int) -> None:
        """Mark a span as understood."""
        self.hide(start, end)
        self._taken.append((start, end))

    def hide(self, start: int, end: int) -> None:
        """Keep a span from later recognisers."""
        self.open = _blank(self.open, start, end)

    def take_all(
        self, pattern: re.Pattern[str], sign: re.Pattern[str] | None = None
    ) -> list[re.Match[str]]:
        """Take every match in what is open, and answer the matches in order.

        ``sign`` is something short that every match holds: without it nobody looks any further.
        """
        found = self.hide_all(pattern, sign)
        self._taken += (match.span() for match in found)
        return found

    def hide_all(
        self, pattern: re.Pattern[str], sign: re.Pattern[str] | None = None
    ) -> list[re.Match[str]]:
        """As ``take_all``, but only hidden."""
        if sign is not None and not sign.search(self.open):
            return []
        # Most of a message is soon taken: then no recogniser need look any more.
        if not self.open.strip(_NOTHING):
            return []
        found = list(pattern.finditer(self.open))
        if found:
            self.open = _blank_all(self.open, [match.span() for match in found])
        return found

    def quote(self, start: int, end: int) -> str:
        """Give the span as it was typed, cut to a length that fits a reply."""
        return self.source.quote(start, end)[:LONGEST_QUOTE]

    def together(self, one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
        """Answer the span of two neighbours; of two that are none, the later one's.

        What is typed in answer takes its place: it should be that of both.
        """
        first, last = sorted((one, other))
        between = self.source.text[first[1] : last[0]]
        return (first[0], last[1]) if not between.strip(_BETWEEN) else last

    def left(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
        """Give the spans between what was taken in a part of the text, in order."""
        if self._taken:
            self._left, self._taken = _blank_all(self._left, sorted(self._taken)), []
        stop = len(self._left) if end is None else end
        return (match.span() for match in _LEFT.finditer(self._left, start, stop))

    @property
    def patient(self) -> bool:
        """Whether another problem would still be listed (so whether to look for suggestions)."""
        return len(self._problems) < MOST_PROBLEMS

    @property
    def sound(self) -> bool:
        """Whether no problem was noted."""
        return not self._problems

    def refuse(
        self, code: str, start: int, end: int, choices: Iterable[Answer] = (), /, **values: object
    ) -> None:
        """Note a problem with a span; each of the choices would stand in its place."""
        if not self.patient:
            return
        place = self.source.place(start, end)
        offered = (
            Choice(
                what, value, self.saying({(start, end): text} if isinstance(text, str) else text)
            )
            for what, value, text in choices
        )
        read = self.quote(start, end)
        self._problems.append((start, Problem(code, read, values, tuple(offered), place)))

    def lack(
        self, code: str, read: str = "", choices: Iterable[Answer] = (), /, **values: object
    ) -> None:
        """Note a problem of the whole: something missing, or numbers that contradict.

        Each of the choices would be added in a line of its own.
        """
        typed = self.source.typed.strip()
        offered = (Choice(what, value, f"{typed}\n{text}".strip()) for what, value, text in choices)
        self.note(Problem(code, read, values, tuple(offered)))

    def note(self, problem: Problem) -> None:
        """Note a problem of the whole that is ready made."""
        if self.patient:
            self._problems.append((len(self.source.text), problem))

    def saying(self, instead: Mapping[tuple[int, int], str]) -> str:
        """Answer the message as typed, with other words in the place of some spans."""
        said = self.source.typed
        for (start, end), text in sorted(instead.items(), reverse=True):
            first, last = self.source.place(start, end)
            said = _joined(_joined(said[:first], text), said[last:])
        return said

    def refused(self, codes: Collection[str]) -> bool:
        """Whether a problem with one of the codes was noted."""
        return any(problem.code in codes for _, problem in self._problems)

    def finish(self) -> None:
        """Raise ``Unreadable`` with the problems in reading order, if there are any."""
        if self._problems:
            ordered = sorted(self._problems, key=lambda found: found[0])
            raise Unreadable(tuple(problem for _, problem in ordered))


def _joined(before: str, after: str) -> str:
    """Join two texts, with a space where a number would run into something else."""
    ends = before[-1:], after[:1]
    if all(end.isalnum() or end in _IN_NUMBERS for end in ends) and any(map(str.isdigit, ends)):
        return f"{before} {after}"
    return before + after


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + GONE * (end - start) + text[end:]


def _blank_all(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Answer the text with the spans, given in order, blanked: in one go, however many."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        if end > at:
            first = max(start, at)
            pieces += text[at:first], GONE * (end - first)
            at = end
    return "".join([*pieces, text[at:]])
