"""What the grammar needs to know of a unit before it reads a message from it."""

from collections.abc import Callable
from typing import TypeVar
from zoneinfo import ZoneInfo

from compliance.access import Action
from compliance.catalogue import Catalogue
from compliance.requirement import ClockStart, Requirement
from handlers.authority import allowed, groups_led
from handlers.grammar import Context, Unreadable
from handlers.kinds import superiors_kinds
from handlers.request import Request
from storage import roster
from storage.rulebooks import policy_of
from storage.units import Unit

T = TypeVar("T")


def context_for(request: Request, unit: Unit) -> Context:
    """Answer the message's own day, the roster, the groups and the kinds with what they allow."""
    catalogue = request.policy.catalogue
    local = request.written_at.astimezone(ZoneInfo(unit.timezone))
    return Context(
        today=local.date(),
        names=roster.names_on(request.session, unit.key, local.date()),
        kinds=tuple(catalogue.record_kinds),
        groups=tuple(group.name for group in roster.groups(request.session, unit.key)),
        now_time=local.time().replace(tzinfo=None),
        members=roster.members(request.session, unit.key),
        rules=catalogue.record_kinds,
        checklists=catalogue.checklists,
        paper_kinds=_paper_kinds(catalogue),
        superiors=superiors_kinds(request),
        accepted=frozenset() if request.draft is None else request.draft.accepts,
        own_groups=_own_groups(request, unit),
        left=roster.names_left(request.session, unit.key, local.date()),
    )


def if_readable(read: Callable[[str, Context], T], text: str, context: Context) -> T | None:
    """Answer what a text says by a reader of the grammar; None when that cannot read it."""
    try:
        return read(text, context)
    except Unreadable:
        return None


def _own_groups(request: Request, unit: Unit) -> tuple[str, ...]:
    """Answer the groups that a group leader leads; none for whoever records for the branch."""
    if allowed(request, Action.RECORD, unit):
        return ()
    return tuple(group.name for group in groups_led(request, unit, Action.RECORD_GROUP))


def rules_for(request: Request, unit: Unit) -> Catalogue:
    """Answer the rules that are in force for the unit today."""
    return policy_of(request.session, request.policy, unit).on(request.today(unit))


def requirement_of(request: Request, unit: Unit, code: str) -> Requirement | None:
    """Find a requirement by its code: as it is in force for the unit today, else as it ships."""
    known = policy_of(request.session, request.policy, unit).known_on(request.today(unit))
    return next((found for found in known if found.code == code), None)


def _paper_kinds(catalogue: Catalogue) -> tuple[str, ...]:
    """Answer the kinds that put the papers of a stage on file (item 17)."""
    return tuple(
        kind
        for requirement in catalogue.requirements
        if requirement.clock is not None and requirement.clock.starts is ClockStart.STAGE
        for kind in requirement.kinds
    )
