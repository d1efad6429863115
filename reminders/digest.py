"""The digest: everything a chat is told on one day, in one message."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlmodel import Session

from compliance.periods import Period
from compliance.policy import Policy
from compliance.summary import Line, failing_first, lines
from storage import directory
from storage.messages import Button, Message, form_buttons
from storage.reminding import StepKey
from storage.standing import findings
from storage.units import Chat, Unit

MOST_FORMS = 9


def digest(
    session: Session, policy: Policy, chat: Chat, told: Iterable[StepKey], now: datetime
) -> Message | None:
    """Compose a chat's digest from the steps it is told of; None when nothing is missing any more.

    Each unit is assessed anew on its own day, so that a digest held back overnight says what is
    true when sent. The day it is headed by is the chat's.
    """
    units: list[tuple[str, list[Line]]] = []
    own: list[Line] = []
    ordered = sorted(set(told), key=lambda key: key.unit_id)
    for unit_id, keys in groupby(ordered, key=lambda key: key.unit_id):
        unit = directory.unit(session, unit_id)
        missing = failing_first(_missing(session, policy, unit, list(keys), _today(unit, now)))
        if missing:
            units.append((unit.name, missing))
        if unit_id == chat.unit_id:
            own = missing
    if not units:
        return None
    home = directory.unit(session, chat.unit_id)
    named = any(key.unit_id != chat.unit_id for key in ordered)
    return Message(
        "digest",
        {"units": units, "named": named, "on": _today(home, now)},
        buttons=_forms(own),
        chat_id=chat.id,
    )


def _today(unit: Unit, now: datetime) -> date:
    return now.astimezone(ZoneInfo(unit.timezone)).date()


def _missing(
    session: Session, policy: Policy, unit: Unit, keys: Sequence[StepKey], today: date
) -> list[Line]:
    """Answer the lines the steps are about that still lack something."""
    periods = [Period.parse(key.period) for key in keys]
    found = findings(
        session,
        policy,
        unit,
        first=min(period.start for period in periods),
        last=max(period.end for period in periods),
        on=today,
    )
    wanted = {(key.requirement, key.subject_id, key.period) for key in keys}
    return [
        line
        for line in lines(found, unit.key)
        if line.missing and (line.requirement.code, line.subject_id, line.period.code) in wanted
    ]


def _forms(own: Iterable[Line]) -> tuple[tuple[Button, ...], ...]:
    kinds = [line.requirement.kinds[0] for line in own if line.requirement.kinds]
    return form_buttons(list(dict.fromkeys(kinds))[:MOST_FORMS])
