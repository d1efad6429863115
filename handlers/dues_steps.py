"""The steps of the guided form of dues, as they are shown."""

from collections.abc import Sequence

from compliance.periods import Cadence, Period, months_after
from compliance.states import EXCUSED
from compliance.summary import SETTLED
from handlers.asking import answered_by, form_ends, prompt_of
from handlers.authority import names_may_show
from handlers.dues_month import book
from handlers.form_attendance import names
from handlers.grammar import DuesLine, read_period
from handlers.request import Request
from storage import drafts, roster
from storage.drafts import Draft, Outcome
from storage.dues_book import DuesLine as Owed
from storage.messages import Button, Message
from storage.units import Unit

MONTHS_OFFERED = 3  # the present one and those before it


def read_month(request: Request, unit: Unit, said: str) -> Period | None:
    """Read a line that is a month; None for anything else."""
    found = read_period(said, request.today(unit)) if said else None
    return found if found is not None and found.cadence is Cadence.MONTHLY else None


def _show(
    request: Request, draft: Draft, step: str, outcomes: Sequence[Outcome] = ()
) -> tuple[Button, ...]:
    """Note that a step is shown now; answer the buttons it ends with."""
    draft.said, draft.touched_at = request.arguments, request.now
    drafts.walk(draft, step)
    drafts.ask(draft, outcomes, None)
    drafts.keep(request.session, draft)
    return form_ends(draft)


def months(request: Request, unit: Unit, draft: Draft) -> Message:
    """Ask for the month."""
    first = request.today(unit).replace(day=1)
    offered = [
        Period.of(Cadence.MONTHLY, months_after(first, -back)) for back in range(MONTHS_OFFERED)
    ]
    ends = _show(request, draft, "month", [Outcome(month.code) for month in offered])
    row = tuple(
        Button("choose_month", f"answer:{draft.key}.{draft.turn}.{n}", {"value": month})
        for n, month in enumerate(offered)
    )
    return Message("form_month", {}, (row, ends), prompt=prompt_of(draft), edits=True)


def ask_payers(request: Request, unit: Unit, draft: Draft, ticked: list[str]) -> Message:
    """Ask who paid, as a step of its own."""
    _show(request, draft, "payers")
    return payers(request, unit, draft, ticked)


def payers(
    request: Request, unit: Unit, draft: Draft, ticked: Sequence[str], page: int = 0
) -> Message:
    """Ask who paid: in a group of all who are to pay, so that nobody sees who has not."""
    month = read_month(request, unit, draft.said.splitlines()[0])
    people = [(line.person_id, line.person) for line in owing(request, unit, month)]
    further = (Button("form_next", answered_by(draft, "next")),)
    rows = names(draft, people, {key for key, name in people if name in ticked}, page)
    return Message(
        "form_payers",
        {"month": month, "ticked": list(ticked)},
        buttons=(*rows, *((further,) if ticked else ()), form_ends(draft)),
        prompt=prompt_of(draft),
        edits=True,
    )


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
    ends = _show(request, draft, "sum")
    by_due = (Button("form_by_due", answered_by(draft, "due")),)
    return Message(
        "form_sums",
        {"month": month, "ticked": ticked},
        buttons=(by_due, ends),
        prompt=prompt_of(draft),
        edits=True,
    )


def confirm(request: Request, draft: Draft, lines: tuple[DuesLine, ...]) -> Message:
    """Show what will be recorded, and how many were ticked of whom nothing can be."""
    named = {line.name for line in lines}
    ticked = drafts.read_at(draft, "sum").splitlines()[1:] if "due" in draft.accepts else []
    left_out = sum(name not in named for name in ticked)
    ends = _show(request, draft, "confirm")
    typed = request.private or "due" not in draft.accepts
    return Message(
        "form_dues_confirm",
        {
            "lines": lines,
            "total": sum(line.amount for line in lines),
            "typed": typed,
            "left_out": left_out,
        },
        buttons=((Button("form_record", answered_by(draft, "record")),), ends),
        prompt=prompt_of(draft),
        edits=True,
    )
