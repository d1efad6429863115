"""Ticks: what the clock owes is planned, rendered and put in the outbox in one transaction."""

from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from bot.render import Destination, Renderer, dump
from compliance.policy import Policy
from reminders.digest import digest
from reminders.tick import Owed, plan_chat
from storage import directory, heartbeat, outbox, reminding
from storage.database import DATABASE_DOWN, rehearsal, snapshot, transaction
from storage.messages import Message
from storage.outbox import Due
from storage.queues import Outbox, OutboxKind
from storage.units import Chat

EDIT = "editMessageText"
TICK = "tick"

log = structlog.get_logger(__name__)


class Ticking:
    """Plans reminders. Synchronous: the edge runs it in its one worker thread."""

    def __init__(self, engine: Engine, policy: Policy, renderer: Renderer) -> None:
        self._engine = engine
        self._policy = policy
        self._renderer = renderer

    def tick(self, now: datetime) -> list[Message]:
        """Plan for every chat for which a step may have fallen due; answer the new digests."""
        told = [self.plan(chat_id, now) for chat_id in self.candidates(now)]
        return [message for message in told if message is not None]

    def candidates(self, now: datetime) -> list[int]:
        """Answer the chats for which a step may have fallen due."""
        with snapshot(self._engine) as session:
            return list(reminding.chats_to_plan(session, now))

    def plan(self, chat_id: int, now: datetime) -> Message | None:
        """Plan for one chat, in a transaction of its own; answer its digest if it is told more.

        A chat whose plan fails is logged and left as it was: the others go on.
        """
        try:
            with transaction(self._engine) as session:
                owed = plan_chat(session, self._policy, chat_id, now)
                if owed is None:
                    return None
                self._put(session, chat_id, owed, now)
                return owed.message
        except DATABASE_DOWN:
            raise  # the database itself: the next tick tries again
        except Exception as error:
            log.error("plan_failed", chat_id=chat_id, error=type(error).__name__)
            return None

    def beat(self, now: datetime) -> None:
        """Leave a sign of life."""
        with transaction(self._engine) as session:
            heartbeat.beat(session, TICK, now)

    def preview(self, now: datetime) -> list[Message]:
        """Answer what a tick would tell, and leave everything as it is."""
        with rehearsal(self._engine) as session:
            chats = reminding.chats_to_plan(session, now)
            owed = [plan_chat(session, self._policy, chat_id, now) for chat_id in chats]
            return [each.message for each in owed if each is not None]

    def _put(self, session: Session, chat_id: int, owed: Owed, now: datetime) -> None:
        """Queue a digest; one of the same day that still waits will say the new things too."""
        if outbox.queued_digest(session, chat_id, owed.digest_on) is not None:
            return
        call = self._renderer.digest_call(owed.message, _to(session, chat_id))
        outbox.put(
            session,
            outbox.Owed(
                chat_id=chat_id,
                kind=OutboxKind.DIGEST,
                method="sendMessage",
                payload=dump(call),
                digest_on=owed.digest_on,
                not_before=owed.deliver_at,
            ),
            now,
        )

    def begin(self, session: Session, due: Due, now: datetime) -> Due | None:
        """Say a digest anew at the moment of sending; None when nothing is missing any more.

        A digest of a day that was sent already is edited instead. From here on it counts as under
        way, so that a crash cannot send it twice.
        """
        # The chat may have moved since the call was taken.
        due = replace(due, chat_id=session.get_one(Outbox, due.id).chat_id)
        message = self._compose(session, due, now)
        if message is None or due.digest_on is None:
            outbox.drop(session, due.id)
            return None
        call = self._renderer.digest_call(message, _to(session, due.chat_id))
        shown = outbox.digest_message(session, due.chat_id, due.digest_on)
        # An edit that failed comes back as a sendMessage: what it showed is gone.
        edit = shown is not None and (due.attempts == 0 or due.method == EDIT)
        method = EDIT if edit else "sendMessage"
        if edit:
            call["message_id"] = shown
        payload = dump(call)
        outbox.begin_digest(session, due.id, method, payload)
        return replace(due, method=method, payload=payload)

    def _compose(self, session: Session, due: Due, now: datetime) -> Message | None:
        chat = session.get(Chat, due.chat_id)
        if chat is None or due.digest_on is None:
            return None
        told = reminding.told_on(session, due.chat_id, due.digest_on)
        return digest(session, self._policy, chat, told, now)


def _to(session: Session, chat_id: int) -> Destination:
    return Destination(chat_id, directory.locale_of(session, chat_id))
