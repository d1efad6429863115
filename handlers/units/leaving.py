"""A chat that the bot can no longer write to: noted, and told to the superior."""

from sqlmodel import Session

from handlers.request import Reply
from storage import directory
from storage.messages import Message


def gone(session: Session, chat_id: int) -> Reply:
    """Note that a chat is gone; answer what the superior's chat is told of it, once."""
    bound = directory.unit_of_chat(session, chat_id)
    if bound is None or bound[1].id != chat_id or bound[1].state != "active":
        return ()
    unit = bound[0]
    directory.mark_present(session, chat_id, present=False)
    above = directory.chat_above(session, unit)
    return () if above is None else (Message("chat_gone", {"unit": unit.name}, chat_id=above.id),)
