"""getMe, getFile, getChat and members, answerCallbackQuery, leaveChat."""

from __future__ import annotations

from bot.sandbox.chats import chat_member
from bot.sandbox.errors import bad
from bot.sandbox.fields import Json
from bot.sandbox.text import utf16_length
from bot.sandbox.world import World

_DOWNLOAD_LIMIT = 20 * 1024 * 1024
_ANSWER_LIMIT = 200
_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}
_ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}


def get_me(world: World, _p: Json) -> Json:
    """Answer getMe."""
    return {**world.bot, **_ABILITIES}


def get_file(world: World, p: Json) -> Json:
    """Answer getFile."""
    file = world.files.by_id(p["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if len(file.content) > _DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return file.public()


def get_chat(world: World, p: Json) -> Json:
    """Answer getChat."""
    chat = world.chat_for_bot(p["chat_id"])
    made = {
        **chat.public,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": _NO_GIFTS,
    }
    if chat.pinned in chat.history:
        made["pinned_message"] = chat.history[chat.pinned]
    return made


def get_chat_member(world: World, p: Json) -> Json:
    """Answer getChatMember."""
    chat = world.chat_for_bot(p["chat_id"])
    user = world.user(p["user_id"])
    if user is None:
        raise bad("user not found")
    return chat_member(user, chat.status(p["user_id"]))


def get_chat_member_count(world: World, p: Json) -> int:
    """Answer getChatMemberCount; the bot counts too."""
    return len(world.chat_for_bot(p["chat_id"]).present())


def get_chat_administrators(world: World, p: Json) -> list[Json]:
    """Answer getChatAdministrators; bots only when asked for."""
    chat = world.chat_for_bot(p["chat_id"])
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    return [
        chat_member(user, status)
        for user_id, status in chat.members.items()
        if status in {"creator", "administrator"}
        and (user := world.user(user_id))
        and (p.get("return_bots") or not user["is_bot"])
    ]


def leave_chat(world: World, p: Json) -> bool:
    """Answer leaveChat."""
    chat = world.chat_for_bot(p["chat_id"])
    if chat.kind == "private":
        raise bad("chat member status can't be changed in private chats")
    world.member_changed(chat, world.bot_id, "left", by=world.bot_id)
    return True


def answer_callback_query(world: World, p: Json) -> bool:
    """Answer answerCallbackQuery: each query once."""
    query = p["callback_query_id"]
    if query not in world.open_queries:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if utf16_length(p.get("text", "")) > _ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    answer = {
        "text": p.get("text", ""),
        "show_alert": p.get("show_alert", False),
        **({"url": p["url"]} if "url" in p else {}),
    }
    world.answer(query, answer)
    return True
