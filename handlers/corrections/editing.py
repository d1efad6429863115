"""What an edited message had recorded before: that is not left behind without a word."""

from handlers.request import Refused, Request
from storage import entries
from storage.ledger import Entry, EntryKind
from storage.messages import Message


def recorded_before(request: Request) -> tuple[Entry, ...]:
    """Answer what counts of that which a message had recorded before it was edited."""
    if not request.edited or request.message_id is None:
        return ()
    return entries.standing_from(request.session, request.chat_id, request.message_id)


def require_recorded_as(request: Request, kind: EntryKind) -> None:
    """Refuse to turn a message that recorded one kind of entry into one that records another."""
    others = [entry for entry in recorded_before(request) if entry.kind != kind]
    if others:
        raise Refused(Message("edited_otherwise", {**unchanged(others), "to": kind.value}))


def unchanged(standing: list[Entry] | tuple[Entry, ...]) -> dict[str, object]:
    """Answer what a message says of entries that stay as they are."""
    numbers = tuple(entry.number for entry in standing)
    return {"numbers": numbers, "kind": standing[0].kind.value}
