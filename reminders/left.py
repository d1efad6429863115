"""What was begun and left for a day: it is closed, and whoever began it is told what it said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from reminders.tick import hours_of
from storage import directory, drafts, loose_files, outbox
from storage.drafts import Draft
from storage.messages import Message

LEFT_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Farewell:
    """That a form was closed: where that is said, and in place of which message."""

    message: Message
    chat_id: int
    thread_id: int | None
    edits: int | None


def left(session: Session, now: datetime) -> Sequence[int]:
    """Answer the numbers of the drafts that nobody has touched for a day."""
    return drafts.left(session, now - LEFT_AFTER)


def close(session: Session, number: int, now: datetime) -> Farewell | None:
    """Let go of a draft, and answer what is to be said of it; None while that must wait.

    Where the question is known it is changed, which disturbs nobody; else a message is sent, and
    the draft stays until the unit may be disturbed.
    """
    draft = drafts.find(session, number)
    if draft is None:
        return None
    shown = outbox.shown_with(session, draft.chat_id, drafts.prompt_of(number))
    if shown is None and not _may_disturb(session, draft, now):
        return None
    values = {"command": draft.command, "said": drafts.tellable(draft)}
    drafts.close(session, draft)
    return Farewell(Message("form_closed", values), draft.chat_id, draft.thread_id, shown)


def _may_disturb(session: Session, draft: Draft, now: datetime) -> bool:
    bound = directory.unit_of_chat(session, draft.chat_id)
    homes = directory.units_of(session, draft.actor) if bound is None else [bound[0]]
    return not homes or hours_of(homes[0]).deliver_at(now) <= now


def forget_files(session: Session, now: datetime) -> None:
    """Let go of the files that came a day ago and that no draft awaits."""
    loose_files.forget(session, now - loose_files.LOOSE_FOR)
