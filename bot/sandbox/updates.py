"""The queue of updates: long poll with confirming offset, one poller, or a webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.feed import Feed
from bot.sandbox.fields import Json

KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member", "chat_member"})
_ONLY_WHEN_ASKED = frozenset({"chat_member"})  # left out unless allowed_updates names it


@dataclass(slots=True)
class Pending:
    """An update that the bot has not confirmed yet."""

    update: Json
    raw: bool = False
    handed: bool = False  # to a poller, at least once
    gone: bool = False  # taken by the webhook, while earlier ones still wait


class UpdateQueue:
    """Updates in the order they happened, kept until confirmed."""

    def __init__(self, first_id: int, notify: Callable[[], None], feed: Feed) -> None:
        self.pending: deque[Pending] = deque()
        self.allowed: frozenset[str] = KINDS - _ONLY_WHEN_ASKED
        self.asked: list[str] | None = None
        self.webhook_url = ""
        self.added: Callable[[Pending], None] | None = None  # the webhook listens here
        self._gone = 0
        self._next_id = first_id
        self.notify = notify
        self._feed = feed
        self._poller: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        """How many updates are not confirmed yet."""
        return len(self.pending) - self._gone

    @property
    def polled(self) -> bool:
        """Whether a long poll waits right now."""
        return self._poller is not None and not self._poller.done()

    def add(self, kind: str, payload: Json) -> None:
        """Queue an update of a kind, unless the bot does not want that kind."""
        if kind in self.allowed:
            self._append(Pending({"update_id": self._take_id(), kind: payload}))

    def add_raw(self, update: Mapping[str, object]) -> None:
        """Queue an update as it is: malformed, a duplicate, of an unheard-of kind."""
        made: Json = dict(update)
        number = made.setdefault("update_id", self._next_id)
        if isinstance(number, int):  # later ids stay above, or the bot's offset would drop them
            self._next_id = max(self._next_id, number + 1)
        self._append(Pending(made, raw=True))

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Take over `allowed_updates`; None keeps what was set, empty means the usual kinds."""
        if kinds is not None:
            self.asked = list(kinds) or None
            self.allowed = frozenset(kinds) or KINDS - _ONLY_WHEN_ASKED

    def confirm(self, offset: int) -> None:
        """Forget updates below the offset; a negative one keeps only the last ones."""
        before = len(self.pending)
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while self.pending and _confirmed(self.pending[0], offset):
            self.pending.popleft()
        if len(self.pending) != before:
            self._tell()

    def delivered(self, pending: Pending) -> None:
        """Forget an update that the webhook took, wherever in the queue it is."""
        pending.gone = True
        self._gone += 1
        while self.pending and self.pending[0].gone:
            self.pending.popleft()
            self._gone -= 1
        self._tell()

    def sweep(self) -> None:
        """Take out what was delivered out of order (the webhook ends)."""
        self.pending = deque(pending for pending in self.pending if not pending.gone)
        self._gone = 0

    def drop_all(self) -> None:
        """Forget every pending update (`drop_pending_updates`)."""
        self.pending.clear()
        self._gone = 0
        self._tell()

    async def poll(self, p: Json) -> list[Json]:
        """Answer getUpdates.

        Raises:
            ApiError: 409 while a webhook is set, or when another poller takes over.

        """
        if self.webhook_url:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self.end_other_poller()
        self.allow(p.get("allowed_updates"))
        self.confirm(p.get("offset", 0))
        timeout = min(max(p.get("timeout", 0), 0), 50)
        if timeout and not self.pending:
            await self._wait(timeout)
        limit = p.get("limit", 100)
        batch = list(islice(self.pending, limit if 1 <= limit <= 100 else 100))
        for pending in batch:
            pending.handed = True
        return [pending.update for pending in batch]

    def release(self) -> None:
        """Answer a waiting poller at once (the server stops)."""
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    def end_other_poller(self) -> None:
        """Answer 409 to the one who waits: the newer poller, or a webhook, takes over."""
        if self._poller and self.polled:
            self._poller.set_exception(
                ApiError(
                    409,
                    "Conflict: terminated by other getUpdates request; "
                    "make sure that only one bot instance is running",
                )
            )

    async def _wait(self, timeout: int) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._poller = future
        self.notify()
        timer = loop.call_later(timeout, _wake, future)
        try:
            await future
        finally:
            timer.cancel()
            if self._poller is future:
                self._poller = None

    def _append(self, pending: Pending) -> None:
        self.pending.append(pending)
        if self._poller:
            _wake(self._poller)
        if self.webhook_url and self.added:
            self.added(pending)
        self._tell()

    def _tell(self) -> None:
        self._feed.tell("updates", {"unconfirmed": len(self)})

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1


def _confirmed(pending: Pending, offset: int) -> bool:
    number: Any = pending.update["update_id"]
    if not pending.raw:
        return bool(number < offset)
    # A raw one may carry an old id or none at all: it is gone once it was handed out.
    return pending.handed and (not isinstance(number, int) or number < offset)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
