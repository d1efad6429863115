"""sendMessage, sendPhoto, sendDocument, sendMediaGroup, sendChatAction."""

from __future__ import annotations

from itertools import count
from typing import Any

from bot.sandbox.chats import Chat
from bot.sandbox.errors import ApiError, bad
from bot.sandbox.fields import Json, Upload
from bot.sandbox.files import File
from bot.sandbox.formatting import formatted
from bot.sandbox.keyboards import inline_keyboard
from bot.sandbox.world import World

UPLOADS = "uploads"  # beside the parameters: parts of the request that `attach://` may name
_ALBUMS = count(13_000_000_000)
_PHOTO_LIMIT = 10 * 1024 * 1024
_DOCUMENT_LIMIT = 50 * 1024 * 1024
_ACTIONS = frozenset(
    {
        "typing",
        *(f"record_{kind}" for kind in ("video", "voice", "video_note")),
        *(f"upload_{kind}" for kind in ("photo", "video", "voice", "document", "video_note")),
        *("choose_sticker", "find_location"),
    }
)


def send_message(world: World, p: Json) -> Json:
    """Answer sendMessage."""
    chat = world.chat_for_bot(p["chat_id"])
    text, entities = formatted(world, p["text"], p.get("parse_mode"), p.get("entities"))
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if options := p.get("link_preview_options"):
        content["link_preview_options"] = options
    return _send(world, chat, p, content)


def send_photo(world: World, p: Json) -> Json:
    """Answer sendPhoto."""
    chat = world.chat_for_bot(p["chat_id"])
    photo = _photo(world, p, p["photo"])
    return _send(world, chat, p, {"photo": photo.photo(), **_caption(world, p), **_spoiler(p)})


def send_document(world: World, p: Json) -> Json:
    """Answer sendDocument."""
    chat = world.chat_for_bot(p["chat_id"])
    document = _file(world, p, p["document"], "document", _DOCUMENT_LIMIT)
    return _send(world, chat, p, {"document": document.document(), **_caption(world, p)})


def send_media_group(world: World, p: Json) -> list[Json]:
    """Answer sendMediaGroup: all of its files, or an error and nothing."""
    chat = world.chat_for_bot(p["chat_id"])
    items = p["media"]
    if not 2 <= len(items) <= 10:
        raise bad("wrong number of messages in the album: 2 to 10 expected")
    if len({item["type"] for item in items}) > 1:
        raise bad("document can't be mixed with other media types")
    album = str(next(_ALBUMS))
    contents = []
    for item in items:
        if item["type"] == "photo":
            media: Json = {"photo": _photo(world, p, item["media"]).photo(), **_spoiler(item)}
        else:
            file = _file(world, p, item["media"], "document", _DOCUMENT_LIMIT)
            media = {"document": file.document()}
        contents.append({"media_group_id": album, **media, **_caption(world, item)})
    return [_send(world, chat, p, content) for content in contents]


def send_chat_action(world: World, p: Json) -> bool:
    """Answer sendChatAction."""
    chat = world.chat_for_bot(p["chat_id"])
    if p["action"] not in _ACTIONS:
        raise bad("wrong parameter action in request")
    thread = p.get("message_thread_id")
    _check_thread(chat, thread)
    told = {"chat_id": chat.id, "action": p["action"]}
    world.feed.tell("action", told if thread is None else {**told, "thread_id": thread})
    return True


def _send(world: World, chat: Chat, p: Json, content: Json) -> Json:
    _refuse_unacted(p)
    thread = p.get("message_thread_id")
    _check_thread(chat, thread)
    answered = _answered(chat, p.get("reply_parameters"))
    keyboard = inline_keyboard(chat, p.get("reply_markup"))
    if keyboard:
        content["reply_markup"] = keyboard
    if p.get("protect_content"):
        content["has_protected_content"] = True
    if answered is not None or thread is not None:
        content = {**world.reply_fields(chat, answered, thread), **content}
    world.sent += 1
    return world.post(chat, world.bot, content)


def _refuse_unacted(p: Json) -> None:
    """Say so rather than take a parameter and do nothing about it."""
    if "business_connection_id" in p:
        raise bad("business connection not found")
    for name in ("direct_messages_topic_id", "message_effect_id"):
        if name in p:
            raise bad(f'the sandbox does not act out "{name}"')


def _check_thread(chat: Chat, thread_id: int | None) -> None:
    if thread_id is not None and thread_id not in chat.topics:
        raise bad("message thread not found")


def _answered(chat: Chat, reply: Json | None) -> int | None:
    if reply is None:
        return None
    if reply.get("chat_id", chat.id) != chat.id:
        raise bad("the sandbox does not act out replies to another chat")
    number: int = reply["message_id"]
    if number in chat.history:
        return number
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def _caption(world: World, p: Json) -> Json:
    if not p.get("caption"):
        return {}
    caption, entities = formatted(
        world, p["caption"], p.get("parse_mode"), p.get("caption_entities"), caption=True
    )
    return {"caption": caption, **({"caption_entities": entities} if entities else {})}


def _spoiler(p: Json) -> Json:
    return {
        shown: True
        for given, shown in (
            ("has_spoiler", "has_media_spoiler"),
            ("show_caption_above_media", "show_caption_above_media"),
        )
        if p.get(given)
    }


def _photo(world: World, p: Json, value: Any) -> File:
    file = _file(world, p, value, "photo", _PHOTO_LIMIT)
    if file.size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = file.size
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return file


def _file(world: World, p: Json, value: Any, kind: str, limit: int) -> File:
    uploads: dict[str, Upload] = p.get(UPLOADS, {})
    if isinstance(value, str) and value.startswith("attach://"):
        value = uploads.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        if not value.content:
            raise bad("file must be non-empty")
        if len(value.content) > limit:
            raise ApiError(413, "Request Entity Too Large")
        return world.files.add(value.name, value.content, mime=value.mime, photo=kind == "photo")
    if not value:
        raise bad(f"there is no {kind} in the request")
    if "://" in value:
        raise bad("failed to get HTTP URL content")  # a loopback world has no internet
    file = world.files.by_id(value)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return file
