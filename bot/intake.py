"""Intake: updates are committed to the inbox before Telegram is told that they were received."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import InvalidToken, TelegramError

from bot.runtime import Runtime
from bot.transport import Caller
from storage import inbox
from storage.inbox import Arrival

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
LONGEST_WAIT = 30.0
# The server answers a long poll after the seconds asked for; this much later it is taken as lost.
GRACE_SECONDS = 10

log = structlog.get_logger(__name__)


class Polling:
    """Asks for updates, commits them, and only then asks for the next: that confirms the former.

    Nothing that goes wrong ends it but a token that Telegram refuses: it waits and asks again.
    """

    def __init__(
        self,
        bot: Caller,
        runtime: Runtime,
        arrived: Callable[[], None],
        seconds: int,
    ) -> None:
        self._bot = bot
        self._runtime = runtime
        self._arrived = arrived
        self._seconds = seconds
        self._offset: int | None = None

    async def run(self) -> None:
        """Take updates in until cancelled."""
        wait = 0.0
        while True:
            try:
                await self._once()
                wait = 0.0
            except InvalidToken:
                raise
            except (TelegramError, SQLAlchemyError) as error:
                wait = min(max(wait * 2, 0.5), LONGEST_WAIT)
                log.warning("intake_waits", error=type(error).__name__, seconds=wait)
                await asyncio.sleep(wait)

    async def _once(self) -> None:
        asked: dict[str, object] = {
            "timeout": self._seconds,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset is not None:
            asked["offset"] = self._offset
        updates: Sequence[Mapping[str, object]] = await self._bot.call(
            "getUpdates", asked, read_timeout=self._seconds + GRACE_SECONDS
        )
        if updates:
            arrivals = [arrival(update) for update in updates]
            await self._runtime.write(inbox.take_in, arrivals, self._runtime.clock())
            self._offset = max(a.update_id for a in arrivals) + 1
            self._arrived()


def arrival(update: Mapping[str, object]) -> Arrival:
    """Turn an update as it came into what the inbox keeps."""
    update_id = update.get("update_id")
    if not isinstance(update_id, int):
        raise TelegramError("an update without a number")
    return Arrival(update_id, happening(update), json.dumps(update))


def happening(update: Mapping[str, object]) -> str | None:
    """Name what an update is about, so that a second delivery of it is known; None if unknown."""
    message = update.get("message") or update.get("edited_message")
    tap = update.get("callback_query")
    if isinstance(tap, Mapping):
        return f"tap:{tap.get('id')}"
    if not isinstance(message, Mapping) or not isinstance(message.get("chat"), Mapping):
        return None
    name = f"message:{message['chat'].get('id')}:{message.get('message_id')}"
    if "edited_message" not in update:
        return name
    # Two edits within one second bear the same date: what they say tells them apart.
    words = str(message.get("text", message.get("caption", "")))
    said = sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{name}:{message.get('edit_date')}:{said}"
