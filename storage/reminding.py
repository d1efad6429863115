"""What the planner of reminders remembers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import BigInteger, Date, bindparam, func, text, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, or_

from storage.columns import table_of
from storage.database import insert_new, run
from storage.queues import Reminder, ReminderOutcome
from storage.units import Chat, Unit

# Steps of arrears: the count of unpaid months follows.
ARREARS = "arrears-"
# What is no requirement: the weekly overview of a superior, and that a superior urged a branch.
WEEKLY, URGED = "weekly", "urge"


@dataclass(frozen=True, slots=True)
class StepKey:
    """A step of a requirement's period for a unit and subject (0: the unit itself)."""

    unit_id: int
    requirement: str
    subject_id: int
    period: str
    step: str

    @property
    def of_requirement(self) -> bool:
        """Tell whether it is a step of a requirement."""
        return self.requirement not in (WEEKLY, URGED)

    @property
    def of_arrears(self) -> bool:
        """Tell whether it is one of arrears: about a person, and for no group to hear."""
        return self.step.startswith(ARREARS)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a step is settled for a chat; ``digest_on`` is the chat's own day."""

    key: StepKey
    outcome: ReminderOutcome
    chat_id: int
    digest_on: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chat to plan for, and whether it is that of a branch or of a unit above branches."""

    chat_id: int
    of_branch: bool


# Any number will do, as long as nothing else in the database takes the same.
_LEAD = text("SELECT pg_try_advisory_xact_lock(19490701)")
# A chat and a day: what a digest is for.
ChatDay = tuple[int, date]

_REMINDER, _CHAT = table_of(Reminder), table_of(Chat)
_KEY = tuple(_REMINDER.c[field.name] for field in fields(StepKey))
_CHATS = bindparam("chats", expanding=True, type_=BigInteger)
_SETTLED = columns(_REMINDER.c.chat_id, *_KEY).where(
    _REMINDER.c.chat_id.in_(_CHATS), _REMINDER.c.digest_on >= bindparam("since")
)
_TOLD = (
    columns(_REMINDER.c.chat_id, _REMINDER.c.digest_on, *_KEY)
    .where(_REMINDER.c.chat_id.in_(_CHATS))
    .where(_REMINDER.c.digest_on.in_(bindparam("days", expanding=True, type_=Date)))
    .where(_REMINDER.c.outcome == ReminderOutcome.SENT)
    .order_by(_REMINDER.c.id)
)
_OF_MEMBERS = (
    columns(*_KEY)
    .where(_REMINDER.c.unit_id.in_(bindparam("units", expanding=True)))
    .where(_REMINDER.c.requirement == bindparam("requirement"), _REMINDER.c.subject_id != 0)
)
_PLANNED = (
    update(_CHAT)
    .where(_CHAT.c.id == bindparam("chat"))
    .values(planned_through=bindparam("through"), next_step_at=bindparam("next"))
)


def chats_to_plan(session: Session, now: datetime) -> list[Candidate]:
    """Answer chats for which a step may have fallen due.

    Also those never planned for, and those planned beyond now: the clock was set back.
    """
    query = (
        columns(_CHAT.c.id, col(Unit.kind) == "branch")
        .join(Unit, col(Unit.id) == _CHAT.c.unit_id)
        .where(_CHAT.c.state == "active")
        .where(
            or_(
                _CHAT.c.next_step_at.is_(None),
                _CHAT.c.next_step_at <= now,
                _CHAT.c.planned_through > now,
            )
        )
        .order_by(_CHAT.c.id)
    )
    return [Candidate(*row) for row in session.execute(query)]


def oldest_step(session: Session, now: datetime) -> datetime | None:
    """Answer when the oldest step not planned yet may have fallen due; None when there is none."""
    query = columns(func.min(_CHAT.c.next_step_at)).where(
        _CHAT.c.state == "active", _CHAT.c.next_step_at <= now
    )
    found: datetime | None = session.execute(query).scalar_one()
    return found


def lead(session: Session) -> bool:
    """Be the one who plans, until the transaction ends; False while another replica does.

    On SQLite a transaction that writes is alone anyway.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.execute(_LEAD).scalar_one())


def settled(session: Session, chat_ids: Collection[int], since: date) -> Mapping[int, Set[StepKey]]:
    """Answer by chat which steps were settled for it on its own day ``since`` or later."""
    found: dict[int, set[StepKey]] = {chat_id: set() for chat_id in chat_ids}
    for chat_id, *key in run(session, _SETTLED, {"chats": chat_ids, "since": since}).all():
        found[chat_id].add(StepKey(*key))
    return found


def settled_of(session: Session, unit_ids: Collection[int], requirement: str) -> Set[StepKey]:
    """Answer which steps of a requirement's members were ever settled, for whichever chat."""
    asked = {"units": list(unit_ids), "requirement": requirement}
    return {StepKey(*key) for key in run(session, _OF_MEMBERS, asked)} if unit_ids else set()


def settle_steps(session: Session, steps: Iterable[Settlement], now: datetime) -> int:
    """Settle steps; a step settled before stays as it was. Answers how many were new."""
    rows = [
        {
            "unit_id": each.key.unit_id,
            "requirement": each.key.requirement,
            "subject_id": each.key.subject_id,
            "period": each.key.period,
            "step": each.key.step,
            "chat_id": each.chat_id,
            "outcome": each.outcome,
            "settled_at": now,
            "digest_on": each.digest_on,
        }
        for each in steps
    ]
    return insert_new(session, Reminder, rows) if rows else 0


def mark_planned(session: Session, following: Mapping[int, datetime], now: datetime) -> None:
    """Note by chat when the next step may fall due, and that everything up to now is planned."""
    rows = [{"chat": chat, "through": now, "next": at} for chat, at in following.items()]
    if rows:
        run(session, _PLANNED, rows)


def told_on(session: Session, wanted: Collection[ChatDay]) -> Mapping[ChatDay, list[StepKey]]:
    """Answer the steps that make up chats' digests of a day each; one without any is left out."""
    found: dict[ChatDay, list[StepKey]] = defaultdict(list)
    asked = {"chats": list({chat for chat, _ in wanted}), "days": list({on for _, on in wanted})}
    for chat_id, on, *key in run(session, _TOLD, asked).all():
        found[chat_id, on].append(StepKey(*key))
    return {each: found[each] for each in wanted if each in found}
