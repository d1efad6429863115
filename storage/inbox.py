"""The inbox: every update is committed here before Telegram is told that it was received."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import bindparam, exists, func, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage.columns import table_of, written
from storage.database import insert_new, run
from storage.queues import Inbox, InboxState


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as it came: its number, what it is about, the chat it is of, and its JSON.

    ``chat_id`` is 0 for one that is of no chat. With a ``problem`` it is set aside at once.
    """

    update_id: int
    happening: str
    payload: str
    chat_id: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits to be handled."""

    id: int
    update_id: int
    chat_id: int
    payload: str
    attempts: int


_INBOX = table_of(Inbox)
_EARLIER = _INBOX.alias()
_WAITING, _SET_ASIDE = written(InboxState.WAITING), written(InboxState.SET_ASIDE)
# The oldest update of each chat; who holds it has the chat, until the transaction ends.
_HEADS = (
    columns(_INBOX.c.chat_id)
    .where(_INBOX.c.state == _WAITING)
    .where(
        ~exists().where(
            _EARLIER.c.state == _WAITING,
            _EARLIER.c.chat_id == _INBOX.c.chat_id,
            _EARLIER.c.id < _INBOX.c.id,
        )
    )
    # By a sum, not the key: else SQLite walks along the key, past all that was ever done.
    .order_by(_INBOX.c.id + 0)
    .limit(bindparam("chats"))
    .with_for_update(skip_locked=True)
)
_PLACED = (
    columns(
        _INBOX.c.id,
        func.row_number().over(partition_by=_INBOX.c.chat_id, order_by=_INBOX.c.id).label("place"),
    )
    .where(_INBOX.c.state == _WAITING)
    .where(_INBOX.c.chat_id.in_(bindparam("of", expanding=True)))
    .subquery()
)
_TAKE = (
    update(_INBOX)
    .where(
        _INBOX.c.id.in_(columns(_PLACED.c.id).where(_PLACED.c.place <= bindparam("each"))),
        _INBOX.c.state == _WAITING,
    )
    .values(state=InboxState.DONE)
    .returning(*(_INBOX.c[field.name] for field in fields(Waiting)))
)
_TAKE_ONE = (
    update(_INBOX)
    .where(_INBOX.c.happening == bindparam("about"), _INBOX.c.state == _WAITING)
    .values(state=InboxState.DONE)
    .returning(*(_INBOX.c[field.name] for field in fields(Waiting)))
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


def take_in(session: Session, arrivals: Iterable[Arrival], now: datetime) -> int:
    """Keep updates; one about what is here already counts once. Answers how many were new."""
    rows = [
        {
            "update_id": arrival.update_id,
            "happening": arrival.happening,
            "chat_id": arrival.chat_id,
            "payload": arrival.payload,
            "received_at": now,
            "state": InboxState.SET_ASIDE if arrival.problem else InboxState.WAITING,
            "attempts": 0,
            "problem": arrival.problem,
        }
        for arrival in arrivals
    ]
    return insert_new(session, Inbox, rows) if rows else 0


def take(session: Session, most: int) -> list[Waiting]:
    """Take the updates to be handled in this transaction, at most so many, in the order they came.

    They are marked as done: the mark holds if the transaction does, together with what they did.
    Each chat has its turn, the same number of updates, and is nobody else's meanwhile: on
    PostgreSQL what other replicas hold is passed over, and let go when their transaction ends.
    """
    chats = run(session, _HEADS, {"chats": most}).scalars().all()
    if not chats:
        return []
    found = run(session, _TAKE, {"of": chats, "each": max(1, most // len(chats))})
    return sorted((Waiting(*row) for row in found), key=lambda row: row.id)


def take_one(session: Session, happening: str) -> list[Waiting]:
    """Take the one update about that, if it waits, as ``take`` does."""
    return [Waiting(*row) for row in run(session, _TAKE_ONE, {"about": happening})]


def put_back(session: Session, inbox_id: int, problem: str | None = None) -> None:
    """Let a taken update wait again; with a problem it counts as a failed attempt."""
    failed = problem is not None
    values = {"row": inbox_id, "failed": int(failed), "said": problem}
    run(session, _PUT_BACK, values | {"to": InboxState.WAITING})


def lay_aside(session: Session, inbox_id: int, problem: str) -> None:
    """Set a taken update aside for a person to look at."""
    values = {"row": inbox_id, "failed": 1, "said": problem, "to": InboxState.SET_ASIDE}
    run(session, _PUT_BACK, values)


def counts(session: Session) -> dict[str, int]:
    """Answer how many updates stand in each state."""
    query = select(Inbox.state, func.count()).group_by(col(Inbox.state))
    return {str(state): count for state, count in session.exec(query)}


def undone(session: Session) -> tuple[int, int]:
    """Answer how many updates wait, and how many are set aside."""
    found = [
        session.exec(select(func.count()).where(col(Inbox.state) == state)).one()
        for state in (_WAITING, _SET_ASIDE)
    ]
    return found[0], found[1]


def oldest_waiting(session: Session) -> datetime | None:
    """Answer when the oldest update that waits came; None when none waits."""
    query = select(func.min(Inbox.received_at)).where(col(Inbox.state) == _WAITING)
    return session.exec(query).one()


@dataclass(frozen=True, slots=True)
class SetAside:
    """An update that could not be handled: its number, since when, and what went wrong."""

    update_id: int
    received_at: datetime
    problem: str | None


def set_aside(
    session: Session, limit: int = 20, *, since: datetime | None = None
) -> list[SetAside]:
    """Answer the newest updates that were set aside; with ``since``, those that came after it."""
    query = (
        select(Inbox.update_id, Inbox.received_at, Inbox.problem)
        .where(col(Inbox.state) == _SET_ASIDE)
        .order_by(col(Inbox.id).desc())
        .limit(limit)
    )
    if since is not None:
        query = query.where(col(Inbox.received_at) > since)
    return [SetAside(*row) for row in session.execute(query)]
