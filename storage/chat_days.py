"""What a chat was told on one of its days, and what became of it."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import Session

from storage.columns import table_of
from storage.database import run
from storage.queues import Reminder, ReminderOutcome
from storage.reminding import URGED, StepKey
from storage.told import Delivery, Fate, deliveries

_REMINDER = table_of(Reminder)
_KIND = [field.name for field in fields(StepKey)].index("requirement")


@dataclass(frozen=True, slots=True)
class ChatDayTold:
    """What was settled for a chat on one of its days, and what became of its digest.

    ``told`` were to be said, ``silent`` needed no saying.
    """

    on: date
    told: tuple[StepKey, ...]
    silent: tuple[StepKey, ...]
    digest: Delivery | None


_OF_DAY = (
    columns(_REMINDER.c.outcome, *(_REMINDER.c[field.name] for field in fields(StepKey)))
    .where(_REMINDER.c.chat_id == bindparam("chat"), _REMINDER.c.digest_on == bindparam("day"))
    .order_by(_REMINDER.c.id)
)
_LAST_TOLD = columns(func.max(_REMINDER.c.digest_on)).where(
    _REMINDER.c.chat_id == bindparam("chat"),
    _REMINDER.c.outcome == ReminderOutcome.SENT,
    _REMINDER.c.requirement != URGED,
)


def told_on_day(session: Session, chat_id: int, on: date) -> ChatDayTold:
    """Answer what was settled for a chat on one of its days."""
    steps: dict[ReminderOutcome, list[StepKey]] = defaultdict(list)
    for outcome, *key in run(session, _OF_DAY, {"chat": chat_id, "day": on}).all():
        if key[_KIND] == URGED:
            continue  # a superior's word, in a message of its own
        steps[ReminderOutcome(outcome)].append(StepKey(*key))
    sent = deliveries(session, [(chat_id, on)]).get((chat_id, on), ())
    shown = [each for each in sent if each.fate is Fate.SENT] or list(sent)
    return ChatDayTold(
        on,
        told=tuple(steps[ReminderOutcome.SENT]),
        silent=tuple(steps[ReminderOutcome.SILENT]),
        digest=shown[-1] if shown else None,
    )


def last_told(session: Session, chat_id: int) -> ChatDayTold | None:
    """Answer the last day on which a chat was to be told something; None when it never was."""
    on = run(session, _LAST_TOLD, {"chat": chat_id}).scalar()
    return None if on is None else told_on_day(session, chat_id, on)
