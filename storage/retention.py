"""What is let go of with time: messages, links and files, and personal fields of who left.

The ledger and the audit are never touched. A little at a time: people wait for no clearing up.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, delete, func, or_, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from storage import journal
from storage.accounts import Handover, Invitation
from storage.columns import table_of, written
from storage.database import run
from storage.journal import Origin
from storage.people import PERSONAL, Person, PersonWas
from storage.queues import Inbox, InboxState, Outbox, OutboxState
from storage.uploads import Upload, UploadState

AT_ONCE = 500
SAID_NOTHING = "{}"  # the parameters of a call whose words were let go of
BLANKED = (*PERSONAL, "post")
UPLOAD_FOR = timedelta(days=7)
NOBODY = 0  # the actor of what happens by itself
_OF_ENTRIES = ("/amend", "/undo")  # a reply goes on with the number of an entry
_DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long things are kept: days for messages, years for the fields of people who left."""

    messages_days: int = 90
    people_years: int = 3

    def messages_from(self, now: datetime) -> datetime:
        """Answer the moment before which messages are let go of."""
        return now - timedelta(days=self.messages_days)

    def left_from(self, now: datetime) -> date:
        """Answer the day before which people must have left for their fields to be let go of."""
        return (now - timedelta(days=_DAYS_OF_A_YEAR * self.people_years)).date()


KEEPING = Keeping()  # as long as nobody chose otherwise

_INBOX, _OUTBOX, _PERSON = table_of(Inbox), table_of(Outbox), table_of(Person)
_WAITING = written(InboxState.WAITING)
_OPEN = (written(OutboxState.QUEUED), written(OutboxState.SENDING))


def prune(session: Session, keeping: Keeping, now: datetime) -> int:
    """Let go of a little of what is too old to be kept; answer how much, 0 when nothing is."""
    said = keeping.messages_from(now)
    steps: tuple[Callable[[], int], ...] = (
        lambda: _updates(session, said),
        lambda: _calls(session, said),
        lambda: _invitations(session, said),
        lambda: _packs(session, said),
        lambda: _uploads(session, now - UPLOAD_FOR),
        lambda: _people(session, keeping.left_from(now), now),
    )
    return sum(step() for step in steps)


def _updates(session: Session, before: datetime) -> int:
    """Delete updates whole, those that were handled and those that never can be.

    That an update counts once rests on its row (``happening``). Telegram keeps what it could not
    deliver for 24 hours, and what was edited later or tapped anew is another happening: after the
    seven days that messages are kept at the very least, nothing comes a second time. The oldest
    stand first: only they are looked at, so that no index is needed.
    """
    oldest = columns(_INBOX.c.id).order_by(_INBOX.c.id).limit(AT_ONCE)
    gone = delete(_INBOX).where(
        _INBOX.c.id.in_(oldest), _INBOX.c.received_at < before, _INBOX.c.state != _WAITING
    )
    return _count(run(session, gone))


def _calls(session: Session, before: datetime) -> int:
    """Blank what was said. The row stays: a reply to the message still finds its entry by it."""
    oldest = (
        columns(_OUTBOX.c.id)
        .where(_OUTBOX.c.payload != SAID_NOTHING)
        .order_by(_OUTBOX.c.id)
        .limit(AT_ONCE)
    )
    old = _OUTBOX.c.id.in_(oldest), _OUTBOX.c.created_at < before, _OUTBOX.c.state.not_in(_OPEN)
    return _blank(session, *old)


def _blank(session: Session, *which: ColumnElement[bool]) -> int:
    """Take the words from calls, also what was typed and a reply to them would go on with."""
    prompt = _OUTBOX.c.prompt
    typed = prompt.is_not(None), ~or_(*(prompt.like(f"{name} %#%") for name in _OF_ENTRIES))
    run(session, update(_OUTBOX).where(*which, *typed).values(prompt=None))
    blanked = update(_OUTBOX).where(*which).values(payload=SAID_NOTHING)
    return _count(run(session, blanked))


def _invitations(session: Session, before: datetime) -> int:
    old = delete(table_of(Invitation)).where(col(Invitation.expires_at) < before)
    return _count(run(session, old))


def _packs(session: Session, before: datetime) -> int:
    handover = table_of(Handover)
    old = handover.c.ended_at < before, handover.c.pack != SAID_NOTHING
    return _count(run(session, update(handover).where(*old).values(pack=SAID_NOTHING)))


def _uploads(session: Session, before: datetime) -> int:
    """Let go of the rosters that were sent; one that waits for a yes has waited in vain."""
    upload = table_of(Upload)
    old = upload.c.touched_at < before
    waits = upload.c.state.in_((UploadState.FETCHING, UploadState.SHOWN))
    run(session, update(upload).where(old, waits).values(state=UploadState.CANCELLED))
    full = or_(upload.c.content.is_not(None), upload.c.seen.is_not(None))
    blanked = update(upload).where(old, full, upload.c.state != UploadState.TAKING)
    return _count(run(session, blanked.values(content=None, seen=None, name=None, file_id=None)))


def _people(session: Session, before: date, now: datetime) -> int:
    """Blank the personal fields of people who left long ago; name and party dates stay."""
    filled = or_(*(_PERSON.c[name].is_not(None) for name in BLANKED))
    query = columns(_PERSON.c.id, _PERSON.c.unit_id).where(_PERSON.c.left_on < before, filled)
    found = run(session, query.order_by(_PERSON.c.id).limit(AT_ONCE)).all()
    by_unit: dict[int, list[int]] = {}
    for person_id, unit_id in found:
        by_unit.setdefault(unit_id, []).append(person_id)
    for unit_id, people in by_unit.items():
        blank_fields(session, people)
        origin = Origin(NOBODY, now, None, None)
        journal.add_audit(session, unit_id, "let_go", origin, after=json.dumps({"people": people}))
    return len(found)


def blank_fields(session: Session, people: Collection[int]) -> None:
    """Take from some people's rows the fields that need not be kept, also from what they were."""
    which = _PERSON.c.id.in_(people)
    run(session, update(_PERSON).where(which).values(dict.fromkeys(BLANKED)))
    was = table_of(PersonWas)
    run(session, update(was).where(was.c.person_id.in_(people)).values(post=None))
    session.expire_all()


def forget_talk(session: Session, telegram_id: int, now: datetime) -> None:
    """Let go of what was said in someone's private chat, but what may yet be delivered again."""
    settled = now - timedelta(days=2)  # Telegram delivers for one
    mine = _INBOX.c.chat_id == telegram_id, _INBOX.c.state != _WAITING
    run(session, delete(_INBOX).where(*mine, _INBOX.c.received_at < settled))
    _blank(session, _OUTBOX.c.chat_id == telegram_id, _OUTBOX.c.state.not_in(_OPEN))


def _count(done: CursorResult[*tuple[object, ...]]) -> int:
    return int(done.rowcount)


@dataclass(frozen=True, slots=True)
class Kept:
    """Since when messages are there that came and that were said; None where there are none."""

    came_from: datetime | None
    said_from: datetime | None
    left_with_fields: int


def kept_since(session: Session) -> Kept:
    """Answer how far back messages go, and how many who left still have personal fields."""
    came = columns(_INBOX.c.received_at).order_by(_INBOX.c.id).limit(1)
    words = _OUTBOX.c.payload != SAID_NOTHING
    said = columns(_OUTBOX.c.created_at).where(words).order_by(_OUTBOX.c.id).limit(1)
    filled = or_(*(_PERSON.c[name].is_not(None) for name in BLANKED))
    gone = select(func.count()).where(col(Person.left_on).is_not(None), filled)
    return Kept(run(session, came).scalar(), run(session, said).scalar(), session.exec(gone).one())
