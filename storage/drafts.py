"""Unfinished entries: a question that waits for its answer, or a form that is being filled in.

A draft is the message as it reads so far. Nothing of it counts until it is whole; then it becomes
an entry like any other, and the draft is gone.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, Session, col, select

from storage.columns import Instant, Key, Keyed


class Draft(Keyed, table=True):
    """A message that somebody began, and how far it has come.

    ``said`` is what follows the command as it would be typed now, with the answers in place.
    ``accepted`` are the doubts that were answered with yes, and ``choices`` what each button of the
    last question makes of it, both as JSON. ``turn`` counts the questions: a tap on an older one is
    not an answer to this one. ``place`` and ``place_end``
    are the part of ``said`` that a typed answer replaces; without them it is added. ``guided``: the
    form is walked through to its end; ``step`` is the one that is shown, and ``trail`` how each one
    that was shown found and left it (step, said, accepted, said with its ticks), as JSON, so that
    one can go back. ``chat_id`` and ``message_id`` are those of the message that began it, which is
    where its entry comes from;
    ``written_at`` is when that was written, or the last answer that was typed into it. ``unit_id``
    is the unit it was chosen for, where several were possible.
    """

    __tablename__ = "draft"
    # A number is never given twice: a button of a form long gone must not answer another one.
    __table_args__ = (
        Index("ix_draft_of", "chat_id", "actor"),
        Index("ix_draft_touched", "touched_at"),
        {"sqlite_autoincrement": True},
    )

    chat_id: int = Field(sa_type=BigInteger)
    actor: int = Field(sa_type=BigInteger)
    command: str
    said: str = Field(default="", sa_type=Text)
    accepted: str = "[]"
    choices: str = Field(default="[]", sa_type=Text)
    turn: int = 0
    step: str | None = None
    trail: str = Field(default="[]", sa_type=Text)
    place: int | None = None
    place_end: int | None = None
    guided: bool = False
    unit_id: int | None = Field(default=None, sa_type=Key)
    edited: bool = False
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    thread_id: int | None = Field(default=None, sa_type=BigInteger)
    written_at: datetime = Field(sa_type=Instant)
    touched_at: datetime = Field(sa_type=Instant)

    @property
    def accepts(self) -> frozenset[str]:
        """Answer the doubts that were answered with yes."""
        return frozenset(json.loads(self.accepted))

    @property
    def options(self) -> tuple["Outcome", ...]:
        """Answer what each button of the last question makes of the message."""
        return tuple(Outcome(*each) for each in json.loads(self.choices))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a button makes of a message: what it says then, and a doubt that is accepted by it."""

    said: str
    accepts: str | None = None


def keep(session: Session, draft: Draft) -> int:
    """Keep a draft, new or changed; answer its number."""
    session.add(draft)
    session.flush()
    return draft.key


def ask(draft: Draft, options: Iterable[Outcome], place: tuple[int, int] | None) -> None:
    """Note what was asked last: what its buttons make of the message, and what it is about."""
    draft.choices = json.dumps([[one.said, one.accepts] for one in options], ensure_ascii=False)
    draft.place, draft.place_end = place or (None, None)
    draft.turn += 1


def accept(draft: Draft, doubt: str) -> None:
    """Note that a doubt was answered with yes."""
    draft.accepted = json.dumps(sorted({*draft.accepts, doubt}), ensure_ascii=False)


def walk(draft: Draft, step: str | None) -> None:
    """Note which step of a guided form is shown now, and how the form reads there."""
    trail = json.loads(draft.trail)
    accepted = sorted(draft.accepts)
    if not trail or [trail[-1][0], *trail[-1][2:]] != [step, accepted, draft.said]:
        stand = [step, draft.said, accepted, draft.said]
        draft.trail = json.dumps([*trail, stand], ensure_ascii=False)
    draft.step = step


def tick(draft: Draft, said: str) -> None:
    """Note how a guided form reads with what is ticked at its step, which stays the same."""
    trail = json.loads(draft.trail)
    draft.said = said
    if trail:
        trail[-1][3] = said
        draft.trail = json.dumps(trail, ensure_ascii=False)


def go_back(draft: Draft) -> bool:
    """Let a guided form read as it did when the step before was left; False where there is none.

    What was ticked there stays ticked.
    """
    trail = json.loads(draft.trail)
    if len(trail) < 2:
        return False
    draft.trail = json.dumps(trail[:-1], ensure_ascii=False)
    draft.step, _, accepted, draft.said = trail[-2]
    draft.accepted = json.dumps(accepted, ensure_ascii=False)
    return True


def may_go_back(draft: Draft) -> bool:
    """Tell whether there is a step before the one that is shown."""
    return len(json.loads(draft.trail)) > 1


def read_at(draft: Draft, step: str) -> str:
    """Answer how a guided form read when a step was first shown; as it reads now without it."""
    found = (said for shown, said, *_ in json.loads(draft.trail) if shown == step)
    return next(found, draft.said)


def tellable(draft: Draft) -> str:
    """Answer what a draft says, but in a group no sums that nobody typed.

    Those are what each person owes; the form hides them from a group as long as it is open, too.
    A tap that waits for its unit was never typed.
    """
    if draft.command.endswith(":"):
        return ""
    private = draft.chat_id == draft.actor  # such a chat bears its person's number
    return draft.said if private or "due" not in draft.accepts else read_at(draft, "sum")


def find(session: Session, draft_id: int) -> Draft | None:
    """Answer the draft of that number; None when it is finished or was never there.

    Whoever answers it at the same moment waits, and then finds it answered.
    """
    return session.get(Draft, draft_id, with_for_update=True, populate_existing=True)


def prompted(session: Session, prompt: str) -> Draft | None:
    """Answer the draft that a prompt goes on with; None for another prompt, or when it is gone."""
    verb, _, number = prompt.partition(":")
    return find(session, int(number)) if verb == "typed" and number.isdecimal() else None


def of_message(session: Session, chat_id: int, message_id: int) -> Draft | None:
    """Answer the draft that a message began, if it is still open."""
    query = select(Draft).where(Draft.chat_id == chat_id, Draft.message_id == message_id)
    return session.exec(query.order_by(col(Draft.id).desc())).first()


def close(session: Session, draft: Draft) -> None:
    """Let go of a draft that is finished, or will never be."""
    session.delete(draft)
    session.flush()


def left(session: Session, before: datetime) -> Sequence[int]:
    """Answer the numbers of the drafts that nobody has touched since a moment.

    They are locked for whoever closes them; one that is being answered is not among them.
    """
    query = select(Draft.id).where(col(Draft.touched_at) < before).order_by(col(Draft.id))
    found = session.exec(query.with_for_update(skip_locked=True))
    return [number for number in found if number is not None]


def prompt_of(draft_id: int) -> str:
    """Answer what a reply to a draft's message continues."""
    return f"typed:{draft_id}"
