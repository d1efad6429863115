"""What was begun and left for a day: it is closed, and whoever began it is told what it said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from reminders.tick import hours_of
from storage import directory, drafts, loose_files, outbox
from storage.messages import Message

LEFT_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Farewell:
    """That a form was closed: where that is said, from when on, and in place of which message."""

    message: Message
    chat_id: int
    thread_id: int | None
    edits: int | None
    not_before: datetime


def close_left(session: Session, now: datetime) -> list[Farewell]:
    """Let go of what nobody has touched for a day; answer what is to be said of it.

    Where the question is known it is changed, which disturbs nobody; else a message is sent, in
    the hours of the unit.
    """
    before = now - LEFT_AFTER
    farewells = [_farewell(session, left, now) for left in drafts.close_left(session, before)]
    loose_files.forget(session, before)
    return farewells


def _farewell(session: Session, left: drafts.Left, now: datetime) -> Farewell:
    shown = outbox.shown_with(session, left.chat_id, left.prompt)
    return Farewell(
        Message("form_closed", {"command": left.command, "said": left.said}),
        left.chat_id,
        left.thread_id,
        shown,
        now if shown is not None else _in_hours(session, left, now),
    )


def _in_hours(session: Session, left: drafts.Left, now: datetime) -> datetime:
    bound = directory.unit_of_chat(session, left.chat_id)
    homes = directory.units_of(session, left.actor) if bound is None else [bound[0]]
    return hours_of(homes[0]).deliver_at(now) if homes else now
