"""Who may correct or take back which entry, and until when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from compliance.access import Action
from handlers.authority import allowed, other_chats, require, require_own
from handlers.corrections.sealing import Seal, require_open, seal_of
from handlers.kinds import superiors_kinds
from handlers.records.recorder import require_recorder
from handlers.request import Reply, Request
from storage import entries, listing, remittances
from storage.ledger import Entry, EntryKind
from storage.messages import Button, Message
from storage.units import Unit

# What entering an entry needed, correcting it or taking it back needs. What a superior ruled on a
# unit, none of that unit takes back.
_NEEDS = {
    EntryKind.PAYMENT: Action.PAY,
    EntryKind.REMITTANCE: Action.PAY,
    EntryKind.WAIVER: Action.WAIVE,
    EntryKind.SCORE: Action.SCORE,
    EntryKind.RETURN: Action.RETURN,
}
RULINGS = (EntryKind.WAIVER, EntryKind.SCORE)


def require_corrector(
    request: Request, unit: Unit, entry: Entry, *, undoing: bool = False, adding: bool = False
) -> Seal | None:
    """Refuse one who may not correct the entry, or take it back or bring it back (``undoing``).

    ``adding`` leaves it as it is, and is for all who may enter its like: also to another's entry.

    The superior's own entries are the superior's. Of the others one corrects one's own, a few
    officers everybody's, as long as their year is open; in a sealed year it is the superior's to
    do. Answers the seal under which a superior does it; None for everybody else.
    """
    base = base_of(request, entry)
    if is_ruling(request, base):
        _require_entering(request, unit, base)
        return None
    days = tuple(_days(request, base, undoing=undoing))
    if allowed(request, Action.CORRECT_SEALED, unit):
        seal = seal_of(request, unit, days)
        if seal is not None:
            return seal
    _require_entering(request, unit, base)
    if not adding:
        require_own(request, unit, entry)
    require_open(request, unit, days)
    return None


def told(request: Request, unit: Unit, echo: Message, seal: Seal | None) -> Reply:
    """Answer the echo of a correction; of what a superior corrected the branch is told, too."""
    if seal is None:
        return (echo,)
    number, place = echo.values["number"], f"@{unit.key} "
    values = {**echo.values, **under(unit, seal)}
    buttons = (Button("amend", f"amend:{place}{number}"), Button("undo", f"undo:{place}{number}"))
    here = replace(echo, values=values, buttons=(buttons,), prompt=f"/amend {place}#{number}")
    return here, *copies(request, unit, here)


def under(unit: Unit, seal: Seal | None) -> dict[str, object]:
    """Answer what an echo also says of what a superior did: at which unit, in which sealed year."""
    marks: dict[str, object] = {"by_superior": unit.name}
    return marks if seal is None else {**marks, "assessed": seal.year}


def copies(request: Request, unit: Unit, echo: Message) -> Iterator[Message]:
    """Answer what the unit's other chats are told of a superior's correction."""
    hiding = {**echo.values, "private": False, "named": False}
    return (Message(echo.template, hiding, chat_id=each) for each in other_chats(request, unit))


def base_of(request: Request, entry: Entry) -> Entry:
    """Answer what is behind a reversal: the entry that it, or what it reverses, took back."""
    while entry.kind == EntryKind.REVERSAL and entry.target_id is not None:
        entry = entries.entry(request.session, entry.target_id)
    return entry


def is_ruling(request: Request, base: Entry) -> bool:
    """Tell whether an entry is a superior's: a waiver, a score, a return, the year's assessment."""
    if base.kind != EntryKind.RECORD:
        return base.kind in (*RULINGS, EntryKind.RETURN)
    text = listing.record_text(request.session, base)
    return not superiors_kinds(request).isdisjoint(text.kinds)


def _require_entering(request: Request, unit: Unit, base: Entry) -> None:
    if base.kind == EntryKind.RECORD:
        require_recorder(request, unit, listing.record_text(request.session, base))
    else:
        require(request, _NEEDS[base.kind], unit)


def _days(request: Request, base: Entry, *, undoing: bool) -> Iterator[date]:
    """Answer the days whose year must be open: of an entry, and of what is back without it."""
    yield day_of(request, base)
    if undoing and base.target_id is not None:
        yield day_of(request, entries.entry(request.session, base.target_id))


def day_of(request: Request, entry: Entry) -> date:
    """Answer a day of the year that an entry is of; LookupError for a superior's ruling."""
    if entry.kind == EntryKind.RECORD:
        return listing.record_text(request.session, entry).held_on
    if entry.kind == EntryKind.PAYMENT:
        return listing.payment_text(request.session, entry).month
    return remittances.remittance(request.session, entry).month.start
