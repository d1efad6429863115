"""Telling of a change of the tree: here, and in the chats of whom it concerns."""

from collections.abc import Mapping

from handlers.request import Reply, Request
from storage import directory
from storage.messages import Message
from storage.units import Unit


def concerned(request: Request, *units: Unit) -> set[int]:
    """Answer the chats of some units, and the nearest above each."""
    found: set[int] = set()
    for unit in units:
        found.update(chat.id for chat in directory.chats_of(request.session, unit.key))
        above = directory.chat_above(request.session, unit)
        found.update(() if above is None else (above.id,))
    return found


def told(request: Request, values: Mapping[str, object], chats: set[int]) -> Reply:
    """Say what was done, here and in other chats."""
    others = sorted(chats - {request.chat_id})
    return (
        Message("unit_changed", values),
        *(Message("unit_changed", values, chat_id=chat_id) for chat_id in others),
    )
