"""Calls that are due: each is taken by one replica, under a lease, and marked as it ends."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    update,
)
from sqlalchemy import select as columns
from sqlmodel import Session, col

from storage.columns import table_of, written
from storage.database import AHEAD_AT_MOST, run
from storage.queues import Outbox, OutboxFile, OutboxKind, OutboxState, Pace

# So long one replica alone may send what it took, in seconds of the database's clock. A call is
# begun within 15 seconds and ends within 30 more, with a file within 40, one way or another.
LEASE = 60.0
_LATEST = LEASE + AHEAD_AT_MOST


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
    update_id: int | None = None


_OUTBOX, _PACE, _FILE = table_of(Outbox), table_of(Pace), table_of(OutboxFile)
DOCUMENT = "sendDocument"  # the method of calls that have a file
_EARLIER = _OUTBOX.alias()
_IN_TURN = ((OutboxKind.ANSWER, OutboxKind.REPLY), (OutboxKind.DIGEST,))
_QUEUED, _SENDING = written(OutboxState.QUEUED), written(OutboxState.SENDING)
_OPEN = (_QUEUED, _SENDING)
_SETTLED = ("attempts", "message_id", "method", "problem", "sent_at", "state")
_SETTLE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"), _OUTBOX.c.taken_by == bindparam("by"))
    .values({name: bindparam(name) for name in _SETTLED} | {"taken_by": None, "taken_until": None})
)
# The files of calls that ended: a call that is to be tried again needs its file.
_FORGET = delete(_FILE).where(
    _FILE.c.outbox_id.in_(bindparam("rows", expanding=True)),
    exists().where(_OUTBOX.c.id == _FILE.c.outbox_id, _OUTBOX.c.state.not_in(_OPEN)),
)


def _come(calls: FromClause) -> ColumnElement[bool]:
    """Tell which calls may be made by now. Only digests are ever held back until a moment.

    What answers someone waits for none: the clock may have been set back since it was owed.
    """
    return or_(calls.c.kind != OutboxKind.DIGEST, calls.c.not_before <= bindparam("now"))


# The oldest open call of each chat: what comes after it waits for it, and so do other replicas.
_HEADS = (
    columns(*(_OUTBOX.c[field.name] for field in fields(Due)), _PACE.c.recent)
    .outerjoin(
        _PACE,
        and_(
            _PACE.c.chat_id == _OUTBOX.c.chat_id,
            _PACE.c.noted_at <= bindparam("moment") + AHEAD_AT_MOST,
        ),
    )
    .where(_OUTBOX.c.state == _QUEUED, _come(_OUTBOX))
    .where(
        or_(
            _OUTBOX.c.taken_until.is_(None),
            ~_OUTBOX.c.taken_until.between(bindparam("moment"), bindparam("moment") + _LATEST),
        )
    )
    .where(
        ~exists().where(
            _EARLIER.c.state.in_(_OPEN),
            _EARLIER.c.chat_id == _OUTBOX.c.chat_id,
            _EARLIER.c.id < _OUTBOX.c.id,
            _come(_EARLIER),
        )
    )
)
# Only messages count against the limits: an answer to a tap never waits for its chat's pace.
_FREE = or_(
    _PACE.c.free_at.is_(None),
    _PACE.c.free_at <= bindparam("moment"),
    _OUTBOX.c.kind == OutboxKind.ANSWER,
)
_TAKE = (
    _HEADS.where(_FREE, _OUTBOX.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(_OUTBOX.c.id)
    .limit(bindparam("most"))
    .with_for_update(of=_OUTBOX, skip_locked=True)
)
_NEXT = _HEADS.where(~_FREE).with_only_columns(func.min(_PACE.c.free_at))
_LEASE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id.in_(bindparam("rows", expanding=True)))
    .values(taken_by=bindparam("by"), taken_until=bindparam("until"))
)


@dataclass(frozen=True, slots=True)
class Head:
    """The oldest call due to a chat, and the moments at which that was written to lately."""

    due: Due
    recent: str | None


def take(session: Session, by: str, now: datetime, moment: float, most: int) -> list[Head]:
    """Take the oldest calls that may be made now, one a chat, for the replica of that name.

    Who has asked something comes before the many who are reminded of a morning. ``moment`` is the
    database's. What others took is theirs until their lease is over; chats that were just written
    to are left in peace (see ``storage.pace``).
    """
    heads: list[Head] = []
    for kinds in _IN_TURN:
        asked = {"now": now, "moment": moment, "kinds": kinds, "most": most - len(heads)}
        heads += [Head(Due(*due), recent) for *due, recent in run(session, _TAKE, asked)]
        if len(heads) == most:
            break
    if heads:
        rows = [head.due.id for head in heads]
        run(session, _LEASE, {"rows": rows, "by": by, "until": moment + LEASE})
    return heads


def next_free(session: Session, now: datetime, moment: float) -> float | None:
    """Answer when the first chat with calls due, but not free to be written to, will be."""
    found: float | None = run(session, _NEXT, {"now": now, "moment": moment}).scalar()
    return found


@dataclass(frozen=True, slots=True)
class Result:
    """How a call ended: its new state, the message it made, and what went wrong.

    ``QUEUED`` lets it be tried again, perhaps by another method; unless nothing was tried, that
    counts as an attempt.
    """

    due: Due
    state: OutboxState
    message_id: int | None = None
    problem: str | None = None
    method: str | None = None
    tried: bool = True


def say_instead(session: Session, row: int, payload: str) -> None:
    """Let a call have other parameters when it is tried again."""
    session.execute(update(Outbox).where(col(Outbox.id) == row).values(payload=payload))


def settle(session: Session, by: str, results: Iterable[Result], now: datetime) -> None:
    """Mark how calls ended that a replica took; what another took meanwhile is that one's.

    The file of a call is forgotten with the call: sent, or given up.
    """
    results = list(results)
    rows = [
        {
            "row": result.due.id,
            "by": by,
            "state": result.state,
            "message_id": result.message_id,
            "method": result.method or result.due.method,
            "problem": result.problem,
            "attempts": result.due.attempts + result.tried,
            "sent_at": now if result.state == OutboxState.SENT else None,
        }
        for result in results
    ]
    if rows:
        run(session, _SETTLE, rows)
    if files := [result.due.id for result in results if result.due.method == DOCUMENT]:
        run(session, _FORGET, {"rows": files})


def let_go(session: Session, by: str) -> int:
    """Let go of all that a replica holds: it ends, or begins where an earlier life of it ended.

    Digests that were under way are unknown then; answers how many.
    """
    held = col(Outbox.taken_by) == by
    free = update(Outbox).where(col(Outbox.state) == _QUEUED, held)
    session.execute(free.values(taken_by=None, taken_until=None))
    return _unknown(session, held)


def give_up(session: Session, moment: float) -> int:
    """Give up the digests that nobody alive sends: their lease is over. Answers how many."""
    leased = col(Outbox.taken_until).between(moment, moment + _LATEST)
    return _unknown(session, or_(col(Outbox.taken_until).is_(None), ~leased))


def _unknown(session: Session, which: ColumnElement[bool]) -> int:
    # Said twice, so that the index of what is open is used.
    under_way = col(Outbox.state).in_(_OPEN), col(Outbox.state) == _SENDING
    interrupted = update(Outbox).where(*under_way, which)
    problem = "process stopped while sending"
    done = session.execute(interrupted.values(state=OutboxState.UNKNOWN, problem=problem))
    return int(getattr(done, "rowcount", 0))
