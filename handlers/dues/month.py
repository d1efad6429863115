"""How a month's dues stand: who may know of whom, and what a chat is told."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from compliance.access import Action
from compliance.assessment import State
from compliance.periods import Cadence, Period
from compliance.states import EXCUSED
from compliance.summary import SETTLED
from handlers.authority import names_may_show
from handlers.grammar import read_period
from handlers.meant import branch_named, branch_seen, unit_for
from handlers.request import Refused, Request
from storage import dues_book, remittances
from storage.messages import Button, Message
from storage.units import Unit


def book(request: Request, unit: Unit, months: Collection[Period]) -> list[dues_book.DuesLine]:
    """Answer everyone's dues from the first of the months to the last, as they stand today."""
    return dues_book.dues_lines(
        request.session,
        request.policy,
        unit,
        first=min(months).start,
        last=max(months).end,
        on=request.today(unit),
    )


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
    bound = [line for line in lines if line.state not in EXCUSED]
    waived = [line for line in lines if line.state is State.WAIVED]
    behind = [line for line in bound if line.state not in SETTLED]
    granted = dues_book.reductions(request.session, unit, month)
    reduced = [(line, granted[line.person_id]) for line in bound if line.person_id in granted]
    named = names_may_show(request, unit)
    balance = remittances.balance(request.session, unit.key, month.start)
    return Message(
        "dues_month",
        {
            "unit": unit.name,
            "month": month,
            "bound": len(bound),
            "behind": len(behind),
            "unknown": sum(line.due is None for line in bound),
            "due": sum((line.due or Decimal(0) for line in bound), Decimal(0)),
            # What is handed on must match this very sum, whoever paid.
            "paid": balance.paid,
            "beside": balance.paid - _by_members(lines),
            "names": behind if named else [],
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


def _by_members(lines: Iterable[dues_book.DuesLine]) -> Decimal:
    """Answer what those paid who are members of the month, also the excused among them."""
    payments = (payment for line in lines for payment in line.payments)
    return sum((each.amount for each in payments if not each.reversed), Decimal(0))
