"""editMessageText, editMessageReplyMarkup, deleteMessage, pinChatMessage, setMessageReaction."""

from __future__ import annotations

from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad
from bot.sandbox.fields import Json
from bot.sandbox.formatting import formatted
from bot.sandbox.keyboards import inline_keyboard
from bot.sandbox.world import World

_DELETABLE_FOR = 48 * 3600
_CHANGING = ("text", "entities", "link_preview_options", "reply_markup")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def edit_message_text(world: World, p: Json) -> Json:
    """Answer editMessageText; without `reply_markup` the buttons go away, as with Telegram."""
    chat, message = _own_message(world, p)
    if "text" not in p:
        raise bad("message text is empty")
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    text, entities = formatted(world, p["text"], p.get("parse_mode"), p.get("entities"))
    return _change(
        world,
        chat,
        message,
        {
            "text": text,
            "entities": entities or None,
            "link_preview_options": p.get("link_preview_options"),
            "reply_markup": inline_keyboard(chat, p.get("reply_markup")),
        },
    )


def edit_message_reply_markup(world: World, p: Json) -> Json:
    """Answer editMessageReplyMarkup."""
    chat, message = _own_message(world, p)
    keyboard = inline_keyboard(chat, p.get("reply_markup"))
    kept = {key: message.get(key) for key in _CHANGING}
    return _change(world, chat, message, {**kept, "reply_markup": keyboard})


def delete_message(world: World, p: Json) -> bool:
    """Answer deleteMessage: own ones, and others' in private or as an administrator."""
    chat = world.chat_for_bot(p["chat_id"])
    message = chat.history.get(p["message_id"])
    if message is None:
        raise bad("message to delete not found")
    own = message["from"]["id"] == world.bot_id
    if not own and chat.kind != "private" and chat.status(world.bot_id) != "administrator":
        raise bad("message can't be deleted")
    if world.now() - message["date"] > _DELETABLE_FOR:
        raise bad("message can't be deleted for everyone")
    world.remove(chat, message["message_id"])
    return True


def pin_chat_message(world: World, p: Json) -> bool:
    """Answer pinChatMessage: in private, or as an administrator."""
    chat = world.chat_for_bot(p["chat_id"])
    if p["message_id"] not in chat.history:
        raise bad("message to pin not found")
    if chat.kind != "private" and chat.status(world.bot_id) != "administrator":
        raise bad("not enough rights to manage pinned messages in the chat")
    world.pin(chat, p["message_id"])
    return True


def set_message_reaction(world: World, p: Json) -> bool:
    """Answer setMessageReaction; a bot may set one reaction at most."""
    chat = world.chat_for_bot(p["chat_id"])
    if p["message_id"] not in chat.history:
        raise bad("message to react not found")
    reactions = p.get("reaction", [])
    if len(reactions) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(reaction["type"] != "emoji" for reaction in reactions):
        raise bad("REACTION_INVALID")
    world.react(chat, p["message_id"], [reaction["emoji"] for reaction in reactions])
    return True


def _own_message(world: World, p: Json) -> tuple[Chat, Json]:
    if "inline_message_id" in p:
        raise bad("MESSAGE_ID_INVALID")  # no message of the sandbox is sent inline
    if "business_connection_id" in p:
        raise bad("business connection not found")
    if "chat_id" not in p:
        raise bad("chat_id is empty")
    if "message_id" not in p:
        raise bad("message identifier is not specified")
    chat = world.chat_for_bot(p["chat_id"])
    message = chat.history.get(p["message_id"])
    if message is None:
        raise bad("message to edit not found")
    if message["from"]["id"] != world.bot_id:
        raise bad("message can't be edited")
    return chat, message


def _change(world: World, chat: Chat, message: Json, new: Json) -> Json:
    if all(message.get(key) == new[key] for key in _CHANGING):
        raise bad(_NOT_MODIFIED)
    kept = {key: value for key, value in message.items() if key not in _CHANGING}
    kept["edit_date"] = world.now()
    edited = kept | {key: value for key, value in new.items() if value is not None}
    world.replace(chat, edited)
    return edited
