"""Who gets, holds or leaves which post, and for which days; one message in, data out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from compliance.access import Role
from handlers.grammar import kinds, reckoning, rest, vocabulary
from handlers.grammar.date_forms import number
from handlers.grammar.doubt import Doubt
from handlers.grammar.result import Context
from handlers.grammar.scanner import Scanner

LONGEST_DAYS = 366  # neither a leave nor an acting role goes on for longer
LONGEST_NAME = 40
_IN_NAMES = " ·.'-"
_WORD = re.compile(r"[a-z][a-z.'-]*(?: [a-z][a-z.'-]*)*|[^ \n,;:、。]+")

_DAY = (
    r"(?:(?P<r{0}>@relative_days)|(?<![0-9])(?:(?P<y{0}>[0-9]{{4}}) ?(?:@year|[-/.]) ?)?"
    r"(?P<m{0}>@n) ?(?:@month|[-/.]) ?(?P<d{0}>@n)(?: ?@day)?(?![0-9]))"
)
_FIRST = rf"(?:@since ?)?{_DAY.format(1)}(?: ?@starting)?"
# The longest first: from one to another, only until a day, only from one.
_SPANS = (
    rf"{_FIRST} ?(?:@until_day|@until) ?{_DAY.format(2)}",
    rf"(?:@until_day) ?{_DAY.format(2)}",
    _FIRST,
)


class Deed(StrEnum):
    """What is to happen with a post."""

    GRANT = "grant"
    ACT = "acting"
    END = "end"
    LEAVE = "leave"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Posting:
    """What was said of a post; None where it was not said. Days are both included."""

    deed: Deed
    role: Role | None
    name: str | None
    group: str | None
    first: date | None
    last: date | None


def read_posting(typed: str, context: Context) -> Posting:
    """Read what is to happen with a post; raises ``Unreadable`` with all that is wrong."""
    scanner = Scanner(typed)
    deed = _deed(scanner)
    role = _role(scanner)
    first, last = _days(scanner, context.today)
    group = kinds.find_group(scanner, context) if role is Role.GROUP_LEADER else None
    scanner.take_all(vocabulary.pattern("@comrade"))
    name = _name(scanner)
    _check_days(scanner, deed, first or context.today, last)
    if role is None and deed in (Deed.GRANT, Deed.ACT):
        scanner.lack("no_post")
    if role is Role.GROUP_LEADER and group is None and deed is not Deed.END and scanner.sound:
        scanner.lack("post_group", groups=context.groups)
    scanner.finish()
    if deed is Deed.LEAVE and last is None:
        last = first
    return Posting(deed, role, name, group, first, last)


def _deed(scanner: Scanner) -> Deed:
    """Take the word at the beginning that says what is to happen."""
    match = vocabulary.pattern(r"[ ]*(?P<deed>@post_deeds)(?P<gap>[ :,]*)").match(scanner.open)
    if match is None or _is_in_a_name(match):
        acting = scanner.take_all(vocabulary.pattern(r"(?<![^ ,])@post_deeds__acting(?![^ ,])"))
        return Deed.ACT if acting else Deed.GRANT
    scanner.take(*match.span())
    return Deed(vocabulary.meanings("post_deeds")[match["deed"]])


def _is_in_a_name(match: re.Match[str]) -> bool:
    """Tell whether what looks like a deed begins a longer word: names begin with such signs."""
    ahead = "" if match["gap"] else match.string[match.end() : match.end() + 1]
    if match["deed"].isascii():
        return ahead.isascii() and ahead.isalpha()
    return len(match["deed"]) == 1 and ahead.isalpha()


def _role(scanner: Scanner) -> Role | None:
    """Take the one post that is named; refuses a second one."""
    found = scanner.take_all(vocabulary.pattern("@roles"))
    for again in found[1:]:
        scanner.refuse("one_post", *again.span())
    return Role(vocabulary.roles()[found[0][0]]) if found else None


def _name(scanner: Scanner) -> str | None:
    """Take the one word that is left for a name; of several, one may be meant for a deed."""
    words = [span for span in _words(scanner) if not _says_nothing(scanner, span)]
    if len(words) > 1:
        scanner.refuse("post_words", words[0][0], words[-1][1])
    if not words:
        return None
    name = scanner.quote(*words[0])
    if len(name) > LONGEST_NAME or not all(sign.isalpha() or sign in _IN_NAMES for sign in name):
        scanner.refuse("not_understood", *words[0])
    return name


def _words(scanner: Scanner) -> list[tuple[int, int]]:
    """Give the spans of what nobody took, word by word; Latin words together are one name."""
    return [
        (start + match.start(), start + match.end())
        for start, end in scanner.left()
        for match in _WORD.finditer(scanner.source.text[start:end])
    ]


def _says_nothing(scanner: Scanner, span: tuple[int, int]) -> bool:
    return rest.says_nothing(scanner.source.text[slice(*span)], "post")


def _days(scanner: Scanner, today: date) -> tuple[date | None, date | None]:
    """Take the first and the last day, as far as they are said."""
    for span in _SPANS:
        match = vocabulary.pattern(span).search(scanner.open)
        if match is not None:
            scanner.take(*match.span())
            try:
                return _read(match, today)
            except Doubt as doubted:
                scanner.refuse(doubted.code, *match.span(), **doubted.values)
                break
    return None, None


def _read(match: re.Match[str], today: date) -> tuple[date | None, date | None]:
    said = match.groupdict()
    first = _day(match, 1, today) if "m1" in said else None
    last = None
    if "m2" in said:
        last = _day(match, 2, first or today, onward=True)
    return first, last


def _day(match: re.Match[str], index: int, near: date, *, onward: bool = False) -> date:
    """Answer the day meant; without a year that nearest to a day, or the next one from it on."""
    relative = match[f"r{index}"]
    if relative:
        return near + timedelta(days=int(vocabulary.meanings("relative_days")[relative]))
    month, day = number(match, f"m{index}"), number(match, f"d{index}")
    if match[f"y{index}"]:
        return reckoning.compose(int(match[f"y{index}"]), month, day)
    found = list(_in_years(month, day, near))
    if not found:
        raise Doubt("impossible_date", year=near.year, month=month, day=day)
    if onward:
        return next(each for each in found if each >= near)
    return min(found, key=lambda each: abs((each - near).days))


def _in_years(month: int, day: int, near: date) -> Iterator[date]:
    for year in range(near.year - 4, near.year + 5):  # one of them is a leap year on either side
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _check_days(scanner: Scanner, deed: Deed, first: date, last: date | None) -> None:
    if last is not None and last < first:
        scanner.lack("ends_before", first=first, last=last)
    if deed is Deed.ACT and last is None:
        scanner.lack("acting_end")
    longest = first + timedelta(days=LONGEST_DAYS)
    if deed in (Deed.ACT, Deed.LEAVE) and last is not None and last >= longest:
        scanner.lack("post_too_long")
