"""The buttons of a handover: each side confirms, either calls it off; a superior for one gone."""

import re
from dataclasses import dataclass

from compliance.access import Action
from handlers.authority import allowed
from handlers.handover import telling
from handlers.request import Refused, Reply, Request
from storage import accounts, directory, handovers
from storage.accounts import Handover
from storage.messages import Message
from storage.units import Unit

_DATA = re.compile(r"(?P<number>[0-9]{1,15})\.(?P<word>yes|no)", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Tap:
    """Whose tap it is: of the one who hands over (``from``), takes over (``to``), or ``above``."""

    one: Handover
    unit: Unit
    side: str


def tapped(request: Request) -> Reply:
    """Confirm a handover, or call it off; nobody else learns whether there is one."""
    read = _DATA.fullmatch(request.arguments)
    tap = None if read is None else _tap(request, int(read["number"]))
    if read is None or tap is None:
        raise Refused(Message("handover_none", toast=True))
    if not handovers.is_open(tap.one, request.now):
        raise Refused(Message("handover_over", toast=True))
    return _call_off(request, tap) if read["word"] == "no" else _confirm(request, tap)


def _tap(request: Request, number: int) -> _Tap | None:
    one = handovers.find(request.session, number) if request.private else None
    if one is None:
        return None
    unit = directory.unit(request.session, one.unit_id)
    side = _side(request, one, unit)
    return None if side is None else _Tap(one, unit, side)


def _side(request: Request, one: Handover, unit: Unit) -> str | None:
    """Tell on which side someone stands; a secretary whose post has ended stands on none."""
    if request.actor == one.to_id:
        return "to"
    if request.actor == one.from_id and allowed(request, Action.HANDOVER, unit):
        return "from"
    return "above" if allowed(request, Action.GRANT_HEAD, unit) else None


def _confirm(request: Request, tap: _Tap) -> Reply:
    one, first = tap.one, tap.one.from_confirmed_at is None
    if one.to_id is None:
        raise Refused(Message("handover_not_come", toast=True))
    came = handovers.invitation_of(request.session, one)
    if tap.side == "to" and came is not None and first:  # no button says so yet
        raise Refused(Message("handover_none", toast=True))
    side = "to" if tap.side == "to" else "from"
    if handovers.confirm(request.session, one, side, request.origin):
        return _done(request, tap)
    values = {**telling.named(request, one), "side": side}
    here = Message("handover_waits", values, edits=True)
    if side == "from" and first and came is not None:
        # Only now is it certain that whoever opened the link is the one who was meant.
        pack, page = telling.pack_for(request, tap.unit)
        return (here, *telling.parcel(request, one, pack, page, to=one.to_id, side="to"))
    return (here,)


def _done(request: Request, tap: _Tap) -> Reply:
    """Let the post pass, and tell both, the unit's chats and the superior's."""
    session, one, unit = request.session, tap.one, tap.unit
    begun = handovers.take_over_drafts(session, unit, one.from_id)
    today = request.today(unit)
    came = handovers.invitation_of(session, one)
    if came is not None and one.to_id is not None:
        accounts.link(session, one.to_id, came.name, came.person_id, request.now)
    handovers.complete(session, one, today, request.origin)
    values = {**telling.named(request, one), "today": today}
    yours = Message("handover_yours", {**values, "drafts": handovers.said(begun)})
    theirs = Message("handover_done", values)
    mine = yours if request.actor == one.to_id else theirs
    return (
        Message(mine.template, mine.values, edits=True),
        *telling.to_each([one.to_id], request, yours),
        *telling.to_each([one.from_id, one.begun_by], request, theirs),
        *_told(request, unit, Message("handover_told", values)),
    )


def _told(request: Request, unit: Unit, message: Message) -> list[Message]:
    """Address a message to the chats of a unit, and to the superior's."""
    chats = [chat.id for chat in directory.chats_of(request.session, unit.key)]
    above = directory.chat_above(request.session, unit)
    chats += [] if above is None else [above.id]
    return telling.to_each(chats, request, message)


def _call_off(request: Request, tap: _Tap) -> Reply:
    one = tap.one
    handovers.call_off(request.session, one, "handover_call_off", request.origin)
    message = Message("handover_off", telling.named(request, one))
    others = telling.to_each([one.from_id, one.to_id, one.begun_by], request, message)
    return (Message(message.template, message.values, edits=True), *others)
