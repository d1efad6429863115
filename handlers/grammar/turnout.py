"""Whether what was said of attendance adds up; if not, the readings that would."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from handlers.grammar import vocabulary, writing
from handlers.grammar.attendance import Attendance, Span
from handlers.grammar.problems import Choice, Problem
from handlers.grammar.result import Turnout
from handlers.grammar.scanner import Scanner


def complete(scanner: Scanner, told: Attendance) -> None:
    """Derive what follows; what does not add up is asked about, with the numbers.

    Refuses a number of people away from which nothing follows: no record can hold it alone.
    """
    listed = told.named if told.listed else None
    absent = _absent(told, listed)
    if told.away and not told.listed and _none_of_the_others(told):
        scanner.lack("absent_alone", absent=max(told.away.values()))
    elif told.away and (absent is None or (told.listed and listed not in _counts(told))):
        _ask(scanner, told, "attendance_contradiction", listed or max(told.away.values()))
    elif told.all_present and absent:
        _ask(scanner, told, "attendance_contradiction", absent)
    else:
        _derive(scanner, told, 0 if told.all_present else absent)


def _none_of_the_others(told: Attendance) -> bool:
    return told.expected is None and told.present is None and not told.all_present


def _derive(scanner: Scanner, told: Attendance, absent: int | None) -> None:
    expected, present = told.expected, told.present
    if expected is None and present is not None and absent is not None:
        expected = present + absent
    if present is None and expected is not None and absent is not None and absent <= expected:
        present = expected - absent
    if _check(scanner, told, Numbers(expected, present, absent)):
        told.expected, told.present = expected, present


@dataclass(frozen=True, slots=True)
class Numbers:
    """The three numbers, of which each may be unknown."""

    expected: int | None
    present: int | None
    absent: int | None


def _counts(told: Attendance) -> set[int]:
    """How many were away as counted: those on leave may be among the others, or beside them."""
    if not told.away:
        return set()
    others, on_leave = told.away.get("absent", 0), told.away.get("on_leave", 0)
    return {others + on_leave} | ({others} if others >= on_leave else set())


def _absent(told: Attendance, listed: int | None) -> int | None:
    """Answer how many were away; None where it was not said, or may be two numbers."""
    if listed is not None:
        return listed
    counts = _counts(told)
    if told.expected is not None and told.present is not None:
        fits = told.expected - told.present
        return fits if fits in counts else max(counts, default=None)
    return counts.pop() if len(counts) == 1 else None


def _check(scanner: Scanner, told: Attendance, found: Numbers) -> bool:
    expected, present, absent = found.expected, found.present, found.absent
    if 0 in (expected, present):
        scanner.lack("nobody_there", expected=expected, present=present)
        return False
    if expected is None:
        return True
    if present is not None and present > expected:
        _ask(scanner, told, "present_over_expected", absent)
        return False
    if absent is not None and (present is None or present + absent != expected):
        _ask(scanner, told, "attendance_contradiction", absent)
        return False
    if told.voting is not None and told.voting > expected:
        scanner.lack("voting_over_expected", voting=told.voting, expected=expected)
    return True


def _ask(scanner: Scanner, told: Attendance, code: str, absent: int | None) -> None:
    miscounted = bool(told.listed and told.away and told.named not in _counts(told))
    values = {
        "expected": told.expected,
        "present": told.present,
        "absent": absent,
        "counted": max(_counts(told)) if miscounted else None,
        "all_present": told.all_present,
    }
    choices = [
        Choice("turnout", turnout, saying(scanner, told, turnout))
        for turnout in dict.fromkeys(_readings(told))
        if _fits(told, turnout)
    ]
    if told.all_present and absent:
        choices += _either(scanner, told)
    elif miscounted and told.expected is None and told.present is None:
        choices.append(Choice("absent", told.named, without(scanner, told, {"away"})))
    scanner.note(Problem(code, "", values, tuple(choices)))


def _either(scanner: Scanner, told: Attendance) -> Iterable[Choice]:
    """Offer that everyone was there; or, where nothing is counted, that the named were not."""
    fewer = told.expected is not None and told.present != told.expected
    gone = {"listed", "away", "present"} if fewer else {"listed", "away"}
    yield Choice("everyone", True, without(scanner, told, gone))
    if told.listed and told.expected is None and told.present is None:
        yield Choice("absent", told.named, without(scanner, told, {"all_present"}))


def _readings(told: Attendance) -> Iterable[Turnout]:
    """Give what may have been meant, the likeliest first, if one of the numbers is a slip."""
    expected, present = told.expected, told.present
    if expected is not None and present is not None:
        yield Turnout(min(expected, present), max(expected, present))
        yield Turnout(expected, expected)
        yield Turnout(present, present)
    for absent in {told.named} if told.listed else sorted(_counts(told)):
        if expected is not None:
            yield Turnout(expected - absent, expected)
        if present is not None:
            yield Turnout(present, present + absent)


def _fits(told: Attendance, turnout: Turnout) -> bool:
    """Whether a reading leaves as many away as are named, and somebody where some were counted."""
    absent = turnout.expected - turnout.present
    if turnout.present < 1:
        return False
    if told.listed:
        return absent == told.named
    return absent >= 0 and (absent > 0 or not any(told.away.values()))


def saying(scanner: Scanner, told: Attendance, turnout: Turnout) -> str:
    """Give the message with the numbers of a reading in place of those that contradict it."""
    absent = turnout.expected - turnout.present
    instead: dict[Span, str] = {}
    added = []
    for code, number in (("expected", turnout.expected), ("present", turnout.present)):
        said = f"{vocabulary.table('grammar')[code][0]}{number}"
        for span in told.spans.get(code, ()):
            instead[span] = instead.get(span, "") + said
        if code not in told.spans:
            added.append(said)
    for span in told.spans.get("all_present", ()):
        instead.setdefault(span, "")
    if absent not in _counts(told):
        instead |= {span: _uncounted(scanner, span) for span in told.spans.get("away", ())}
    return "\n".join([scanner.saying(instead).strip(), *added])


def without(scanner: Scanner, told: Attendance, gone: Collection[str]) -> str:
    """Give the message without some pieces of who came; what else they say stays.

    ``gone`` are names of ``Attendance.spans``.
    """
    instead: dict[Span, str] = {}
    for code in gone:
        for span in told.spans.get(code, ()):
            instead[span] = _kept(scanner, told, span, gone)
    lists = [each for each in told.spans.get("listed", ()) if "listed" in gone]
    within = {each for each in instead for whole in lists if whole != each and _in(each, whole)}
    return scanner.saying({span: text for span, text in instead.items() if span not in within})


def _in(span: Span, whole: Span) -> bool:
    return whole[0] <= span[0] and span[1] <= whole[1]


def _kept(scanner: Scanner, told: Attendance, span: Span, gone: Collection[str]) -> str:
    """Give what is left of a piece that says two things, or goes before a list that stays."""
    says = {code for code, spans in told.spans.items() if span in spans}
    left = [_number(told, code) for code in ("expected", "present") if code in says - set(gone)]
    if "all_present" in says - set(gone):
        left.append(writing.everyone())
    if "away" in says and "listed" not in says:
        left.append(_uncounted(scanner, span))
    return " ".join(left)


def _number(told: Attendance, code: str) -> str:
    return f"{vocabulary.table('grammar')[code][0]}{getattr(told, code)}"


def _uncounted(scanner: Scanner, span: Span) -> str:
    """Give the words before a list without their number; nothing where no list follows."""
    typed = scanner.source.text[slice(*span)]
    word = vocabulary.pattern("@absent").match(typed)
    return f"{word[0]}{typed[-1]}" if word and typed[-1] in ":(" else ""
