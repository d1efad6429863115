"""Rosters that were sent: read, shown, and taken only when that was confirmed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field

from storage.columns import Instant, Key, Keyed, coded


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
    taken. ``seen`` tells what was shown, so that what changed meanwhile is shown anew.
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
