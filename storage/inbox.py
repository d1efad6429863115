"""The inbox: every update is committed here before Telegram is told that it was received."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, update
from sqlmodel import Session, col, select

from storage.columns import table_of
from storage.database import insert_new, run
from storage.queues import Inbox, InboxState


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as it came: its id, what it is about, and its JSON."""

    update_id: int
    happening: str | None
    payload: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits to be handled."""

    id: int
    payload: str
    attempts: int


_INBOX = table_of(Inbox)
_CLAIM = (
    update(_INBOX)
    .where(_INBOX.c.id.in_(bindparam("rows", expanding=True)))
    .where(_INBOX.c.state == InboxState.WAITING)
    .values(state=InboxState.DONE)
    .returning(_INBOX.c.id)
)
_PUT_BACK = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("row"))
    .values(
        state=bindparam("to"),
        attempts=_INBOX.c.attempts + bindparam("failed"),
        problem=bindparam("said"),
    )
)


def take_in(session: Session, arrivals: Iterable[Arrival], now: datetime) -> None:
    """Keep updates; one that is here already, by id or by what it is about, counts once."""
    rows = [
        {
            "update_id": arrival.update_id,
            "happening": arrival.happening,
            "payload": arrival.payload,
            "received_at": now,
            "state": InboxState.WAITING,
            "attempts": 0,
        }
        for arrival in arrivals
    ]
    if rows:
        insert_new(session, Inbox, rows)


def waiting(session: Session, limit: int) -> list[Waiting]:
    """Answer the oldest updates that wait, in the order they came."""
    query = (
        select(Inbox.id, Inbox.payload, Inbox.attempts)
        .where(Inbox.state == InboxState.WAITING)
        .order_by(col(Inbox.id))
        .limit(limit)
    )
    return [Waiting(*row) for row in session.execute(query)]


def waiting_one(session: Session, update_id: int) -> Waiting | None:
    """Answer the update of that number if it waits."""
    query = select(Inbox.id, Inbox.payload, Inbox.attempts).where(
        Inbox.update_id == update_id, Inbox.state == InboxState.WAITING
    )
    row = session.execute(query).first()
    return None if row is None else Waiting(*row)


def claim(session: Session, inbox_ids: Sequence[int]) -> frozenset[int]:
    """Mark waiting updates as done; answer those that still waited, which are the caller's now.

    The mark holds if the transaction does: an update is done together with what it did.
    """
    return frozenset(run(session, _CLAIM, {"rows": inbox_ids}).scalars())


def put_back(session: Session, inbox_id: int, problem: str | None = None) -> None:
    """Let a claimed update wait again; with a problem it counts as a failed attempt."""
    failed = problem is not None
    values = {"row": inbox_id, "failed": int(failed), "said": problem}
    run(session, _PUT_BACK, values | {"to": InboxState.WAITING})


def lay_aside(session: Session, inbox_id: int, problem: str) -> None:
    """Set a claimed update aside for a person to look at."""
    values = {"row": inbox_id, "failed": 1, "said": problem, "to": InboxState.SET_ASIDE}
    run(session, _PUT_BACK, values)


def counts(session: Session) -> dict[str, int]:
    """Answer how many updates stand in each state."""
    query = select(Inbox.state, func.count()).group_by(col(Inbox.state))
    return {str(state): count for state, count in session.exec(query)}


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update that could not be handled: its number, since when, and what went wrong."""

    update_id: int
    received_at: datetime
    problem: str | None


def set_aside(session: Session, limit: int = 20) -> list[SetAside]:
    """Answer the newest updates that were set aside."""
    query = (
        select(Inbox.update_id, Inbox.received_at, Inbox.problem)
        .where(Inbox.state == InboxState.SET_ASIDE)
        .order_by(col(Inbox.id).desc())
        .limit(limit)
    )
    return [SetAside(*row) for row in session.execute(query)]
