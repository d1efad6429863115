"""When a unit is reminded, and that it is not for a while (提醒)."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.access import Action, who_may
from handlers.authority import allowed, other_chats, require
from handlers.grammar import normalise
from handlers.grammar.reminding import (
    Hour,
    Pausing,
    PuttingOff,
    Quiet,
    Resuming,
    Said,
    Weekly,
    Workdays,
    read_reminding,
)
from handlers.meant import unit_for
from handlers.reading import requirement_of, rules_for
from handlers.request import Refused, Reply, Request, in_place
from handlers.units.putting_off import put_off
from storage import directory, journal, pauses
from storage.messages import Button, Message
from storage.pauses import Pause, Rest
from storage.units import Unit

LONGEST_PAUSE = timedelta(days=60)
_BY_ID = re.compile(r"@(\d{1,18}) ?(.*)", re.DOTALL)


def remind(request: Request) -> Reply:
    """Tell when the unit is reminded; or change it: ``8:30``, ``暂停 至 11月30日 原因:搬迁``."""
    unit, said = _unit(request)
    if not said:
        return (_shown(request, unit),)
    known = rules_for(request, unit).requirements
    meant = read_reminding(said, known, request.today(unit))
    if meant is None:
        raise Refused(Message("remind_unclear", {"read": said, "superior": is_superior(unit)}))
    return _done(request, unit, meant)


def tapped(request: Request) -> Reply:
    """Do what a button says, ``@2 workdays``, and show how things stand now in its place."""
    return in_place(remind(request))


def _unit(request: Request) -> tuple[Unit, str]:
    """Answer the unit that is meant, and what else was said; it may be named first."""
    by_id = _BY_ID.fullmatch(request.arguments)
    if by_id is not None:
        return _of_id(request, int(by_id[1])), by_id[2].strip()
    said = request.arguments.strip()
    first, _, rest = said.partition(" ")
    name = normalise.clean(first)
    # One out of reach is no name at all: else the answer would tell that there is such a unit.
    if any(allowed(request, Action.STATUS, each) for each in _named(request, name)):
        return unit_for(request, Action.REMIND, name), rest.strip()
    return unit_for(request, Action.REMIND), said


def _named(request: Request, name: str) -> Sequence[Unit]:
    return directory.units_named(request.session, name) if name else ()


def _of_id(request: Request, unit_id: int) -> Unit:
    """Answer the unit of a button; one that is not there is as one out of reach."""
    found = directory.units(request.session, [unit_id]).get(unit_id)
    if found is None:
        raise Refused(Message("not_allowed", {"roles": who_may(Action.REMIND)}))
    require(request, Action.REMIND, found)
    return found


def is_superior(unit: Unit) -> bool:
    """Tell whether other units stand below a unit of its kind: it alone is sent an overview."""
    return unit.kind != "branch"


def _done(request: Request, unit: Unit, meant: Said) -> Reply:
    match meant:
        case Pausing():
            return _pause(request, unit, meant)
        case Resuming():
            return _resume(request, unit)
        case PuttingOff():
            return put_off(request, unit, meant)
        case _:
            _set(request, unit, meant)
            return (_shown(request, unit, changed=True),)


def _set(request: Request, unit: Unit, meant: Hour | Quiet | Workdays | Weekly) -> None:
    before = _settings(unit)
    match meant:
        case Hour(at):
            unit.remind_at = at
        case Quiet(begins, ends):
            unit.quiet_from, unit.quiet_until = begins, ends
        case Workdays(only):
            unit.workdays_only = only
        case Weekly(weekday):
            if weekday is not None and not is_superior(unit):
                raise Refused(Message("weekly_for_superiors", {"unit": unit.name}))
            unit.weekly_on = weekday
    request.session.add(unit)
    request.session.flush()
    _note(request, unit, "remind_set", before, _settings(unit))


def _settings(unit: Unit) -> dict[str, object]:
    """Answer what may be set, as the audit keeps it."""
    return {
        "remind_at": f"{unit.remind_at:%H:%M}",
        "quiet_from": f"{unit.quiet_from:%H:%M}",
        "quiet_until": f"{unit.quiet_until:%H:%M}",
        "workdays_only": unit.workdays_only,
        "weekly_on": unit.weekly_on,
    }


def _note(
    request: Request,
    unit: Unit,
    action: str,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    """Note a change in the audit, and let the next tick look at the unit."""
    written = (json.dumps(each, ensure_ascii=False) if each else None for each in (before, after))
    was, now = written
    journal.add_audit(request.session, unit.key, action, request.origin, before=was, after=now)
    directory.look_again(request.session, unit)


def _pause(request: Request, unit: Unit, meant: Pausing) -> Reply:
    """Pause the unit's own reminders; its superior is told, and hears of what is overdue."""
    until, reason = meant.until, meant.reason
    if until is None or reason is None:
        return (_ask_pause(unit, meant),)
    today = request.today(unit)
    _require_span(unit, meant.first, until, today)
    _end_whole(request, unit)
    pause = Pause(
        unit_id=unit.key,
        from_on=today,
        until_on=until,
        reason=reason,
        entered_by=request.actor,
        entered_at=request.now,
    )
    pauses.begin(request.session, pause)
    after: dict[str, object] = {"until": until.isoformat(), "reason": reason}
    _note(request, unit, "remind_pause", None, after)
    told = Message("paused", {"unit": unit.name, "until": until, "reason": reason, "on": today})
    return (_shown(request, unit, changed=True), *_tell(request, unit, told))


def _require_span(unit: Unit, first: date | None, until: date, today: date) -> None:
    values = {"unit": unit.name, "until": until, "first": first, "most": LONGEST_PAUSE.days}
    if until < today:
        raise Refused(Message("pause_span", {**values, "wrong": "past"}))
    if first is not None and first > today:
        raise Refused(Message("pause_span", {**values, "wrong": "later"}))
    if until - today >= LONGEST_PAUSE:
        raise Refused(Message("pause_span", {**values, "wrong": "long"}))


def _ask_pause(unit: Unit, meant: Pausing) -> Message:
    """Ask for the end and the reason; the reply to this message says what is missing."""
    said = "" if meant.until is None else f" until {meant.until.isoformat()}"
    values = {"unit": unit.name, "until": meant.until, "reason": meant.reason}
    return Message("ask_pause", values, prompt=f"/remind @{unit.key} pause{said}")


def _tell(request: Request, unit: Unit, told: Message) -> Iterator[Message]:
    """Tell the unit's own other chats and the chat of its superior."""
    chats = list(other_chats(request, unit))
    above = directory.chat_above(request.session, unit)
    if above is not None and above.id != request.chat_id:
        chats.append(above.id)
    for chat_id in chats:
        yield Message(told.template, told.values, chat_id=chat_id)


def _end_whole(request: Request, unit: Unit) -> Rest | None:
    """End the running pause of everything, if there is one."""
    running = pauses.running(request.session, unit, request.now)
    whole = [rest for rest in running if rest.requirement is None]
    for rest in whole:
        pauses.end(request.session, rest, request.actor, request.now)
    return whole[0] if whole else None


def _resume(request: Request, unit: Unit) -> Reply:
    """End the pause, and else what is put off."""
    ended = _end_whole(request, unit)
    running = [] if ended else pauses.running(request.session, unit, request.now)
    for rest in running:
        pauses.end(request.session, rest, request.actor, request.now)
    first = ended or next(iter(running), None)
    if first is None:
        raise Refused(Message("nothing_paused", {"unit": unit.name}))
    before: dict[str, object] = {"until": first.until_on.isoformat(), "reason": first.reason}
    _note(request, unit, "remind_resume", before, None)
    return (_shown(request, unit, changed=True),)


@dataclass(frozen=True, slots=True)
class PutOff:
    """A requirement that is put off until a day; its title may be known no more."""

    title: str
    title_en: str
    until: date
    reason: str


def _shown(request: Request, unit: Unit, *, changed: bool = False) -> Message:
    """Tell how a unit is reminded, with buttons for what is changed by a tap."""
    running = pauses.running(request.session, unit, request.now)
    paused = next((rest for rest in running if rest.requirement is None), None)
    later = tuple(_put_off(request, unit, rest) for rest in running if rest.requirement)
    values = {
        "unit": unit.name,
        "changed": changed,
        "on": request.today(unit),
        "hours": unit,
        "superior": is_superior(unit),
        "paused": paused,
        "put_off": later,
    }
    return Message("remind", values, buttons=tuple(_buttons(unit, running)))


def _put_off(request: Request, unit: Unit, rest: Rest) -> PutOff:
    code = rest.requirement or ""
    found = requirement_of(request, unit, code)
    titles = (code, code) if found is None else (found.title, found.title_en)
    return PutOff(*titles, rest.until_on, rest.reason)


def _buttons(unit: Unit, running: list[Rest]) -> Iterator[tuple[Button, ...]]:
    place = f"remind:@{unit.key} "
    days = "every day" if unit.workdays_only else "workdays"
    rest = Button("resume", f"{place}resume") if running else Button("pause", f"{place}pause")
    label = "every_day" if unit.workdays_only else "workdays"
    yield Button(label, f"{place}{days}"), rest
    if is_superior(unit):
        weekly = unit.weekly_on is None
        said = "overview monday" if weekly else "no overview"
        yield (Button("weekly" if weekly else "no_weekly", f"{place}{said}"),)
