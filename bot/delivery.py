"""Delivery: one call is made at its moment, and how it ended is told."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlmodel import Session
from telegram.error import TelegramError

from bot.holding import Holding
from bot.incoming import Notice
from bot.outcome import Outcome, judge
from bot.render import dump
from bot.runtime import Runtime
from bot.together import Together
from bot.transport import Caller
from bot.window import Window
from storage import calls, outbox
from storage.calls import DOCUMENT, Due, Result
from storage.database import DATABASE_DOWN, attempt
from storage.pace import Limits
from storage.queues import OutboxKind, OutboxState

# A digest is composed so much before its moment.
LEAD = 0.05
# What could not begin for so long (the process stood still) may be another replica's by now.
STALE_AFTER = 15.0

log = structlog.get_logger(__name__)
# Says digests anew right before they are sent, and marks them as under way; None drops one.
Begin = Callable[[Session, Sequence[Due], datetime], Sequence[Due | None]]
# Does what a chat that moved or is gone asks for.
NoticeTaker = Callable[[Session, Notice, datetime], None]


class Delivery:
    """Makes calls, one for each that is due."""

    def __init__(
        self,
        bot: Caller,
        runtime: Runtime,
        name: str,
        *,
        limits: Limits,
        begin: Begin,
        notice: NoticeTaker,
    ) -> None:
        self._bot = bot
        self._runtime = runtime
        self._name = name
        self._begin = begin
        self._beginning = Together(self._begin_these)
        self._notice = notice
        self._window = Window(limits)
        self.holding = Holding()

    async def make(
        self, due: Due, at: float, taken_at: float, come: Callable[[], None]
    ) -> Result | None:
        """Make a call at its moment, and answer how it ended; None when it was not needed.

        ``come`` is called when its moment has come. Moments are those of a monotonic clock.
        """
        digest = due.kind == OutboxKind.DIGEST
        try:
            await asyncio.sleep(max(0.0, at - time.monotonic() - (LEAD if digest else 0.0)))
        finally:
            come()
        if self._too_late(taken_at):
            return Result(due, OutboxState.QUEUED, tried=False)
        begun: Due | None = due
        if digest:
            begun = await self._beginning.ask(due)
            await asyncio.sleep(max(0.0, at - time.monotonic()))
        if begun is None:
            return None
        if due.kind != OutboxKind.ANSWER:
            await self._turn()
        if self._too_late(taken_at):
            return Result(begun, OutboxState.QUEUED, tried=False)
        return await self._call(begun)

    def _too_late(self, taken_at: float) -> bool:
        """Tell whether a call that was taken then may not be made any more, or not yet again."""
        now = time.monotonic()
        return self.holding.held(now) or now > taken_at + STALE_AFTER

    async def _turn(self) -> None:
        """Wait until one more call may begin, and be that one."""
        while (wait := self._window.wait(time.monotonic())) > 0:
            await asyncio.sleep(wait)
        self._window.note(time.monotonic())

    async def _begin_these(self, digests: Sequence[Due]) -> Sequence[Due | None]:
        return await self._runtime.write(self._begin_all, digests)

    def _begin_all(self, session: Session, digests: Sequence[Due]) -> Sequence[Due | None]:
        """Begin digests, all at once; when that fails, one by one."""
        now = self._runtime.clock()
        try:
            with attempt(session):
                return self._begin(session, digests, now)
        except DATABASE_DOWN:
            raise
        except Exception as error:  # nor would it go better another time
            if len(digests) > 1:
                return [begun for due in digests for begun in self._begin_all(session, [due])]
            problem = type(error).__name__
            log.error("digest_failed", outbox_id=digests[0].id, error=problem)
            failed = Result(digests[0], OutboxState.FAILED, problem=problem)
            calls.settle(session, self._name, [failed], now)
            return [None]

    async def _call(self, due: Due) -> Result:
        begun_at = time.monotonic()
        try:
            answer = await self._made(due)
        except TelegramError as error:
            return await self._refused(due, judge(due, error))
        if due.kind != OutboxKind.ANSWER:  # those are not limited: they prove nothing
            self.holding.went_well(begun_at)
        message_id = answer.get("message_id") if isinstance(answer, dict) else None
        log.info("sent", update_id=due.update_id, outbox_id=due.id, method=due.method)
        return Result(due, OutboxState.SENT, message_id)

    async def _made(self, due: Due) -> object:
        """Make a call and answer its raw result; with its file, if it sends one.

        Raises ``TelegramError``, and ``LookupError`` for a file that is not there any more.
        """
        if due.method == DOCUMENT:
            document = await self._runtime.read(outbox.document_of, due.id)
            if document is None:
                raise LookupError(due.id)
            return await self._bot.enclose(due.method, due.payload, due.chat_id, document)
        chat_id = None if due.kind == OutboxKind.ANSWER else due.chat_id
        return await self._bot.send(due.method, _payload(due), chat_id)

    def _leave_topic(self, session: Session, due: Due, now: datetime) -> None:
        """Let a call, and the reminders to come, go to the chat instead of a topic that is lost."""
        self._notice(session, Notice(due.chat_id, lost_topic=_topic(due)), now)
        call = {**json.loads(due.payload)}
        del call["message_thread_id"]
        calls.say_instead(session, due.id, dump(call))

    async def _refused(self, due: Due, outcome: Outcome) -> Result:
        """Do what a refusal asks for: mark, follow, hold and try again."""
        if outcome.moved_to is not None or outcome.gone:
            notice = Notice(due.chat_id, outcome.moved_to, present=False)
            await self._runtime.write(self._notice, notice, self._runtime.clock())
        if outcome.topic_lost:
            await self._runtime.write(self._leave_topic, due, self._runtime.clock())
        state = outcome.state if outcome.retry is None else OutboxState.QUEUED
        log.warning(
            "not_sent",
            update_id=due.update_id,
            outbox_id=due.id,
            state=state,
            problem=outcome.problem,
        )
        if outcome.retry is not None:
            self.holding.refused(due.chat_id, outcome.retry, time.monotonic())
        return Result(due, state, problem=outcome.problem, method=outcome.instead)


def _topic(due: Due) -> int:
    topic: int = json.loads(due.payload)["message_thread_id"]
    return topic


def _payload(due: Due) -> str:
    """Answer a call's parameters without those that its method does not know.

    An edit has no topic; when it comes back as a new message, that names no other one.
    """
    edits = due.method == "editMessageText"
    if due.kind != OutboxKind.REPLY or not (edits or due.attempts):
        return due.payload
    call = json.loads(due.payload)
    call.pop("message_thread_id" if edits else "message_id", None)
    return dump(call)
