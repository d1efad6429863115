"""/invite: a link that works once and gives somebody a post; and what links are still open."""

import re

from compliance.access import Action, granting
from handlers.authority import allowed, require
from handlers.grammar.posts import Deed, Posting, read_posting
from handlers.meant import require_here, unit_in
from handlers.reading import context_for
from handlers.request import Refused, Reply, Request, in_place
from handlers.units.posting import around, on_roster, place, refuse_second_head
from storage import accounts, directory, invitations, posts, roster, tree
from storage.accounts import Invitation
from storage.invitations import LINK_DAYS
from storage.messages import Button, Message
from storage.units import Unit

MOST_SHOWN = 20
_NUMBER = re.compile(r"\d{1,18}")


def invite(request: Request) -> Reply:
    """Make a link for a post and send it to whoever asks in private; alone, list open ones."""
    unit, said = unit_in(request, Action.POSTS)
    if not said.strip():
        require(request, Action.GRANT, unit)
        return (_open(request, unit),)
    posting = read_posting(said, context_for(request, unit))
    role = posting.role
    if role is None or posting.deed not in (Deed.GRANT, Deed.ACT):
        raise Refused(Message("invite_how"))
    at = place(request, unit, role, posting.group)
    require_here(request, granting(role), unit)
    if posting.first not in (None, request.today(unit)):
        raise Refused(Message("invite_no_start", {"first": posting.first}))
    refuse_second_head(request, at, None, posting, request.today(unit))
    _refuse_holder(request, unit, at, posting)
    token = invitations.invite(
        request.session,
        at,
        role,
        request.origin,
        name=posting.name,
        person_id=None if posting.name is None else on_roster(request, unit, posting.name),
        to_on=posting.last,
    )
    values = {
        "unit": unit.name,
        "role": role,
        "group": posting.group,
        "name": posting.name,
        "last": posting.last,
        "days": LINK_DAYS,
    }
    link = Message("invite_link", {**values, "token": token})
    if request.private:
        return (link,)
    # Whoever has the link has the post: it is no thing for a group.
    in_private = Message("invite_link", {**values, "token": token}, chat_id=request.actor)
    return (in_private, Message("invite_sent", values))


def _refuse_holder(request: Request, unit: Unit, at: Unit, posting: Posting) -> None:
    """Refuse to invite one who holds that very post as long already."""
    if posting.name is None:
        return
    known = accounts.known_as(request.session, around(request, unit), posting.name)
    held = posts.posts_on(request.session, [at.key], request.today(unit))
    own = [each for each in held if each.role is posting.role and each.telegram_id in known]
    if any(posts.lasts(each, posting.last) for each in own):
        values = {"unit": unit.name, "role": posting.role, "name": posting.name}
        raise Refused(Message("invite_held", values))


def _open(request: Request, unit: Unit) -> Message:
    """List the open links to posts of a unit, each with a button that takes it back."""
    groups = {group.key: group for group in roster.groups(request.session, unit.key)}
    found = [
        one
        for unit_id in (unit.key, *groups)
        for one in invitations.open_ones(request.session, unit_id, request.now)
        if allowed(request, granting(one.role), unit)
    ]
    shown = tuple(
        {
            "role": one.role,
            "group": groups[one.unit_id].name if one.unit_id in groups else None,
            "name": one.name,
            "expires": unit.day_of(one.expires_at),
        }
        for one in found[:MOST_SHOWN]
    )
    rows = tuple((_revoke_button(one),) for one in found[:MOST_SHOWN])
    return Message("invitations", {"unit": unit.name, "open": shown}, buttons=rows)


def _revoke_button(one: Invitation) -> Button:
    return Button("uninvite", f"uninvite:{one.key}", {"role": one.role, "name": one.name})


def uninvite(request: Request) -> Reply:
    """Take back the link of a button; one out of reach is answered like one that is gone."""
    number = int(request.arguments) if _NUMBER.fullmatch(request.arguments) else 0
    one = invitations.numbered(request.session, number)
    if one is None or one.unit_id is None or not invitations.is_open(one, request.now):
        raise Refused(Message("invite_gone", toast=True))
    unit = tree.branch_of(request.session, directory.unit(request.session, one.unit_id))
    if not allowed(request, granting(one.role), unit):
        raise Refused(Message("invite_gone", toast=True))
    invitations.revoke(request.session, one, request.origin)
    return in_place((_open(request, unit),))
