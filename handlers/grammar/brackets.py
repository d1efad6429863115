"""What stands in brackets after a name: why somebody was away, or all who were named."""

from typing import NamedTuple

from handlers.grammar import vocabulary
from handlers.grammar.scanner import GONE, Scanner

LONGEST = 200  # characters of one bracket: many left open must not all be read to the end
_FOR_ALL = r"@no_sharing|(?P<shared>@shared) ?(?=[^ ])"


class Bracket(NamedTuple):
    """Where a bracket after a name ends, the reason it holds, and whether it is that of all."""

    end: int
    reason: str | None = None
    shared: bool = False


def read(scanner: Scanner, start: int) -> Bracket | None:
    """Read a bracket after a name (brackets in it counted), if one is there; None if unclosed."""
    text = scanner.open
    start += text[start : start + 1] == " "
    if text[start : start + 1] != "(":
        return Bracket(start)
    depth = 0
    for at in range(start, min(len(text), start + LONGEST)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return holding(scanner, start + 1, at, after=at + 1)
        if text[at] in ("\n", GONE):
            break
    return None


def holding(scanner: Scanner, start: int, end: int, *, after: int) -> Bracket:
    """Give the reason that stands in a span, with what says that it is that of all."""
    word = vocabulary.pattern(_FOR_ALL).match(scanner.open, start, end)
    shared = word is not None and word["shared"] is not None
    begun = word.end() if word and shared else start
    return Bracket(after, scanner.source.quote(begun, end) or None, shared)
