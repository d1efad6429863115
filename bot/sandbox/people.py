"""Who there is: users, groups, topics, and the bot's coming and going."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.sandbox.chats import Chat
from bot.sandbox.errors import ImpossibleError
from bot.sandbox.fields import Json
from bot.sandbox.world import World

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)  # an IETF tag


class People:
    """Acts of people. Each raises ImpossibleError where it could not happen."""

    world: World

    def add_user(
        self,
        user_id: int,
        first_name: str,
        *,
        username: str | None = None,
        language_code: str | None = None,
        started: bool = True,
    ) -> None:
        """Add a person and their private chat with the bot.

        `started=False`: they never wrote to the bot; until they do, it cannot write to them (403).
        """
        if user_id <= 0 or user_id == self.world.bot_id or user_id in self.world.users:
            raise ImpossibleError(f"user id {user_id} is taken or not positive")
        user: Json = {"id": user_id, "is_bot": False, "first_name": first_name}
        public: Json = {"id": user_id, "type": "private", "first_name": first_name}
        if username is not None:
            user["username"] = public["username"] = username
        if language_code is not None:
            user["language_code"] = language_code
        self.world.put_user(user)
        members = {user_id: "member", self.world.bot_id: "member" if started else "left"}
        self.world.open(Chat(user_id, "private", public, members, privacy=False))

    def set_language(self, user_id: int, language_code: str) -> None:
        """Let a person set the language of their app; what they do from now on carries the code."""
        user = self._user(user_id)
        if not _LANGUAGE.fullmatch(language_code):
            raise ImpossibleError(f"{language_code!r} is no language code")
        self.world.put_user({**user, "language_code": language_code})

    def add_group(
        self,
        chat_id: int,
        title: str,
        members: Sequence[int],
        *,
        forum: bool = False,
        supergroup: bool = False,
        privacy: bool = True,
        bot: bool = True,
        admins: Sequence[int] = (),
    ) -> None:
        """Add a group with its members; the first one created it. The bot is in it from before.

        A forum is a supergroup. `admins` may name the bot. `bot=False`: see `add_bot`.
        """
        if chat_id >= 0 or chat_id in self.world.chats:
            raise ImpossibleError(f"group id {chat_id} is taken or not negative")
        for user_id in (*members, *admins):
            self._user(user_id)
        public: Json = {
            "id": chat_id,
            "type": "supergroup" if supergroup or forum else "group",
            "title": title,
        }
        if forum:
            public["is_forum"] = True
        statuses = dict.fromkeys(members, "member")
        if bot:
            statuses[self.world.bot_id] = "member"
        statuses |= dict.fromkeys(admins, "administrator")
        if members:
            statuses[members[0]] = "creator"
        chat = Chat(chat_id, public["type"], public, statuses, forum=forum, privacy=privacy)
        self.world.open(chat)

    def add_topic(self, chat_id: int, name: str) -> int:
        """Open a topic in a forum and return its message_thread_id."""
        chat = self.world.chat(chat_id)
        if not chat.forum:
            raise ImpossibleError(f"chat {chat_id} is no forum")
        opener = self._opener(chat)
        thread_id = chat.last_id + 1
        chat.topics[thread_id] = name
        self.world.changed(chat)
        content: Json = {
            "message_thread_id": thread_id,
            "is_topic_message": True,
            "forum_topic_created": {"name": name, "icon_color": 0x6FB9F0},
        }
        self._service(chat, opener, content)
        return thread_id

    def delete_topic(self, chat_id: int, thread_id: int) -> None:
        """Delete a topic of a forum with all that was said in it. The bot is not told."""
        chat = self.world.chat(chat_id)
        if thread_id not in chat.topics:
            raise ImpossibleError(f"no topic {thread_id} in chat {chat_id}")
        del chat.topics[thread_id]
        self.world.changed(chat)
        for number, message in list(chat.history.items()):
            if message.get("message_thread_id") == thread_id:
                self.world.remove(chat, number)

    def rename(self, chat_id: int, title: str, by: int) -> None:
        """Let a member give a group another title."""
        chat = self._group(chat_id)
        user = self._member(by, chat)
        chat.public["title"] = title
        self.world.changed(chat)
        self._service(chat, user, {"new_chat_title": title})

    def join(self, user_id: int, chat_id: int) -> None:
        """Let a person come into a group."""
        chat = self._group(chat_id)
        user = self._user(user_id)
        self.world.member_changed(chat, user_id, "member", by=user_id)
        self._service(chat, user, {"new_chat_members": [user]})

    def leave(self, user_id: int, chat_id: int) -> None:
        """Let a person leave a group."""
        chat = self._group(chat_id)
        user = self._member(user_id, chat)
        self.world.member_changed(chat, user_id, "left", by=user_id)
        self._service(chat, user, {"left_chat_member": user})

    def kick(self, user_id: int, chat_id: int, by: int) -> None:
        """Let a member remove another person from a group."""
        chat = self._group(chat_id)
        remover, user = self._member(by, chat), self._member(user_id, chat)
        self.world.member_changed(chat, user_id, "kicked", by=by)
        self._service(chat, remover, {"left_chat_member": user})

    def add_bot(self, chat_id: int, by: int, *, admin: bool = False) -> None:
        """Let a member bring the bot into a group, or make it an administrator there."""
        chat = self._group(chat_id)
        user = self._member(by, chat)
        new = not chat.has(self.world.bot_id)
        status = "administrator" if admin else "member"
        self.world.member_changed(chat, self.world.bot_id, status, by=by)
        if new:
            self._service(chat, user, {"new_chat_members": [self.world.bot]})

    def kick_bot(self, chat_id: int, by: int) -> None:
        """Let a member throw the bot out of a group: its sends give 403."""
        chat = self._group(chat_id)
        self._member(by, chat)
        self.world.member_changed(chat, self.world.bot_id, "kicked", by=by)

    def block_bot(self, user_id: int) -> None:
        """Let a person block the bot in private: its sends give 403."""
        self._user(user_id)
        chat = self.world.chat(user_id)
        self.world.member_changed(chat, self.world.bot_id, "kicked", by=user_id)

    def unblock_bot(self, user_id: int) -> None:
        """Let the bot write to a person again."""
        self._user(user_id)
        chat = self.world.chat(user_id)
        self.world.member_changed(chat, self.world.bot_id, "member", by=user_id)

    unblock = unblock_bot

    def migrate(self, chat_id: int) -> int:
        """Turn a group into a supergroup, as Telegram does by itself; returns the new id.

        Both service messages are queued; the old id answers 400 with `migrate_to_chat_id`.
        """
        old = self._group(chat_id)
        if old.kind != "group" or old.migrated_to is not None:
            raise ImpossibleError(f"chat {chat_id} is no basic group (any more)")
        opener = self._opener(old)
        new_id = -(10**12) - abs(chat_id)
        while new_id in self.world.chats:
            new_id -= 1
        public: Json = {"id": new_id, "type": "supergroup", "title": old.public["title"]}
        new = Chat(new_id, "supergroup", public, dict(old.members), privacy=old.privacy)
        self.world.open(new)
        self._service(old, opener, {"migrate_to_chat_id": new_id})
        self._service(new, opener, {"migrate_from_chat_id": chat_id})
        old.migrated_to = new_id
        self.world.changed(old)
        return new_id

    def _service(self, chat: Chat, sender: Json, content: Json) -> None:
        message = self.world.post(chat, sender, content)
        if chat.has(self.world.bot_id):
            self.world.updates.add("message", message)

    def _user(self, user_id: int) -> Json:
        user = self.world.user(user_id)
        if user is None:
            raise ImpossibleError(f"no user {user_id} in the sandbox: add_user first")
        return user

    def _member(self, user_id: int, chat: Chat) -> Json:
        user = self._user(user_id)
        if not chat.has(user_id):
            raise ImpossibleError(f"user {user_id} is not in chat {chat.id}")
        if chat.migrated_to is not None:
            raise ImpossibleError(f"chat {chat.id} moved to {chat.migrated_to}")
        return user

    def _group(self, chat_id: int) -> Chat:
        chat = self.world.chat(chat_id)
        if chat.kind == "private":
            raise ImpossibleError(f"chat {chat_id} is no group")
        return chat

    def _opener(self, chat: Chat) -> Json:
        """Who did what nobody in particular did: the creator."""
        return self._user(next((u for u, s in chat.members.items() if s == "creator"), 0))
