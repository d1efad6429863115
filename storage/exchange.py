"""The exchange of a sender with the database: how its calls ended, and which to make next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from storage import calls, pace
from storage.calls import Due, Result
from storage.database import seconds
from storage.pace import Limits
from storage.queues import OutboxKind


@dataclass(frozen=True, slots=True)
class Taken:
    """Calls to be made, each with the seconds until its moment; and until there may be more.

    ``more_after`` is None when nothing more is owed that may be made by and by.
    """

    calls: Sequence[tuple[float, Due]] = ()
    more_after: float | None = None


def exchange(
    session: Session,
    by: str,
    results: Sequence[Result],
    holds: Mapping[int, float],
    now: datetime,
) -> float:
    """Mark how calls of a replica ended, hold who refused; answer the database's moment."""
    moment = seconds(session)
    calls.settle(session, by, results, now)
    pace.hold(session, holds, moment)
    return moment


def take(
    session: Session, by: str, limits: Limits, room: int, *, now: datetime, moment: float
) -> Taken:
    """Take calls for a replica, at most so many, each with a moment of its own."""
    free = pace.free_at(session, moment)
    ahead = pace.AHEAD - max(0.0, free - moment)
    most = min(room, int(ahead / limits.gap))
    if most <= 0:  # the moments given out must pass first
        return Taken(more_after=limits.gap - ahead)
    heads = calls.take(session, by, now, moment, most)
    paced = {head.due.chat_id: head.recent for head in heads if head.due.kind != OutboxKind.ANSWER}
    moments = pace.reserve(session, paced, limits, free, moment)
    timed = [(moments.get(head.due.chat_id, moment) - moment, head.due) for head in heads]
    if len(heads) == most:
        return Taken(timed, more_after=0.0)
    free_at = calls.next_free(session, now, moment)
    return Taken(timed, None if free_at is None else free_at - moment)
