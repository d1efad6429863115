"""The outbox: Bot API calls owed, put in with what they report; ``storage.calls`` drains it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from storage.columns import table_of, written
from storage.database import run
from storage.messages import Document
from storage.queues import Outbox, OutboxFile, OutboxKind, OutboxState


@dataclass(frozen=True, slots=True)
class Owed:
    """A Bot API call to put in the outbox; ``payload`` is its parameters as JSON.

    ``update_id`` is the update it answers, if it answers one. ``document`` is the file it sends.
    """

    chat_id: int
    kind: OutboxKind
    method: str
    payload: str
    prompt: str | None = None
    digest_on: date | None = None
    not_before: datetime | None = None
    update_id: int | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message that stands in a chat: its number there, and the parameters of its last call."""

    message_id: int
    payload: str


_OUTBOX, _FILE = table_of(Outbox), table_of(OutboxFile)
_PUT = insert(_OUTBOX).returning(_OUTBOX.c.id)
_PUT_FILE = insert(_FILE)


def put(
    session: Session,
    owed: Owed,
    now: datetime,
    state: OutboxState = OutboxState.QUEUED,
    message_id: int | None = None,
) -> int:
    """Put a call in the outbox and answer its id; one that is sent has a message already.

    Its file is kept with it only until it is sent (see ``calls.settle``).
    """
    values = {
        "update_id": owed.update_id,
        "chat_id": owed.chat_id,
        "kind": owed.kind,
        "method": owed.method,
        "payload": owed.payload,
        "prompt": owed.prompt,
        "digest_on": owed.digest_on,
        "created_at": now,
        "not_before": owed.not_before or now,
        "state": state,
        "attempts": 0,
        "message_id": message_id,
    }
    outbox_id: int = run(session, _PUT, values).scalar_one()
    if owed.document is not None and state == OutboxState.QUEUED:
        file = {"name": owed.document.name, "content": owed.document.content}
        run(session, _PUT_FILE, {"outbox_id": outbox_id, **file})
    return outbox_id


def document_of(session: Session, outbox_id: int) -> Document | None:
    """Answer the file that a call sends; None when none is kept with it."""
    found = session.get(OutboxFile, outbox_id)
    return None if found is None else Document(found.name, found.content)


def prompt_of(session: Session, chat_id: int, message_id: int) -> str | None:
    """Answer the command that a reply to that message continues, if it is such a message."""
    query = select(Outbox.prompt).where(
        Outbox.chat_id == chat_id, Outbox.message_id == message_id, col(Outbox.prompt).is_not(None)
    )
    return session.exec(query.order_by(col(Outbox.id).desc())).first()


def asked_last(session: Session, chat_id: int) -> str | None:
    """Answer the command that the newest message of a chat that can be continued goes on with."""
    query = select(Outbox.prompt).where(Outbox.chat_id == chat_id, col(Outbox.prompt).is_not(None))
    return session.exec(query.order_by(col(Outbox.id).desc()).limit(1)).first()


def shown_with(session: Session, chat_id: int, prompt: str) -> int | None:
    """Answer the newest message that a reply continues so; None when none was sent."""
    query = select(Outbox.message_id).where(
        Outbox.chat_id == chat_id, Outbox.prompt == prompt, col(Outbox.message_id).is_not(None)
    )
    return session.exec(query.order_by(col(Outbox.id).desc()).limit(1)).first()


def counts(session: Session) -> dict[str, int]:
    """Answer how many calls stand in each state."""
    query = select(Outbox.state, func.count()).group_by(col(Outbox.state))
    return {str(state): count for state, count in session.exec(query)}


def undone(session: Session) -> dict[str, int]:
    """Answer how many calls are owed, and how many ended badly, by their states."""
    states = (OutboxState.QUEUED, OutboxState.FAILED, OutboxState.UNKNOWN)
    counted = (select(func.count()).where(col(Outbox.state) == written(state)) for state in states)
    return {state: session.exec(query).one() for state, query in zip(states, counted, strict=True)}


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """Answer when the oldest call that may be made fell due; None when none waits."""
    query = select(func.min(Outbox.not_before)).where(
        col(Outbox.state) == written(OutboxState.QUEUED), col(Outbox.not_before) <= now
    )
    return session.exec(query).one()


def problems(
    session: Session, state: OutboxState, *, since: datetime | None = None
) -> list[tuple[str, int]]:
    """Answer what went wrong with the calls in a state, and how often.

    With ``since``, of those alone that fell due after it.
    """
    query = select(Outbox.problem, func.count()).where(col(Outbox.state) == written(state))
    if since is not None:
        query = query.where(col(Outbox.not_before) > since)
    found = session.exec(query.group_by(col(Outbox.problem)))
    return [(problem or "", count) for problem, count in found]


def last_said(session: Session, chat_id: int) -> Said | None:
    """Answer what the bot said last in a chat, or made of something that it had said."""
    query = select(Outbox).where(
        Outbox.chat_id == chat_id,
        Outbox.state == OutboxState.SENT,
        col(Outbox.message_id).is_not(None),
    )
    found = session.exec(query.order_by(col(Outbox.id).desc())).first()
    if found is None or found.message_id is None:
        return None
    return Said(found.message_id, found.payload)
