"""From a Telegram update to what a person said: the facts dispatch needs, and nothing more.

The few fields are read from the update's JSON, by the names the Bot API documents. A field that
must be there and is not, or is something else, raises an error: such an update is set aside.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.addressing import slashed, without_mention, worded
from bot.sent_files import file_of, other_medium
from handlers.grammar import answer_of, normalise
from storage.attachments import SentFile
from storage.invitations import token_in

_LABEL = re.compile(r"\w+\s*[:：]")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing said or tapped.

    ``command`` is a name of the command table, ``verb`` a button's; at most one of them is given.
    ``nobody``: an administrator who remains anonymous said it, so that no one knows who did.
    ``forwarded``: somebody else's words, of another time.
    ``update_id`` is the number of the update that told of it.
    ``sent_at`` is Telegram's own time of the message or of its edit, ``written_at`` that of the
    message before any edit; both are None for a tap. ``labelled`` is the whole
    text where the command's word stands like a label (``记录:李四``), or may be an answer.
    ``file`` is the photo or file that came, whose caption is the text then; ``medium`` what came
    that is neither. ``follows`` is the message that this one replies to, whoever wrote that, and
    ``answered`` the person who did. ``title`` is what the group is called it was said in.
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
    nobody: bool = False
    forwarded: bool = False
    addressed: bool = False
    labelled: str | None = None
    file: SentFile | None = None
    medium: str | None = None
    follows: int | None = None
    answered: int | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What Telegram tells of a chat: it became another, was renamed, or the bot came or went.

    A private chat bears its person's number: there the bot was stopped, or is heard again. ``left``
    is who left a group, or was removed from it. ``kind`` is the chat's, as Telegram has it.
    ``title`` is what it is called; ``renamed``: nothing but this is told. ``came``: the bot was not
    there before; ``by`` is who let it in. ``lost_topic``: the topic of that number takes no
    messages any more.
    """

    chat_id: int
    moved_to: int | None = None
    present: bool | None = None
    left: int | None = None
    title: str | None = None
    kind: str = "group"
    renamed: bool = False
    came: bool = False
    by: int | None = None
    lost_topic: int | None = None


def from_update(update: Json, username: str) -> Incoming | Notice | None:
    """Read an update; None when it says nothing to us."""
    update_id, edited = update["update_id"], update.get("edited_message")
    message = edited or update.get("message")
    if message is not None:
        said = _from_message(message, username, update_id=update_id, edited=bool(edited))
        return said or _moved(message) or _renamed(message)
    if (tap := update.get("callback_query")) is not None:
        return _from_tap(tap, update_id)
    member = update.get("my_chat_member")
    return None if member is None else _came_or_went(member)


def _from_message(message: Json, username: str, *, update_id: int, edited: bool) -> Incoming | None:
    """Read a message; None when no person wrote it.

    A command is read by its slash, also before its Chinese word, and by that word alone where the
    bot is spoken to: in private, when mentioned, or in a reply to it.
    """
    chat, written_at = message["chat"], _moment(message["date"])
    private = chat["type"] == "private"
    said, file = message.get("text") or message.get("caption") or "", file_of(message)
    medium = other_medium(message)
    if not _is_from_somebody(message) or not (said or file or medium):
        return None
    text, mentioned = without_mention(storable(said), username)
    replies_to = _own_message(message, username)
    command, arguments = slashed(text, username)
    labelled = None
    spoken_to = private or mentioned or replies_to is not None
    if command is None and (spoken_to or text.startswith(("/", "／"))):
        command, arguments = worded(text)
        labelled = text if _LABEL.match(text) or answer_of(text) else None
    if command is None and private and token_in(text) is not None:  # a link's token by itself
        command, arguments = "start", text
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
        nobody="sender_chat" in message,
        forwarded="forward_origin" in message,
        addressed=private or mentioned,
        labelled=labelled,
        file=file,
        medium=medium,
        follows=message.get("reply_to_message", {}).get("message_id"),
        answered=_person_answered(message),
        title=_title(chat),
    )


def _is_from_somebody(message: Json) -> bool:
    """Tell whether a person wrote it: no channel, linked or speaking for itself, and no bot.

    A group that speaks for itself is one of its administrators.
    """
    if "from" not in message:
        return False
    spoken_for = message.get("sender_chat")
    if spoken_for is not None:
        return bool(spoken_for["id"] == message["chat"]["id"])
    return not message["from"].get("is_bot")


def storable(text: str) -> str:
    """Clean a text of what no database keeps, half characters, and of what turns lines around."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return normalise.clean(whole)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _own_message(message: Json, username: str) -> int | None:
    """Answer which message of this bot's the message replies to."""
    reply = message.get("reply_to_message")
    if reply is None or reply.get("from", {}).get("username", "").lower() != username.lower():
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
        title=_title(message["chat"]),
    )


def _person_answered(message: Json) -> int | None:
    """Answer who wrote what a message replies to; None for a bot, a channel, and nobody.

    All that is said in a topic replies to the message that opened it, which is no answer to anyone.
    """
    replied = message.get("reply_to_message")
    if replied is None or "forum_topic_created" in replied:
        return None
    if not _is_from_somebody(replied) or "sender_chat" in replied:
        return None
    person: int = replied["from"]["id"]
    return person


def _topic(message: Json) -> int | None:
    return message.get("message_thread_id") if message.get("is_topic_message") else None


def _moved(message: Json) -> Notice | None:
    """Read a message in which nobody says anything: the group moved, or somebody left it."""
    chat_id = message["chat"]["id"]
    if (moved_to := message.get("migrate_to_chat_id")) is not None:
        return Notice(chat_id, moved_to=moved_to)
    if (moved_from := message.get("migrate_from_chat_id")) is not None:  # told in both chats
        return Notice(moved_from, moved_to=chat_id)
    left = message.get("left_chat_member")
    if left is not None and not left.get("is_bot"):
        return Notice(chat_id, left=left["id"])
    return None


def _renamed(message: Json) -> Notice | None:
    """Read a message that tells of a group's new name."""
    if (title := message.get("new_chat_title")) is None:
        return None
    return Notice(message["chat"]["id"], title=storable(title), renamed=True)


def _title(chat: Json) -> str | None:
    return storable(chat["title"]) if "title" in chat else None


def _came_or_went(member: Json) -> Notice:
    chat, present = member["chat"], _is_there(member["new_chat_member"])
    return Notice(
        chat["id"],
        present=present,
        title=_title(chat),
        kind=chat["type"],
        came=present and not _is_there(member["old_chat_member"]),
        by=member["from"]["id"],
    )


def _is_there(member: Json) -> bool:
    """Tell whether somebody is in the chat; one who is restricted may have left it."""
    status = member["status"]
    return status in ("member", "administrator") or (
        status == "restricted" and member.get("is_member", True)
    )
