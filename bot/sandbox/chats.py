"""A chat and who is in it, as Bot API objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.fields import Json

Kind = Literal["private", "group", "supergroup"]
PRESENT = frozenset({"creator", "administrator", "member"})
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
)
_NOT_GRANTED = frozenset(_RIGHTS[:5])


@dataclass(slots=True)
class Chat:
    """One chat: its members by status, its history by message id."""

    id: int
    kind: Kind
    public: Json  # the Chat object; one dict for all its messages
    members: dict[int, str] = field(default_factory=dict)
    forum: bool = False
    privacy: bool = True
    topics: dict[int, str] = field(default_factory=dict)
    history: dict[int, Json] = field(default_factory=dict)
    last_id: int = 0
    pinned: int | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)  # the bot's, by message id
    migrated_to: int | None = None

    def status(self, user_id: int) -> str:
        """Return the member status of a user, `left` for a stranger."""
        return self.members.get(user_id, "left")

    def has(self, user_id: int) -> bool:
        """Whether the user is in the chat now."""
        return self.status(user_id) in PRESENT

    def present(self) -> list[int]:
        """Return the ids of all who are in the chat now."""
        return [user_id for user_id, status in self.members.items() if status in PRESENT]

    def take_id(self) -> int:
        """Take the next message id."""
        self.last_id += 1
        return self.last_id

    def told(self) -> Json:
        """Tell what someone who looks at the chat sees, without its messages; ready for JSON."""
        public = self.public
        return {
            "id": self.id,
            "kind": self.kind,
            "title": public.get("title", public.get("first_name")),
            "members": {str(user_id): status for user_id, status in self.members.items()},
            "forum": self.forum,
            "topics": {str(thread_id): name for thread_id, name in self.topics.items()},
            "pinned": self.pinned,
            "reactions": {str(number): emoji for number, emoji in self.reactions.items() if emoji},
            "migrated_to": self.migrated_to,
            "last_id": self.last_id,
        }


def chat_member(user: Json, status: str) -> Json:
    """Make the ChatMember object for a status, with the fields that the status requires."""
    made: Json = {"status": status, "user": user}
    if status == "creator":
        made["is_anonymous"] = False
    elif status == "administrator":
        made |= {right: right not in _NOT_GRANTED for right in _RIGHTS}
    elif status == "kicked":
        made["until_date"] = 0
    return made
