"""The steps of the guided form of dues, as they are shown."""

from collections.abc import Sequence

from compliance.periods import Cadence, Period, months_after
from compliance.states import EXCUSED
from compliance.summary import SETTLED
from handlers.asking.question import note_asked
from handlers.asking.shown import answered_by, choosing, shown
from handlers.authority import names_may_show
from handlers.dues.month import book
from handlers.forms.ticks import ticks
from handlers.grammar import Choice, DuesLine, read_period
from handlers.request import Request
from storage import drafts, roster
from storage.drafts import Draft
from storage.dues_book import DuesLine as Owed
from storage.messages import Button, Message
from storage.units import Unit

MONTHS_OFFERED = 3  # the present one and those before it


def read_month(request: Request, unit: Unit, said: str) -> Period | None:
    """Read a line that is a month; None for anything else."""
    found = read_period(said, request.today(unit)) if said else None
    return found if found is not None and found.cadence is Cadence.MONTHLY else None


def months(request: Request, unit: Unit, draft: Draft, settled: Period | None = None) -> Message:
    """Ask for the month; ``settled`` is one in which nobody is left to pay."""
    first = request.today(unit).replace(day=1)
    offered = [
        Period.of(Cadence.MONTHLY, months_after(first, -back)) for back in range(MONTHS_OFFERED)
    ]
    choices = [Choice("month", month, month.code) for month in offered]
    note_asked(request, draft, "month", choices)
    return shown(draft, "form_month", {"settled": settled}, *choosing(draft, choices))


def ask_payers(request: Request, unit: Unit, draft: Draft, ticked: list[str]) -> Message:
    """Ask who paid, as a step of its own; where nobody is left to pay, for another month."""
    month = read_month(request, unit, request.arguments.splitlines()[0])
    if not ticked and not owing(request, unit, month):
        return months(request.saying(""), unit, draft, month)
    note_asked(request, draft, "payers")
    return payers(request, unit, draft, ticked)


def payers(
    request: Request, unit: Unit, draft: Draft, ticked: Sequence[str], page: int = 0
) -> Message:
    """Ask who paid: in a group of all who are to pay, so that nobody sees who has not."""
    month = read_month(request, unit, draft.said.splitlines()[0])
    people = [(line.person_id, line.person) for line in owing(request, unit, month)]
    further = (Button("form_next", answered_by(draft, "next")),)
    rows = ticks(draft, people, {key for key, name in people if name in ticked}, page)
    values = {"month": month, "ticked": list(ticked)}
    return shown(draft, "form_payers", values, *rows, *((further,) if ticked else ()))


def owing(request: Request, unit: Unit, month: Period | None) -> list[Owed]:
    """Answer who is asked about: in private those who still owe, in a group all who are bound."""
    if month is None:
        return []
    there = set(roster.names_on(request.session, unit.key, request.today(unit)))
    done = SETTLED if names_may_show(request, unit) else EXCUSED
    found = book(request, unit, [month])
    return [line for line in found if line.state not in done and line.person in there]


def sums(request: Request, unit: Unit, draft: Draft, ticked: list[str]) -> Message:
    """Ask how much each paid."""
    month = read_month(request, unit, request.arguments.splitlines()[0])
    note_asked(request, draft, "sum")
    by_due = (Button("form_by_due", answered_by(draft, "due")),)
    return shown(draft, "form_sums", {"month": month, "ticked": ticked}, by_due)


def confirm(request: Request, draft: Draft, lines: tuple[DuesLine, ...]) -> Message:
    """Show what will be recorded, and how many were ticked of whom nothing can be."""
    named = {line.name for line in lines}
    ticked = drafts.read_at(draft, "sum").splitlines()[1:] if "due" in draft.accepts else []
    left_out = sum(name not in named for name in ticked)
    note_asked(request, draft, "confirm")
    values = {
        "lines": lines,
        "total": sum(line.amount for line in lines),
        "typed": request.private or "due" not in draft.accepts,
        "left_out": left_out,
    }
    record = (Button("form_record", answered_by(draft, "record")),)
    return shown(draft, "form_dues_confirm", values, record)
