"""The pace of sending, shared by all replicas: when the next messages may go, and to whom.

Telegram documents 30 messages a second overall, about one a second in a chat, and 20 a minute in a
group. An even pace meets no limit, whichever way the server counts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session

from storage.columns import table_of
from storage.database import AHEAD_AT_MOST, insert_new, run, upsert
from storage.queues import Pace

EVERYONE = 0
MINUTE = 60.0
# A little slower than allowed: what is sent evenly does not arrive quite so evenly.
MARGIN = 1.0125
# So far ahead at most moments are given out, in seconds: what is refused holds the later ones.
AHEAD = 0.4


@dataclass(frozen=True, slots=True)
class Limits:
    """How many messages are allowed: a second overall, a second in a chat, a minute in a group."""

    per_second: float = 30
    per_chat_second: float = 1
    per_group_minute: int = 20

    @property
    def gap(self) -> float:
        """Answer the seconds between two messages, to whomever."""
        return MARGIN / self.per_second

    def next_in_chat(self, chat_id: int, recent: Sequence[float]) -> float:
        """Answer when a chat may be written to after the messages of those moments."""
        free_at = recent[-1] + MARGIN / self.per_chat_second
        if chat_id < 0 and len(recent) >= self.per_group_minute:
            return max(free_at, recent[-self.per_group_minute] + MINUTE * MARGIN)
        return free_at


_PACE = table_of(Pace)
_RECENT = columns(_PACE.c.chat_id, _PACE.c.recent).where(
    _PACE.c.chat_id.in_(bindparam("chats", expanding=True)),
    _PACE.c.noted_at <= bindparam("now") + AHEAD_AT_MOST,
)
_EVERYONE = (
    columns(_PACE.c.free_at)
    .where(_PACE.c.chat_id == EVERYONE, _PACE.c.noted_at <= bindparam("now") + AHEAD_AT_MOST)
    .with_for_update()
)


def prepare(session: Session) -> None:
    """Let there be the row that all replicas lock in turn."""
    insert_new(session, Pace, [_row(EVERYONE, 0.0, 0.0)])


def free_at(session: Session, now: float) -> float:
    """Answer when the next message to anyone may go: in the past when it may go at once.

    Until the transaction ends no other replica is answered: what is reserved rests on it.
    """
    found: float | None = run(session, _EVERYONE, {"now": now}).scalar()
    return now if found is None else found


def reserve(
    session: Session, chats: Mapping[int, str | None], limits: Limits, free: float, now: float
) -> dict[int, float]:
    """Reserve a moment for a message to each of some chats, in that order; answers them by chat.

    ``chats`` holds the moments of each one's last messages, as JSON; ``free`` is what ``free_at``
    answered. Moments are seconds of the database's clock, evenly apart from those of all replicas.
    """
    if not chats:
        return {}
    begin = max(free, now)
    moments = {chat_id: begin + place * limits.gap for place, chat_id in enumerate(chats)}
    rows = [_row(EVERYONE, now, begin + len(chats) * limits.gap)]
    for chat_id, moment in moments.items():
        recent = _recent([*json.loads(chats[chat_id] or "[]"), moment], limits, now)
        rows.append(_row(chat_id, now, limits.next_in_chat(chat_id, recent), recent))
    upsert(session, Pace, rows)
    return moments


def hold(session: Session, holds: Mapping[int, float], now: float) -> None:
    """Write to some chats (or ``EVERYONE``) no more for so many seconds."""
    if not holds:
        return
    known = run(session, _RECENT, {"chats": list(holds), "now": now})
    recent = {row.chat_id: json.loads(row.recent) for row in known}
    rows = [
        _row(chat_id, now, now + seconds, recent.get(chat_id, ()))
        for chat_id, seconds in holds.items()
    ]
    upsert(session, Pace, rows)


def _recent(moments: Iterable[float], limits: Limits, now: float) -> list[float]:
    """Answer those moments that still matter."""
    kept = [moment for moment in moments if moment > now - MINUTE * MARGIN]
    return kept[-limits.per_group_minute :]


def _row(
    chat_id: int, now: float, free_at: float, recent: Iterable[float] = ()
) -> Mapping[str, object]:
    written = json.dumps([round(moment, 3) for moment in recent])
    return {"chat_id": chat_id, "noted_at": now, "free_at": free_at, "recent": written}
