"""``/handover``: who holds the secretary's post begins to hand it over; or a superior does."""

import re

from compliance.access import Action, who_may
from handlers.authority import allowed
from handlers.grammar import normalise, vocabulary
from handlers.handover import telling
from handlers.meant import unit_for
from handlers.privacy.privacy import require_private
from handlers.request import Refused, Reply, Request
from storage import accounts, directory, handovers, invitations, roster
from storage.accounts import Handover
from storage.messages import Message
from storage.units import Unit

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[·. ]){0,29}")


def handover(request: Request) -> Reply:
    """Begin to hand the secretary's post over: ``李四``, a superior ``第一支部 李四``."""
    require_private(request, "handover")
    coming = handovers.coming_to(request.session, request.actor, request.now)
    if coming is not None and not request.arguments.strip():
        return (_under_way(request, coming, "to"),)
    unit, name = _asked(request)
    directory.alone(request.session, unit.key)  # both sides may begin at once
    under_way = handovers.open_for(request.session, unit.key, request.now)
    if under_way is not None:
        side = "from" if under_way.from_id == request.actor else "above"
        return (_under_way(request, under_way, side),)
    if not name:
        return (Message("handover_how", {"unit": unit.name}),)
    if not _NAME.fullmatch(name) or _names_a_unit(name):
        raise Refused(Message("handover_unread", {"read": name}))
    return _begin(request, unit, name)


def _asked(request: Request) -> tuple[Unit, str]:
    """Answer the unit whose post it is, and the name of who is to take it over."""
    said = " ".join(normalise.clean(request.arguments).split())
    for word in vocabulary.meanings("handover"):
        said = said.removeprefix(word).strip()
    first, _, rest = said.partition(" ")
    for unit in directory.units_named(request.session, first) if first else ():
        if unit.kind != "party_group" and allowed(request, Action.HANDOVER, unit):
            return unit, rest.strip()
    return unit_for(request, Action.HANDOVER), said


def _names_a_unit(name: str) -> bool:
    """Tell whether what is left as a name is of a unit: one that is out of reach, or misspelt."""
    kinds = vocabulary.table("unit_kinds").values()
    return any(word in name for words in kinds for word in words if not word.isascii())


def _begin(request: Request, unit: Unit, name: str) -> Reply:
    today = request.today(unit)
    from_id = handovers.last_secretary(request.session, unit.key, today)
    if from_id is None:
        raise Refused(Message("handover_nobody", {"unit": unit.name}))
    if request.actor != from_id and not allowed(request, Action.GRANT_HEAD, unit):
        raise Refused(Message("not_allowed", {"roles": who_may(Action.HANDOVER)}))  # one acting
    known = accounts.known_as(request.session, [unit.key], name)
    if known == [from_id]:
        raise Refused(Message("handover_self", {"unit": unit.name, "name": name}))
    to_id = known[0] if len(known) == 1 else None  # of two of one name, nobody can tell
    pack, page = telling.pack_for(request, unit)
    one = handovers.begin(request.session, unit, (from_id, to_id), pack.summary(), request.origin)
    token = None if to_id is not None else _invite(request, unit, one, name)
    mine = "from" if from_id == request.actor else "above"
    said = Message("handover_begun", {**telling.named(request, one), "token": token})
    here = telling.parcel(request, one, pack, page, to=None, side=mine)
    there = [
        message
        for side, who in (("from", from_id), ("to", to_id))
        if who not in (None, request.actor)
        for message in telling.parcel(request, one, pack, page, to=who, side=side)
    ]
    return (said, *here, *there)


def _invite(request: Request, unit: Unit, one: Handover, name: str) -> str:
    """Answer the token by which whoever is not known yet comes to take over."""
    today = request.today(unit)
    people = [
        person
        for person in roster.people_named(request.session, unit.key, name)
        if person.left_on is None or person.left_on > today
    ]
    return invitations.invite(
        request.session,
        unit,
        one.role,
        request.origin,
        name=name,
        person_id=people[0].key if len(people) == 1 else None,
        handover_id=one.key,
    )


def _under_way(request: Request, one: Handover, side: str) -> Message:
    """Say how the handover stands that is under way, to one who may call it off."""
    values = {
        **telling.named(request, one),
        "from_confirmed": one.from_confirmed_at is not None,
        "to_confirmed": one.to_confirmed_at is not None,
    }
    return Message("handover_open", values, buttons=telling.buttons(one, side))
