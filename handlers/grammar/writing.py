"""What was tapped, written as it would be typed: the same grammar reads it."""

from collections.abc import Iterable

from handlers.grammar import normalise, vocabulary
from handlers.grammar.result import Absence

_TRIM = " ,;,;、\t"


def expected(number: int) -> str:
    """Write how many should have come."""
    return f"{_word('expected')}{number}"


def everyone() -> str:
    """Write that nobody was away."""
    return _word("all_present")


def absent(absences: Iterable[Absence]) -> str:
    """Write who was away, each with the reason if one was given."""
    said = (f"{one.name}({one.reason})" if one.reason else one.name for one in absences)
    return f"{_word('absent')}:{'、'.join(said)}"


def field(code: str, typed: str) -> str:
    """Write a text as a field (``topics``, ``about``): in one line, since it ends with its line.

    What has a label of its own is left as it is.
    """
    if _labelled(typed):
        return typed
    lines = (line.strip(_TRIM) for line in normalise.read(typed).typed.splitlines())
    return f"{_word(code)}:{';'.join(line for line in lines if line)}"


def _labelled(typed: str) -> bool:
    label = vocabulary.pattern(r" ?(?:@fields|@absent|@grades) ?:")
    return label.match(normalise.read(typed).text) is not None


def _word(code: str) -> str:
    return vocabulary.table("written")[code][0]
