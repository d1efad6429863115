"""Recording dues that were paid, and the door to all else that is said of dues."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from compliance.access import Action
from compliance.summary import SETTLED
from handlers.asking.doubts import Payments, of_payments, refuse_doubtful
from handlers.authority import names_may_show
from handlers.corrections.editing import require_recorded_as
from handlers.corrections.editing_dues import Paying, edit_payments, made_before
from handlers.corrections.pointing import span_of
from handlers.corrections.sealing import require_open
from handlers.dues.bases import assess
from handlers.dues.month import book, month_asked, month_state
from handlers.dues.reducing import reduce
from handlers.dues.remitting import remit
from handlers.forms import dues as dues_form
from handlers.grammar import AllDues, DuesLine, head_of, read_dues, speaking_after, split_verb
from handlers.meant import unit_for
from handlers.reading import context_for
from handlers.request import Handler, Refused, Reply, Request
from storage import dues_book, journal, roster
from storage.drafts import Draft
from storage.journal import PaymentText
from storage.ledger import EntryKind
from storage.messages import Button, Message
from storage.money import fen
from storage.units import Unit


def dues(request: Request) -> Reply:
    """Record payments; with nothing said, or only a branch or a month, tell the month's state.

    A word before it says that something else is to be done: what dues rest on, a reduction, what
    was handed on.
    """
    draft = request.draft
    if draft is not None and draft.guided:
        return _guided(request, draft)
    verb, said = split_verb(request.arguments)
    if verb is not None:
        with speaking_after(head_of(request.arguments, said)):
            return _BY_VERB[verb](request.saying(said))
    asked = month_asked(request)
    if asked is not None:
        return (month_state(request, *asked),)
    unit = unit_for(request, Action.PAY)
    return _record(request, unit, typed=True)


def _guided(request: Request, draft: Draft) -> Reply:
    """Go on with a guided form; record what it says when it is whole."""
    unit = unit_for(request, Action.PAY)
    step = dues_form.follow(request, unit, draft)
    if step is not None:
        return (step,)
    return _record(request, unit, typed="due" not in draft.accepts)


def _record(request: Request, unit: Unit, *, typed: bool) -> Reply:
    """Record what a message tells; sums that were not ``typed`` are not told in a group."""
    require_recorded_as(request, EntryKind.PAYMENT)
    made = made_before(request, unit)
    reading = read_dues(request.arguments, context_for(request, unit))
    if not isinstance(reading, AllDues):
        paying = _payers(request, unit, reading)
        if made is not None:
            return edit_payments(request, unit, made, paying)
        shown = {"named": typed or request.private, "unknown": 0}
        return (_pay(request, unit, paying, shown),)
    if made is not None:
        raise Refused(Message("dues_edited_all"))
    paying, unknown = _unpaid(request, unit, reading)
    # The amounts were not typed here: a group is told their sum alone.
    return (_pay(request, unit, paying, {"named": request.private, "unknown": unknown}),)


def _payers(request: Request, unit: Unit, said: tuple[DuesLine, ...]) -> tuple[Paying, ...]:
    """Find the people who are named: on today's roster, or on that of the year before."""
    today = request.today(unit)
    return tuple(
        (roster.member_lately(request.session, unit.key, line.name, today).id, line)
        for line in said
    )


def _pay(
    request: Request, unit: Unit, paying: tuple[Paying, ...], shown: Mapping[str, object]
) -> Message:
    """Enter one payment a line, and show them; what is in doubt is asked about first."""
    today, lines = request.today(unit), tuple(line for _, line in paying)
    require_open(request, unit, [line.month.start for line in lines], entering=True)
    earlier = book(request, unit, [line.month for line in lines])
    doubtful = of_payments(request, unit, Payments(lines, earlier, bool(shown["named"])))
    refuse_doubtful(request, doubtful)
    entered = []
    for person_id, line in paying:
        text = PaymentText(person_id, line.month.start, fen(line.amount), today)
        number = journal.add_payment(request.session, unit.key, text, request.origin)
        entered.append((number, line))
    span = span_of([number for number, _ in entered])
    alone = (Button("amend", f"amend:{span}"),) if len(entered) == 1 else ()
    return Message(
        "paid",
        {
            "entered": entered,
            "today": today,
            "earlier": _numbers(earlier),
            "elsewhere": _settled_elsewhere(earlier),
            "total": sum((line.amount for line in lines), Decimal(0)),
            "left": frozenset(roster.names_left(request.session, unit.key, today)),
            "states": _states(request, unit, lines) if names_may_show(request, unit) else {},
            **shown,
        },
        buttons=((*alone, Button("undo", f"undo:{span}")),),
        prompt=f"/amend #{span}",
    )


def _numbers(lines: Iterable[dues_book.DuesLine]) -> dict[tuple[str, date], tuple[int, ...]]:
    """Answer the numbers of the payments for each person and month that count already."""
    return {(line.person, line.month.start): line.counting for line in lines}


def _settled_elsewhere(
    lines: Iterable[dues_book.DuesLine],
) -> dict[tuple[str, date], tuple[str, ...]]:
    """Answer where each person and month is paid already, if that was in other branches."""
    return {
        (line.person, line.month.start): line.elsewhere.places
        for line in lines
        if line.elsewhere is not None and line.state in SETTLED
    }


def _states(
    request: Request, unit: Unit, lines: tuple[DuesLine, ...]
) -> dict[tuple[str, date], dues_book.DuesLine]:
    """Answer how each paid month of each person now stands."""
    found = book(request, unit, [line.month for line in lines])
    return {(line.person, line.month.start): line for line in found}


def _unpaid(request: Request, unit: Unit, asked: AllDues) -> tuple[tuple[Paying, ...], int]:
    """Answer what everyone still owes for the month, and of how many it is not known.

    One who has left since still owes it: nobody is looked for on today's roster.
    """
    open_lines = [line for line in book(request, unit, [asked.month]) if line.state not in SETTLED]
    paying = tuple(
        (line.person_id, DuesLine(line.person, line.left, asked.month))
        for line in open_lines
        if line.left
    )
    if not paying:
        raise Refused(Message("nobody_owes", {"month": asked.month}))
    return paying, sum(line.due is None for line in open_lines)


_BY_VERB: Mapping[str, Handler] = {"assess": assess, "reduce": reduce, "remit": remit}
