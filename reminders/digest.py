"""The digest: everything a chat is told on one day, in one message."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from compliance.assessment import Finding, Wanted
from compliance.deadlines import ESCALATE
from compliance.periods import Cadence, Period, span_of
from compliance.policy import Policy
from compliance.summary import Line, failing_first, lines
from reminders.arrears import Mention, mentions
from reminders.overview import Week, standing_of, week_of, worst_first
from reminders.planning import is_put_off
from reminders.resting import Resting, resting
from storage import directory, pauses, reminding
from storage.messages import Button, Message, form_buttons, in_rows
from storage.pauses import Rest
from storage.reminding import WEEKLY, ChatDay, StepKey
from storage.rulebooks import policies_of
from storage.standing import Asked, findings_of
from storage.units import Chat, Unit

MOST_FORMS, MOST_URGED = 9, 6
# A message holds some 4,000 characters: so many lines of units, and so many units in a line each.
MOST_LINES, MOST_UNITS = 50, 60
Told = Mapping[ChatDay, list[StepKey]]


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest, the language it is to be said in, and the topic of its chat."""

    message: Message
    locale: str
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Section:
    """What a digest says of one unit: the steps it is told of, and what they ask for.

    ``put_off`` are the pauses of single requirements that are running.
    """

    keys: Sequence[StepKey]
    asked: Asked
    put_off: tuple[Rest, ...]


def digests(
    session: Session, policy: Policy, wanted: Collection[ChatDay], now: datetime
) -> Mapping[ChatDay, Digest]:
    """Compose chats' digests of a day each from the steps they are told of.

    Each unit is assessed anew on its own day, so that a digest held back overnight says what is
    true when sent. The day a digest is headed by is the chat's. One of which nothing is missing any
    more is left out, and so is that of a chat that is no longer bound, and what its unit has paused
    meanwhile. Arrears are for the private chats of those who look after the dues, which need not
    be bound.
    """
    bound = {chat.id: (home, chat) for home, chat in _bound(session, wanted)}
    keys_of = reminding.told_on(session, wanted)
    rest_of = _resting(session, [home for home, _ in bound.values()], now)
    told = _told(keys_of, bound, rest_of)
    private = mentions(session, policy, _arrears(keys_of), now)
    sections = _sections(session, policy, told, rest_of, now)
    found = findings_of(session, policy, [part.asked for of in sections.values() for part in of])
    missing = {
        chat_day: [(part.asked.unit, _missing(part, next(found))) for part in parts]
        for chat_day, parts in sections.items()
    }
    weekly = {day: keys for day, keys in keys_of.items() if _tells_of_week(keys)}
    composed: dict[ChatDay, Digest] = {}
    for chat_day in [*missing, *(day for day in weekly if day not in missing)]:
        if chat_day[0] in bound:
            home, chat = bound[chat_day[0]]
            week = week_of(session, policy, home, now) if chat_day in weekly else None
            of_units = missing.get(chat_day, ())
            message = _message(chat, home, of_units, week, home.day_of(now))
            if message is not None:
                composed[chat_day] = Digest(message, chat.locale or home.locale, chat.thread_id)
    for chat_day, units in private.items():
        if units:
            composed[chat_day] = _private(composed.get(chat_day), chat_day[0], units, now)
    return composed


def _tells_of_week(keys: Iterable[StepKey]) -> bool:
    return any(key.requirement == WEEKLY for key in keys)


def _resting(session: Session, homes: Collection[Unit], now: datetime) -> Mapping[int, Resting]:
    """Answer the pauses that are running, by the ids of the units."""
    since = now.date() - timedelta(days=2)
    found = pauses.rests(session, homes, since)
    return {home.key: resting(found.get(home.key, ()), now) for home in homes}


def _told(
    keys_of: Mapping[ChatDay, list[StepKey]],
    bound: Mapping[int, tuple[Unit, Chat]],
    rest_of: Mapping[int, Resting],
) -> Told:
    """Answer what bound chats are told of units, but for their own while that is paused."""

    def is_told(chat_id: int, key: StepKey) -> bool:
        home = bound[chat_id][0].key
        paused = key.unit_id == home and rest_of[home].paused is not None
        return key.of_requirement and not key.of_arrears and not paused

    own = {
        chat_day: [key for key in keys if is_told(chat_day[0], key)]
        for chat_day, keys in keys_of.items()
        if chat_day[0] in bound
    }
    return {chat_day: keys for chat_day, keys in own.items() if keys}


def _arrears(keys_of: Mapping[ChatDay, list[StepKey]]) -> Told:
    """Answer what private chats hear of arrears: their ids are their people's, above zero."""
    found = {
        chat_day: [key for key in keys if key.of_arrears]
        for chat_day, keys in keys_of.items()
        if chat_day[0] > 0
    }
    return {chat_day: keys for chat_day, keys in found.items() if keys}


def _bound(session: Session, wanted: Collection[ChatDay]) -> list[tuple[Unit, Chat]]:
    return directory.bound_chats(session, {chat_id for chat_id, _ in wanted})


def _sections(
    session: Session,
    policy: Policy,
    told: Told,
    rest_of: Mapping[int, Resting],
    now: datetime,
) -> Mapping[ChatDay, list[_Section]]:
    """Ask about each unit that each digest tells of, in the order of their ids."""
    units = directory.units(session, {key.unit_id for keys in told.values() for key in keys})
    policies = policies_of(session, policy, units.values())
    found: dict[ChatDay, list[_Section]] = {}
    for chat_day, keys in told.items():
        keys.sort(key=lambda key: key.unit_id)
        found[chat_day] = [
            _section(policies[unit_id], units[unit_id], list(of_unit), rest_of.get(unit_id), now)
            for unit_id, of_unit in groupby(keys, key=lambda key: key.unit_id)
            if units[unit_id].dissolved is None  # what is no more owes nothing
        ]
    return found


def _section(
    policy: Policy, unit: Unit, keys: Sequence[StepKey], rest: Resting | None, now: datetime
) -> _Section:
    asked = Asked(unit, unit.day_of(now), _wanted(policy, keys))
    own = rest is not None and not any(key.step == ESCALATE for key in keys)
    return _Section(keys, asked, rest.put_off if rest and own else ())


def _wanted(policy: Policy, keys: Iterable[StepKey]) -> Wanted:
    """Ask about the periods of the steps, in the policy's order, by the rules that judge them now.

    A period that a choice has done away with meanwhile is not asked about.
    """
    periods: dict[str, set[Period]] = {}
    for key in keys:
        periods.setdefault(key.requirement, set()).add(_period(key.period))
    every = [period for of in periods.values() for period in of]
    first, last = min(each.start for each in every), max(each.end for each in every)
    told = (
        (requirement, tuple(period for period in of if period in periods.get(requirement.code, ())))
        for requirement, of in policy.wanted(first, last)
    )
    return [(requirement, of) for requirement, of in told if of]


def _period(code: str) -> Period:
    """Answer the period of a step; for a case the year in which it is due, which lists it."""
    span = span_of(code)
    return span if isinstance(span, Period) else Period.of(Cadence.YEARLY, span.end)


def _missing(section: _Section, found: Iterable[Finding]) -> list[Line]:
    """Answer the lines the steps are about that still lack something."""
    told = {(key.requirement, key.subject_id, key.period) for key in section.keys}
    return failing_first(
        line
        for line in lines(found, section.asked.unit.key)
        if line.missing
        and (line.requirement.code, line.subject_id, line.period.code) in told
        and not is_put_off(line, section.put_off)
    )


def _private(
    own: Digest | None, chat_id: int, arrears: Sequence[tuple[Unit, list[Mention]]], now: datetime
) -> Digest:
    """Say whose dues are in arrears, beside what the chat is told of its unit if it is bound."""
    unit = arrears[0][0]
    told = {"arrears": [(unit.name, mentioned) for unit, mentioned in arrears]}
    if own is not None:
        return replace(own, message=replace(own.message, values={**own.message.values, **told}))
    values = {**_NOTHING, "named": True, "on": unit.day_of(now), **told}
    return Digest(Message("digest", values, chat_id=chat_id), unit.locale)


def _message(
    chat: Chat,
    home: Unit,
    missing: Sequence[tuple[Unit, list[Line]]],
    week: Week | None,
    on: date,
) -> Message | None:
    """Say what is missing of each unit; None when nothing is.

    Where that would be too long for one message, each unit below is told of in one line.
    """
    lacking = [(unit, of_unit) for unit, of_unit in missing if of_unit]
    if not lacking and week is None:
        return None
    own = [line for unit, of_unit in lacking if unit.id == home.id for line in of_unit]
    below = [(unit, of_unit) for unit, of_unit in lacking if unit.id != home.id]
    named = any(unit.id != home.id for unit, _ in missing)
    long = sum(1 + len(of_each) for _, of_each in _alike(lacking)) > MOST_LINES
    told = _alike((unit, lines) for unit, lines in lacking if unit.id == home.id or not long)
    brief = worst_first(standing_of(*each) for each in below) if long else []
    values = {
        "units": told,
        "named": named,
        "on": on,
        "brief": brief[:MOST_UNITS],
        "more": len(brief[MOST_UNITS:]),
        "week": week,
        "arrears": [],
    }
    urged = [unit for unit, of_unit in below if any(line.failing for line in of_unit)]
    return Message("digest", values, buttons=_buttons(own, urged), chat_id=chat.id)


def _alike(lacking: Iterable[tuple[Unit, list[Line]]]) -> list[tuple[tuple[str, ...], list[Line]]]:
    """Say once what several units lack alike; answer the names of the units with it."""
    of_each: dict[tuple[object, ...], tuple[tuple[str, ...], list[Line]]] = {}
    for unit, of_unit in lacking:
        names, _ = of_each.get(said := tuple(_said(line) for line in of_unit), ((), []))
        of_each[said] = ((*names, unit.name), of_unit)
    return list(of_each.values())


def _said(line: Line) -> tuple[object, ...]:
    """Answer what a digest says of a line."""
    of_whom = line.requirement.code, line.subject_id and line.subject, line.period.code
    return (*of_whom, line.standing, line.due_on, line.done, line.required)


_NOTHING: Mapping[str, object] = {"units": [], "brief": [], "more": 0, "week": None}


def _buttons(own: Iterable[Line], urged: Sequence[Unit]) -> tuple[tuple[Button, ...], ...]:
    """Offer the forms of what the unit itself lacks, and to urge the branches that fail."""
    urge = [Button("urge", f"urge:@{unit.key}", {"unit": unit.name}) for unit in urged]
    return _forms(own) + (in_rows(urge) if len(urge) <= MOST_URGED else (_URGE_ALL,))


_URGE_ALL = (Button("urge_all", "urge:all"),)


def _forms(own: Iterable[Line]) -> tuple[tuple[Button, ...], ...]:
    kinds = [line.requirement.kinds[0] for line in own if line.requirement.kinds]
    return form_buttons(list(dict.fromkeys(kinds))[:MOST_FORMS])
