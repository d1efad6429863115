"""The sandbox itself: the world, its server, faults, and the record of all calls."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.calls import Call
from bot.sandbox.changes import Changes
from bot.sandbox.faults import Fault, Faults, Mode
from bot.sandbox.feed import Feed
from bot.sandbox.fields import Json
from bot.sandbox.pace import COUNTING, PACED, Limits, Pace
from bot.sandbox.refusals import EVERYONE, Refusals
from bot.sandbox.server import Server
from bot.sandbox.sharing import Sharing
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.webhook import Webhook
from bot.sandbox.world import World

CALLS_KEPT = 10_000


class Sandbox(Sharing):
    """A Telegram of one's own on the loopback address. All of it lives in one event loop."""

    def __init__(
        self,
        *,
        token: str = "1:sandbox",  # noqa: S107  (no secret: a stand-in with the form of one)
        username: str = "sanhui_bot",
        clock: Callable[[], datetime] | None = None,
        limits: Limits | None = None,
        delay: float = 0,
        first_update_id: int = 1_000,
    ) -> None:
        super().__init__()
        self.token = token
        self.base_url = ""
        self.file_url = ""
        self.delay = delay  # seconds from every call of the Bot API to its answer
        self.changes = Changes()
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.calls_made = 0
        self.feed = Feed(self.changes.notify)
        self.updates = UpdateQueue(first_update_id, self.changes.notify, self.feed)
        bot_id = int(token.partition(":")[0])
        self.world = World(bot_id, username, clock, self.updates, self.feed)
        self.faults = Faults()
        self.webhook = Webhook(self.world, self.updates, self.faults)
        self.pace: Pace | None = COUNTING[limits](time.monotonic) if limits else None
        self.refusals = Refusals(time.monotonic)
        self._server = Server(self)

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; `base_url` and `file_url` are known then."""
        listening = await self._server.start(port)
        self.base_url = f"http://127.0.0.1:{listening}/bot"
        self.file_url = f"http://127.0.0.1:{listening}/file/bot"
        self.webhook.resume()

    async def stop(self) -> None:
        """Close everything; the world stays readable."""
        self.updates.release()
        self.feed.end()
        await self.webhook.stop()
        await self._server.stop()

    async def __aenter__(self) -> Sandbox:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def answers(self) -> dict[str, Json]:
        """Callback query id → `text` and `show_alert` of the bot's answer."""
        return self.world.answers

    @property
    def sent(self) -> int:
        """How many messages the bot has sent."""
        return self.world.sent

    @property
    def unconfirmed(self) -> int:
        """How many updates are queued and not yet confirmed, by offset or by a webhook's 200."""
        return len(self.updates)

    def messages(self, chat_id: int) -> list[dict[str, Any]]:
        """Return the chat as people see it now: all messages in order, edits applied. Read only."""
        return list(self.world.chat(chat_id).history.values())

    def transcript(self, chat_id: int) -> str:
        """Return the chat as lines of `name: text [button]`, for who reads a failed test."""
        return "\n".join(_line(message) for message in self.messages(chat_id))

    def deliver(self, update: Mapping[str, object]) -> None:
        """Queue an update as it is; `update_id` is filled in if it is absent."""
        self.updates.add_raw(update)

    def fail(
        self,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        error_code: int = 429,
        retry_after: int | None = None,
        times: int = 1,
        mode: Mode = "answer",
        delay: float = 0,
        description: str | None = None,
        release: bool = False,
    ) -> None:
        """Let the next `times` calls of the method (to the chat) fail; None means any.

        `answer` answers the error (429 carries `retry_after`, 1 if not given; 200 only delays);
        `drop_before` and `drop_after` cut the connection before or after the call is executed.
        `delay` in seconds. getUpdates fails only when it is named. So does `webhook`, the delivery
        of an update: it never arrives (`drop_before`), or the bot takes it and its answer is lost
        (`drop_after`); the update is delivered again. `release` ends a long poll that is under
        way, so that the very next one can meet the fault.
        """
        fault = Fault(method, chat_id, error_code, retry_after, times, mode, delay, description)
        self.faults.ordered.append(fault)
        if release:
            self.updates.release()

    def refuse(self, *, seconds: float, chat_id: int | None = EVERYONE) -> None:
        """Answer 429 to every send from now on, for so many seconds; to one chat, or to all."""
        self.refusals.order(seconds, chat_id)

    async def wait_until(self, condition: Callable[[], bool], timeout: float = 10) -> None:
        """Return once the condition holds; it is asked again at each change of the sandbox.

        Raises:
            TimeoutError: after `timeout` seconds, telling what the bot did last.

        """
        try:
            async with asyncio.timeout(timeout):
                await self.changes.until(condition)
        except TimeoutError:
            raise TimeoutError(f"not true after {timeout} s; {self._last_calls()}") from None

    def record(self, method: str, params: Json, status: int, answer: Json | None) -> None:
        """Keep a call in the bounded list and wake those who wait."""
        self.calls_made += 1
        if status == 429 and method in PACED:
            self.refusals.given[params.get("chat_id")] += 1
        call = Call(self.calls_made, method, params, status, answer, datetime.now(UTC))
        self.calls.append(call)
        self.feed.tell("call", call.told)

    def _last_calls(self) -> str:
        told = [
            f"  {call.method} {call.params} → {call.status} "
            f"{(call.answer or {}).get('description', '')}"
            for call in list(self.calls)[-5:]
        ]
        head = f"{self.unconfirmed} updates unconfirmed, {self.sent} messages sent, last calls:"
        return "\n".join([head, *(told or ["  none"])])


def _line(message: Json) -> str:
    media = "[photo]" if "photo" in message else message.get("document", {}).get("file_name", "")
    text = message.get("text") or f"{media} {message.get('caption', '')}".strip() or "(service)"
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = "".join(f" [{button['text']}]" for row in rows for button in row)
    return f"{message['from']['first_name']}: {text}{buttons}"
