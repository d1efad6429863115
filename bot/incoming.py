"""From a Telegram update to what a person said: the facts dispatch needs, and nothing more.

The few fields are read from the update's JSON, by the names the Bot API documents. A field that
must be there and is not, or is something else, raises an error: such an update is set aside.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.commands import BY_NAME
from bot.sent_files import file_of, other_medium
from handlers.grammar import vocabulary
from storage.attachments import SentFile

# What may stand between a command's word and the rest.
SEPARATORS = " \t\n::,,"
_SLASH = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w+))?(?P<rest>.*)", re.DOTALL)

_LABEL = re.compile(r"\w+\s*[:：]")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing said or tapped.

    ``command`` is a name of the command table, ``verb`` a button's; at most one of them is given.
    ``update_id`` is the number of the update that told of it.
    ``sent_at`` is Telegram's own time of the message or of its edit, ``written_at`` that of the
    message before any edit; both are None for a tap. ``labelled`` is the whole
    text where the command's word stands like a label (``记录:李四``), and may be one.
    ``file`` is the photo or file that came, whose caption is the text then; ``medium`` what came
    that is neither. ``follows`` is the message that this one replies to, whoever wrote that.
    """

    update_id: int
    actor: int
    chat_id: int
    private: bool
    thread_id: int | None
    message_id: int | None
    sent_at: datetime | None
    written_at: datetime | None
    text: str
    command: str | None = None
    verb: str | None = None
    callback_id: str | None = None
    replies_to: int | None = None
    edited: bool = False
    addressed: bool = False
    labelled: str | None = None
    file: SentFile | None = None
    medium: str | None = None
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What Telegram tells of a chat: it became another one, or the bot came or went."""

    chat_id: int
    moved_to: int | None = None
    present: bool | None = None


def from_update(update: Json, username: str) -> Incoming | Notice | None:
    """Read an update; None when it says nothing to us."""
    update_id, edited = update["update_id"], update.get("edited_message")
    message = edited or update.get("message")
    if message is not None:
        said = _from_message(message, username, update_id=update_id, edited=bool(edited))
        return said or _moved(message)
    if (tap := update.get("callback_query")) is not None:
        return _from_tap(tap, update_id)
    member = update.get("my_chat_member")
    return None if member is None else _came_or_went(member)


def _from_message(message: Json, username: str, *, update_id: int, edited: bool) -> Incoming | None:
    """Read a message; None when no person wrote it.

    A command is read by its slash, and by its Chinese word where the bot is spoken to: in private,
    when mentioned, or in a reply to it.
    """
    chat, written_at = message["chat"], _moment(message["date"])
    private = chat["type"] == "private"
    said, file = message.get("text") or message.get("caption") or "", file_of(message)
    medium = other_medium(message)
    if "from" not in message or not (said or file or medium):
        return None
    text, mentioned = _without_mention(storable(said), username)
    replies_to = _bot_message(message)
    command, arguments = slashed(text, username) if text.startswith("/") else (None, text)
    labelled = None
    if command is None and (private or mentioned or replies_to is not None):
        command, arguments = worded(text)
        labelled = text if _LABEL.match(text) else None
    return Incoming(
        update_id=update_id,
        actor=message["from"]["id"],
        chat_id=chat["id"],
        private=private,
        thread_id=_topic(message),
        message_id=message["message_id"],
        sent_at=_moment(message["edit_date"]) if "edit_date" in message else written_at,
        written_at=written_at,
        text=arguments,
        command=command,
        replies_to=replies_to,
        edited=edited,
        addressed=private or mentioned,
        labelled=labelled,
        file=file,
        medium=medium,
        follows=message.get("reply_to_message", {}).get("message_id"),
    )


def storable(text: str) -> str:
    """Replace what no database keeps: half characters and NUL."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\ufffd")


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _bot_message(message: Json) -> int | None:
    """Answer which message of a bot's this one replies to."""
    reply = message.get("reply_to_message")
    if reply is None or not reply.get("from", {}).get("is_bot"):
        return None
    replies_to: int = reply["message_id"]
    return replies_to


def _from_tap(query: Json, update_id: int) -> Incoming | None:
    """Read a tap on a button; None when its message is too old for Telegram to name it."""
    actor, message, data = query["from"]["id"], query.get("message"), query.get("data")
    if message is None or data is None:
        return None
    verb, _, arguments = storable(data).partition(":")
    return Incoming(
        update_id=update_id,
        actor=actor,
        chat_id=message["chat"]["id"],
        private=message["chat"]["type"] == "private",
        thread_id=_topic(message),
        message_id=message["message_id"],
        sent_at=None,
        written_at=None,
        text=arguments,
        verb=verb,
        callback_id=query["id"],
    )


def _topic(message: Json) -> int | None:
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def _without_mention(text: str, username: str) -> tuple[str, bool]:
    """Take ``@thebot`` off the beginning or the end of a message."""
    mention = f"@{username}".lower()
    stripped = text.strip()
    if stripped.lower().startswith(mention):
        return stripped[len(mention) :].lstrip(), True
    if stripped.lower().endswith(mention) and not stripped.startswith("/"):
        return stripped[: -len(mention)].rstrip(), True
    return stripped, False


def _moved(message: Json) -> Notice | None:
    """Read a message in which nobody says anything; None unless the group moved by it."""
    chat_id = message["chat"]["id"]
    if (moved_to := message.get("migrate_to_chat_id")) is not None:
        return Notice(chat_id, moved_to=moved_to)
    if (moved_from := message.get("migrate_from_chat_id")) is not None:  # told in both chats
        return Notice(moved_from, moved_to=chat_id)
    return None


def _came_or_went(member: Json) -> Notice:
    present = member["new_chat_member"]["status"] in ("member", "administrator", "restricted")
    return Notice(member["chat"]["id"], present=present)


def slashed(text: str, username: str = "") -> tuple[str | None, str]:
    """Read a text that begins with a slash: the command, if there is such a one, and the rest.

    A command that names another bot than ``username`` is none of ours.
    """
    match = _SLASH.fullmatch(text)
    if match is None or match["name"].lower() not in BY_NAME:
        return None, text
    if match["bot"] and match["bot"].lower() != username.lower():
        return None, text
    return match["name"].lower(), match["rest"].strip()


def worded(text: str) -> tuple[str | None, str]:
    """Read a text that may begin with a command's Chinese word: the command and the rest."""
    for word, name in vocabulary.commands().items():
        rest = text.removeprefix(word)
        if name in BY_NAME and rest != text and (not rest or not rest[0].isalnum()):
            return name, rest.lstrip(SEPARATORS).strip()
    return None, text
