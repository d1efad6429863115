"""Setting up: a group's unit is founded or found, bound to the group, and let go of."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from compliance.access import Action
from handlers.asking.question import draft_of
from handlers.authority import require
from handlers.request import Refused, Reply, Request, in_place
from handlers.units.coming import SETUP
from handlers.units.setup_bound import bound_here, taken_by
from handlers.units.setup_done import let_go
from handlers.units.setup_form import ELSEWHERE, follow, require_setup
from storage import directory, drafts, journal
from storage.messages import Button, Message
from storage.units import Chat, Unit


def setup(request: Request) -> Reply:
    """Found a unit for the group, or bind it to one; in one go, or step by step.

    In a group that is bound already, tell to what.
    """
    if request.draft is None:
        if request.edited:
            request = _edited(request)
        elif taken_by(request) is not None:
            return (bound_here(request),)
        else:
            require_setup(request)
            request = _begun(request)
    return follow(request)


def _begun(request: Request) -> Request:
    """Answer the request with a form of its own, unless it says something to begin with."""
    if request.arguments.strip():
        return request
    draft = draft_of(request, "setup")
    draft.guided = True
    return replace(request, draft=draft)


def _edited(request: Request) -> Request:
    """Let an edit take the place of what its message began; what was done by it stays."""
    number = request.message_id
    draft = number and drafts.of_message(request.session, request.chat_id, number)
    if not draft or draft.command != "setup":
        raise Refused(Message("setup_edited"))
    return replace(request, draft=draft)


# ---------------------------------------------------------------- buttons


def begin_setup(request: Request) -> Reply:
    """Do what the button of a greeting, or of a group that is bound, says."""
    do = _TAPPED.get(request.arguments)
    if do is None:
        raise Refused(Message("answered_already", toast=True))
    # It comes from no message of anybody's: the one that was tapped is the bot's.
    return do(replace(request, arguments="", message_id=None))


def _new(request: Request) -> Reply:
    return tuple(replace(message, edits=False) for message in setup(request))


def _elsewhere(request: Request) -> Reply:
    _bound(request)
    draft = draft_of(request, "setup")
    draft.guided = True
    drafts.accept(draft, ELSEWHERE)
    return tuple(replace(m, edits=False) for m in follow(replace(request, draft=draft)))


def _unbind(request: Request) -> Reply:
    unit, _ = _bound(request)
    sure = (Button("setup_sure", "setup:sure"), Button("setup_keep", "setup:keep"))
    return (Message("setup_unbind", {"unit": unit.name}, buttons=(sure,), edits=True),)


def _sure(request: Request) -> Reply:
    unit, chat = _bound(request)
    let_go(request, unit, chat)
    directory.unbind_chat(request.session, chat.id)
    return (Message("setup_unbound", {"unit": unit.name}, buttons=SETUP, edits=True),)


def _keep(request: Request) -> Reply:
    _bound(request)
    return in_place((bound_here(request),))


def _topic(request: Request) -> Reply:
    """Let reminders go to the topic that the button stands in."""
    unit, chat = _bound(request)
    before, chat.thread_id = chat.thread_id, request.thread_id
    request.session.add(chat)
    request.session.flush()
    journal.add_audit(
        request.session,
        unit.key,
        "chat_topic",
        request.origin,
        before=json.dumps({"chat_id": chat.id, "thread_id": before}),
        after=json.dumps({"chat_id": chat.id, "thread_id": chat.thread_id}),
    )
    return in_place((bound_here(request),))


def _bound(request: Request) -> tuple[Unit, Chat]:
    """Answer what the group is bound to; refuses one who may not change that."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if request.private or bound is None:
        raise Refused(Message("answered_already", toast=True))
    require(request, Action.UNITS, bound[0])
    return bound


_TAPPED: Mapping[str, Callable[[Request], Reply]] = {
    "new": _new,
    "elsewhere": _elsewhere,
    "unbind": _unbind,
    "sure": _sure,
    "keep": _keep,
    "topic": _topic,
}
