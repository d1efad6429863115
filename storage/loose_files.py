"""Files that came, and wait for a day: until the record is there that they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from storage.attachments import LooseFile, SentFile
from storage.drafts import Draft
from storage.journal import Origin

LOOSE_FOR = timedelta(days=1)


def keep(session: Session, file: SentFile, origin: Origin, draft_id: int | None = None) -> None:
    """Keep a file that came for a day; one whose message was changed takes the former's place.

    With ``draft_id`` it is kept for that unfinished entry, as long as that is there.
    """
    forget(session, origin.at - LOOSE_FOR)
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
    if draft_id is not None:  # a caption that was edited goes on with nothing
        there.draft_id = draft_id
    session.add(there)
    session.flush()


def forget(session: Session, before: datetime) -> None:
    """Let go of the files that came before a moment, but those that an unfinished entry awaits."""
    awaited = select(Draft.id).where(Draft.id == LooseFile.draft_id).exists()
    session.execute(delete(LooseFile).where(col(LooseFile.came_at) < before, ~awaited))


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


def of_draft(session: Session, draft: Draft) -> Sequence[LooseFile]:
    """Answer the files that whoever began an unfinished entry sent for it, in their order."""
    query = select(LooseFile).where(LooseFile.draft_id == draft.id, LooseFile.actor == draft.actor)
    return session.exec(query.order_by(col(LooseFile.id))).all()


def release(session: Session, files: Iterable[LooseFile]) -> None:
    """Note that files have a record: no unfinished entry gets them any more."""
    ids = [file.key for file in files if file.draft_id is not None]
    if ids:
        session.execute(update(LooseFile).where(col(LooseFile.id).in_(ids)).values(draft_id=None))
