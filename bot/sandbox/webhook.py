"""setWebhook and the delivery of updates to it."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.errors import bad
from bot.sandbox.faults import WEBHOOK, Faults
from bot.sandbox.fields import Json
from bot.sandbox.updates import Pending, UpdateQueue
from bot.sandbox.world import World

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0  # a refused update is tried again, ever more slowly
_TIMEOUT = aiohttp.ClientTimeout(total=60)


class Webhook:
    """Posts pending updates, up to `max_connections` at once, those of one chat in order."""

    def __init__(self, world: World, queue: UpdateQueue, faults: Faults) -> None:
        self._world = world
        self._queue = queue
        self._faults = faults
        self._set: Json = {}
        self._error: Json = {}
        self._lanes: dict[object, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore()
        self._session: aiohttp.ClientSession | None = None
        queue.added = self._take

    async def set(self, p: Json) -> bool:
        """Answer setWebhook; an empty url takes the webhook away."""
        url = p["url"]
        if url:
            _check_url(url)
        secret = p.get("secret_token")
        if secret is not None and not _SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        if not 1 <= p.get("max_connections", 40) <= 100:
            raise bad("max_connections must be between 1 and 100")
        await self.stop()
        self._queue.allow(p.get("allowed_updates"))
        if p.get("drop_pending_updates"):
            self._queue.drop_all()
        self._set, self._error, self._queue.webhook_url = p, {}, url
        if url:
            self._queue.end_other_poller()
            self.resume()
        return True

    async def delete(self, p: Json) -> bool:
        """Answer deleteWebhook."""
        return await self.set({**p, "url": ""})

    def info(self) -> Json:
        """Answer getWebhookInfo."""
        made: Json = {
            "url": self._queue.webhook_url,
            "has_custom_certificate": "certificate" in self._set,
            "pending_update_count": len(self._queue),
            **self._error,
        }
        if self._queue.webhook_url:
            made["max_connections"] = self._set.get("max_connections", 40)
            made["ip_address"] = self._set.get("ip_address", "127.0.0.1")
        if self._queue.asked:
            made["allowed_updates"] = self._queue.asked
        return made

    def resume(self) -> None:
        """Deliver what is pending, and from now on what comes."""
        if self._queue.webhook_url and self._session is None:
            self._free = asyncio.Semaphore(self._set.get("max_connections", 40))
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
            for pending in self._queue.pending:
                self._take(pending)

    async def stop(self) -> None:
        """End the delivery; what is under way may come again, as with Telegram."""
        tasks, session = list(self._tasks), self._session
        # Nothing new begins from here on: it would outlive the tasks that are ended below.
        self._session, self._lanes = None, {}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if session:
            await session.close()
        self._queue.sweep()

    def _take(self, pending: Pending) -> None:
        if self._session is None:
            return  # stopped: `resume` takes it
        chat = _chat_of(pending.update)
        lane = self._lanes.get(chat)
        if lane is not None:
            lane.append(pending)
            return
        self._lanes[chat] = lane = deque([pending])
        task = asyncio.get_running_loop().create_task(self._drain(chat, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, chat: object, lane: deque[Pending]) -> None:
        secret = self._set.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        pause = _FIRST_PAUSE
        while lane:
            async with self._free:
                error = await self._deliver(chat, lane[0].update, headers)
            if error:
                self._error = {"last_error_date": self._world.now(), "last_error_message": error}
                self._queue.notify()
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            else:
                self._queue.delivered(lane.popleft())
                pause = _FIRST_PAUSE
        del self._lanes[chat]

    async def _deliver(self, chat: object, update: Json, headers: dict[str, str]) -> str:
        """Deliver once, unless a fault is ordered; what went wrong, or nothing."""
        fault = self._faults.take(WEBHOOK, chat) if self._faults.ordered else None
        if fault is None:
            return await self._post(update, headers)
        if fault.mode == "drop_after":  # the bot has taken it, and it will come again
            await self._post(update, headers)
        await asyncio.sleep(fault.delay)
        return fault.description or "Connection closed"

    async def _post(self, update: Json, headers: dict[str, str]) -> str:
        """Deliver once; the error in Telegram's words, or nothing."""
        url = self._queue.webhook_url
        if self._session is None:
            return "Connection closed"
        try:
            async with self._session.post(url, json=update, headers=headers, ssl=False) as response:
                await response.read()
                if response.status == 200:
                    return ""
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not parts.hostname:
        raise bad("bad webhook: URL host is empty")


def _chat_of(update: Json) -> object:
    """Tell what must stay in order: the updates of one chat."""
    for value in update.values():
        if isinstance(value, dict):
            holder = value.get("message", value)
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return chat["id"]
    return None
