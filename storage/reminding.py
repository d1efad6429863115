"""What the planner of reminders remembers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import func, text
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_, select

from storage.database import insert_new
from storage.queues import Reminder, ReminderOutcome
from storage.units import Chat


@dataclass(frozen=True, slots=True)
class StepKey:
    """A step of a requirement's period for a unit and subject (0: the unit itself)."""

    unit_id: int
    requirement: str
    subject_id: int
    period: str
    step: str


# Any number will do, as long as nothing else in the database takes the same.
_LEAD = text("SELECT pg_try_advisory_xact_lock(19490701)")
_KEY = tuple(getattr(Reminder, field.name) for field in fields(StepKey))


def chats_to_plan(session: Session, now: datetime) -> Sequence[int]:
    """Answer chats for which a step may have fallen due.

    Also those never planned for, and those planned beyond now: the clock was set back.
    """
    query = (
        select(Chat.id)
        .where(Chat.state == "active")
        .where(
            or_(
                col(Chat.next_step_at).is_(None),
                col(Chat.next_step_at) <= now,
                col(Chat.planned_through) > now,
            )
        )
        .order_by(col(Chat.id))
    )
    return list(session.exec(query))


def oldest_step(session: Session, now: datetime) -> datetime | None:
    """Answer when the oldest step not planned yet may have fallen due; None when there is none."""
    query = select(func.min(Chat.next_step_at)).where(
        Chat.state == "active", col(Chat.next_step_at) <= now
    )
    return session.exec(query).one()


def lead(session: Session) -> bool:
    """Be the one who plans, until the transaction ends; False while another replica does.

    On SQLite a transaction that writes is alone anyway.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.execute(_LEAD).scalar_one())


def settled(
    session: Session, chat_id: int, unit_id: int, periods: Iterable[str]
) -> frozenset[StepKey]:
    """Answer which of a unit's steps of those periods are settled for a chat."""
    query = columns(*_KEY).where(
        col(Reminder.unit_id) == unit_id,
        col(Reminder.chat_id) == chat_id,
        col(Reminder.period).in_(list(periods)),
    )
    return frozenset(StepKey(*row) for row in session.execute(query))


def settle_steps(
    session: Session,
    chat_id: int,
    steps: Iterable[tuple[StepKey, ReminderOutcome]],
    now: datetime,
    digest_on: date,
) -> int:
    """Settle steps for a chat; a step settled before stays as it was. Answers how many were new."""
    rows = [
        {
            "unit_id": key.unit_id,
            "requirement": key.requirement,
            "subject_id": key.subject_id,
            "period": key.period,
            "step": key.step,
            "chat_id": chat_id,
            "outcome": outcome,
            "settled_at": now,
            "digest_on": digest_on,
        }
        for key, outcome in steps
    ]
    return insert_new(session, Reminder, rows) if rows else 0


def told_on(session: Session, chat_id: int, on: date) -> list[StepKey]:
    """Answer the steps that make up a chat's digest of a day."""
    query = (
        columns(*_KEY)
        .where(col(Reminder.chat_id) == chat_id, col(Reminder.digest_on) == on)
        .where(col(Reminder.outcome) == ReminderOutcome.SENT)
        .order_by(col(Reminder.id))
    )
    return [StepKey(*row) for row in session.execute(query)]
