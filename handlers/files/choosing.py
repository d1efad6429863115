"""Which record a file belongs to: the person's latest ones, as buttons."""

from collections.abc import Iterator

from compliance.access import Action
from handlers.authority import require
from handlers.request import Request
from storage import entries, listing
from storage.messages import Button, Message
from storage.units import Unit

MOST_OFFERED = 5  # records to choose from


def ask_which(request: Request, unit: Unit) -> Message:
    """Ask to which of the person's latest records the file that came belongs."""
    buttons = tuple(_latest(request, unit, f"enclose:{request.message_id}."))
    if not buttons:
        require(request, Action.RECORD, unit)
    return Message("ask_file", {"words": request.arguments, "any": bool(buttons)}, buttons=buttons)


def how(request: Request, unit: Unit) -> Message:
    """Say how a file is attached; the buttons show the files of the person's latest records."""
    buttons = tuple(_latest(request, unit, "doc:"))
    return Message("doc_how", {"any": bool(buttons)}, buttons=buttons)


def _latest(request: Request, unit: Unit, data: str) -> Iterator[tuple[Button, ...]]:
    """Answer a button for each record, whose number follows ``data``."""
    latest = entries.last_live_records(request.session, unit.key, request.actor, MOST_OFFERED)
    for entry, record in latest:
        kinds = listing.record_text(request.session, entry).kinds
        values = {"number": entry.number, "day": record.held_on, "kinds": kinds}
        yield (Button("choose_record", f"{data}{entry.number}", values),)
