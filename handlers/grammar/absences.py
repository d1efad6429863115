"""Lists of who was away, with reasons: only names of the roster are taken."""

import re
from dataclasses import dataclass, replace
from functools import cache

from handlers.grammar import attendance, brackets, dates, names_before, vocabulary
from handlers.grammar.attendance import Attendance
from handlers.grammar.brackets import Bracket
from handlers.grammar.result import Absence
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import Scanner

_MARK = (
    r"(?P<word>@absent)(?: ?(?P<n>@count) ?(?:@people)?| ?: ?(?P<counted>@count) ?@people)?"
    r" ?(?P<list>[:(]?)"
)
_SEPARATOR = r"[ 、,;/.。]*(?:@and)? ?"
LONGEST_NAME = 6  # characters, where nothing on the roster looks like it
TOKEN = re.compile(r"[a-z]+(?: [a-z]+)*|[^ 、,;:。()\n\0]+")


@dataclass(slots=True)
class _List:
    """Reading one list: where it stands, and where those it names begin."""

    scanner: Scanner
    roster: Roster
    told: Attendance
    at: int
    first: int
    bracketed: bool = False
    named: bool = False


@cache
def _stop() -> re.Pattern[str]:
    people = vocabulary.expand(
        r"(?:@expected|@present|@voting|@all_present|@favour|@unanimous|@absent ?(?:[:(]|@count)"
        r"|@the_rest|@fields__host|@fields__recorder)"
    )
    return re.compile(f"{dates.BEGINS()}|{people}|{vocabulary.either(vocabulary.kinds())}")


def find(scanner: Scanner, roster: Roster, told: Attendance) -> None:
    """Take every list of absent people, with the number said before it."""
    mark = vocabulary.pattern(_MARK)
    at = 0
    while match := mark.search(scanner.open, at):
        at = match.end()
        if match["list"] or _name_follows(scanner, roster, at):
            at = _read(scanner, roster, told, match)
        elif match["n"] is None:
            names_before.read(scanner, roster, told, match.span("word"))
    names_before.read_away(scanner, roster, told)
    names_before.read_excepted(scanner, roster, told)


def _name_follows(scanner: Scanner, roster: Roster, at: int) -> bool:
    text = scanner.open
    at += text[at : at + 1] == " "
    token = TOKEN.match(text, at)
    return roster.at(text, at) is not None or (token is not None and says_none(token[0]))


def says_none(word: str) -> bool:
    """Whether a folded word says that there is nobody."""
    return word in vocabulary.table("grammar")["none"]


def _read(scanner: Scanner, roster: Roster, told: Attendance, mark: re.Match[str]) -> int:
    counted = mark["n"] or mark["counted"]
    if counted:
        attendance.say_away(scanner, told, mark["word"], mark.span(), counted)
    before = told.named
    first = len(told.absences)
    reading = _List(scanner, roster, told, mark.end(), first, bracketed=mark["list"] == "(")
    while _item(reading):
        pass
    scanner.take(mark.start(), reading.at)
    if not reading.named and not counted:
        scanner.refuse("empty_field", *mark.span(), field="absences")
    if told.named > before or reading.named:
        told.note_list((mark.start(), reading.at))
    return reading.at


def _item(reading: _List) -> bool:
    """Read one name with its reason, or one reason; False at the end of the list."""
    text = reading.scanner.open
    separator = vocabulary.pattern(_SEPARATOR).match(text, reading.at)
    start = separator.end() if separator else reading.at
    if text[start : start + 1] == ")" and reading.bracketed:
        reading.at = start + 1
        return False
    spelling = reading.roster.at(text, start)
    token = TOKEN.match(text, start)
    if token is None or (spelling is None and is_no_name(reading.roster, token)):
        return False
    if spelling and _has_a_task(text, start + len(spelling)):
        return False
    end = start + len(spelling) if spelling and " " in spelling else token.end()
    reading.at = end
    _token(reading, start, end)
    return True


def _has_a_task(text: str, at: int) -> bool:
    """Whether the word for who presides, or keeps the minutes, stands right after a name."""
    return vocabulary.pattern("@fields__host|@fields__recorder").match(text, at) is not None


def is_no_name(roster: Roster, token: re.Match[str]) -> bool:
    """Whether something else of the message begins here, or words too long for a name."""
    if ends_list(token.string, token.start()):
        return True
    wordy = len(token[0]) > LONGEST_NAME and not token[0].isascii()
    return wordy and not roster.near(token[0])


def ends_list(text: str, at: int) -> bool:
    """Whether something that belongs to no list begins at a place of a folded text."""
    return _stop().match(text, at) is not None


def _token(reading: _List, start: int, end: int) -> None:
    text = reading.scanner.open[start:end]
    if says_none(text) or text == "0":
        reading.named = True
        return
    if text in vocabulary.table("reasons")["words"] and _explain(reading, start, end):
        return
    names = reading.roster.all_of(text)
    reason, shared = None, False
    if names is None:
        names, reason = _with_reason(reading, start, end)
    if names is None:
        _unknown(reading, start, end)
        reading.at = _bracket(reading, end).end
        return
    if reason is None:
        reading.at, reason, shared = _bracket(reading, end)
    reading.named = True
    for index, spelling in enumerate(names):
        span = (start, start + len(spelling))
        why = reason if index == len(names) - 1 else None
        attendance.add_absence(reading.scanner, reading.roster, reading.told, span, why)
        start = span[1]
    if shared:
        _share(reading, reason)


def _share(reading: _List, reason: str | None) -> None:
    """Give a reason that is said of all to those of the list who have none of their own."""
    told = reading.told.absences
    told[reading.first :] = [
        replace(one, reason=one.reason or reason) for one in told[reading.first :]
    ]


def _explain(reading: _List, start: int, end: int) -> bool:
    """Give a reason that stands by itself to the name before it."""
    told = reading.told.absences
    if not reading.named or not told or told[-1].reason is not None:
        return False
    told[-1] = Absence(told[-1].name, reading.scanner.quote(start, end))
    return True


def _with_reason(reading: _List, start: int, end: int) -> tuple[tuple[str, ...] | None, str | None]:
    """Find a name and a known reason written together."""
    text = reading.scanner.open
    spelling = reading.roster.at(text, start)
    if spelling is None:
        return None, None
    after = start + len(spelling)
    after += text[after : after + 1] == "-"
    if text[after:end].strip() not in vocabulary.table("reasons")["words"]:
        return None, None
    return (spelling,), reading.scanner.quote(after, end)


def _bracket(reading: _List, start: int) -> Bracket:
    return brackets.read(reading.scanner, start) or _unclosed(reading, start)


def _unclosed(reading: _List, start: int) -> Bracket:
    """Read what stands after a bracket that nobody closed as the reason; no name is one."""
    text = reading.scanner.open
    start = text.index("(", start)
    token = TOKEN.match(text, start + 1)
    if token is None:
        return Bracket(start + 1)
    if reading.roster.at(text, token.start()) or ends_list(text, token.start()):
        reading.scanner.refuse("not_understood", start, token.end(), meeting=True)
        return Bracket(token.end())
    return brackets.holding(reading.scanner, *token.span(), after=token.end())


def _unknown(reading: _List, start: int, end: int) -> None:
    scanner = reading.scanner
    reading.named = True
    reading.told.unknown += 1
    if scanner.patient:
        typed = scanner.source.text[start:end]
        near, choices = reading.roster.near(typed), reading.roster.offered(typed)
        scanner.refuse("unknown_name", start, end, choices, suggestions=near)
