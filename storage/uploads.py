"""Rosters that were sent: read, shown, and taken only when that was confirmed."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, Text, or_, update
from sqlmodel import Field, Session, col, select

from storage.columns import Instant, Key, Keyed, coded
from storage.database import AHEAD_AT_MOST


class UploadState(StrEnum):
    """How far a roster has come that was sent."""

    FETCHING = "fetching"  # its bytes are still at Telegram
    SHOWN = "shown"  # what would change was shown: it waits for a yes
    TAKING = "taking"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Upload(Keyed, table=True):
    """A roster file that somebody sent for a unit, and how far it has come.

    ``content`` are its bytes, until it is taken or refused. ``position`` of ``total`` rows are
    taken. ``seen`` tells what was shown, so that what changed meanwhile is shown anew. While
    ``taken_until`` lies ahead (seconds of the database's clock) the replica ``taken_by`` alone
    reads it or takes it. ``message_id`` is the message that shows how far it has come.
    """

    __tablename__ = "upload"

    unit_id: int = Field(sa_type=Key, foreign_key="unit.id", index=True)
    actor: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    thread_id: int | None = Field(default=None, sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    file_id: str | None = None
    name: str | None = None
    state: UploadState = Field(sa_type=coded(UploadState), index=True)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    seen: str | None = Field(default=None, sa_type=Text)
    position: int = 0
    total: int = 0
    sent_at: datetime = Field(sa_type=Instant)
    touched_at: datetime = Field(sa_type=Instant)
    taken_by: str | None = None
    taken_until: float | None = None


OPEN_FOR = timedelta(days=1)
LEASE = 90.0  # seconds: reading the largest file, or taking one chunk, takes a few
_WORK = (UploadState.FETCHING, UploadState.TAKING)
_ENDED = {"content": None, "seen": None, "taken_by": None, "taken_until": None}


def add(session: Session, new: Upload) -> Upload:
    """Keep a roster that was sent, in the place of others that its sender has not confirmed."""
    before = update(Upload).where(
        col(Upload.actor) == new.actor,
        col(Upload.chat_id) == new.chat_id,
        col(Upload.state).in_((UploadState.FETCHING, UploadState.SHOWN)),
    )
    session.execute(before.values(state=UploadState.CANCELLED, **_ENDED))
    session.add(new)
    session.flush()
    return new


def claim(session: Session, by: str, moment: float) -> Upload | None:
    """Give a replica the oldest roster that is to be fetched, read or taken, under a lease."""
    leased = col(Upload.taken_until).between(moment, moment + LEASE + AHEAD_AT_MOST)
    query = (
        select(Upload)
        .where(col(Upload.state).in_(_WORK), or_(col(Upload.taken_until).is_(None), ~leased))
        .order_by(col(Upload.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.exec(query).first()
    if found is not None:
        found.taken_by, found.taken_until = by, moment + LEASE
        session.flush()
    return found


def held(session: Session, upload_id: int, by: str, moment: float) -> Upload | None:
    """Answer a roster that a replica still holds, and hold it on; None when it is not its own.

    Another one that has taken it meanwhile, or whoever cancelled it, has the last word.
    """
    query = select(Upload).where(
        Upload.id == upload_id, Upload.taken_by == by, col(Upload.state).in_(_WORK)
    )
    options = {"populate_existing": True}
    found = session.exec(query.with_for_update(), execution_options=options).first()
    if found is not None:
        found.taken_until = moment + LEASE
        session.flush()
    return found


def rest(upload: Upload, until: float | None = None) -> None:
    """Let go of a roster; with a moment, it is nobody's turn before that."""
    upload.taken_by, upload.taken_until = None, until


def let_go(session: Session, by: str) -> None:
    """Let go of all that a replica holds: an earlier life of it has ended."""
    free = update(Upload).where(col(Upload.taken_by) == by)
    session.execute(free.values(taken_by=None, taken_until=None))


def end(upload: Upload, state: UploadState) -> None:
    """Be done with a roster: its bytes are personal data and are kept no longer."""
    upload.state = state
    for name, value in _ENDED.items():
        setattr(upload, name, value)


def sent_by(session: Session, upload_id: int, actor: int, chat_id: int) -> Upload | None:
    """Answer the roster of that number if that person sent it in that chat."""
    query = select(Upload).where(
        Upload.id == upload_id, Upload.actor == actor, Upload.chat_id == chat_id
    )
    options = {"populate_existing": True}
    return session.exec(query.with_for_update(), execution_options=options).first()


def close_left(session: Session, now: datetime) -> None:
    """Close the rosters that nobody has confirmed for a day."""
    left = update(Upload).where(
        col(Upload.state) == UploadState.SHOWN, col(Upload.touched_at) < now - OPEN_FOR
    )
    session.execute(left.values(state=UploadState.CANCELLED, **_ENDED))
