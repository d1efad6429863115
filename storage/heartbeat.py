"""Signs of life: the tick leaves one each minute, the health check looks for it."""

from datetime import datetime

from sqlmodel import Session

from storage.queues import Heartbeat


def beat(session: Session, part: str, now: datetime) -> None:
    """Note that a part is alive."""
    session.merge(Heartbeat(part=part, at=now))


def last_beat(session: Session, part: str) -> datetime | None:
    """Answer when a part was last seen alive; None when it never was."""
    found = session.get(Heartbeat, part)
    return None if found is None else found.at
