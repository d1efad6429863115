"""The small world behind the API: the bot, people, chats, messages, files, callback queries."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.sandbox.chats import Chat, chat_member
from bot.sandbox.errors import ApiError, ImpossibleError, bad, forbidden
from bot.sandbox.feed import Feed
from bot.sandbox.fields import Json
from bot.sandbox.files import Files
from bot.sandbox.updates import UpdateQueue


class World:
    """State and its rules; no HTTP in it. Message dicts are never changed, only replaced.

    Whoever changes something that people can see does it here, or calls `changed`: so it is told.
    """

    def __init__(
        self,
        bot_id: int,
        username: str,
        clock: Callable[[], datetime] | None,
        updates: UpdateQueue,
        feed: Feed,
    ) -> None:
        self.bot_id = bot_id
        self.username = username
        self.bot: Json = {
            "id": bot_id,
            "is_bot": True,
            "first_name": username,
            "username": username,
        }
        self.updates = updates
        self.feed = feed
        self.users: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.sent = 0
        self.open_queries: dict[str, Json] = {}  # `user_id` and `chat_id` by query id
        self.answers: dict[str, Json] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self._clock = clock

    def now(self) -> int:
        """Unix seconds, by the clock that the sandbox was given."""
        return int(self._clock().timestamp() if self._clock else time.time())

    def user(self, user_id: int) -> Json | None:
        """Return the User object of a person or of the bot."""
        return self.bot if user_id == self.bot_id else self.users.get(user_id)

    def chat(self, chat_id: int) -> Chat:
        """Return the chat, for an act of a person.

        Raises:
            ImpossibleError: there is no such chat.

        """
        if chat_id not in self.chats:
            raise ImpossibleError(f"no chat {chat_id} in the sandbox: add_user or add_group first")
        return self.chats[chat_id]

    def chat_for_bot(self, chat_id: Any) -> Chat:
        """Return the chat, for a call of the bot.

        Raises:
            ApiError: not found, moved, or the bot may not write there.

        """
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        status = chat.members.get(self.bot_id, "left")
        if status in {"left", "kicked"}:
            raise _shut_out(chat, status)
        return chat

    def post(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Make a message, keep it in the history and return it."""
        message = {
            "message_id": chat.take_id(),
            "from": sender,
            "chat": chat.public,
            "date": self.now(),
            **content,
        }
        self.replace(chat, message)
        return message

    def replace(self, chat: Chat, message: Json) -> None:
        """Put an edited message in the place of the old one."""
        chat.history[message["message_id"]] = message
        self.feed.tell("message", message)

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message out of the chat, for everyone; a pin and reactions go with it."""
        del chat.history[message_id]
        chat.reactions.pop(message_id, None)
        self.feed.tell("deleted", {"chat_id": chat.id, "message_id": message_id})
        if chat.pinned == message_id:
            self.pin(chat, None)

    def pin(self, chat: Chat, message_id: int | None) -> None:
        """Pin a message, or none."""
        chat.pinned = message_id
        self.changed(chat)

    def react(self, chat: Chat, message_id: int, emoji: list[str]) -> None:
        """Set the bot's reactions to a message."""
        chat.reactions[message_id] = emoji
        self.feed.tell("reaction", {"chat_id": chat.id, "message_id": message_id, "emoji": emoji})

    def put_user(self, user: Json) -> None:
        """Let a person be there, or be as the User object now says."""
        self.users[user["id"]] = user
        self.feed.tell("user", user)

    def open(self, chat: Chat) -> None:
        """Let a chat be there."""
        self.chats[chat.id] = chat
        self.changed(chat)

    def changed(self, chat: Chat) -> None:
        """Tell that the chat is not what it was: its title, members, topics, pin."""
        self.feed.tell("chat", chat.told)

    def answer(self, query_id: str, answer: Json) -> None:
        """Answer an open callback query."""
        asked = self.open_queries.pop(query_id)
        self.answers[query_id] = answer
        self.feed.tell("answer", {"id": query_id, **asked, **answer})

    def member_changed(self, chat: Chat, user_id: int, status: str, by: int) -> None:
        """Set a member's status and queue my_chat_member (the bot) or chat_member (a person)."""
        old = chat.status(user_id)
        chat.members[user_id] = status
        self.changed(chat)
        mine = user_id == self.bot_id
        if not mine and not chat.has(self.bot_id):
            return
        user = self.user(user_id) or {}
        change = {
            "chat": chat.public,
            "from": self.user(by),
            "date": self.now(),
            "old_chat_member": chat_member(user, old),
            "new_chat_member": chat_member(user, status),
        }
        self.updates.add("my_chat_member" if mine else "chat_member", change)

    def reply_fields(self, chat: Chat, reply_to: int | None, thread_id: int | None) -> Json:
        """Make the fields that say what a message answers and in which topic or thread it is.

        `reply_to`, where given, is a message of the chat and `thread_id` a topic of it.
        """
        made: Json = {}
        replied = chat.history.get(reply_to) if reply_to is not None else None
        if chat.forum:
            if thread_id is None and replied and replied.get("is_topic_message"):
                thread_id = replied["message_thread_id"]
            if thread_id is not None:
                made = {"message_thread_id": thread_id, "is_topic_message": True}
                # Clients make every message of a topic a reply to the one that created it.
                replied = replied or chat.history.get(thread_id)
        elif replied and chat.kind == "supergroup":  # a thread of replies, which is no topic
            made["message_thread_id"] = replied.get("message_thread_id", reply_to)
        if replied:
            shown = {key: value for key, value in replied.items() if key != "reply_to_message"}
            made["reply_to_message"] = shown
        return made


def _shut_out(chat: Chat, status: str) -> ApiError:
    if chat.kind == "private":
        blocked = status == "kicked"
        return forbidden(
            "bot was blocked by the user"
            if blocked
            else "bot can't initiate conversation with a user"
        )
    if status == "kicked":
        return forbidden(f"bot was kicked from the {chat.kind} chat")
    return forbidden(f"bot is not a member of the {chat.kind} chat")
