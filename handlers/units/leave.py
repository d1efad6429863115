"""An officer is away for some days: others do the duties meanwhile."""

from compliance.access import Action, Role
from handlers.authority import require
from handlers.grammar.posts import Posting
from handlers.request import Refused, Reply, Request
from storage import accounts, duties, posts, roster
from storage.messages import Message
from storage.units import Unit


def go_on_leave(request: Request, unit: Unit, posting: Posting) -> Reply:
    """Note a leave, one's own or an officer's; tell who does the duties of each post."""
    if posting.first is None or posting.last is None:
        raise Refused(Message("leave_days", {"read": posting.name}))
    who = _officer(request, unit, posting)
    today = request.today(unit)
    if posting.last < today:
        raise Refused(Message("leave_over", {"first": posting.first, "last": posting.last}))
    days = posting.first, posting.last
    posts.take_leave(request.session, unit.key, who, days, request.origin)
    standing_in = tuple(_instead(request, unit, who, posting))
    names = accounts.names_of(request.session, {who, *(each for _, each in standing_in)})
    instead = tuple((role, names.get(each)) for role, each in standing_in)
    values = {"unit": unit.name, "name": names.get(who), "own": who == request.actor}
    return (Message("leave_taken", {**values, "days": days, "instead": instead}),)


def come_back(request: Request, unit: Unit, posting: Posting) -> Reply:
    """End the leave that runs, or is still to come."""
    who, today = _officer(request, unit, posting), request.today(unit)
    leaves = posts.leaves_of(request.session, [unit.key], today)
    own = [leave for leave in leaves if leave.telegram_id == who]
    for leave in own:
        posts.come_back(request.session, leave, today, request.origin)
    name = accounts.names_of(request.session, [who]).get(who)
    values = {"unit": unit.name, "name": name, "own": who == request.actor}
    return (Message("leave_ended", {**values, "any": bool(own)}),)


def _officer(request: Request, unit: Unit, posting: Posting) -> int:
    """Answer whose leave is meant: one's own, or that of an officer of those one may appoint."""
    groups = [group.key for group in roster.groups(request.session, unit.key)]
    held = posts.posts_on(request.session, [unit.key, *groups], request.today(unit))
    officers = {each.telegram_id for each in held if each.role is not Role.MEMBER}
    names = accounts.names_of(request.session, officers)
    own = posting.name is None and request.answered is None
    if own:
        found = officers & {request.actor}
    else:
        found = {
            who
            for who in officers
            if posting.name in (None, names.get(who)) and request.answered in (None, who)
        }
    if found != {request.actor} and not own:
        require(request, Action.GRANT, unit)
    if len(found) != 1:
        raise Refused(Message("leave_whose", {"unit": unit.name, "name": posting.name}))
    return found.pop()


def _instead(request: Request, unit: Unit, who: int, posting: Posting) -> list[tuple[object, int]]:
    """Answer who does the duties of each post that somebody holds, on the first day of a leave."""
    day = posting.first or request.today(unit)
    held = [each.role for each in duties.holders(request.session, unit.key, day) if each.who == who]
    found = [(role, duties.on_duty(request.session, unit.key, role, day)) for role in held]
    return [(role, does.who) for role, does in found if does is not None and does.who != who]
