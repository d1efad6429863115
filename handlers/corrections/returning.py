"""Sending an entry back (退回): it does not count until the branch amends it."""

from collections.abc import Iterator
from dataclasses import replace

from compliance.access import Action
from handlers.authority import other_chats, require
from handlers.corrections.pointing import Pointed, live_entry, numbered, pointed
from handlers.corrections.rights import day_of, is_ruling
from handlers.corrections.sealing import require_open
from handlers.grammar import vocabulary
from handlers.meant import branches_within
from handlers.request import Refused, Reply, Request
from storage import duties, journal, listing
from storage.ledger import Entry, EntryKind
from storage.messages import Button, Message
from storage.units import Unit

LONGEST = 300
_LABEL = r"[\s,,;;]*(?:@return_fields__reason) ?[::]?\s*"


def send_back(request: Request) -> Reply:
    """Send back an entry of a branch, for a reason: ``第二支部 #12 原因:签名不全``.

    The branch is told in its own chats, with a button that amends it. Never for oneself.
    """
    there = pointed(request)
    _require_superior(request, there.unit)
    if request.edited:
        raise Refused(Message("ruling_edited"))
    number, said = numbered(there.said)
    entry = live_entry(request, there, number)
    _require_returnable(request, there.unit, entry)
    reason = _reason(said)
    if not reason:
        return (_ask(there, entry),)
    by = journal.add_return(request.session, entry, reason, request.origin)
    return tuple(_told(request, there.unit, entry, reason, by))


def _require_superior(request: Request, unit: Unit) -> None:
    """Refuse who may not; a superior who named no branch is told to name one."""
    if unit.kind != "branch" and (below := branches_within(request, Action.RETURN)):
        raise Refused(Message("return_how", {"unit": below[0].name}))
    require(request, Action.RETURN, unit)


def _require_returnable(request: Request, unit: Unit, entry: Entry) -> None:
    """Refuse what the branch could not amend: a ruling, a remittance, an entry of a sealed year."""
    branchs = entry.kind in (EntryKind.RECORD, EntryKind.PAYMENT)
    if not branchs or is_ruling(request, entry):
        raise Refused(Message("not_returned", {"number": entry.number, "unit": unit.name}))
    require_open(request, unit, [day_of(request, entry)])


def _reason(said: str) -> str:
    """Answer why, behind its label or without one."""
    label = vocabulary.pattern(_LABEL).match(said.lower())
    reason = said[label.end() if label else 0 :].strip()
    if len(reason) > LONGEST:
        raise Refused(Message("long_reason", {"length": len(reason), "most": LONGEST}))
    return reason


def _ask(there: Pointed, entry: Entry) -> Message:
    """Ask for the reason; the reply to this message says it."""
    values = {"unit": there.unit.name, "number": entry.number}
    return Message("ask_return", values, prompt=f"/return @{there.unit.key} #{entry.number}")


def _told(request: Request, unit: Unit, entry: Entry, reason: str, by: int) -> Iterator[Message]:
    """Tell the superior and the branch.

    Whose payment it was tells a group who has not paid: it hears the number alone, and whoever
    looks after the dues hears the rest in private.
    """
    shown = _shown(request, unit, entry, reason, by)
    hidden = {**shown, "payment": None, "reason": None if shown["payment"] else reason}
    place = f"@{unit.key} "
    undo = Button("undo", f"undo:{place}{by}")
    amend = Button("amend", f"amend:{place}{entry.number}")
    yield Message("returned", shown if request.private else hidden, buttons=((undo,),))
    in_group = Message("returned", hidden, buttons=((amend,),))
    yield from (replace(in_group, chat_id=each) for each in other_chats(request, unit))
    if entry.kind == EntryKind.PAYMENT:
        treasurer = duties.treasurers(request.session, {unit.key: request.today(unit)})
        in_private = replace(in_group, values=shown)
        told = (each for each in treasurer.values() if each != request.chat_id)
        yield from (replace(in_private, chat_id=each) for each in told)


def _shown(request: Request, unit: Unit, entry: Entry, reason: str, by: int) -> dict[str, object]:
    record = entry.kind == EntryKind.RECORD
    return {
        "unit": unit.name,
        "number": entry.number,
        "by": by,
        "reason": reason,
        "text": listing.record_text(request.session, entry) if record else None,
        "payment": None if record else listing.payment(request.session, entry),
    }
