"""Ticks: what the clock owes is planned and queued, and put into words when it is sent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

from bot.in_force import InForce
from bot.render import Destination, Renderer, dump
from reminders.digest import Digest, digests
from reminders.handovers import expire, overdue
from reminders.left import close, forget_files, left
from reminders.owed import Owed
from reminders.tick import plan_chats
from storage import digests as queued
from storage import directory, heartbeat, outbox, reminding, retention
from storage.calls import Due
from storage.database import DATABASE_DOWN, attempt, rehearsal, snapshot, transaction
from storage.messages import Message
from storage.retention import KEEPING, Keeping
from storage.warming import cold, warm

EDIT = "editMessageText"
TICK = "tick"
# So many branches are planned in one transaction: a commit costs more than a plan, and what people
# say is answered between two. A superior's chat has many branches to plan for, and one of its own.
AT_ONCE = 50
# Nobody waits for an overview yet: a few units at a time, and not all of them in one tick.
WARMED_AT_ONCE, WARMED_A_TICK = 4, 80

log = structlog.get_logger(__name__)


class Ticking:
    """Plans reminders. Synchronous: the edge runs it in its one worker thread."""

    def __init__(
        self,
        engine: Engine,
        in_force: InForce,
        renderer: Renderer,
        *,
        locale: str = "zh",
        keeping: Keeping = KEEPING,
    ) -> None:
        self._keeping = keeping
        self._pruned_on: date | None = None
        self._engine = engine
        self._locale = locale
        self._in_force = in_force
        self._renderer = renderer
        self._unwarmed: set[int] = set()

    def tick(self, now: datetime) -> list[Message]:
        """Plan for every chat for which a step may have fallen due; answer the new digests."""
        self.close_left(now)
        owed = [each for chat_ids in self.candidates(now) for each in self.plan(chat_ids, now)]
        with snapshot(self._engine) as session:
            return self._say(session, owed, now)

    def candidates(self, now: datetime) -> list[Sequence[int]]:
        """Answer the chats for which a step may have fallen due, as they are planned together."""
        with snapshot(self._engine) as session:
            self._in_force.look(session)
            found = reminding.chats_to_plan(session, now)
        branches = [each.chat_id for each in found if each.of_branch]
        together = [branches[at : at + AT_ONCE] for at in range(0, len(branches), AT_ONCE)]
        return [*together, *([each.chat_id] for each in found if not each.of_branch)]

    def plan(self, chat_ids: Sequence[int], now: datetime) -> list[Owed]:
        """Plan for some chats in one transaction; answer the digests of those that are told more.

        None while another replica plans. When it fails, each is planned for alone: one whose plan
        fails is logged and left as it was, and the others go on.
        """
        try:
            with transaction(self._engine) as session:
                if not reminding.lead(session):
                    return []
                self._in_force.look(session)  # one may have been loaded since
                owed = plan_chats(session, self._in_force.policy, chat_ids, now)
                queued.queue(session, {each.chat_day: each.deliver_at for each in owed}, now)
        except DATABASE_DOWN:
            raise  # the database itself: the next tick tries again
        except Exception as error:
            if len(chat_ids) > 1:
                return [each for chat_id in chat_ids for each in self.plan([chat_id], now)]
            log.error("plan_failed", chat_id=chat_ids[0], error=type(error).__name__)
            return []
        return owed

    def close_left(self, now: datetime) -> None:
        """Close what was begun and left, and say so; another replica may be doing it."""
        with transaction(self._engine) as session:
            if not reminding.lead(session):
                return
            self._each(session, left(session, now), self._close, now)
            forget_files(session, now)
            self._each(session, overdue(session, now), self._expire, now)

    def _each(
        self,
        session: Session,
        numbers: Sequence[int],
        close: Callable[[Session, int, datetime], None],
        now: datetime,
    ) -> None:
        """Close each; one that cannot be closed is logged and left as it was, the others go on."""
        for number in numbers:
            try:
                with attempt(session):
                    close(session, number, now)
            except DATABASE_DOWN:
                raise  # the database itself: the next tick tries again
            except Exception as error:
                log.error("close_failed", number=number, error=type(error).__name__)

    def prune(self, now: datetime) -> None:
        """Let go of what is too old to be kept: a little each tick, until the day has its due."""
        if self._pruned_on == now.date():
            return
        with transaction(self._engine) as session:
            if reminding.lead(session) and not retention.prune(session, self._keeping, now):
                self._pruned_on = now.date()

    def _expire(self, session: Session, number: int, now: datetime) -> None:
        for message in expire(session, number, now):
            self._tell(session, message, now)

    def _tell(self, session: Session, message: Message, now: datetime) -> None:
        """Put a message in the outbox for the chat that it names."""
        if message.chat_id is not None:
            locale = directory.locale_of(session, message.chat_id, self._locale)
            for owed in self._renderer.calls(message, Destination(message.chat_id, locale)):
                outbox.put(session, owed, now)

    def _close(self, session: Session, number: int, now: datetime) -> None:
        farewell = close(session, number, now)
        if farewell is None:
            return
        to = Destination(
            farewell.chat_id,
            directory.locale_of(session, farewell.chat_id, self._locale),
            thread_id=farewell.thread_id,
            edits=farewell.edits,
        )
        for owed in self._renderer.calls(farewell.message, to):
            outbox.put(session, owed, now)

    def cold(self, now: datetime) -> list[Sequence[int]]:
        """Answer some units whose overview of the day nobody has reckoned yet, as it is done."""
        with snapshot(self._engine) as session:
            waiting = (unit_id for unit_id in cold(session, now) if unit_id not in self._unwarmed)
            found = list(islice(waiting, WARMED_A_TICK))
        return [found[at : at + WARMED_AT_ONCE] for at in range(0, len(found), WARMED_AT_ONCE)]

    def warm(self, unit_ids: Sequence[int], now: datetime) -> None:
        """Reckon the overviews of some units, which a superior may ask for; see ``plan``.

        One of which it fails is logged and left, until the bot is started anew or somebody asks.
        """
        try:
            with transaction(self._engine) as session:
                if reminding.lead(session):
                    self._in_force.look(session)
                    warm(session, self._in_force.policy, unit_ids, now)
        except DATABASE_DOWN:
            raise  # the database itself: the next tick tries again
        except Exception as error:
            if len(unit_ids) > 1:
                for unit_id in unit_ids:
                    self.warm([unit_id], now)
                return
            self._unwarmed.update(unit_ids)
            log.error("warm_failed", unit_id=unit_ids[0], error=type(error).__name__)

    def beat(self, now: datetime) -> None:
        """Leave a sign of life."""
        with transaction(self._engine) as session:
            heartbeat.beat(session, TICK, now)

    def preview(self, now: datetime) -> list[Message]:
        """Answer what a tick would tell, and leave everything as it is."""
        with rehearsal(self._engine) as session:
            chats = reminding.chats_to_plan(session, now)
            policy = self._in_force.policy
            owed = [plan_chats(session, policy, [each.chat_id], now) for each in chats]
            return self._say(session, [each for of_chat in owed for each in of_chat], now)

    def _say(self, session: Session, owed: Sequence[Owed], now: datetime) -> list[Message]:
        composed = digests(session, self._in_force.policy, [each.chat_day for each in owed], now)
        return [digest.message for digest in composed.values()]

    def begin(self, session: Session, due: Due, now: datetime) -> Due | None:
        """Put a digest into words at the moment of sending: see ``begin_all``."""
        (begun,) = self.begin_all(session, [due], now)
        return begun

    def begin_all(self, session: Session, dues: Sequence[Due], now: datetime) -> list[Due | None]:
        """Put digests into words at the moment of sending; None when nothing is missing any more.

        A digest of a day that was sent already is edited instead. From here on they count as under
        way, so that a crash cannot send them twice.
        """
        begun = list(self._worded(session, dues, now))
        queued.begin(session, [each for each in begun if each is not None])
        needed = {each.id for each in begun if each is not None}
        queued.drop(session, [due.id for due in dues if due.id not in needed])
        return begun

    def _worded(self, session: Session, dues: Sequence[Due], now: datetime) -> Iterator[Due | None]:
        # A chat may have moved since the call was taken.
        chats = queued.chats_of(session, [due.id for due in dues])
        dues = [replace(due, chat_id=chats[due.id]) for due in dues]
        days = {(due.chat_id, due.digest_on) for due in dues if due.digest_on is not None}
        composed = digests(session, self._in_force.policy, days, now)
        shown = queued.shown(session, days)
        for due in dues:
            day = (due.chat_id, due.digest_on or date.min)
            yield self._call(due, composed[day], shown.get(day)) if day in composed else None

    def _call(self, due: Due, digest: Digest, shown: int | None) -> Due:
        to = Destination(due.chat_id, digest.locale, thread_id=digest.thread_id)
        call = self._renderer.digest_call(digest.message, to)
        # An edit that failed comes back as a sendMessage: what it showed is gone.
        edit = shown is not None and (due.attempts == 0 or due.method == EDIT)
        if edit:
            call["message_id"] = shown
            call.pop("message_thread_id", None)  # an edit knows none
        return replace(due, method=EDIT if edit else queued.METHOD, payload=dump(call))
