"""What a group is bound to, and what may be changed of that.

A group whose unit was dissolved may be set up as one that is bound to none.
"""

from collections.abc import Mapping

from compliance.access import Action, who_may
from handlers.authority import allowed
from handlers.request import Refused, Request
from handlers.units.coming import SETUP
from storage import directory
from storage.messages import Button, Message
from storage.units import Chat, Unit

# What is answered in the group of a unit that is no more.
_STILL = frozenset({"start", "setup", "help", "privacy"})


def require_standing(request: Request, command: str | None) -> None:
    """Refuse a command in the group of a unit that was dissolved, and say what to do there."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if command is None or command in _STILL or bound is None or bound[0].dissolved is None:
        return
    if request.today(bound[0]) >= bound[0].dissolved:
        raise Refused(no_more(bound[0]))


def no_more(unit: Unit) -> Message:
    """Tell that the group's unit was dissolved, and since when."""
    values = {"unit": unit.name, "dissolved": unit.dissolved}
    return Message("setup_no_more", values, buttons=SETUP)


def taken_by(request: Request) -> tuple[Unit, Chat] | None:
    """Answer what the group is bound to, and would have to be let go of first, if anything."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    return None if bound is None or bound[0].dissolved is not None else bound


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
