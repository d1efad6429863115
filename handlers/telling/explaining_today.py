"""Why a chat was, or was not, reminded today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from compliance.access import Action
from compliance.deadlines import ESCALATE, REACH_AFTER, REACH_BEFORE, steps
from compliance.periods import Span, span_of
from compliance.requirement import Requirement
from compliance.summary import Line, lines
from handlers.authority import require
from handlers.meant import unit_for
from handlers.reading import requirement_of
from handlers.request import Reply, Request
from storage import chat_days, directory, pauses, tree
from storage.chat_days import ChatDayTold
from storage.messages import Message
from storage.pauses import Rest
from storage.reminding import StepKey
from storage.rulebooks import laid_down, policy_of
from storage.standing import findings
from storage.units import Chat, Unit


@dataclass(frozen=True, slots=True)
class Spoken:
    """A reminder step as it is told of; ``unit`` and ``subject`` are names, perhaps empty."""

    requirement: Requirement
    period: Span
    code: str
    unit: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class _Next:
    """The next steps of what is missing, which fall due at the same moment in the unit's zone."""

    at: datetime | None
    steps: tuple[Spoken, ...]


_SETTLED = ("no_chat", "told")  # whatever is paused since


def today(request: Request, name: str | None = None) -> Reply:
    """Tell what this chat (or that of a branch) was told last, and why it is told nothing today."""
    unit, chat = _asked(request, name)
    session, on = request.session, request.today(unit)
    settled = None if chat is None else chat_days.told_on_day(session, chat.id, on)
    last = None if chat is None else chat_days.last_told(session, chat.id)
    running = pauses.running(session, unit, request.now)
    paused = next((rest for rest in running if rest.requirement is None), None)
    coming = _coming(request, unit, chat) if paused is None else _after(unit, paused)
    because = _because(request, unit, chat, settled, coming)
    values = {
        "unit": unit.name,
        "on": on,
        "zone": ZoneInfo(unit.timezone),
        "because": "paused" if paused and because not in _SETTLED else because,
        "paused": paused,
        "put_off": tuple(_put_off(request, unit, rest) for rest in running if rest.requirement),
        "digest": settled.digest if settled else None,
        "silent": _spoken(request, unit, settled.silent if settled else ()),
        "last": last,
        "told": _spoken(request, unit, last.told if last else ()),
        "next_at": coming.at,
        "next": coming.steps,
    }
    return (Message("why_today", values),)


def _asked(request: Request, name: str | None) -> tuple[Unit, Chat | None]:
    """Answer the chat that is meant and its unit: this one, or the first of the person's branch."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    if bound is not None and name is None:
        unit, chat = bound
        require(request, Action.STATUS, tree.branch_of(request.session, unit))
        return unit, chat
    unit = unit_for(request, Action.STATUS, name)
    return unit, next(iter(directory.chats_of(request.session, unit.key)), None)


def _after(unit: Unit, paused: Rest) -> _Next:
    """Answer when a pause ends."""
    return _Next(paused.ends.astimezone(ZoneInfo(unit.timezone)), ())


def _put_off(request: Request, unit: Unit, rest: Rest) -> tuple[Requirement | None, date]:
    """Answer what is put off, and until when."""
    return requirement_of(request, unit, rest.requirement or ""), rest.until_on


def _because(
    request: Request, unit: Unit, chat: Chat | None, settled: ChatDayTold | None, coming: _Next
) -> str:
    """Say in a code why the chat was, or was not, told something today."""
    if chat is None or settled is None:
        return "no_chat"
    if settled.told:
        return "told"
    if _not_looked(request, chat):
        return "not_looked"
    if coming.at is None:
        return "silent" if settled.silent else "nothing_missing"
    if coming.at.date() == request.today(unit):
        return "later_today"
    return "silent" if settled.silent else "no_step"


def _not_looked(request: Request, chat: Chat) -> bool:
    """Tell whether steps may have fallen due that the bot has not looked at."""
    if chat.planned_through is None:
        return True
    return chat.next_step_at is not None and chat.next_step_at <= request.now


def _spoken(request: Request, home: Unit, keys: Iterable[StepKey]) -> tuple[Spoken, ...]:
    """Answer settled steps as they are told of, each line once, by its last step."""
    named = (key for key in keys if not key.of_arrears)  # those are about people
    found = {(k.unit_id, k.requirement, k.subject_id, k.period): k for k in named}
    ids = {i for key in found.values() for i in (key.unit_id, key.subject_id) if i}
    units = directory.units(request.session, ids)
    laid_down(request.session, units.values())  # of all at once
    return tuple(
        Spoken(
            requirement=requirement,
            period=span_of(key.period),
            code=key.step,
            unit="" if key.unit_id == home.key else units[key.unit_id].name,
            subject=units[key.subject_id].name if key.subject_id in units else "",
        )
        for key in found.values()
        if (requirement := requirement_of(request, units[key.unit_id], key.requirement))
    )


def _coming(request: Request, unit: Unit, chat: Chat | None) -> _Next:
    """Answer the next steps of what the unit itself lacks.

    To a superior's chat the units below matter, too: for it only when any step may fall due.
    """
    zone, on = ZoneInfo(unit.timezone), request.today(unit)
    if unit.kind != "branch" and chat is not None and chat.next_step_at is not None:
        return _Next(chat.next_step_at.astimezone(zone), ())
    found = findings(
        request.session, request.policy, unit, first=on - REACH_AFTER, last=on + REACH_BEFORE, on=on
    )
    ahead = [step for line in lines(found, unit.key) for step in _ahead(request, unit, line)]
    first = min((at for at, _ in ahead), default=None)
    return _Next(first, tuple(step for at, step in ahead if at == first))


def _ahead(request: Request, unit: Unit, line: Line) -> Iterable[tuple[datetime, Spoken]]:
    """Answer the first step of a line, if it lacks something, that is still to come."""
    requirement = line.requirement
    if not line.to_do:
        return
    policy = policy_of(request.session, request.policy, unit)
    rules = policy.on(line.period.start)
    for step in steps(rules, requirement, line.due_on, policy.days):
        at = datetime.combine(step.on, unit.remind_at, ZoneInfo(unit.timezone))
        if at > request.now and step.code != ESCALATE:
            yield (
                at,
                Spoken(
                    requirement,
                    line.period,
                    step.code,
                    subject=line.subject if line.subject_id else "",
                ),
            )
            return
