"""Who should have come, who came, who was away: whatever two of them give the third."""

import re
from dataclasses import dataclass, field

from handlers.grammar import date_pairs, numbers, vocabulary
from handlers.grammar.doubt import Offer
from handlers.grammar.result import Absence
from handlers.grammar.scanner import Scanner

_COUNT = r"(?: ?@attendees)? ?:? ?(?P<n>@count)(?![0-9.]| ?@month) ?(?:@people)?"
_ALL = (
    r"(?:(?<![0-9./-])(?P<n>@count) ?@people)?@all_present"
    r"(?: ?(?P<after>@count) ?@people)?"
)
_PAIR = re.compile(r"(?<![0-9/.-])(?P<m>[0-9]{1,5}) ?/ ?(?P<d>[0-9]{1,5})(?![0-9/.-])")


@dataclass(slots=True)
class Attendance:
    """What was said, and after ``complete`` what follows from it."""

    expected: int | None = None
    voting: int | None = None
    present: int | None = None
    absent: int | None = None
    all_present: bool = False
    absences: list[Absence] = field(default_factory=list)
    listed: bool = False

    @property
    def said(self) -> bool:
        """Whether numbers of people were said in some way."""
        return self.all_present or any(
            value is not None for value in (self.expected, self.present, self.absent)
        )


def find(scanner: Scanner, told: Attendance) -> None:
    """Take the counts and the ratios that can be no date out of what is open."""
    for match in scanner.take_all(vocabulary.pattern(_ALL), vocabulary.pattern("@all_present")):
        told.all_present = True
        number = match["n"] or match["after"]
        if number:
            _say(scanner, told, "present", match.span(), numbers.whole(number))
    for code in ("expected", "present", "voting", "absent"):
        for match in scanner.take_all(vocabulary.pattern(f"(?:@{code}){_COUNT}")):
            _say(scanner, told, code, match.span(), numbers.whole(match["n"]))
    ratios(scanner, told)


def ratios(scanner: Scanner, told: Attendance) -> None:
    """Take the pairs that are no day of any year as present/expected."""
    doubtful = {match.span() for match in date_pairs.pairs(scanner)}
    for match in list(_PAIR.finditer(scanner.open)):
        if match.span() not in doubtful:
            take_ratio(scanner, told, match)


def take_ratio(scanner: Scanner, told: Attendance, match: re.Match[str]) -> None:
    """Take a pair as present/expected."""
    scanner.take(*match.span())
    _say(scanner, told, "present", match.span(), int(match["m"]))
    _say(scanner, told, "expected", match.span(), int(match["d"]))


def ratio(match: re.Match[str]) -> Offer | None:
    """Offer a pair as present/expected; None if more would have come than should."""
    present, expected = int(match["m"]), int(match["d"])
    if present > expected:
        return None
    words = vocabulary.table("grammar")
    text = f"{words['expected'][0]}{expected} {words['present'][0]}{present}"
    return "ratio", (present, expected), text


def _say(
    scanner: Scanner, told: Attendance, code: str, span: tuple[int, int], number: int | None
) -> None:
    known = getattr(told, code)
    if known is not None and known != number:
        scanner.refuse("duplicate_field", *span, field=code)
    else:
        setattr(told, code, number)


def say_absent(scanner: Scanner, told: Attendance, span: tuple[int, int], number: int) -> None:
    """Note a number of people who were away, said with their list."""
    _say(scanner, told, "absent", span, number)


def complete(scanner: Scanner, told: Attendance) -> None:
    """Derive what follows; refuse what does not add up, with the numbers."""
    listed = len(told.absences) if told.listed else None
    if listed is not None and told.absent not in (None, listed):
        _contradiction(scanner, told, listed)
        return
    absent = told.absent if listed is None else listed
    if told.all_present:
        if absent:
            _contradiction(scanner, told, absent)
            return
        absent = 0
    expected, present = told.expected, told.present
    if expected is None and present is not None and absent is not None:
        expected = present + absent
    if present is None and expected is not None and absent is not None and absent <= expected:
        present = expected - absent
    _check(scanner, told, expected, present, absent)
    told.expected, told.present = expected, present


def _check(
    scanner: Scanner,
    told: Attendance,
    expected: int | None,
    present: int | None,
    absent: int | None,
) -> None:
    if expected is None:
        return
    if present is not None and present > expected:
        scanner.lack("present_over_expected", **_numbers(told, absent))
    elif absent is not None and (present is None or present + absent != expected):
        _contradiction(scanner, told, absent)
    elif told.voting is not None and told.voting > expected:
        scanner.lack("voting_over_expected", voting=told.voting, expected=expected)


def _contradiction(scanner: Scanner, told: Attendance, absent: int) -> None:
    scanner.lack("attendance_contradiction", **_numbers(told, absent))


def _numbers(told: Attendance, absent: int | None) -> dict[str, object]:
    return {"expected": told.expected, "present": told.present, "absent": absent}
