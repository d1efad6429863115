"""What the bytes of attached files were, once somebody looked at them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from storage.attachments import Attachment, FileHash
from storage.database import insert_new
from storage.filing import live


@dataclass(frozen=True, slots=True)
class Unhashed:
    """A file whose bytes are still to be looked at."""

    file_unique_id: str
    file_id: str


def unhashed(session: Session, since: datetime) -> list[Unhashed]:
    """Answer the files attached since a moment that were not looked at yet, the oldest first."""
    query = select(Attachment.file_unique_id, Attachment.file_id).where(
        *_not_hashed(), col(Attachment.added_at) >= since
    )
    rows = session.exec(query.order_by(col(Attachment.id)))
    return [Unhashed(*row) for row in dict.fromkeys(rows)]


def late_hashes(session: Session, since: datetime, before: datetime) -> int:
    """Answer how many files attached between two moments were not looked at yet."""
    added = col(Attachment.added_at)
    query = select(func.count()).where(*_not_hashed(), added >= since, added < before)
    return session.exec(query.select_from(Attachment)).one()


def _not_hashed() -> tuple[ColumnElement[bool], ...]:
    known = select(FileHash.file_unique_id).where(
        col(FileHash.file_unique_id) == col(Attachment.file_unique_id)
    )
    return (*live(), ~known.exists())


def keep_hash(session: Session, file_unique_id: str, sha256: str, size: int, at: datetime) -> None:
    """Keep what a file's bytes were; what another replica found before stays."""
    if session.get(FileHash, file_unique_id) is not None:
        return  # SQLite's guard of the table refuses what is in the way of a row, whatever it does
    row = {"file_unique_id": file_unique_id, "sha256": sha256, "size": size, "fetched_at": at}
    insert_new(session, FileHash, [row])
