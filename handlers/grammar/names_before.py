"""People named before the word that says they were away: *A, B on leave*, *all but A*."""

from handlers.grammar import vocabulary
from handlers.grammar.attendance import Attendance, Span, add_absence
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import GONE, Scanner

_BOUNDARY = f" ,;:。()\n{GONE}"
_LONGEST_JOINT = 6  # characters between two names of a list
_COUNTED = r"(?:@present|@expected|@absent) ?:? ?@count ?@people?$"
_LONGEST_COUNT = 16  # characters of such a number with its words
_AWAY = r"@away(?![\u4e00-\u9fff])"
_ALL_BUT = r" ?@apart[ ,]*(?:@the_rest ?)?@all_present"


def read(scanner: Scanner, roster: Roster, told: Attendance, word: Span) -> None:
    """Take the names, and the reason, that stand right before a word for being away.

    Names are of one list only where a sign or a word joins them: who stands further off may be
    there for something else, and is quoted back.
    """
    text = scanner.open
    end = _skip(text, word[0])
    because = _reason(text, end)
    names = ending_at(text, roster, end if because is None else _skip(text, because[0]))
    if not names or not _begins(text, names[0][0]):
        return
    scanner.take(names[0][0], word[1])
    told.note_list((names[0][0], word[1]))
    reason = scanner.source.quote(*because) if because else None
    for span in names:  # a reason said once holds for all
        add_absence(scanner, roster, told, span, reason)


def read_away(scanner: Scanner, roster: Roster, told: Attendance) -> None:
    """Take names right before a reason that nobody gives who was there: *A on a journey*."""
    sign = vocabulary.first_signs("away")
    if not sign.search(scanner.open):
        return
    text, ended = scanner.open, -1
    for match in vocabulary.pattern(_AWAY).finditer(text):
        names = ending_at(text, roster, match.start())
        joined = names and ended >= 0 and not text[ended : names[0][0]].strip(" 、")
        if names and (joined or _begins(text, names[0][0])):
            scanner.take(names[0][0], match.end())
            ended = match.end()
            told.note_list((names[0][0], match.end()))
            for span in names:
                add_absence(scanner, roster, told, span, scanner.source.quote(*match.span()))


def read_excepted(scanner: Scanner, roster: Roster, told: Attendance) -> None:
    """Take *all but A and B were there*, the names between the words for it."""
    for begun in list(vocabulary.pattern("@except_for").finditer(scanner.open)):
        names = _names_from(scanner.open, roster, begun.end())
        after = vocabulary.pattern(_ALL_BUT).match(scanner.open, names[-1][1]) if names else None
        if after is not None:
            scanner.take(begun.start(), after.end())
            told.note_list((begun.start(), after.end()))
            for span in names:
                add_absence(scanner, roster, told, span, None)


def _names_from(text: str, roster: Roster, at: int) -> list[Span]:
    names: list[Span] = []
    while spelling := roster.at(text, at):
        names.append((at, at + len(spelling)))
        joined = vocabulary.pattern(" ?、 ?|@and").match(text, names[-1][1])
        if joined is None:
            break
        at = joined.end()
    return names


def _skip(text: str, end: int) -> int:
    return end - 1 if text[end - 1 : end] == " " else end


def _begins(text: str, at: int) -> bool:
    if at == 0 or text[at - 1] in _BOUNDARY:
        return True
    # What is dictated has no signs: a number of people ends before a name.
    counted = vocabulary.pattern(_COUNTED)
    return counted.search(text, max(0, at - _LONGEST_COUNT), at) is not None


def _reason(text: str, end: int) -> Span | None:
    words = vocabulary.table("reasons")["words"]
    found = max((word for word in words if text.endswith(word, 0, end)), key=len, default=None)
    return None if found is None else (end - len(found), end)


def ending_at(text: str, roster: Roster, end: int) -> list[Span]:
    """Give the names that end at a place, joined to one another, in the order of the text."""
    names: list[Span] = []
    while spelling := roster.before(text, end):
        names.insert(0, (end - len(spelling), end))
        joined = vocabulary.pattern("(?: ?、 ?|@and)$").search(
            text, max(0, names[0][0] - _LONGEST_JOINT), names[0][0]
        )
        if joined is None:
            break
        end = joined.start()
    return names
