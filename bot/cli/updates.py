"""Updates as Telegram would send them, of what is said or tapped on the command line.

Their numbers, and those of messages, are negative, so that they never meet real ones.
"""

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.cli.office import Refusal
from bot.offline import ME
from storage.outbox import Said

Json = dict[str, Any]


def number() -> int:
    """Answer a number for an update or a message that no other has."""
    return -time.time_ns() // 1000


def update(
    text: str, speaker: int, chat: int, now: datetime, answered: Said | None = None
) -> dict[str, object]:
    """Make an update of a message, perhaps one that replies to what the bot said."""
    new = number()
    message: Json = {
        "message_id": new,
        "date": int(now.timestamp()),
        "chat": _chat(chat),
        "from": _person(speaker),
        "text": text,
    }
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(first)}]
    if answered is not None:
        replied = _bots(answered, chat, now)
        message |= {"reply_to_message": replied, **_topic(replied)}
    return {"update_id": new, "message": message}


def tap(label: str, speaker: int, chat: int, now: datetime, on: Said) -> dict[str, object]:
    """Make an update of a tap; raises ``Refusal`` when the message has no such button."""
    rows = json.loads(on.payload).get("reply_markup", {}).get("inline_keyboard", [])
    buttons = {button["text"]: button["callback_data"] for row in rows for button in row}
    if label not in buttons:
        raise Refusal("cli/no_button", {"label": label, "labels": tuple(buttons)})
    new = number()
    query = {
        "id": str(new),
        "from": _person(speaker),
        "message": _bots(on, chat, now),
        "chat_instance": str(chat),
        "data": buttons[label],
    }
    return {"update_id": new, "callback_query": query}


def _person(speaker: int) -> Json:
    return {"id": speaker, "is_bot": False, "first_name": str(speaker)}


def _chat(chat: int) -> Json:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": str(chat)}
    return {"id": chat, "type": "supergroup", "title": str(chat)}


def _bots(said: Said, chat: int, now: datetime) -> Json:
    """Make the bot's own message, as far as an update has to tell of it."""
    call = json.loads(said.payload)
    in_topic: Json = {}
    if "message_thread_id" in call:
        in_topic = {"message_thread_id": call["message_thread_id"], "is_topic_message": True}
    return {
        "message_id": said.message_id,
        "date": int(now.timestamp()),
        "chat": _chat(chat),
        "from": dict(ME),
        "text": call.get("text", ""),
        **in_topic,
    }


def _topic(message: Mapping[str, Any]) -> Json:
    names = ("message_thread_id", "is_topic_message")
    return {name: message[name] for name in names if name in message}
