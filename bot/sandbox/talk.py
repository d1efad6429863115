"""What people do in a chat: say, edit, tap a button."""

from __future__ import annotations

import zlib
from itertools import count

from bot.sandbox.chats import Chat
from bot.sandbox.errors import ImpossibleError, NoSuchButtonError
from bot.sandbox.fields import Json
from bot.sandbox.formatting import CAPTION_LIMIT, TEXT_LIMIT
from bot.sandbox.people import People
from bot.sandbox.text import find_entities, trim, utf16_length, utf16_slice


class Talk(People):
    """People's messages and taps, each queued as an update if the bot may see it."""

    def __init__(self) -> None:
        self._queries = count(1)

    def say(
        self,
        user_id: int,
        chat_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> int:
        """Write a message (private chat id == user id) and return its message id."""
        content = written(text, "text", TEXT_LIMIT)
        return self._post(user_id, chat_id, content, reply_to, thread_id)

    def edit(self, user_id: int, chat_id: int, message_id: int, text: str) -> None:
        """Change the text (or caption) of one's own message."""
        chat = self.world.chat(chat_id)
        self._member(user_id, chat)
        old = self._message(chat, message_id)
        if old["from"]["id"] != user_id:
            raise ImpossibleError(f"message {message_id} is not of user {user_id}")
        kind = "text" if "text" in old else "caption"
        limit = TEXT_LIMIT if kind == "text" else CAPTION_LIMIT
        changing = {kind, f"{kind}_entities", "entities"}
        kept = {key: value for key, value in old.items() if key not in changing}
        message = {**kept, "edit_date": self.world.now(), **written(text, kind, limit)}
        self.world.replace(chat, message)
        if self._bot_sees(chat, message):
            self.world.updates.add("edited_message", message)

    def tap(
        self, user_id: int, chat_id: int, message_id: int, data: str, *, forge: bool = False
    ) -> str:
        """Tap the button with that callback data; returns the callback query id.

        `forge=True` sends any data, for any message, even a deleted one, as a hostile client can.
        """
        chat = self.world.chat(chat_id)
        user = self._member(user_id, chat)
        message = chat.history.get(message_id)
        if not forge:
            self._button(chat, message_id, "callback_data", data)
        if message is None:
            message = {"chat": chat.public, "message_id": message_id, "date": 0}
        query_id = f"{user_id}{next(self._queries):07d}"
        self.world.open_queries[query_id] = {"user_id": user_id, "chat_id": chat_id}
        query: Json = {
            "id": query_id,
            "from": user,
            "message": message,
            "chat_instance": str(zlib.crc32(str(chat_id).encode()) + 1),
            "data": data,
        }
        if chat.has(self.world.bot_id):
            self.world.updates.add("callback_query", query)
        return query_id

    def tap_label(self, user_id: int, chat_id: int, message_id: int, label: str) -> str:
        """Tap the button that shows this text; returns the callback query id."""
        button = self._button(self.world.chat(chat_id), message_id, "text", label)
        if "callback_data" not in button:
            raise NoSuchButtonError(f"button {label!r} does not call back")
        return self.tap(user_id, chat_id, message_id, button["callback_data"])

    def _post(
        self,
        user_id: int,
        chat_id: int,
        content: Json,
        reply_to: int | None,
        thread_id: int | None,
    ) -> int:
        chat = self.world.chat(chat_id)
        user = self._member(user_id, chat)
        if reply_to is not None:
            self._message(chat, reply_to)
        if thread_id is not None and thread_id not in chat.topics:
            raise ImpossibleError(f"no topic {thread_id} in chat {chat_id}")
        if chat.kind == "private":
            self._open_private(chat)
        if reply_to is not None or thread_id is not None:
            content = {**self.world.reply_fields(chat, reply_to, thread_id), **content}
        message = self.world.post(chat, user, content)
        if self._bot_sees(chat, message):
            self.world.updates.add("message", message)
        message_id: int = message["message_id"]
        return message_id

    def _open_private(self, chat: Chat) -> None:
        status = chat.status(self.world.bot_id)
        if status == "kicked":
            raise ImpossibleError(f"user {chat.id} blocked the bot: unblock_bot first")
        if status == "left":
            chat.members[self.world.bot_id] = "member"
            self.world.changed(chat)

    def _bot_sees(self, chat: Chat, message: Json) -> bool:
        """Privacy mode: commands, mentions and replies to the bot only; administrators see all."""
        status = chat.status(self.world.bot_id)
        if not chat.has(self.world.bot_id):
            return False
        if not chat.privacy or status == "administrator" or chat.kind == "private":
            return True
        replied = message.get("reply_to_message")
        if replied and replied["from"]["id"] == self.world.bot_id:
            return True
        text = message.get("text") or message.get("caption") or ""
        entities = message.get("entities") or message.get("caption_entities") or ()
        return any(self._meant(text, entity) for entity in entities)

    def _meant(self, text: str, entity: Json) -> bool:
        word = utf16_slice(text, entity["offset"], entity["length"]).lower()
        mine = f"@{self.world.username.lower()}"
        if entity["type"] == "bot_command":
            return "@" not in word or word.endswith(mine)
        return entity["type"] == "mention" and word == mine

    def _message(self, chat: Chat, message_id: int) -> Json:
        if message_id not in chat.history:
            raise ImpossibleError(f"no message {message_id} in chat {chat.id}")
        return chat.history[message_id]

    def _button(self, chat: Chat, message_id: int, key: str, value: str) -> Json:
        message = self._message(chat, message_id)
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons: list[Json] = [button for row in rows for button in row]
        for button in buttons:
            if button.get(key) == value:
                return button
        there = ", ".join(repr(button.get(key)) for button in buttons) or "no buttons"
        raise NoSuchButtonError(f"message {message_id} has no button {value!r}, it has {there}")


def written(text: str, kind: str, limit: int) -> Json:
    """Make the text as a client sends it: trimmed, its commands and mentions found."""
    text, _ = trim(text, [])
    if not text or utf16_length(text) > limit:
        raise ImpossibleError(f"a client sends 1 to {limit} characters, not {utf16_length(text)}")
    entities = find_entities(text, [])
    name = "entities" if kind == "text" else "caption_entities"
    return {kind: text, name: entities} if entities else {kind: text}
