"""Taking entries back: a reversal is an entry of its own, and can be reversed too."""

import re
from decimal import Decimal

from compliance.access import Action, who_may
from handlers.amending import live_entry
from handlers.authority import require, unit_for
from handlers.reading import requirement_of
from handlers.recording import require_recorder
from handlers.request import Refused, Reply, Request
from handlers.stages import standing
from storage import directory, entries, journal, listing, remittances, rulings
from storage.ledger import Entry, EntryKind
from storage.messages import Button, Message
from storage.units import Unit

MOST_AT_ONCE = 100
_BY_ID = re.compile(r"@(\d{1,18}) (.*)")
_BY_NAME = re.compile(r"\s*([^\s#＃\d].*?)\s+([#＃]?\s*\d.*)", re.DOTALL)
# What entering an entry needed, taking it back needs. What a superior ruled on a unit, none of
# that unit takes back.
_NEEDS = {
    EntryKind.PAYMENT: Action.PAY,
    EntryKind.REMITTANCE: Action.PAY,
    EntryKind.WAIVER: Action.WAIVE,
    EntryKind.SCORE: Action.SCORE,
}
_BY_SUPERIOR = (EntryKind.WAIVER, EntryKind.SCORE)
_SPAN = re.compile(r"\s*[#＃]?(\d{1,9})(?:\s*[-~至到]\s*[#＃]?(\d{1,9}))?\s*")


def undo(request: Request) -> Reply:
    """Reverse the entry (or span of entries) given by number, or else one's own last live one.

    A superior names the branch before the number, as the buttons do by its id.
    """
    unit, numbers, place = _meant(request)
    if request.edited:  # Telegram may deliver an edit that changed nothing: never undo twice
        raise Refused(Message("undo_edited"))
    meant = [live_entry(request, unit, number) for number in _numbers(numbers)]
    if not request.arguments:
        meant = [_last(request, unit)]
    reversals = [_reverse(request, unit, entry) for entry in meant]
    return (_told(request, unit, meant, reversals, place),)


def _meant(request: Request) -> tuple[Unit, str, str]:
    """Answer the unit whose entries are meant, what says which, and how a button names the unit.

    A button need not name the unit where the chat does.
    """
    by_id = _BY_ID.fullmatch(request.arguments)
    if by_id is not None:
        unit = _unit(request, int(by_id[1]))
        require(request, Action.STATUS, unit)
        return unit, by_id[2], f"@{unit.key} "
    by_name = _BY_NAME.fullmatch(request.arguments)
    if by_name is None:
        return unit_for(request, Action.STATUS, naming=Action.RECORD), request.arguments, ""
    unit = unit_for(request, Action.STATUS, by_name[1], naming=Action.RECORD)
    return unit, by_name[2], f"@{unit.key} "


def _unit(request: Request, unit_id: int) -> Unit:
    """Answer the unit of a button; one that is not there (any more) has no entry."""
    try:
        return directory.unit(request.session, unit_id)
    except LookupError as error:
        raise Refused(Message("not_allowed", {"roles": who_may(Action.STATUS)})) from error


def _numbers(arguments: str) -> range:
    if not arguments:
        return range(0)
    match = _SPAN.fullmatch(arguments)
    if match is None:
        raise Refused(Message("no_number", {"read": arguments}))
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last < first + MOST_AT_ONCE:
        raise Refused(Message("no_number", {"read": arguments}))
    return range(first, last + 1)


def _last(request: Request, unit: Unit) -> Entry:
    entry = entries.last_live_entry(request.session, unit.key, request.actor)
    if entry is None:
        raise Refused(Message("nothing_to_undo"))
    return entry


def _reverse(request: Request, unit: Unit, entry: Entry) -> int:
    _require(request, unit, entry)
    _require_vacancy(request, unit, entry)
    return journal.add_reversal(request.session, entry, request.origin)


def _require(request: Request, unit: Unit, entry: Entry) -> None:
    """Require of one who takes an entry back, or brings it back, what entering it required."""
    while entry.kind == EntryKind.REVERSAL and entry.target_id is not None:
        entry = entries.entry(request.session, entry.target_id)
    if entry.kind == EntryKind.RECORD:
        require_recorder(request, unit, listing.record_text(request.session, entry))
        return
    require(request, _NEEDS[entry.kind], unit)


def _require_vacancy(request: Request, unit: Unit, entry: Entry) -> None:
    """Refuse to bring back a correction whose place another correction has taken since."""
    if entry.kind != EntryKind.REVERSAL or entry.target_id is None:
        return
    restored = entries.entry(request.session, entry.target_id)
    if restored.target_id is None:
        return
    rival = entries.live_on(request.session, unit.key, restored.target_id)
    if rival is not None:
        values = {"number": restored.number, "rival": rival.number}
        raise Refused(Message("place_taken", values))


def _told(
    request: Request, unit: Unit, undone: list[Entry], reversals: list[int], place: str
) -> Message:
    """Say what was taken back, entry by entry, and offer to bring it back."""
    span = f"{reversals[0]}-{reversals[-1]}" if len(reversals) > 1 else f"{reversals[0]}"
    entries_shown = [_shown(request, unit, entry) for entry in undone]
    return Message(
        "undone",
        {"numbers": reversals, "entries": entries_shown, "payments": _sum(request, undone)},
        buttons=((Button("restore", f"undo:{place}{span}"),),),
    )


def _sum(request: Request, undone: list[Entry]) -> Decimal | None:
    """Answer what several payments come to; None for one or none, whose sum is a person's own."""
    payments = [each for each in undone if each.kind == EntryKind.PAYMENT]
    if len(payments) < 2:
        return None
    amounts = (listing.payment(request.session, each).amount for each in payments)
    return sum(amounts, Decimal(0))


def _shown(request: Request, unit: Unit, entry: Entry) -> dict[str, object]:
    """Answer what an entry was, for the message that says it was taken back."""
    shown: dict[str, object] = {
        "number": entry.number,
        "kind": entry.kind.value,
        "restored": 0,
        "payment": None,
    }
    if entry.kind == EntryKind.RECORD:
        text = listing.record_text(request.session, entry)
        shown |= {"text": text, "steps": standing(request, unit, text)}
    # Whose payment it was tells a group who has not paid: it hears the number alone.
    if entry.kind == EntryKind.PAYMENT and request.private:
        shown["payment"] = listing.payment(request.session, entry)
    if entry.kind == EntryKind.REMITTANCE:
        shown["remittance"] = remittances.remittance(request.session, entry)
    if entry.kind in _BY_SUPERIOR:
        ruling = rulings.ruling(request.session, entry)
        requirement = requirement_of(request, unit, ruling.requirement)
        shown |= {"ruling": ruling, "requirement": requirement}
    if entry.target_id is not None:  # what the entry had put out of force is back
        shown["restored"] = entries.entry(request.session, entry.target_id).number
    return shown
