"""Urging (催办): a superior reminds a branch now of what it lacks, once a day."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compliance.access import Action, who_may
from compliance.assessment import State
from compliance.deadlines import REACH_AFTER, REACH_BEFORE
from compliance.summary import Line, failing_first, lines
from handlers.authority import require
from handlers.grammar import vocabulary
from handlers.meant import branches_within, name_branch, unit_for
from handlers.request import Refused, Reply, Request
from storage import directory, journal, quiet, reminding
from storage.messages import Message, form_buttons
from storage.queues import ReminderOutcome
from storage.reminding import URGED, Settlement, StepKey
from storage.rulebooks import policies_of
from storage.standing import Asked, findings_of
from storage.units import Chat, Unit

MOST_FORMS, MOST_LINES = 6, 30
_BY_ID = re.compile(r"@(\d{1,18})")
_URGED = (State.MISSED, State.OVERDUE, State.DUE_SOON)


@dataclass(frozen=True, slots=True)
class Urged:
    """What became of it: the names of the branches, by what was done."""

    told: tuple[str, ...] = ()
    already: tuple[str, ...] = ()
    no_chat: tuple[str, ...] = ()
    fine: int = 0


def urge(request: Request) -> Reply:
    """Remind one branch of what it lacks, or with 全部 every one below with something overdue."""
    said = request.arguments.strip()
    if request.edited:
        raise Refused(Message("ruling_edited"))
    if vocabulary.look_up("urge", said) == "all":
        return _urge_all(request)
    unit = _unit(request, said)
    missing = _missing(request, [unit])[unit.key]
    return _seen_here(request, _answer(request, unit, missing))


def _unit(request: Request, said: str) -> Unit:
    by_id = _BY_ID.fullmatch(said)
    if by_id is None and not said:
        return _only(request)
    if by_id is None:
        return unit_for(request, Action.URGE, said)
    unit = directory.units(request.session, [int(by_id[1])]).get(int(by_id[1]))
    if unit is None:
        raise Refused(Message("not_allowed", {"roles": who_may(Action.URGE)}))
    require(request, Action.URGE, unit)
    return unit


def _only(request: Request) -> Unit:
    """Answer the branch of this chat; a superior elsewhere is told to name one."""
    below = branches_within(request, Action.URGE)
    if len(below) > 1:
        raise name_branch(request, below)
    return below[0] if below else unit_for(request, Action.URGE)


def _answer(request: Request, unit: Unit, missing: Sequence[Line]) -> Reply:
    """Send what is missing to the branch, and tell the superior that it was."""
    chats = directory.chats_of(request.session, unit.key)
    values: dict[str, object] = {"unit": unit.name, "lines": len(missing), "at": None}
    if not missing:
        return (Message("urge_done", {**values, "done": "nothing"}),)
    if not chats:
        return (Message("urge_done", {**values, "done": "no_chat"}),)
    if not _note(request, unit, chats):
        return (Message("urge_done", {**values, "done": "already"}),)
    told = tuple(_messages(request, unit, chats, missing))
    waits = told[0].not_before
    held = None if waits is None or waits <= request.now else waits
    return (Message("urge_done", {**values, "done": "told", "at": held}), *told)


def _note(request: Request, unit: Unit, chats: Iterable[Chat]) -> bool:
    """Note that the branch was urged on its own day; False when it was before."""
    on = request.today(unit)
    key = StepKey(unit.key, URGED, 0, on.isoformat(), URGED)
    rows = [Settlement(key, ReminderOutcome.SENT, chat.id, on) for chat in chats]
    if not reminding.settle_steps(request.session, rows, request.now):
        return False
    journal.add_audit(request.session, unit.key, "urge", request.origin)
    return True


def _messages(
    request: Request, unit: Unit, chats: Iterable[Chat], missing: Sequence[Line]
) -> Iterator[Message]:
    kinds = [line.requirement.kinds[0] for line in missing if line.requirement.kinds]
    buttons = form_buttons(list(dict.fromkeys(kinds))[:MOST_FORMS])
    values = {"unit": unit.name, "on": request.today(unit), "lines": missing[:MOST_LINES]}
    for chat in chats:
        yield Message(
            "urged",
            {**values, "more": len(missing[MOST_LINES:])},
            buttons=buttons,
            chat_id=chat.id,
            not_before=quiet.deliver_at(unit, request.now),
        )


def _urge_all(request: Request) -> Reply:
    below = branches_within(request, Action.URGE)
    if not below:
        require(request, Action.URGE, unit_for(request, Action.URGE))
    missing = _missing(request, below)
    failing = [unit for unit in below if any(line.failing for line in missing[unit.key])]
    done: dict[str, list[str]] = {"told": [], "already": [], "no_chat": []}
    messages: list[Message] = []
    for unit in failing:
        answer, *to_branch = _answer(request, unit, missing[unit.key])
        done[str(answer.values["done"])].append(unit.name)
        messages.extend(to_branch)
    told, already, no_chat = (tuple(done[how]) for how in ("told", "already", "no_chat"))
    urged = Urged(told, already, no_chat, len(below) - len(failing))
    return _seen_here(request, (Message("urged_all", {"urged": urged}), *messages))


def _seen_here(request: Request, reply: Reply) -> Reply:
    """Leave out that a branch was urged where that is seen: in the branch's own chat, at once."""
    _, *told = reply
    here = [each for each in told if each.chat_id == request.chat_id]
    seen = len(here) == len(told) == 1 and here[0].not_before == request.now
    return tuple(here) if seen else reply


def _missing(request: Request, units: Sequence[Unit]) -> Mapping[int, list[Line]]:
    """Answer what units lack and can still do, failing first, by their ids."""
    own = policies_of(request.session, request.policy, units)
    asked = [
        Asked(unit, on, own[unit.key].wanted(on - REACH_AFTER, on + REACH_BEFORE))
        for unit in units
        if (on := request.today(unit))
    ]
    found = findings_of(request.session, request.policy, asked)
    return {
        unit.key: failing_first(
            line for line in lines(each, unit.key) if line.to_do and line.state in _URGED
        )
        for unit, each in zip(units, found, strict=True)
    }
