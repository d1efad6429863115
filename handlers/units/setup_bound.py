"""What a group is bound to, and what may be changed of that."""

from collections.abc import Mapping

from compliance.access import Action, who_may
from handlers.authority import allowed
from handlers.request import Request
from storage import directory
from storage.messages import Button, Message


def bound_here(request: Request) -> Message:
    """Tell which unit the group is bound to; whoever may change that is offered to."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    assert bound is not None  # noqa: S101 - nobody asks otherwise
    unit, chat = bound
    others = directory.chats_of(request.session, unit.key)
    values = {
        "unit": unit.name,
        "title": request.title,
        "others": sum(each.id != chat.id for each in others),
        "topic": chat.thread_id is not None,
        "here": chat.thread_id == request.thread_id,
        "roles": who_may(Action.UNITS),
        "may": allowed(request, Action.UNITS, unit),
    }
    return Message("setup_bound", values, buttons=_changes(values))


def _changes(values: Mapping[str, object]) -> tuple[tuple[Button, ...], ...]:
    if not values["may"]:
        return ()
    change = (Button("setup_elsewhere", "setup:elsewhere"), Button("setup_unbind", "setup:unbind"))
    topic = (Button("setup_topic", "setup:topic"),)
    return (change,) if values["here"] else (change, topic)
