"""Importing: rosters that were sent are fetched, read and shown, and taken once confirmed.

What is to be done stands in the database: a restart forgets nothing, and of several replicas one
holds a roster at a time. Each chunk is a transaction with how far it is, so that whoever goes on
after a crash begins where the last one ended.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from functools import partial

import structlog
from aiohttp import ClientError
from sqlmodel import Session
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.fetching import TOO_LARGE, NotFetched
from bot.in_force import InForce
from bot.render import Destination, Renderer
from bot.rounds import Rounds
from bot.runtime import Runtime
from handlers.request import Reply, Request
from handlers.roster_files import showing, taking
from handlers.roster_files.misfits import MOST_BYTES, UnfitRoster
from handlers.roster_files.reading import read_roster
from storage import directory, outbox, uploads
from storage.database import DATABASE_DOWN, seconds
from storage.imports.rows import RosterRow
from storage.messages import Message
from storage.uploads import Upload, UploadState

LOOK_AFTER = 30.0  # seconds: what another replica left is looked for so often
TELL_AFTER = 2.0  # seconds between two tellings of how far it is
FIRST_WAIT, LONGEST_WAIT = 2.0, 60.0
MOST_TRIES = 6  # two minutes: then the sender is asked to send it again
FAILURES = (TelegramError, ClientError, TimeoutError, NotFetched, ValueError)
_FINAL = (BadRequest, Forbidden)  # Telegram has no such file, or gives out none so large

log = structlog.get_logger(__name__)
PROGRESS = "roster_taking"
Rows = Sequence[RosterRow]


class Importing:
    """Reads and takes rosters, one after the other.

    ``fetch`` answers the bytes of a file; ``typing`` shows in a chat that an answer is on its way.
    """

    def __init__(
        self,
        runtime: Runtime,
        name: str,
        in_force: InForce,
        renderer: Renderer,
        fetch: Callable[[str, int], Awaitable[bytes]],
        *,
        typing: Callable[[int], Awaitable[None]],
        owners: frozenset[int] = frozenset(),
        locale: str = "zh",
        told: Callable[[], None] = lambda: None,
        rested: Callable[[], None] = lambda: None,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self._runtime = runtime
        self._name = name
        self._in_force = in_force
        self._renderer = renderer
        self._fetch = fetch
        self._typing = typing
        self._owners = owners
        self._locale = locale
        self._told = told
        self._first_wait = first_wait
        self._tried: dict[int, int] = {}
        self._told_at = 0.0
        self._rounds = Rounds("importing", LOOK_AFTER, rested)

    @property
    def idle(self) -> bool:
        """Tell whether nothing is left to do."""
        return self._rounds.idle

    def wake(self) -> None:
        """Tell that a roster came, or was confirmed."""
        self._rounds.wake()

    async def run(self) -> None:
        """Deal with rosters until cancelled; a failing database makes it wait and try again."""
        await self._begin_anew()
        await self._rounds.run(self.look, self._begin_anew)

    async def _begin_anew(self) -> None:
        """Let go of what was under way when the process, or the database, ended."""
        try:
            await self._runtime.write(uploads.let_go, self._name)
        except DATABASE_DOWN as error:
            log.warning("importing_waits", error=type(error).__name__)

    async def look(self) -> None:
        """Deal with every roster whose turn it is."""
        await self._runtime.write(uploads.close_left, self._runtime.clock())
        while (upload := await self._runtime.write(self._claim)) is not None:
            try:
                await self._deal_with(upload)
            except DATABASE_DOWN:
                raise
            except Exception as error:  # a fault of ours: its sender must not wait for ever
                log.error("import_failed", upload=upload.id, error=type(error).__name__)
                await self._do(upload, showing.failed)

    def _claim(self, session: Session) -> Upload | None:
        found = uploads.claim(session, self._name, seconds(session))
        if found is not None:
            session.expunge(found)
        return found

    async def _deal_with(self, upload: Upload) -> None:
        """Show what a roster would change; or take it, if that was confirmed."""
        await self._typing(upload.chat_id)
        content = upload.content or await self._fetched(upload)
        if content is None:
            return
        day = await self._runtime.read(self._today, upload.unit_id)
        try:  # beside the worker: it touches no database, and others are answered meanwhile
            rows = await asyncio.to_thread(read_roster, content, day)
        except UnfitRoster as unfit:
            await self._do(upload, partial(showing.refuse, unfit=unfit))
            return
        if upload.state is UploadState.FETCHING:
            await self._do(upload, partial(showing.show, rows=rows))
            return
        left: list[Rows] = []
        going_on = await self._do(upload, partial(taking.begin, rows=rows, left=left))
        for chunk in left:
            going_on = going_on and await self._do(upload, partial(taking.take, chunk=chunk))

    def _today(self, session: Session, unit_id: int) -> date:
        return directory.unit(session, unit_id).day_of(self._runtime.clock())

    async def _fetched(self, upload: Upload) -> bytes | None:
        """Fetch a roster; None when it did not come."""
        try:
            content = await self._fetch(upload.file_id or "", MOST_BYTES)
        except FAILURES as error:
            await self._not_fetched(upload, error)
            return None
        self._tried.pop(upload.key, None)
        kept = await self._do(upload, partial(showing.keep, content=content))
        return content if kept else None

    async def _not_fetched(self, upload: Upload, error: Exception) -> None:
        """Try again later, or tell the sender. The log has the kind of error: no address."""
        tried = self._tried[upload.key] = self._tried.get(upload.key, 0) + 1
        problem = str(error) if isinstance(error, NotFetched) else type(error).__name__
        log.warning("roster_not_fetched", upload=upload.id, problem=problem, attempt=tried)
        if isinstance(error, _FINAL) or problem == TOO_LARGE or tried >= MOST_TRIES:
            self._tried.pop(upload.key)
            await self._do(upload, showing.not_fetched)
            return
        wait = min(self._first_wait * 2 ** (tried - 1), LONGEST_WAIT)
        if isinstance(error, RetryAfter):
            wait = LONGEST_WAIT
        await self._runtime.write(self._put_off, upload, wait)
        asyncio.get_running_loop().call_later(wait, self.wake)

    def _put_off(self, session: Session, upload: Upload, wait: float) -> None:
        moment = seconds(session)
        held = uploads.held(session, upload.key, self._name, moment)
        if held is not None:
            uploads.rest(held, moment + wait)

    async def _do(self, upload: Upload, work: Callable[[Request, Upload], Reply]) -> bool:
        """Do something with a roster in a transaction, and put in the outbox what is told of it.

        False when the roster is another replica's by now, or was cancelled.
        """
        done = await self._runtime.write(self._work_on, upload.key, work)
        self._told()
        return done

    def _work_on(
        self, session: Session, upload_id: int, work: Callable[[Request, Upload], Reply]
    ) -> bool:
        held = uploads.held(session, upload_id, self._name, seconds(session))
        if held is None:
            return False
        request = self._request(session, held)
        for message in work(request, held):
            self._put(session, held, message, request.now)
        return True

    def _request(self, session: Session, upload: Upload) -> Request:
        """Answer the request of the roster's sender, who is authorised anew at each step."""
        now = self._runtime.clock()
        return Request(
            session=session,
            policy=self._in_force.policy,
            now=now,
            written_at=now,
            actor=upload.actor,
            chat_id=upload.chat_id,
            private=True,
            message_id=upload.message_id,
            arguments="",
            owner=upload.actor in self._owners,
            thread_id=upload.thread_id,
        )

    def _put(self, session: Session, upload: Upload, message: Message, now: datetime) -> None:
        """Put a message in the outbox; how far it is only now and then."""
        if message.template == PROGRESS:
            if time.monotonic() < self._told_at + TELL_AFTER:
                return
            self._told_at = time.monotonic()
        to = Destination(
            chat_id=upload.chat_id,
            locale=directory.locale_of(session, upload.chat_id, self._locale),
            thread_id=upload.thread_id,
            edits=upload.message_id if message.edits else None,
        )
        for owed in self._renderer.calls(message, to):
            outbox.put(session, owed, now)
