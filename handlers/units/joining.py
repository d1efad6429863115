"""``/start TOKEN``: who opens an invitation takes up the post; who sends the code owns it all."""

import re

from compliance.access import Action, Role
from handlers.authority import allowed
from handlers.handover.arriving import arrived
from handlers.request import Refused, Reply, Request
from storage import accounts, directory, invitations, posts, tree
from storage.accounts import Invitation
from storage.messages import Message
from storage.units import Unit

_LINKED = re.compile(r"[A-Za-z0-9_-]{16,64}")  # what a link may hand over


def looks_like_token(said: str) -> bool:
    """Tell whether what follows /start came from a link of this kind, whole or cut short."""
    return _LINKED.fullmatch(said.strip()) is not None


def join(request: Request) -> Reply:
    """Take up what a token gives; the same words for one used, expired, revoked or unknown."""
    if not request.private:
        raise Refused(Message("join_private"))
    token = invitations.token_in(request.arguments)
    found = None if token is None else invitations.open_by(request.session, token, request.now)
    if found is None:
        raise Refused(Message("invite_void"))
    if found.unit_id is None:
        return _own(request, found)
    unit = directory.unit(request.session, found.unit_id)
    if found.handover_id is not None:  # the post is theirs when both sides have confirmed
        _use(request, found)
        accounts.unblock(request.session, request.actor)
        return arrived(request, found.handover_id)
    _refuse_twice(request, unit, found)
    _use(request, found)
    accounts.unblock(request.session, request.actor)
    accounts.link(request.session, request.actor, found.name, found.person_id, request.now)
    return _take_up(request, unit, found)


def _own(request: Request, code: Invitation) -> Reply:
    """Let whoever sent the code of the first start own the installation."""
    _use(request, code)
    invitations.make_owner(request.session, request.origin)
    return (Message("owner_joined"),)


def _use(request: Request, found: Invitation) -> None:
    if not invitations.use(request.session, found, request.origin):
        raise Refused(Message("invite_void"))


def _refuse_twice(request: Request, unit: Unit, found: Invitation) -> None:
    """Refuse one who holds the post as long already, and a second secretary; the link stays open.

    Whoever holds it until a day before holds it on.
    """
    today, session = request.today(unit), request.session
    directory.alone(session, unit.key)
    held = posts.posts_on(session, [unit.key], today)
    own = [each for each in held if (each.role, each.telegram_id) == (found.role, request.actor)]
    if any(posts.lasts(each, found.to_on) for each in own):
        raise Refused(Message("joined_already", _values(request, unit, found)))
    head = posts.headed_by(session, unit.key, today, found.to_on, beside=request.actor)
    if found.role is Role.SECRETARY and found.to_on is None and head is not None:
        raise Refused(Message("join_taken", _values(request, unit, found)))


def _take_up(request: Request, unit: Unit, found: Invitation) -> Reply:
    """Grant the post, greet whoever took it up, and tell whoever invited them."""
    values = _values(request, unit, found)
    posts.grant(
        request.session,
        unit.key,
        request.actor,
        found.role,
        request.origin,
        from_on=request.today(unit),
        to_on=found.to_on,
        acting=found.to_on is not None,
    )
    branch = tree.branch_of(request.session, unit)
    does = {
        "records": allowed(request, Action.RECORD_GROUP, unit),
        "oversees": found.role in (Role.SUPERVISOR, Role.OWNER),
        "branch": branch.name,
    }
    here = Message("joined", {**values, **does})
    if found.made_by in (None, 0, request.actor):
        return (here,)
    return (here, Message("joined_told", values, chat_id=found.made_by))


def _values(request: Request, unit: Unit, found: Invitation) -> dict[str, object]:
    group = unit.name if unit.kind == "party_group" else None
    return {
        "unit": tree.branch_of(request.session, unit).name,
        "group": group,
        "role": found.role,
        "name": found.name,
        "last": found.to_on,
    }
