"""What was set up is done at once: a unit with its groups, chat and secretary, or a chat bound."""

import json
from datetime import date

from compliance.access import Role
from compliance.applicability import COMMITTEE_THRESHOLD
from handlers.authority import is_owner
from handlers.grammar.setup_written import group_names
from handlers.request import Reply, Request
from handlers.telling.standing import first_status
from handlers.units.setup_checks import Plan
from handlers.units.setup_steps import told
from storage import directory, journal, posts, reorganising
from storage.messages import Message
from storage.units import Chat, Unit


def carry_out(request: Request, plan: Plan) -> Reply:
    """Do what was planned, and tell what follows: the first record, the roster, how it stands."""
    values = told(request, plan)
    unit = plan.unit or _found(request, plan)
    _bind(request, unit)
    values["own"] = plan.unit is None and plan.said.own
    values["unit"] = unit.name
    values["new"] = plan.unit is None
    return (Message("setup_done", values), first_status(request.saying("")))


def _found(request: Request, plan: Plan) -> Unit:
    said = plan.said
    new = _new(plan, said.name, said.kind, plan.above, said.founded)
    # A branch of so many has a committee, whether or not its roster is here yet.
    new.committee = said.committee or (said.size or 0) >= COMMITTEE_THRESHOLD
    unit = reorganising.found(request.session, new, plan.above, request.origin)
    for name in group_names(said):
        group = _new(plan, name, "party_group", unit, said.founded)
        reorganising.found(request.session, group, unit, request.origin)
    if said.own:
        _appoint(request, unit)
    return unit


def _new(plan: Plan, name: str, kind: str, above: Unit | None, founded: date | None) -> Unit:
    said = plan.said
    new = Unit(name=name, kind=kind, founded=founded, locale=said.language, remind_at=said.remind)
    if above is not None:
        new.timezone = above.timezone
    return new


def _appoint(request: Request, unit: Unit) -> None:
    """Let whoever founds a unit be its secretary; an owner also leads what stands below it."""
    roles = [Role.SECRETARY]
    if unit.kind in ("leading_group", "general_branch") and is_owner(request):
        roles.append(Role.SUPERVISOR)
    today = request.today(unit)
    for role in roles:
        posts.grant(request.session, unit.key, request.actor, role, request.origin, from_on=today)


def _bind(request: Request, unit: Unit) -> None:
    """Bind the group to the unit; the audit of one that it was bound to says so, too."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is not None:
        let_go(request, *bound)
    title, thread = request.title, request.thread_id
    directory.bind_chat(request.session, request.chat_id, unit.key, title=title, thread_id=thread)
    directory.look_again(request.session, unit)
    after = {"chat": request.chat_id, "title": title, "thread": thread}
    said = json.dumps(after, ensure_ascii=False)
    journal.add_audit(request.session, unit.key, "chat_bind", request.origin, after=said)


def let_go(request: Request, unit: Unit, chat: Chat) -> None:
    """Note that a group is no longer a unit's, whose reminders go elsewhere from now on."""
    before = json.dumps({"chat_id": chat.id, "title": chat.title}, ensure_ascii=False)
    directory.look_again(request.session, unit)
    journal.add_audit(request.session, unit.key, "chat_unbind", request.origin, before=before)
