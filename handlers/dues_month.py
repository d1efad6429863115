"""How a month's dues stand: who may know of whom, and what a chat is told."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from compliance.access import Action
from compliance.assessment import State
from compliance.periods import Period
from compliance.states import EXCUSED
from compliance.summary import SETTLED
from handlers.authority import names_may_show, unit_for
from handlers.request import Request
from storage import dues_book, remittances
from storage.messages import Message
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


def month_state(request: Request, month: Period) -> Message:
    """Tell a month's counts and what was handed on; people only where ``names_may_show``."""
    unit = unit_for(request, Action.STATUS)
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
    )


def _by_members(lines: Iterable[dues_book.DuesLine]) -> Decimal:
    """Answer what those paid who are members of the month, also the excused among them."""
    payments = (payment for line in lines for payment in line.payments)
    return sum((each.amount for each in payments if not each.reversed), Decimal(0))
