"""How a month's dues stand: who may know of whom, and what a chat is told."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from compliance.access import Action
from compliance.arrears import MONTHS_BACK
from compliance.assessment import State
from compliance.periods import Cadence, Period, months_after
from compliance.states import EXCUSED
from compliance.summary import SETTLED
from handlers.authority import names_may_show
from handlers.grammar import read_period
from handlers.meant import branch_named, branch_seen, unit_for
from handlers.request import Refused, Request
from storage import dues_book, listing, remittances, roster
from storage.dues_left_behind import dues_left_behind
from storage.messages import Button, Message
from storage.units import Unit


def book(request: Request, unit: Unit, months: Collection[Period]) -> list[dues_book.DuesLine]:
    """Answer everyone's dues from the first of the months to the last, as they stand today.

    Also what is collected here for branches that are no more: ``asked_by`` tells it apart.
    """
    asked = request.session, request.policy, unit
    first, last, on = min(months).start, max(months).end, request.today(unit)
    return [
        *dues_book.dues_lines(*asked, first=first, last=last, on=on),
        *dues_left_behind(*asked, first=first, last=last, on=on),
    ]


def month_asked(request: Request) -> tuple[Unit, Period] | None:
    """Answer the branch and the month whose state is asked for; None when payments are told.

    The branch is the chat's, or one named before or after the month. A unit above keeps no book
    of dues: there a refusal tells which branches to name.
    """
    said = request.arguments
    if _is_month(request, said):
        unit, month = unit_for(request, Action.STATUS), said
        if unit.kind != "branch":
            unit, month = branch_seen(request, naming=Action.STATUS)
    elif (named := _branch_and_month(request)) is not None:
        unit, month = named
    else:
        return None
    today = request.today(unit)
    return unit, read_period(month, today) or Period.of(Cadence.MONTHLY, today)


def _is_month(request: Request, said: str) -> bool:
    """Tell whether this is a month, or nothing: the present one."""
    period = read_period(said, request.now.date()) if said else None
    return not said or (period is not None and period.cadence is Cadence.MONTHLY)


def _branch_and_month(request: Request) -> tuple[Unit, str] | None:
    """Answer the branch that is named, and the month as said, where nothing else is said."""
    said = request.arguments
    first, _, after = said.partition(" ")
    before, _, last = said.rpartition(" ")
    for name, month in ((said, ""), (before, last), (after, first)):
        if name and _is_month(request, month):
            found = branch_named(request, Action.STATUS, name.strip())
            if found is not None:
                return found, month
    return None


def month_state(request: Request, unit: Unit, month: Period) -> Message:
    """Tell a month's counts and what was handed on; people only where ``names_may_show``."""
    lines = book(request, unit, [month])
    own = [line for line in lines if line.asked_by is None]
    bound = [line for line in own if line.state not in EXCUSED]
    waived = [line for line in own if line.state is State.WAIVED]
    behind = [line for line in bound if line.state not in SETTLED]
    granted = dues_book.reductions(request.session, unit, month)
    reduced = [(line, granted[line.person_id]) for line in bound if line.person_id in granted]
    named = names_may_show(request, unit)
    balance = remittances.balance(request.session, unit.key, month.start)
    of_others = balance.paid - _by_members(lines)
    of_those_gone = _by_those_gone(request, unit, month, lines) if of_others else Decimal(0)
    elsewhere = [line for line in bound if line.elsewhere is not None and line.state in SETTLED]
    behind_there = _left_behind(request, unit, month, lines)
    return Message(
        "dues_month",
        {
            "unit": unit.name,
            "month": month,
            "bound": len(bound),
            "behind": len(behind),
            "unknown": sum(line.due is None for line in bound),
            "due": sum((line.due_here for line in bound), Decimal(0)),
            # What is handed on must match this very sum, whoever paid.
            "paid": balance.paid,
            "beside": of_others - of_those_gone,
            "of_those_gone": of_those_gone,
            "for_others": _by_members(line for line in lines if line.asked_by is not None),
            "names": behind if named else [],
            "settled_elsewhere": len(elsewhere),
            "elsewhere": elsewhere if named else [],
            "left_behind": len({line.person_id for line in behind_there}),
            "names_behind": behind_there if named else [],
            "eased": (len(reduced), len(waived)),
            "reduced": reduced if named else [],
            "waived": waived if named else [],
            "balance": balance,
        },
        buttons=((Button("record_dues", "pay:"),),) if _may_pay(request, unit) else (),
    )


def _may_pay(request: Request, unit: Unit) -> bool:
    """Tell whether the person may record dues here, and for this very branch."""
    try:
        return unit_for(request, Action.PAY).key == unit.key
    except Refused:
        return False


def _left_behind(
    request: Request, unit: Unit, month: Period, lines: Iterable[dues_book.DuesLine]
) -> list[dues_book.DuesLine]:
    """Answer what is still to be collected here for branches that are no more.

    With the present month that of the year before it too, else of the month that is asked about.
    """
    if month.contains(today := request.today(unit)):
        first = months_after(month.start, -MONTHS_BACK)
        asked = request.session, request.policy, unit
        lines = dues_left_behind(*asked, first=first, last=month.end, on=today)
    return [line for line in lines if line.asked_by is not None and line.state not in SETTLED]


def _by_those_gone(
    request: Request, unit: Unit, month: Period, lines: Iterable[dues_book.DuesLine]
) -> Decimal:
    """Answer what those paid whom another branch asks for the month: there it counts as paid."""
    members = roster.members(request.session, unit.key)
    gone = {member.id for member in members if member.arrived_on is not None}
    listed = {payment.number for line in lines for payment in line.payments}
    entered = listing.payments(request.session, unit, month.start, month.end) if gone else ()
    return sum(
        (
            payment.amount
            for payment in entered
            if payment.person_id in gone and not payment.reversed and payment.number not in listed
        ),
        Decimal(0),
    )


def _by_members(lines: Iterable[dues_book.DuesLine]) -> Decimal:
    """Answer what those paid who are members of the month, also the excused among them."""
    payments = (payment for line in lines for payment in line.payments)
    return sum((each.amount for each in payments if not each.reversed), Decimal(0))
