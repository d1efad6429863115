"""The digest: everything a chat is told on one day, in one message."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session

from compliance.assessment import Finding, Wanted
from compliance.periods import Cadence, Period, span_of
from compliance.policy import Policy
from compliance.summary import Line, failing_first, lines
from reminders.arrears import Mention, mentions
from storage import directory, reminding
from storage.messages import Button, Message, form_buttons
from storage.reminding import ChatDay, StepKey
from storage.rulebooks import policies_of
from storage.standing import Asked, findings_of
from storage.units import Chat, Unit

MOST_FORMS = 9
Told = Mapping[ChatDay, list[StepKey]]


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest and the language it is to be said in."""

    message: Message
    locale: str


@dataclass(frozen=True, slots=True)
class _Section:
    """What a digest says of one unit: the steps it is told of, and what they ask for."""

    keys: Sequence[StepKey]
    asked: Asked


def digests(
    session: Session, policy: Policy, wanted: Collection[ChatDay], now: datetime
) -> Mapping[ChatDay, Digest]:
    """Compose chats' digests of a day each from the steps they are told of.

    Each unit is assessed anew on its own day, so that a digest held back overnight says what is
    true when sent. The day a digest is headed by is the chat's. One of which nothing is missing any
    more is left out, and so is that of a chat that is no longer bound. Arrears are for the private
    chats of those who look after the dues, which need not be bound.
    """
    bound = {chat.id: (home, chat) for home, chat in _bound(session, wanted)}
    keys_of = reminding.told_on(session, wanted)
    told = _told(keys_of, bound)
    private = mentions(session, policy, _arrears(keys_of), now)
    sections = _sections(session, policy, told, now)
    found = findings_of(session, policy, [part.asked for of in sections.values() for part in of])
    composed: dict[ChatDay, Digest] = {}
    for (chat_id, on), parts in sections.items():
        missing = [(part.asked.unit, _missing(part, next(found))) for part in parts]
        home, chat = bound[chat_id]
        message = _message(chat, home, missing, home.day_of(now))
        if message is not None:
            composed[chat_id, on] = Digest(message, chat.locale or home.locale)
    for chat_day, units in private.items():
        if units:
            composed[chat_day] = _private(composed.get(chat_day), chat_day[0], units, now)
    return composed


def _told(keys_of: Mapping[ChatDay, list[StepKey]], bound: Container[int]) -> Told:
    """Answer what bound chats are told of their units."""
    own = {
        chat_day: [key for key in keys if not key.of_arrears]
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
    session: Session, policy: Policy, told: Told, now: datetime
) -> Mapping[ChatDay, list[_Section]]:
    """Ask about each unit that each digest tells of, in the order of their ids."""
    units = directory.units(session, {key.unit_id for keys in told.values() for key in keys})
    policies = policies_of(session, policy, units.values())
    found: dict[ChatDay, list[_Section]] = {}
    for chat_day, keys in told.items():
        keys.sort(key=lambda key: key.unit_id)
        found[chat_day] = [
            _section(policies[unit_id], units[unit_id], list(of_unit), now)
            for unit_id, of_unit in groupby(keys, key=lambda key: key.unit_id)
            if units[unit_id].dissolved is None  # what is no more owes nothing
        ]
    return found


def _section(policy: Policy, unit: Unit, keys: Sequence[StepKey], now: datetime) -> _Section:
    return _Section(keys, Asked(unit, unit.day_of(now), _wanted(policy, keys)))


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
        if line.missing and (line.requirement.code, line.subject_id, line.period.code) in told
    )


def _private(
    own: Digest | None, chat_id: int, arrears: Sequence[tuple[Unit, list[Mention]]], now: datetime
) -> Digest:
    """Say whose dues are in arrears, beside what the chat is told of its unit if it is bound."""
    unit = arrears[0][0]
    told = {"arrears": [(unit.name, mentioned) for unit, mentioned in arrears]}
    if own is not None:
        return replace(own, message=replace(own.message, values={**own.message.values, **told}))
    values = {"units": [], "named": True, "on": unit.day_of(now), **told}
    return Digest(Message("digest", values, chat_id=chat_id), unit.locale)


def _message(
    chat: Chat, home: Unit, missing: Sequence[tuple[Unit, list[Line]]], on: date
) -> Message | None:
    """Say what is missing of each unit; None when nothing is."""
    units = [(unit.name, of_unit) for unit, of_unit in missing if of_unit]
    if not units:
        return None
    own = [line for unit, of_unit in missing if unit.id == home.id for line in of_unit]
    named = any(unit.id != home.id for unit, _ in missing)
    return Message(
        "digest",
        {"units": units, "named": named, "on": on, "arrears": []},
        buttons=_forms(own),
        chat_id=chat.id,
    )


def _forms(own: Iterable[Line]) -> tuple[tuple[Button, ...], ...]:
    kinds = [line.requirement.kinds[0] for line in own if line.requirement.kinds]
    return form_buttons(list(dict.fromkeys(kinds))[:MOST_FORMS])
