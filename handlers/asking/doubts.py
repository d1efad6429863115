"""What reads well and may still be a slip: it is asked about before anything is written.

Each doubt is accepted for the value it is about: whoever changes the value is asked again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from compliance.periods import months_after
from handlers.grammar import (
    Choice,
    DuesLine,
    Problem,
    Unreadable,
    day_place,
    month_place,
    sum_place,
)
from handlers.request import Request
from storage import dues_book
from storage.journal import RecordText
from storage.money import fen
from storage.units import Unit

# A record held longer ago than this may be a slip of the month or year.
ASK_DAYS_BACK = 45


def refuse_doubtful(request: Request, found: Iterator[Problem]) -> None:
    """Raise ``Unreadable`` with what is in doubt and was not accepted yet."""
    accepted = frozenset() if request.draft is None else request.draft.accepts
    doubts = tuple(problem for problem in found if problem.choices[0].accepts not in accepted)
    if doubts:
        raise Unreadable(doubts)


def settled_by(choice: Choice) -> str | None:
    """Answer the doubt that a choice settles: a day that was chosen as it is shown is no slip."""
    shown = choice.value[0] if isinstance(choice.value, tuple) else choice.value
    if choice.accepts is None and isinstance(shown, date):
        return _doubting(shown)
    return choice.accepts


def _doubting(day: date) -> str:
    return f"far_back {day}"


def of_record(
    request: Request, unit: Unit, text: RecordText, before: RecordText | None
) -> Iterator[Problem]:
    """Find what is doubtful of a record; of an amended one only what has changed."""
    if before is None or before.held_on != text.held_on:
        yield from _far_back(request, unit, text)


def _far_back(request: Request, unit: Unit, text: RecordText) -> Iterator[Problem]:
    today, said = unit.day_of(request.written_at), request.arguments
    days = (today - text.held_on).days
    if days <= ASK_DAYS_BACK:
        return
    place = day_place(said, text.held_on, today)
    choices = [Choice("sure_day", text.held_on, said, _doubting(text.held_on))]
    near = _nearer(text.held_on, today)
    if place is not None and near is not None:
        choices.append(Choice("day", near, f"{said[: place[0]]}{near}{said[place[1] :]}"))
    values = {"day": text.held_on, "days": days}
    yield Problem("far_back", f"{text.held_on}", values, tuple(choices), place)


def _nearer(day: date, today: date) -> date | None:
    """Answer the same day of this year, or else of the latest month, if that is not far back."""
    first = today.replace(day=1)
    for month in (date(today.year, day.month, 1), first, months_after(first, -1)):
        near = month + timedelta(days=day.day - 1)
        recent = timedelta(0) <= today - near <= timedelta(days=ASK_DAYS_BACK)
        if recent and near.month == month.month:
            return near
    return None


# What of a payment each doubt is about: once that is accepted the rest may change.
_DOUBTED: Mapping[str, Callable[[DuesLine], str]] = {
    "large_sum": lambda line: f"{fen(line.amount)}",
    "month_back": lambda line: line.month.code,
    "owes_nothing": lambda line: f"{line.name} {line.month.code}",
}


@dataclass(frozen=True, slots=True)
class Payments:
    """Payments that are about to be entered, and the dues of everyone in their months.

    ``named``: whoever asks has typed the names, or may see them. ``corrects``: what a line takes
    the place of; it is asked only about what is different.
    """

    lines: tuple[DuesLine, ...]
    book: Sequence[dues_book.DuesLine]
    named: bool
    corrects: Mapping[DuesLine, DuesLine] = field(default_factory=dict)

    def says_anew(self, line: DuesLine, code: str) -> bool:
        """Tell whether a line differs, in what this doubt is about, from what it corrects."""
        before = self.corrects.get(line)
        return before is None or _DOUBTED[code](before) != _DOUBTED[code](line)

    def owed(self, line: DuesLine) -> dues_book.DuesLine | None:
        """Answer the dues that a payment is for; None where the person owes none here."""
        return next(
            (o for o in self.book if (o.person, o.month) == (line.name, line.month)),
            None,
        )


def of_payments(request: Request, unit: Unit, paying: Payments) -> Iterator[Problem]:
    """Find what is doubtful of payments: sums, months long past, and what is not owed at all."""
    today, rules = unit.day_of(request.written_at), request.policy.catalogue.dues
    asked_before = months_after(today.replace(day=1), -rules.ask_months_back)
    doubtful = {
        "large_sum": [line for line in paying.lines if line.amount > rules.ask_above],
        "month_back": [line for line in paying.lines if line.month.start < asked_before],
        "owes_nothing": [line for line in paying.lines if paying.owed(line) is None],
    }
    for code, found in doubtful.items():
        lines = tuple(line for line in found if paying.says_anew(line, code))
        if lines:
            yield _doubt(request, unit, code, replace(paying, lines=lines))


def _doubt(request: Request, unit: Unit, code: str, paying: Payments) -> Problem:
    rules, lines, said = request.policy.catalogue.dues, paying.lines, request.arguments
    about = ";".join(dict.fromkeys(_DOUBTED[code](line) for line in lines))
    values = {
        "lines": lines,
        "months": tuple(dict.fromkeys(line.month for line in lines)),
        "named": paying.named,
        "ask_above": rules.ask_above,
        "ask_months_back": rules.ask_months_back,
    }
    choice = Choice(f"sure_{code}", len(lines), said, f"{code} {about}")
    place = _place(said, code, lines, unit.day_of(request.written_at))
    return Problem(code, "", values, (choice,), place)


def _place(
    said: str, code: str, lines: tuple[DuesLine, ...], today: date
) -> tuple[int, int] | None:
    """Answer where the month or sum in doubt is: what is typed in answer takes its place."""
    if code == "month_back":
        return month_place(said, today)
    if code == "large_sum" and len(lines) == 1:
        return sum_place(said, lines[0].amount, today)
    return None
