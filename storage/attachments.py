"""Photos and files that belong to a record: rows are added, never changed and never deleted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from storage.columns import Instant, Key, Keyed, coded


class FileKind(StrEnum):
    """How Telegram holds a file."""

    PHOTO = "photo"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A photo or file as Telegram tells of it: its bytes stay there.

    ``name`` and ``mime`` are the sender's word for what it is, ``size`` is in bytes; each may be
    missing. ``album`` is what the pictures of one album have in common.
    """

    kind: FileKind
    file_id: str
    file_unique_id: str
    name: str | None = None
    mime: str | None = None
    size: int | None = None
    album: str | None = None


class _Sent(Keyed):
    """The columns that keep a ``SentFile``."""

    kind: FileKind = Field(sa_type=coded(FileKind))
    file_id: str
    file_unique_id: str
    name: str | None = None
    mime: str | None = None
    size: int | None = Field(default=None, sa_type=BigInteger)
    album: str | None = None


class Attachment(_Sent, table=True):
    """A file attached to a record, or with ``removes_id`` the word that one is attached no more.

    ``entry_id`` is the record as it was first entered: its amendments have the same files.
    ``file_id`` is what Telegram gives the file out by, ``file_unique_id`` what it knows it by.
    ``size`` is in bytes. The file came in the message of ``chat_id`` and ``message_id``, as one of
    the album ``album`` if it did.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_file", "entry_id", "file_unique_id"),
        Index("ix_attachment_album", "chat_id", "album"),
        Index("ix_attachment_added", "added_at"),
    )

    entry_id: int = Field(sa_type=Key, foreign_key="entry.id")
    removes_id: int | None = Field(sa_type=Key, default=None, foreign_key="attachment.id")
    added_by: int = Field(sa_type=BigInteger)
    added_at: datetime = Field(sa_type=Instant)
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    message_id: int | None = Field(default=None, sa_type=BigInteger)


class FileHash(SQLModel, table=True):
    """What a file's bytes were when they were fetched: SHA-256 in hexadecimal, size in bytes."""

    __tablename__ = "file_hash"

    file_unique_id: str = Field(primary_key=True)
    sha256: str
    size: int = Field(sa_type=BigInteger)
    fetched_at: datetime = Field(sa_type=Instant)


class LooseFile(_Sent, table=True):
    """A file that came, for a day: until the record is there that it belongs to.

    The pictures of an album come one by one (``album`` is what Telegram calls it), and only one of
    them has the words; a message that is asked about is a record only when it is answered.
    """

    __tablename__ = "loose_file"
    __table_args__ = (
        Index("ix_loose_file_of", "chat_id", "message_id", unique=True),
        Index("ix_loose_file_album", "chat_id", "album"),
        Index("ix_loose_file_draft", "draft_id"),
        Index("ix_loose_file_came", "came_at"),
    )

    chat_id: int = Field(sa_type=BigInteger)
    message_id: int = Field(sa_type=BigInteger)
    actor: int = Field(sa_type=BigInteger)
    draft_id: int | None = Field(default=None, sa_type=BigInteger)
    came_at: datetime = Field(sa_type=Instant)
