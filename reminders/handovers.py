"""Handovers that nobody finished in time: they end, and both sides are told."""

from datetime import datetime

from sqlmodel import Session

from storage import accounts, directory, handovers
from storage.accounts import Handover
from storage.journal import Origin
from storage.messages import Message
from storage.retention import NOBODY


def expire(session: Session, now: datetime) -> list[Message]:
    """End the handovers whose time is over; answer what either side is told in private."""
    origin = Origin(NOBODY, now, None, None)
    told: list[Message] = []
    for one in handovers.expired(session, now):
        handovers.call_off(session, one, "handover_expire", origin)
        told += _told(session, one)
    return told


def _told(session: Session, one: Handover) -> list[Message]:
    people = dict.fromkeys(each for each in (one.from_id, one.to_id, one.begun_by) if each)
    names = accounts.names_of(session, list(people))
    values = {
        "unit": directory.unit(session, one.unit_id).name,
        "days": handovers.LASTS.days,
        "to_name": names.get(one.to_id or 0),
    }
    return [Message("handover_expired", values, chat_id=who) for who in people]
