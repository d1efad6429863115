"""Digests in the outbox: queued, said anew and begun, many in one statement."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, Date, bindparam, insert, update
from sqlalchemy import select as columns
from sqlmodel import Session

from storage.calls import Due
from storage.columns import table_of, written
from storage.database import run
from storage.queues import Outbox, OutboxKind, OutboxState
from storage.reminding import ChatDay

# What a queued digest says is only known at the moment of sending: see ``begin``.
METHOD, NOTHING = "sendMessage", "{}"

_OUTBOX = table_of(Outbox)
_CHATS = bindparam("chats", expanding=True, type_=BigInteger)
_DAYS = bindparam("days", expanding=True, type_=Date)
_OF_DAY = columns(_OUTBOX.c.chat_id, _OUTBOX.c.digest_on).where(
    _OUTBOX.c.chat_id.in_(_CHATS), _OUTBOX.c.digest_on.in_(_DAYS)
)
_QUEUED = _OF_DAY.where(_OUTBOX.c.state == written(OutboxState.QUEUED))
_SHOWN = (
    _OF_DAY.add_columns(_OUTBOX.c.message_id)
    .where(_OUTBOX.c.message_id.is_not(None))
    .order_by(_OUTBOX.c.id)
)
_QUEUE = insert(_OUTBOX)
_CHAT = columns(_OUTBOX.c.id, _OUTBOX.c.chat_id).where(
    _OUTBOX.c.id.in_(bindparam("rows", expanding=True))
)
_BEGIN = (
    update(_OUTBOX)
    .where(_OUTBOX.c.id == bindparam("row"))
    .values(state=OutboxState.SENDING, method=bindparam("by"), payload=bindparam("said"))
)
_DROP = update(_OUTBOX).where(_OUTBOX.c.id == bindparam("row")).values(state=OutboxState.DROPPED)


def queue(session: Session, owed: Mapping[ChatDay, datetime], now: datetime) -> None:
    """Queue chats' digests of a day each, to be delivered from a moment on.

    Where one of the same day still waits, that one will say the new things too.
    """
    waiting = {(row.chat_id, row.digest_on) for row in run(session, _QUEUED, _asked(owed))}
    rows = [
        {
            "chat_id": chat_id,
            "kind": OutboxKind.DIGEST,
            "method": METHOD,
            "payload": NOTHING,
            "digest_on": on,
            "created_at": now,
            "not_before": deliver_at,
            "state": OutboxState.QUEUED,
            "attempts": 0,
        }
        for (chat_id, on), deliver_at in owed.items()
        if (chat_id, on) not in waiting
    ]
    if rows:
        run(session, _QUEUE, rows)


def chats_of(session: Session, outbox_ids: Collection[int]) -> dict[int, int]:
    """Answer the chats that queued calls are for: they may have moved since they were loaded."""
    return {row.id: row.chat_id for row in run(session, _CHAT, {"rows": outbox_ids})}


def shown(session: Session, wanted: Collection[ChatDay]) -> dict[ChatDay, int]:
    """Answer the messages that show chats' digests of a day each, of those that were sent."""
    rows = run(session, _SHOWN, _asked(wanted))
    return {(row.chat_id, row.digest_on): row.message_id for row in rows}


def begin(session: Session, calls: Iterable[Due]) -> None:
    """Mark digests as under way before they are sent, saying this: after a crash one is unknown."""
    rows = [{"row": call.id, "by": call.method, "said": call.payload} for call in calls]
    if rows:
        run(session, _BEGIN, rows)


def drop(session: Session, outbox_ids: Iterable[int]) -> None:
    """Mark digests as no longer needed."""
    rows = [{"row": outbox_id} for outbox_id in outbox_ids]
    if rows:
        run(session, _DROP, rows)


def _asked(wanted: Collection[ChatDay]) -> dict[str, object]:
    return {
        "chats": list({chat_id for chat_id, _ in wanted}),
        "days": list({on for _, on in wanted}),
    }
