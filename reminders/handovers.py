"""Handovers that nobody finished in time: they end, and both sides are told."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from storage import accounts, directory, handovers
from storage.accounts import Handover
from storage.journal import Origin
from storage.messages import Message
from storage.retention import NOBODY


def overdue(session: Session, now: datetime) -> Sequence[int]:
    """Answer the numbers of the handovers whose time is over."""
    return [one.key for one in handovers.expired(session, now)]


def expire(session: Session, number: int, now: datetime) -> list[Message]:
    """End a handover whose time is over; answer what either side is told in private.

    Nothing when it has ended since: somebody confirmed it at the same moment.
    """
    one = handovers.find(session, number)
    if one is None or one.ended_at is not None:
        return []
    handovers.call_off(session, one, "handover_expire", Origin(NOBODY, now, None, None))
    return _told(session, one)


def _told(session: Session, one: Handover) -> list[Message]:
    people = dict.fromkeys(each for each in (one.from_id, one.to_id, one.begun_by) if each)
    names = accounts.names_of(session, list(people))
    values = {
        "unit": directory.unit(session, one.unit_id).name,
        "days": handovers.LASTS.days,
        "to_name": names.get(one.to_id or 0),
    }
    return [Message("handover_expired", values, chat_id=who) for who in people]
