"""The bot came to a group: it says what it is, or that it is back."""

from sqlmodel import Session

from handlers.request import Reply
from storage import directory
from storage.messages import Button, Message

SETUP = ((Button("setup", "setup:new"),),)


def to_group(session: Session, chat_id: int, title: str | None) -> Reply:
    """Answer what is said in a group that the bot was added to, anew or again."""
    bound = directory.unit_of_chat(session, chat_id)
    if bound is None:
        return (Message("hello", {}, buttons=SETUP, chat_id=chat_id),)
    unit, chat = bound
    became = chat.id == chat_id and chat.state == "active" and directory.was_another(session, chat)
    directory.mark_present(session, chat.id, present=True)
    if title is not None:
        directory.retitle(session, chat.id, title)
    directory.look_again(session, unit)
    # A group that has just become a supergroup is left as it was: nobody went, nobody came.
    return () if became else (Message("back", {"unit": unit.name}, chat_id=chat_id),)


def to_channel(by: int) -> Reply:
    """Answer what the one who added the bot to a channel is told: its readers are not."""
    return (Message("no_channel", {}, chat_id=by),)
