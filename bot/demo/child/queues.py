"""What the bot's two queues hold: what came in, and what goes out."""

import json
from datetime import datetime

from sqlmodel import Session, col, select

from bot.demo.child.desk import Desk
from bot.demo.clock import ZONE
from bot.render import plain
from storage import inbox
from storage import outbox as outgoing
from storage.queues import Outbox

MOST = 50
LONGEST = 120  # characters of a text


def outbox(_: Desk, session: Session) -> dict[str, object]:
    """Answer how many calls and updates stand in each state, and the newest calls."""
    query = select(Outbox).order_by(col(Outbox.id).desc()).limit(MOST)
    return {
        "counts": outgoing.counts(session),
        "calls": [_call(row) for row in session.exec(query)],
        "inbox": inbox.counts(session),
    }


def _call(row: Outbox) -> dict[str, object]:
    return {
        "id": row.id,
        "chat_id": row.chat_id,
        "kind": row.kind.value,
        "method": row.method,
        "state": row.state.value,
        "attempts": row.attempts,
        "problem": row.problem,
        "text": shortened(_text(row.payload)),
        "created_at": _iso(row.created_at),
        "sent_at": _iso(row.sent_at),
    }


def _text(payload: str) -> str:
    """Answer what a reader sees of a call; a digest is put into words only when it is sent."""
    call = json.loads(payload)
    return plain(str(call.get("text") or call.get("caption") or ""))


def shortened(text: str) -> str:
    """Cut a text to what fits a row."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(ZONE).isoformat()
