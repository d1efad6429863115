"""Intake: updates are committed to the inbox before Telegram is told that they were received."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session
from telegram.error import InvalidToken, TelegramError

from bot.runtime import Runtime
from bot.together import Together
from bot.transport import Caller
from storage import inbox
from storage.inbox import Arrival

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
LONGEST_WAIT = 10.0
# The server answers a long poll after the seconds asked for; this much later it is taken as lost.
GRACE_SECONDS = 10

# What no column of a table holds, Telegram does not mean either.
BIGGEST = 2**63
# The name of a happening is indexed: databases refuse very long ones, and some characters.
LONGEST_NAME = 200

log = structlog.get_logger(__name__)


class Intake:
    """Commits what comes; what comes at once, from many connections, is committed together."""

    def __init__(self, runtime: Runtime, arrived: Callable[[], None]) -> None:
        self._runtime = runtime
        self._arrived = arrived
        self._together = Together(self._keep)

    async def take(self, updates: Sequence[Mapping[str, object]]) -> int:
        """Keep updates, and return once they are committed; answers how many were new.

        Raises ``sqlalchemy.exc.SQLAlchemyError`` when they could not be kept.
        """
        return await self._together.ask([arrival(update) for update in updates])

    async def _keep(self, batches: Sequence[Sequence[Arrival]]) -> Sequence[int]:
        now = self._runtime.clock()
        new = await self._runtime.write(_take_in_all, batches, now)
        self._arrived()
        return new


def _take_in_all(
    session: Session, batches: Sequence[Sequence[Arrival]], now: datetime
) -> list[int]:
    return [inbox.take_in(session, batch, now) for batch in batches]


class Polling:
    """Asks for updates, commits them, and only then asks for the next: that confirms the former.

    Nothing that goes wrong ends it but a token that Telegram refuses: it waits and asks again.
    """

    def __init__(self, bot: Caller, intake: Intake, seconds: int) -> None:
        self._bot = bot
        self._intake = intake
        self._seconds = seconds
        self._offset: int | None = None

    async def run(self) -> None:
        """Take updates in until cancelled."""
        wait = 0.0
        while True:
            try:
                if not await self._once():
                    raise Stuck
                wait = 0.0
            except InvalidToken:
                raise
            except (TelegramError, SQLAlchemyError, Stuck) as error:
                wait = min(max(wait * 2, 0.5), LONGEST_WAIT)
                log.warning("intake_waits", error=type(error).__name__, seconds=wait)
                await asyncio.sleep(wait)

    async def _once(self) -> bool:
        """Ask once; False when what came can never be confirmed, since it bears no number."""
        asked: dict[str, object] = {
            "timeout": self._seconds,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset is not None:
            asked["offset"] = self._offset
        updates: Sequence[Mapping[str, object]] = await self._bot.call(
            "getUpdates", asked, read_timeout=self._seconds + GRACE_SECONDS
        )
        if not updates:
            # All that was asked for is confirmed; what comes may begin at any number.
            self._offset = None
            return True
        await self._intake.take(updates)
        numbers = [number for update in updates if (number := numbered(update)) is not None]
        if numbers:
            self._offset = max(numbers) + 1
        return bool(numbers)


class Stuck(Exception):  # noqa: N818 - it says how intake stands
    """Telegram delivers nothing but what was kept already and cannot be confirmed."""


def numbered(update: Mapping[str, object]) -> int | None:
    """Answer the number of an update; None when it bears none that could be one."""
    return _whole(update.get("update_id"))


def _whole(number: object) -> int | None:
    """Answer a whole number that a table can hold; None for anything else."""
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    return number if abs(number) < BIGGEST else None


def arrival(update: Mapping[str, object]) -> Arrival:
    """Turn an update as it came into what the inbox keeps.

    One without a number is kept, and set aside at once.
    """
    number, payload = numbered(update), json.dumps(update)
    if number is None:
        return Arrival(0, f"unnumbered:{_digest(payload)}", payload, problem="no number")
    chat = _about(update).get("chat")
    chat_id = _whole(chat.get("id")) if isinstance(chat, Mapping) else None
    return Arrival(number, _fit(happening(update)), payload, chat_id or 0)


def _fit(name: str) -> str:
    """Answer a name that every database keeps: itself, or a digest of it."""
    plain = name.isascii() and name.isprintable() and len(name) <= LONGEST_NAME
    return name if plain else f"digest:{_digest(name)}"


def _about(update: Mapping[str, object]) -> Mapping[str, object]:
    """Answer the message that an update is about, or what else bears its chat."""
    tap = update.get("callback_query")
    found = tap.get("message") if isinstance(tap, Mapping) else None
    for name in ("message", "edited_message", "my_chat_member"):
        found = found or update.get(name)
    return found if isinstance(found, Mapping) else {}


def happening(update: Mapping[str, object]) -> str:
    """Name what an update is about, so that a second delivery of it is known."""
    unknown = f"update:{update.get('update_id')}"
    message = update.get("message") or update.get("edited_message")
    tap = update.get("callback_query")
    if isinstance(tap, Mapping):
        return f"tap:{tap.get('id')}"
    if not isinstance(message, Mapping) or not isinstance(message.get("chat"), Mapping):
        return unknown
    name = f"message:{message['chat'].get('id')}:{message.get('message_id')}"
    if "edited_message" not in update:
        return name
    # Two edits within one second bear the same date: what they say tells them apart.
    words = str(message.get("text", message.get("caption", "")))
    return f"{name}:{message.get('edit_date')}:{_digest(words)}"


def _digest(words: str) -> str:
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
