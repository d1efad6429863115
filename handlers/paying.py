"""Recording dues, and the state of a month."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from compliance.access import Action
from compliance.assessment import State
from compliance.periods import Cadence, Period
from compliance.summary import SETTLED
from handlers.authority import allowed, unit_for
from handlers.grammar import AllDues, DuesLine, read_dues, read_period
from handlers.reading import context_for
from handlers.request import Refused, Reply, Request
from storage import dues_book, journal, roster
from storage.journal import PaymentText
from storage.messages import Button, Message
from storage.money import fen
from storage.units import Unit


def dues(request: Request) -> Reply:
    """Record payments; with nothing said, or only a month, tell the month's state."""
    month = _month_asked(request)
    if month is not None:
        return (_month_state(request, month),)
    unit = unit_for(request, Action.PAY)
    if request.edited:
        raise Refused(Message("dues_edited"))
    reading = read_dues(request.arguments, context_for(request, unit))
    if not isinstance(reading, AllDues):
        paying = _payers(request, unit, reading)
        earlier = _earlier(request, unit, tuple(line for _, line in paying))
        return (_pay(request, unit, paying, {"named": True, "earlier": earlier, "unknown": 0}),)
    paying, unknown = _unpaid(request, unit, reading)
    # The amounts were not typed here: a group is told their sum alone.
    shown = {"named": request.private, "earlier": {}, "unknown": unknown}
    return (_pay(request, unit, paying, shown),)


Paying = tuple[int, DuesLine]  # a person's id, and what the person pays


def _month_asked(request: Request) -> Period | None:
    """Answer the month whose state is asked for; None when payments are being told."""
    asking = not request.arguments or read_period(request.arguments, request.now.date()) is not None
    unit = unit_for(request, Action.STATUS, naming=None if asking else Action.PAY)
    today = request.today(unit)
    if not request.arguments:
        return Period.of(Cadence.MONTHLY, today)
    period = read_period(request.arguments, today)
    return period if period is not None and period.cadence is Cadence.MONTHLY else None


def _payers(request: Request, unit: Unit, said: tuple[DuesLine, ...]) -> tuple[Paying, ...]:
    """Find the people who are named on today's roster."""
    today = request.today(unit)
    return tuple(
        (roster.member_on(request.session, unit.key, line.name, today).id, line) for line in said
    )


def _pay(
    request: Request, unit: Unit, paying: tuple[Paying, ...], shown: Mapping[str, object]
) -> Message:
    """Enter one payment a line, and show them."""
    today = request.today(unit)
    lines = tuple(line for _, line in paying)
    entered = []
    for person_id, line in paying:
        text = PaymentText(person_id, line.month.start, fen(line.amount), today)
        number = journal.add_payment(request.session, unit.key, text, request.origin)
        entered.append((number, line))
    first, last = entered[0][0], entered[-1][0]
    span = f"{first}" if first == last else f"{first}-{last}"
    return Message(
        "paid",
        {
            "entered": entered,
            "today": today,
            "ask_above": request.policy.catalogue.dues.ask_above,
            "total": sum((line.amount for line in lines), Decimal(0)),
            "states": _states(request, unit, lines) if _names_may_show(request, unit) else {},
            **shown,
        },
        buttons=((Button("undo", f"undo:{span}"),),),
    )


def _earlier(
    request: Request, unit: Unit, lines: tuple[DuesLine, ...]
) -> dict[tuple[str, date], tuple[int, ...]]:
    """Answer the numbers of payments for the same people and months that count already."""
    return {
        (line.person, line.month.start): tuple(p.number for p in line.payments if not p.reversed)
        for line in _book(request, unit, [line.month for line in lines])
    }


def _names_may_show(request: Request, unit: Unit) -> bool:
    """Tell whether this is a private chat with one who may see who has not paid."""
    return request.private and allowed(request, Action.DUES_NAMES, unit)


def _book(request: Request, unit: Unit, months: Collection[Period]) -> list[dues_book.DuesLine]:
    """Answer everyone's dues from the first of the months to the last, as they stand today."""
    return dues_book.dues_lines(
        request.session,
        request.policy,
        unit,
        first=min(months).start,
        last=max(months).end,
        on=request.today(unit),
    )


def _states(
    request: Request, unit: Unit, lines: tuple[DuesLine, ...]
) -> dict[tuple[str, date], dues_book.DuesLine]:
    """Answer how each paid month of each person now stands."""
    book = _book(request, unit, [line.month for line in lines])
    return {(line.person, line.month.start): line for line in book}


def _unpaid(request: Request, unit: Unit, asked: AllDues) -> tuple[tuple[Paying, ...], int]:
    """Answer what everyone still owes for the month, and of how many it is not known.

    One who has left since still owes it: nobody is looked for on today's roster.
    """
    open_lines = [line for line in _book(request, unit, [asked.month]) if line.state not in SETTLED]
    paying = tuple(
        (line.person_id, DuesLine(line.person, line.due - line.paid, asked.month))
        for line in open_lines
        if line.due is not None and line.paid < line.due
    )
    if not paying:
        raise Refused(Message("nobody_owes", {"month": asked.month}))
    return paying, sum(line.due is None for line in open_lines)


def _month_state(request: Request, month: Period) -> Message:
    """Tell a month's counts; who is behind only in a private chat with one entitled to know."""
    unit = unit_for(request, Action.STATUS)
    bound = [
        line
        for line in _book(request, unit, [month])
        if line.state not in (State.WAIVED, State.NOT_APPLICABLE)
    ]
    behind = [line for line in bound if line.state not in SETTLED]
    return Message(
        "dues_month",
        {
            "unit": unit.name,
            "month": month,
            "bound": len(bound),
            "behind": len(behind),
            "unknown": sum(line.due is None for line in bound),
            "due": sum((line.due or Decimal(0) for line in bound), Decimal(0)),
            "paid": sum((line.paid for line in bound), Decimal(0)),
            "names": behind if _names_may_show(request, unit) else [],
        },
    )
