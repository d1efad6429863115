"""What a chat was reminded of, and why it was not: as the bot itself knows and says it."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from bot.demo.child.desk import Desk
from bot.demo.child.onlooker import onlooker
from bot.demo.clock import ZONE
from bot.render import plain
from bot.words import Words
from compliance.periods import span_of
from handlers.reading import requirement_of
from handlers.request import Refused
from handlers.telling.explaining_today import today
from storage import directory
from storage.messages import Message
from storage.queues import Reminder
from storage.reminding import ARREARS, URGED, WEEKLY
from storage.told import deliveries, fate_of

MOST = 60
Row = dict[str, object]


def reminders(desk: Desk, session: Session, chat_id: str) -> Row:
    """Answer the newest steps settled for a chat, when the next could come, and what the bot says.

    ``chat_id`` is a whole number.
    """
    chat = int(chat_id)
    locale = directory.locale_of(session, chat, desk.locale)
    said = _said(desk, session, chat)
    coming = said.values.get("next_at")
    return {
        "steps": list(_steps(desk, session, chat, desk.service.core.languages[locale])),
        "next": coming.isoformat() if isinstance(coming, datetime) else None,
        "said": desk.service.core.renderer.plain_text(said, locale),
    }


def _said(desk: Desk, session: Session, chat_id: int) -> Message:
    """Answer what the bot answers there to why it spoke, or was silent, today."""
    try:
        return today(onlooker(desk, session, chat_id))[0]
    except Refused as refused:
        return refused.message


def _steps(desk: Desk, session: Session, chat_id: int, words: Words) -> Iterator[Row]:
    query = select(Reminder).where(Reminder.chat_id == chat_id)
    rows = session.exec(query.order_by(col(Reminder.id).desc()).limit(MOST)).all()
    told = deliveries(session, {(row.chat_id, row.digest_on) for row in rows})
    units = directory.units(session, {i for row in rows for i in (row.unit_id, row.subject_id)})
    request = onlooker(desk, session, chat_id)
    for row in rows:
        unit = units[row.unit_id]
        subject = units.get(row.subject_id)
        of_day = told.get((row.chat_id, row.digest_on), ())
        fate, at = fate_of(row.outcome, row.settled_at, of_day)
        values = {
            "special": _special(row),
            "requirement": requirement_of(request, unit, row.requirement),
            "unit": unit.name,
            "subject": None if subject is None else subject.name,
            "code": row.step,
            "fate": fate,
            "at": at.astimezone(ZONE),
            "on": row.digest_on,
        }
        yield {
            "day": row.digest_on.isoformat(),
            "title": plain(words.text("demo/step", values)),
            "period": _period(row, words),
            "outcome": fate.value,
            "why": plain(words.text("demo/step_why", values)),
        }


def _special(row: Reminder) -> str | None:
    """Answer what a step is that is none of a deadline."""
    if row.requirement in (WEEKLY, URGED):
        return row.requirement
    return "arrears" if row.step.startswith(ARREARS) else None


def _period(row: Reminder, words: Words) -> str:
    return (
        row.period if row.requirement in (WEEKLY, URGED) else str(words.period(span_of(row.period)))
    )
