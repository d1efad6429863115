"""A post is granted to somebody known, or ended."""

from collections.abc import Sequence
from datetime import date

from compliance.access import Role, granting
from handlers.authority import require
from handlers.grammar.posts import Deed, Posting
from handlers.meant import require_here
from handlers.request import Refused, Reply, Request
from storage import accounts, directory, invitations, posts, roster, tree
from storage.messages import Message
from storage.units import RoleHeld, Unit

_INVITING = frozenset({Role.SECRETARY, Role.SUPERVISOR, Role.OWNER})  # by which one may invite
# Which kinds of unit have a post; the others are held anywhere.
_ONLY_ABOVE = frozenset({"branch", "party_group"})


def grant(request: Request, unit: Unit, posting: Posting) -> Reply:
    """Grant a post to somebody whose Telegram account is known, or who wrote what is replied to."""
    role = _role(posting)
    at = place(request, unit, role, posting.group)
    require_here(request, granting(role), unit)
    acting, today = posting.deed is Deed.ACT, request.today(unit)
    first = posting.first or today
    telegram_id = _somebody(request, unit, posting)
    refuse_second_head(request, at, telegram_id, posting, first)
    new = posts.grant(
        request.session,
        at.key,
        telegram_id,
        role,
        request.origin,
        from_on=first,
        to_on=posting.last,
        acting=acting,
    )
    name = posting.name or accounts.names_of(request.session, [telegram_id]).get(telegram_id)
    values = {**_values(unit, posting, role), "name": name, "first": first, "new": new}
    here = Message("post_granted", {**values, "today": today})
    return (here, *_told(request, telegram_id, values, new=new))


def _role(posting: Posting) -> Role:
    if posting.role is None:  # the grammar has refused that
        raise ValueError("no post")
    return posting.role


def place(request: Request, unit: Unit, role: Role, group: str | None) -> Unit:
    """Answer the unit at which a post is held: a group leader's is the group.

    Refuses a superior's post at a branch, which nobody is below.
    """
    if role is Role.SUPERVISOR and unit.kind in _ONLY_ABOVE:
        raise Refused(Message("no_such_post", {"unit": unit.name, "role": role}))
    if role is not Role.GROUP_LEADER or group is None:
        return unit
    groups = roster.groups(request.session, unit.key)
    return next(each for each in groups if each.name == group)


def _somebody(request: Request, unit: Unit, posting: Posting) -> int:
    """Answer who is meant: the writer of what is replied to, or the one known by that name.

    Somebody who is replied to is known by the name from then on.
    """
    if request.answered is not None and not request.private:
        called = accounts.names_of(request.session, [request.answered])
        if posting.name is not None and not called:
            person_id = on_roster(request, unit, posting.name)
            now = request.now
            accounts.link(request.session, request.answered, posting.name, person_id, now)
        return request.answered
    if posting.name is None:
        raise Refused(Message("post_who", {"role": posting.role, "unit": unit.name}))
    known = accounts.known_as(request.session, around(request, unit), posting.name)
    if len(known) != 1:
        values = {"name": posting.name, "several": len(known) > 1, "private": request.private}
        raise Refused(Message("post_unknown", {**_values(unit, posting, _role(posting)), **values}))
    return known[0]


def around(request: Request, unit: Unit) -> list[int]:
    """Answer the numbers of a unit, its party groups, and the units above it."""
    groups = [group.key for group in roster.groups(request.session, unit.key)]
    return [unit.key, *groups, *tree.ancestors(request.session, unit)]


def on_roster(request: Request, unit: Unit, name: str) -> int | None:
    """Answer the number of the one of that name on the unit's roster today; else None."""
    today = request.today(unit)
    members = roster.members(request.session, unit.key)
    found = [each.id for each in members if each.name == name and each.on_roster(today)]
    return found[0] if len(found) == 1 else None


def refuse_second_head(
    request: Request, unit: Unit, telegram_id: int | None, posting: Posting, first: date
) -> None:
    """Refuse a second secretary, and an acting one while the secretary is there."""
    if posting.role is not Role.SECRETARY:
        return
    directory.alone(request.session, unit.key)
    head = posts.headed_by(request.session, unit.key, first, posting.last)
    if head is None or head.telegram_id == telegram_id:
        return
    acting = posting.deed is Deed.ACT
    if acting and _is_away(request, unit, head, first):
        return
    name = accounts.names_of(request.session, [head.telegram_id]).get(head.telegram_id)
    raise Refused(Message("post_taken", {"unit": unit.name, "name": name, "acting": acting}))


def _is_away(request: Request, unit: Unit, head: RoleHeld, on: date) -> bool:
    return (unit.key, head.telegram_id) in posts.away_on(request.session, {unit.key: on})


def _told(request: Request, telegram_id: int, values: dict[str, object], *, new: bool) -> Reply:
    """Tell the officer in private, if the bot can write to them, unless they are told here."""
    if request.answered is not None:
        return ()
    known = accounts.names_of(request.session, [telegram_id])
    out_of_reach = accounts.blocked(request.session, [telegram_id])
    if not new or telegram_id in (request.actor, *out_of_reach) or telegram_id not in known:
        return ()
    return (Message("post_yours", {**values, "ended": False}, chat_id=telegram_id),)


def end(request: Request, unit: Unit, posting: Posting) -> Reply:
    """End the one post that is meant; without a day, today is the first without it."""
    held = _meant(request, unit, posting)
    at = directory.unit(request.session, held.unit_id)
    require(request, granting(held.role), unit)
    if held.telegram_id == request.actor and held.role in (Role.SECRETARY, Role.OWNER):
        raise Refused(Message("post_own", {"unit": unit.name, "role": held.role}))
    today, last = request.today(unit), posting.last or posting.first
    if last is not None and held.from_on is not None and last < held.from_on:
        values = {"role": held.role, "first": held.from_on, "last": last}
        raise Refused(Message("post_not_begun", values))
    void = 0
    if last is None:
        posts.end_now(request.session, held, today, request.origin)
        void = _void_links(request, held)
    else:
        posts.end(request.session, held, last, request.origin)
    name = accounts.names_of(request.session, [held.telegram_id]).get(held.telegram_id)
    group = at.name if at.kind == "party_group" else None
    values = {"unit": unit.name, "role": held.role, "group": group, "name": name, "last": last}
    return (Message("post_ended", {**values, "acting": held.acting, "void": void}),)


def _void_links(request: Request, held: RoleHeld) -> int:
    """Take back the open links of one who invited by a post that has ended; answer how many.

    Else whoever was dismissed could still let somebody in. What they may invite to by another
    post they invite to anew.
    """
    if held.role not in _INVITING:
        return 0
    made = invitations.open_by_maker(request.session, held.telegram_id, request.now)
    for one in made:
        invitations.revoke(request.session, one, request.origin)
    return len(made)


def _meant(request: Request, unit: Unit, posting: Posting) -> RoleHeld:
    """Answer the one post held today that the post and the name said fit."""
    today = request.today(unit)
    groups = {group.key: group.name for group in roster.groups(request.session, unit.key)}
    held = posts.posts_on(request.session, [unit.key, *groups], today)
    names = accounts.names_of(request.session, {each.telegram_id for each in held})
    fitting = [
        each
        for each in held
        if posting.role in (None, each.role)
        and posting.name in (None, names.get(each.telegram_id), str(each.telegram_id))
        and posting.group in (None, groups.get(each.unit_id))
        and request.answered in (None, each.telegram_id)
    ]
    if len(fitting) != 1 or (posting.role is None and posting.name is None):
        raise Refused(_which(unit, posting, fitting, names))
    return fitting[0]


def _which(
    unit: Unit, posting: Posting, fitting: Sequence[RoleHeld], names: dict[int, str]
) -> Message:
    among = tuple((each.role, names.get(each.telegram_id)) for each in fitting)
    values = {"unit": unit.name, "role": posting.role, "name": posting.name, "among": among}
    return Message("post_which", values)


def _values(unit: Unit, posting: Posting, role: Role) -> dict[str, object]:
    return {
        "unit": unit.name,
        "role": role,
        "group": posting.group,
        "acting": posting.deed is Deed.ACT,
        "last": posting.last,
    }
