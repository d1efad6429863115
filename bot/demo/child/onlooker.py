"""Whoever looks inside the demo: asks the bot's own handlers as the owner of the machine."""

from sqlmodel import Session

from bot.demo.child.desk import Desk
from handlers.request import Request

NOBODY = 0


def onlooker(desk: Desk, session: Session, chat_id: int = NOBODY) -> Request:
    """Answer a request as if it were made in a chat; in a private one by the person whose it is."""
    private = chat_id > 0
    return Request(
        session=session,
        policy=desk.service.core.policy,
        now=desk.clock.now,
        written_at=desk.clock.now,
        actor=chat_id if private else NOBODY,
        chat_id=chat_id,
        private=private,
        message_id=None,
        arguments="",
        owner=not private,
    )
