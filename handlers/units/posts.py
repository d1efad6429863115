"""/role: who holds which post, and what is done with posts: granted, ended, left for some days."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from compliance.access import Action, Role
from compliance.duties import Holder, responsible
from handlers.authority import allowed
from handlers.grammar.posts import Deed, read_posting
from handlers.meant import unit_in
from handlers.reading import context_for
from handlers.request import Reply, Request
from handlers.units.leave import come_back, go_on_leave
from handlers.units.posting import end, grant
from storage import accounts, duties, posts, roster
from storage.messages import Message
from storage.units import RoleHeld, RoleLeave, Unit

# The posts that a unit of each kind is expected to fill; a small branch has its secretary alone.
_WANTED = {"branch": (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION, Role.PUBLICITY)}
_DEEDS = {
    Deed.GRANT: grant,
    Deed.ACT: grant,
    Deed.END: end,
    Deed.LEAVE: go_on_leave,
    Deed.BACK: come_back,
}


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post and who holds it: name or number, None for nobody.

    ``until`` is its last day, ``leave`` the last day of a leave that runs now, ``blocked`` that the
    bot cannot reach its holder, and ``instead`` (role and name) who does its duties meanwhile.
    """

    role: Role
    group: str | None
    who: int | None
    name: str | None
    acting: bool = False
    until: date | None = None
    leave: date | None = None
    blocked: bool = False
    instead: tuple[Role, str | int] | None = None


def role(request: Request) -> Reply:
    """Tell who holds which post; or grant one, end one, or note a leave."""
    unit, said = unit_in(request, Action.POSTS)
    if not said.strip():
        return (_listing(request, unit),)
    posting = read_posting(said, context_for(request, unit))
    return _DEEDS[posting.deed](request, unit, posting)


def _listing(request: Request, unit: Unit) -> Message:
    today = request.today(unit)
    values = {
        "unit": unit.name,
        "on": today,
        "private": request.private,
        "lines": tuple(lines_of(request, unit, today)),
        "grants": allowed(request, Action.GRANT, unit),
    }
    return Message("posts", values)


def lines_of(request: Request, unit: Unit, today: date) -> Iterator[PostLine]:
    """Answer a line for each post of a unit and its party groups, vacant ones too."""
    session = request.session
    groups = {group.key: group.name for group in roster.groups(session, unit.key)}
    held = posts.posts_on(session, [unit.key, *groups], today)
    officers = [each for each in held if each.role is not Role.MEMBER]
    names = accounts.names_of(session, {each.telegram_id for each in officers})
    leaves = {leave.telegram_id: leave for leave in _running(request, unit, today)}
    blocked = accounts.blocked(session, {each.telegram_id for each in officers})
    holders = duties.holders(session, unit.key, today)
    ranks = list(Role)
    for each in sorted(officers, key=lambda one: (ranks.index(one.role), one.unit_id)):
        line = _line(each, groups.get(each.unit_id), names, leaves)
        line = replace(line, blocked=each.telegram_id in blocked)
        yield _stood_in(line, holders, names) if line.leave or line.blocked else line
    yield from _vacant(unit, officers, groups, holders, names)


def absent(request: Request, unit: Unit, roles: Iterable[Role]) -> tuple[PostLine, ...]:
    """Answer those of some posts whose holders are away today, with who does the duties."""
    today, wanted = request.today(unit), frozenset(roles)
    if not duties.away(request.session, {unit.key: today}):
        return ()
    lines = lines_of(request, unit, today)
    return tuple(
        line
        for line in lines
        if line.role in wanted and line.instead is not None and line.who is not None
    )


def _running(request: Request, unit: Unit, today: date) -> list[RoleLeave]:
    leaves = posts.leaves_of(request.session, [unit.key], today)
    return [leave for leave in leaves if leave.from_on <= today]


def _line(
    held: RoleHeld, group: str | None, names: dict[int, str], leaves: dict[int, RoleLeave]
) -> PostLine:
    leave = leaves.get(held.telegram_id)
    return PostLine(
        role=held.role,
        group=group,
        who=held.telegram_id,
        name=names.get(held.telegram_id),
        acting=held.acting,
        until=held.to_on,
        leave=None if leave is None else leave.to_on,
    )


def _stood_in(line: PostLine, holders: Iterable[Holder], names: dict[int, str]) -> PostLine:
    """Answer a line with who does the duties of the post instead."""
    does = responsible(line.role, holders)
    if does is None or does.who == line.who:
        return line
    return replace(line, instead=(does.role, names.get(does.who, does.who)))


def _vacant(
    unit: Unit,
    officers: Iterable[RoleHeld],
    groups: dict[int, str],
    holders: list[Holder],
    names: dict[int, str],
) -> Iterator[PostLine]:
    """Answer the posts that nobody holds: those of a unit's kind, and of each group's leader."""
    filled = {(each.role, each.unit_id) for each in officers}
    for wanted in _WANTED.get(unit.kind, (Role.SUPERVISOR,)):
        if (wanted, unit.key) not in filled:
            yield _stood_in(PostLine(wanted, None, None, None), holders, names)
    for group_id, name in groups.items():
        if (Role.GROUP_LEADER, group_id) not in filled:
            yield PostLine(Role.GROUP_LEADER, name, None, None)
