"""Files that came, and wait for a day: until the record is there that they belong to."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.attachments import LooseFile, SentFile
from storage.journal import Origin

LOOSE_FOR = timedelta(days=1)


def keep(session: Session, file: SentFile, origin: Origin) -> None:
    """Keep a file that came for a day; one whose message was changed takes the former's place."""
    session.execute(delete(LooseFile).where(col(LooseFile.came_at) < origin.at - LOOSE_FOR))
    if origin.chat_id is None or origin.message_id is None:
        return
    there = of_message(session, origin.chat_id, origin.message_id) or LooseFile(
        chat_id=origin.chat_id,
        message_id=origin.message_id,
        actor=origin.actor,
        came_at=origin.at,
        **asdict(file),
    )
    for name, value in asdict(file).items():
        setattr(there, name, value)
    session.add(there)
    session.flush()


def of_message(session: Session, chat_id: int, message_id: int) -> LooseFile | None:
    """Answer the file that came in a message, if it did within the last day."""
    query = select(LooseFile).where(
        LooseFile.chat_id == chat_id, LooseFile.message_id == message_id
    )
    return session.exec(query).first()


def with_album(session: Session, file: LooseFile) -> Sequence[LooseFile]:
    """Answer a loose file with those of its album that came so far, in their order."""
    if file.album is None:
        return [file]
    query = select(LooseFile).where(
        LooseFile.chat_id == file.chat_id,
        LooseFile.album == file.album,
        LooseFile.actor == file.actor,
    )
    return session.exec(query.order_by(col(LooseFile.message_id))).all()
