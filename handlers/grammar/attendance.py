"""Who should have come, who came, who was away: whatever two of them give the third."""

import re
from dataclasses import dataclass, field

from handlers.grammar import date_pairs, numbers, vocabulary
from handlers.grammar.doubt import Offer
from handlers.grammar.result import Absence, Turnout
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import Scanner

Span = tuple[int, int]

_COUNT = r"(?: ?@attendees)? ?:? ?(?P<n>@count)(?![0-9.]| ?@month) ?(?:@people)?"
_BEFORE = r"(?<![0-9.-])(?P<n>@count) ?@people ?"  # 18人到会
_ALL = (
    r"(?:(?<![0-9./-])(?P<n>@count) ?@people)?(?P<rest>@the_rest ?)?@all_present"
    r"(?: ?(?P<after>@count) ?@people)?"
)
_OF = r"(?<![0-9./-])(?P<m>[0-9]{1,5}) @out_of (?P<d>[0-9]{1,5})(?: @people)? @present"
_PAIR = re.compile(r"(?<![0-9/.-])(?P<m>[0-9]{1,5}) ?/ ?(?P<d>[0-9]{1,5})(?![0-9/.-])")


@dataclass(slots=True)
class Attendance:
    """What was said, and after ``turnout.complete`` what follows from it.

    ``away`` are the numbers of people away by the word for it: on leave, or not there at all.
    ``unknown`` counts the names of a list that are on no roster. ``spans`` tell where each of the
    numbers, ``all_present``, and each list (``listed``) was said.
    """

    expected: int | None = None
    voting: int | None = None
    present: int | None = None
    away: dict[str, int] = field(default_factory=dict)
    all_present: bool = False
    absences: list[Absence] = field(default_factory=list)
    listed: bool = False
    unknown: int = 0
    spans: dict[str, list[Span]] = field(default_factory=dict)

    @property
    def said(self) -> bool:
        """Whether numbers of people were said in some way."""
        numbers_said = self.expected is not None or self.present is not None
        return self.all_present or numbers_said or bool(self.away)

    @property
    def nobody_away(self) -> bool:
        """Whether a list was said to be of nobody."""
        return self.listed and not self.named

    @property
    def named(self) -> int:
        """Answer how many the lists name, whoever they are."""
        return len(self.absences) + self.unknown

    def note_list(self, span: Span) -> None:
        """Note where it was said who was away."""
        self.listed = True
        self.spans.setdefault("listed", []).append(span)


def find(scanner: Scanner, told: Attendance) -> None:
    """Take the counts and the ratios that can be no date out of what is open."""
    _find_counted(scanner, told, "expected")
    for match in scanner.take_all(vocabulary.pattern(_ALL), vocabulary.pattern("@all_present")):
        _say_all(scanner, told, match)
    for match in scanner.take_all(vocabulary.pattern(_OF), vocabulary.first_signs("out_of")):
        take_ratio(scanner, told, match)
    for code in ("present", "voting"):
        _find_counted(scanner, told, code)
    for match in scanner.take_all(vocabulary.pattern(f"(?P<word>@absent){_COUNT}")):
        say_away(scanner, told, match["word"], match.span(), match["n"])
    _find_counted_before(scanner, told)
    ratios(scanner, told)


def _find_counted(scanner: Scanner, told: Attendance, code: str) -> None:
    for match in scanner.take_all(vocabulary.pattern(f"(?:@{code}){_COUNT}")):
        _say(scanner, told, code, match.span(), numbers.whole(match["n"]))


def _find_counted_before(scanner: Scanner, told: Attendance) -> None:
    """Take what stands after its number: *18 people came*, *2 people away*."""
    sign = vocabulary.pattern("@present|@absent")
    for match in scanner.take_all(vocabulary.pattern(f"{_BEFORE}(?:@present)"), sign):
        _say(scanner, told, "present", match.span(), numbers.whole(match["n"]))
    for match in scanner.take_all(vocabulary.pattern(f"{_BEFORE}(?P<word>@absent)"), sign):
        say_away(scanner, told, match["word"], match.span(), match["n"])


def _say_all(scanner: Scanner, told: Attendance, match: re.Match[str]) -> None:
    if match["rest"] is None:
        told.all_present = True
        told.spans.setdefault("all_present", []).append(match.span())
    elif not told.listed:
        scanner.refuse("not_understood", *match.span(), meeting=True)
    for number in (match["n"], match["after"]):
        if number:
            _say(scanner, told, "present", match.span(), numbers.whole(number))


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
    return "turnout", Turnout(present, expected), text


def _say(scanner: Scanner, told: Attendance, code: str, span: Span, number: int | None) -> None:
    known = getattr(told, code)
    if known is not None and known != number:
        scanner.refuse("duplicate_field", *span, field=code)
    else:
        setattr(told, code, number)
        told.spans.setdefault(code, []).append(span)


def say_away(scanner: Scanner, told: Attendance, word: str, span: Span, counted: str) -> None:
    """Note a number of people who were away, said with or without their list."""
    code = "on_leave" if vocabulary.pattern("@on_leave").match(word) else "absent"
    number = numbers.whole(counted) or 0
    if told.away.setdefault(code, number) != number:
        scanner.refuse("duplicate_field", *span, field="absences")
    told.spans.setdefault("away", []).append(span)


def add_absence(
    scanner: Scanner, roster: Roster, told: Attendance, span: Span, reason: str | None
) -> None:
    """Note one who was away; refuses one of two people of a name, and one who is there twice."""
    name = roster.name(scanner.source.text[slice(*span)])
    if name in roster.twice:
        scanner.refuse("ambiguous_name", *span, roster.meant(name), name=name)
    if any(absence.name == name for absence in told.absences):
        scanner.refuse("duplicate_field", *span, field="absences", name=name)
    else:
        told.absences.append(Absence(name, reason))
