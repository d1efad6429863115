"""The outbox: Bot API calls owed, in the transaction of what they report, drained afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.columns import table_of
from storage.database import run
from storage.queues import Outbox, OutboxKind, OutboxState


@dataclass(frozen=True, slots=True)
class Owed:
    """A Bot API call to put in the outbox; ``payload`` is its parameters as JSON."""

    chat_id: int
    kind: OutboxKind
    method: str
    payload: str
    prompt: str | None = None
    digest_on: date | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A call that is due now."""

    id: int
    chat_id: int
    kind: OutboxKind
    method: str
    payload: str
    attempts: int
    digest_on: date | None = None


_OUTBOX = table_of(Outbox)
_PUT = insert(_OUTBOX).returning(_OUTBOX.c.id)
_SETTLE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values({name: bindparam(name) for name in ("message_id", "problem", "sent_at", "state")})
)
_DUE = (
    columns(*(_OUTBOX.c[field.name] for field in fields(Due)))
    .where(_OUTBOX.c.state == OutboxState.QUEUED, _OUTBOX.c.not_before <= bindparam("now"))
    .order_by(_OUTBOX.c.id)
    .limit(bindparam("limit"))
)


def put(session: Session, owed: Owed, now: datetime) -> int:
    """Put a call in the outbox and answer its id."""
    values = {
        "chat_id": owed.chat_id,
        "kind": owed.kind,
        "method": owed.method,
        "payload": owed.payload,
        "prompt": owed.prompt,
        "digest_on": owed.digest_on,
        "created_at": now,
        "not_before": owed.not_before or now,
        "state": OutboxState.QUEUED,
        "attempts": 0,
    }
    outbox_id: int = run(session, _PUT, values).scalar_one()
    return outbox_id


def due(session: Session, now: datetime, limit: int) -> list[Due]:
    """Answer the oldest calls that may be made now."""
    return [Due(*row) for row in run(session, _DUE, {"now": now, "limit": limit})]


@dataclass(frozen=True, slots=True)
class Result:
    """How a call ended: its new state, the message it made, and what went wrong."""

    id: int
    state: OutboxState
    message_id: int | None = None
    problem: str | None = None


def settle(session: Session, results: Iterable[Result], now: datetime) -> None:
    """Mark how calls ended."""
    rows = [
        {
            "row": result.id,
            "state": result.state,
            "message_id": result.message_id,
            "problem": result.problem,
            "sent_at": now if result.state == OutboxState.SENT else None,
        }
        for result in results
    ]
    if rows:
        run(session, _SETTLE, rows)


def begin_digest(session: Session, outbox_id: int) -> None:
    """Mark a digest as under way before it is sent: after a crash it counts as unknown."""
    _change(session, outbox_id, state=OutboxState.SENDING)


def drop(session: Session, outbox_id: int) -> None:
    """Mark a call as no longer needed."""
    _change(session, outbox_id, state=OutboxState.DROPPED)


def rewrite(session: Session, outbox_id: int, method: str, payload: str) -> None:
    """Replace what a queued call will say."""
    _change(session, outbox_id, method=method, payload=payload)


def requeue(session: Session, due: Due, problem: str, method: str | None = None) -> None:
    """Let a call that failed be tried again, perhaps by another method."""
    _change(
        session,
        due.id,
        state=OutboxState.QUEUED,
        attempts=due.attempts + 1,
        problem=problem,
        method=method or due.method,
    )


def _change(session: Session, outbox_id: int, **values: object) -> None:
    session.execute(update(Outbox).where(col(Outbox.id) == outbox_id).values(values))


def recover(session: Session) -> int:
    """After a start: calls that were under way when the process died are unknown."""
    result = session.execute(
        update(Outbox)
        .where(col(Outbox.state) == OutboxState.SENDING)
        .values(state=OutboxState.UNKNOWN, problem="process stopped while sending")
    )
    return int(getattr(result, "rowcount", 0))


def prompt_of(session: Session, chat_id: int, message_id: int) -> str | None:
    """Answer the command that a reply to that message continues, if it is such a message."""
    query = select(Outbox.prompt).where(
        Outbox.chat_id == chat_id, Outbox.message_id == message_id, col(Outbox.prompt).is_not(None)
    )
    return session.exec(query.order_by(col(Outbox.id).desc())).first()


def digest_message(session: Session, chat_id: int, on: date) -> int | None:
    """Answer the message that shows a chat's digest of a day, once it was sent."""
    query = (
        select(Outbox.message_id)
        .where(Outbox.chat_id == chat_id, Outbox.digest_on == on)
        .where(col(Outbox.message_id).is_not(None))
        .order_by(col(Outbox.id).desc())
    )
    return session.exec(query).first()


def queued_digest(session: Session, chat_id: int, on: date) -> int | None:
    """Answer the outbox row of a chat's digest of a day that still waits to be sent."""
    query = select(Outbox.id).where(
        Outbox.chat_id == chat_id, Outbox.digest_on == on, Outbox.state == OutboxState.QUEUED
    )
    return session.exec(query).first()


def counts(session: Session) -> dict[str, int]:
    """Answer how many calls stand in each state."""
    query = select(Outbox.state, func.count()).group_by(col(Outbox.state))
    return {str(state): count for state, count in session.exec(query)}


def problems(session: Session, state: OutboxState) -> list[tuple[str, int]]:
    """Answer what went wrong with the calls in a state, and how often."""
    query = select(Outbox.problem, func.count()).where(Outbox.state == state)
    found = session.exec(query.group_by(col(Outbox.problem)))
    return [(problem or "", count) for problem, count in found]
