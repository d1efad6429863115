"""Taking entries back: a reversal is an entry of its own, and can be reversed too."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from handlers.corrections.pointing import Pointed, live_entry, pointed, span_of
from handlers.corrections.rights import (
    RULINGS,
    base_of,
    copies,
    is_ruling,
    require_corrector,
    under,
)
from handlers.corrections.sealing import Seal
from handlers.grammar import vocabulary
from handlers.reading import requirement_of
from handlers.records.stages import standing
from handlers.request import Refused, Reply, Request
from storage import entries, journal, listing, remittances, rulings
from storage.ledger import Entry, EntryKind
from storage.messages import Button, Message
from storage.units import Unit

MOST_AT_ONCE = 100
_SPAN = re.compile(r"\s*[#＃]?(\d{1,9})(?:\s*[-~至到]\s*[#＃]?(\d{1,9}))?\s*")
_NUMBER = re.compile(r"\d+")


def undo(request: Request) -> Reply:
    """Reverse the entry (or span of entries) given by number, or else one's own last live one.

    A superior names the branch before the number, as the buttons do by its id. The branch is told
    what a superior took back.
    """
    there = pointed(request)
    if request.edited:  # Telegram may deliver an edit that changed nothing: never undo twice
        raise Refused(Message("undo_edited"))
    meant = _meant(request, there)
    # The newest first: what is restored finds the place free that a later one had taken.
    done = [_reverse(request, there.unit, entry) for entry in reversed(meant)]
    numbers = [number for number, _ in done]
    seal = next((seal for _, seal in done if seal is not None), None)
    if seal is None and not _is_told(request, meant):
        return (_told(request, there, meant, numbers),)
    marks = under(there.unit, seal)
    echo = _told(request, there, meant, numbers, marks)
    in_group = _told(replace(request, private=False), there, meant, numbers, marks)
    return echo, *copies(request, there.unit, in_group)


def _is_told(request: Request, meant: Iterable[Entry]) -> bool:
    """Tell whether the branch must know: a ruling that it was told of was taken back."""
    bases = [base_of(request, entry) for entry in meant]
    return any(b.kind != EntryKind.SCORE and is_ruling(request, b) for b in bases)


def _meant(request: Request, there: Pointed) -> list[Entry]:
    """Answer the entries that are to be taken back: those with a number, else one's own last."""
    if not request.arguments:
        return [_last(request, there.unit)]
    said, restoring = _without_restore(there.said)
    meant = [live_entry(request, there, number) for number in _numbers(said)]
    standing = [entry.number for entry in meant if not _brings_back(request, entry)]
    if restoring and standing:
        raise Refused(Message("nothing_to_restore", {"number": standing[0]}))
    return meant


def _without_restore(said: str) -> tuple[str, bool]:
    """Answer what is said without the word, at its end, that asks to bring back (恢复)."""
    before, _, last = said.rstrip().rpartition(" ")
    restoring = vocabulary.look_up("undo_words", last) == "restore"
    return (before, True) if restoring else (said, False)


def _brings_back(request: Request, entry: Entry) -> bool:
    """Tell whether taking back an entry brings back what it had taken back itself."""
    if entry.kind != EntryKind.REVERSAL or entry.target_id is None:
        return False
    return entries.entry(request.session, entry.target_id).kind != EntryKind.REVERSAL


def _numbers(said: str) -> range:
    match = _SPAN.fullmatch(said)
    if match is None:
        several = len(_NUMBER.findall(said)) > 1
        raise Refused(Message("undo_span" if several else "no_number", _unread(said)))
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last < first + MOST_AT_ONCE:
        raise Refused(Message("undo_span", _unread(said)))
    return range(first, last + 1)


def _unread(said: str) -> dict[str, object]:
    return {"read": said, "most": MOST_AT_ONCE}


def _last(request: Request, unit: Unit) -> Entry:
    entry = entries.last_live_entry(request.session, unit.key, request.actor)
    if entry is None:
        raise Refused(Message("nothing_to_undo"))
    return entry


def _reverse(request: Request, unit: Unit, entry: Entry) -> tuple[int, Seal | None]:
    """Take an entry back; answers the reversal's number, and the seal under which it was done."""
    seal = require_corrector(request, unit, entry, undoing=True)
    _require_vacancy(request, entry)
    return journal.add_reversal(request.session, entry, request.origin), seal


def _require_vacancy(request: Request, entry: Entry) -> None:
    """Refuse to bring back a correction whose place another correction has taken since."""
    if entry.kind != EntryKind.REVERSAL or entry.target_id is None:
        return
    rival = entries.rival_of(request.session, entry)
    if rival is not None:
        restored = entries.entry(request.session, entry.target_id)
        values = {"number": restored.number, "rival": rival.number}
        raise Refused(Message("place_taken", values))


def _told(
    request: Request,
    there: Pointed,
    undone: list[Entry],
    reversals: list[int],
    marks: Mapping[str, object] = MappingProxyType({}),
) -> Message:
    """Say what was taken back, entry by entry, and offer to bring it back: also by a reply."""
    span = span_of(reversals)
    entries_shown = [_shown(request, there.unit, entry) for entry in undone]
    values = {"numbers": reversals, "entries": entries_shown, "payments": _sum(request, undone)}
    back = all(_brings_back(request, entry) for entry in undone)
    return Message(
        "undone",
        {**values, **marks},
        buttons=((Button("undo" if back else "restore", f"undo:{there.place}{span}"),),),
        prompt=f"/undo {there.place}{span}",
    )


def _sum(request: Request, undone: list[Entry]) -> Decimal | None:
    """Answer what several payments come to; None for one or none, whose sum is a person's own."""
    payments = [e for e in undone if e.kind == EntryKind.PAYMENT and e.target_id is None]
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
    if entry.kind in RULINGS:
        ruling = rulings.ruling(request.session, entry)
        requirement = requirement_of(request, unit, ruling.requirement)
        shown |= {"ruling": ruling, "requirement": requirement}
    if entry.target_id is not None and _is_back(request, entry.target_id):
        shown["restored"] = entries.entry(request.session, entry.target_id).number
    return shown


def _is_back(request: Request, target_id: int) -> bool:
    """Tell whether what an entry had put out of force is back now that it is taken back."""
    target = entries.entry(request.session, target_id)
    return entries.in_force(request.session, target) is target
