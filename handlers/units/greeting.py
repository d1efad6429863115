"""The first words to each: what the bot is, and the one thing to do next."""

from collections.abc import Sequence
from datetime import timedelta

from compliance.access import Action
from compliance.deadlines import REACH_AFTER
from compliance.states import State
from compliance.summary import Line, lines
from handlers.authority import allowed, allowed_below, groups_led, is_owned, is_owner, may_found_any
from handlers.request import Reply, Request
from handlers.units import setup_checks
from handlers.units.coming import SETUP
from handlers.units.joining import join, looks_like_token
from handlers.units.setup_bound import no_more
from storage import directory, tree
from storage.messages import Message, form_buttons
from storage.standing import findings
from storage.units import Unit

DAYS_AHEAD = 30


def start(request: Request) -> Reply:
    """Greet, and say the one thing to do next: it depends on who asks, and where."""
    if looks_like_token(request.arguments):
        return join(request)
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is None and not request.private:
        return (_unbound(request),)
    if bound is not None and bound[0].dissolved is not None:
        return (no_more(bound[0]),)
    homes = [bound[0]] if bound else directory.units_of(request.session, request.actor)
    branches = _branches(request, homes)
    recording = [branch for branch in branches if allowed(request, Action.RECORD, branch)]
    if recording:
        return (_setting_up(request, recording) or _recording(request, recording),)
    for branch in branches:
        if led := groups_led(request, branch, Action.RECORD_GROUP):
            return (_greeting("leader", unit=branch.name, group=led[0].name),)
    return (_onlooking(request, branches, homes),)


def _greeting(case: str, **values: object) -> Message:
    said = {"unit": None, "others": (), "group": None, "line": None, "first": False, "owned": True}
    return Message("start", {**said, "case": case, "below": 0, "lacking": None, **values})


def _unbound(request: Request) -> Message:
    """Greet in a group that is bound to no unit."""
    if may_found_any(request):
        message = _greeting("unbound_owner")
        return Message(message.template, message.values, buttons=SETUP)
    return _greeting("unbound", owned=is_owned(request))


def _branches(request: Request, homes: Sequence[Unit]) -> list[Unit]:
    branches = (tree.branch_of(request.session, home) for home in homes)
    return list({branch.key: branch for branch in branches}.values())


def _recording(request: Request, units: Sequence[Unit]) -> Message:
    """Tell who records what is to be done first; at the very beginning, how.

    In several units it is that of the first, and the others are named.
    """
    unit, *others = units
    line = None if unit.last_number == 0 else _next_due(request, unit)
    said = {"unit": unit.name, "others": tuple(other.name for other in others), "line": line}
    greeting = _greeting("records", first=unit.last_number == 0, **said)
    kinds = line.requirement.kinds[:1] if line is not None else ()
    return Message(greeting.template, greeting.values, buttons=form_buttons(kinds))


def _setting_up(request: Request, recording: Sequence[Unit]) -> Message | None:
    """Tell who leads units above branches, at the very beginning, which group is set up next."""
    if any(unit.kind == "branch" or unit.last_number for unit in recording):
        return None
    above = [unit for unit in recording if allowed_below(request, Action.UNITS, unit)]
    greeting = _overseeing(request, above) if above else None
    return greeting if greeting is not None and _is_unfinished(greeting) else None


def _is_unfinished(greeting: Message) -> bool:
    return greeting.values["case"] == "next_group" or bool(greeting.values["lacking"])


def _next_due(request: Request, unit: Unit) -> Line | None:
    """Answer what is to be done first of all that falls due soon, or is overdue."""
    today = request.today(unit)
    first, last = today - REACH_AFTER, today + timedelta(days=DAYS_AHEAD)
    found = findings(request.session, request.policy, unit, first=first, last=last, on=today)
    wanted = (
        line
        for line in lines(found, unit.key)
        if line.to_do and line.state is not State.MISSED and line.due_on <= last
    )
    return min(wanted, key=lambda line: line.due_on, default=None)


def _onlooking(request: Request, branches: Sequence[Unit], homes: Sequence[Unit]) -> Message:
    """Greet one who records nothing: a superior or an owner, a member, a stranger."""
    above = [unit for unit in homes if allowed_below(request, Action.UNITS, unit)]
    if above or is_owner(request):
        return _overseeing(request, above)
    for branch in branches:
        if allowed(request, Action.STATUS, branch):
            return _greeting("member", unit=branch.name)
    if not is_owned(request) and not directory.any_unit(request.session):
        return _greeting("unowned")
    return _greeting("stranger", unit=homes[0].name if homes and not request.private else None)


def _overseeing(request: Request, above: Sequence[Unit]) -> Message:
    """Tell an owner or a superior of a unit that has no chat yet; else how to look at all."""
    if not directory.any_unit(request.session):
        return _greeting("first")
    lacking = setup_checks.without_chat(request)
    if not lacking and above and not _any_branch(request, above):
        return _greeting("next_group", unit=above[0].name)
    name = lacking[0].name if lacking else None
    unit = above[0].name if above else None
    return _greeting("overseer", unit=unit, lacking=name, below=len(lacking))


def _any_branch(request: Request, above: Sequence[Unit]) -> bool:
    return any(tree.branches_below(request.session, unit) for unit in above)
