"""What an answer says of who came: it takes the place of what the message said of the same."""

from handlers.grammar import turnout
from handlers.grammar.meeting import read
from handlers.grammar.result import Context, Turnout
from handlers.grammar.scanner import Scanner
from handlers.grammar.told import Told

# What takes the place of which pieces: the names of some give their number, too.
_INSTEAD = {
    "expected": ("expected",),
    "present": ("present", "all_present"),
    "away": ("away", "all_present"),
    "listed": ("listed", "away", "all_present"),
    "all_present": ("all_present", "present", "listed", "away"),
}
_WHO_CAME = frozenset(("expected", "present", "absences", "all_present"))


def without(said: str, answer: str, context: Context) -> str:
    """Give a message without what an answer to it says anew of who came.

    Nothing is left of a message whose every part the answer says again.
    """
    _, anew = _told(answer, context)
    if not anew.attendance.spans:
        return said
    scanner, told = _told(said, context)
    if anew.kinds and told.said.keys() - _WHO_CAME <= anew.said.keys():
        return ""
    gone = {code for each in anew.attendance.spans for code in _INSTEAD.get(each, (each,))}
    return turnout.without(scanner, told.attendance, gone)


def turned_round(said: str, context: Context) -> str | None:
    """Give a message with the two numbers of who came swapped; None where those are in order."""
    scanner, told = _told(said, context)
    expected, present = told.attendance.expected, told.attendance.present
    if expected is None or present is None or present <= expected:
        return None
    return turnout.saying(scanner, told.attendance, Turnout(expected, present))


def with_turnout(said: str, found: Turnout, context: Context) -> str:
    """Give a message with two numbers in the place of what it says of them."""
    scanner, told = _told(said, context)
    return turnout.saying(scanner, told.attendance, found)


def _told(text: str, context: Context) -> tuple[Scanner, Told]:
    scanner = Scanner(text)
    return scanner, read(scanner, context)
