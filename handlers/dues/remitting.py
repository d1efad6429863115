"""Handing a month's dues on to the unit above: the sum must match what was entered."""

from compliance.access import Action
from handlers.corrections.sealing import require_open
from handlers.grammar import read_remittance
from handlers.meant import unit_for
from handlers.request import Refused, Reply, Request
from storage import journal, remittances
from storage.journal import RemittanceText
from storage.messages import Button, Message
from storage.money import fen


def remit(request: Request) -> Reply:
    """Enter a remittance; refuses one with which the month's sums would not match."""
    unit = unit_for(request, Action.PAY)
    if request.edited:
        raise Refused(Message("dues_edited"))
    today = request.today(unit)
    line = read_remittance(request.arguments, today)
    month = line.month.start
    require_open(request, unit, [month], entering=True)
    before = remittances.balance(request.session, unit.key, month, alone=True)
    values = {"month": line.month, "amount": line.amount, "before": before}
    if line.amount != before.difference:
        raise Refused(Message("remit_mismatch", values))
    text = RemittanceText(month, fen(line.amount), today)
    number = journal.add_remittance(request.session, unit.key, text, request.origin)
    undo = ((Button("undo", f"undo:{number}"),),)
    return (Message("remitted", {"number": number, **values}, buttons=undo),)
