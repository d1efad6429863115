"""Inline keyboards: what Telegram refuses in them."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad
from bot.sandbox.fields import Json

_LOOKS = frozenset({"text", "icon_custom_emoji_id", "style"})
_SCHEMES = frozenset({"http", "https", "tg", "ton"})


def inline_keyboard(chat: Chat, markup: Json | None) -> Json | None:
    """Return the markup to show; None without buttons or for another sort of keyboard.

    Raises:
        ApiError: 400 for a button without text, without exactly one action, or with bad data.

    """
    if markup is None or "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > 100:
        raise bad("too many inline keyboard buttons")
    for row in rows:
        for button in row:
            _check(chat, button)
    return {"inline_keyboard": rows} if rows else None


def _check(chat: Chat, button: Json) -> None:
    if not button["text"].strip():
        raise bad('can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = [name for name in button if name not in _LOOKS]
    if not actions or button.get("callback_data") == "":
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad(f"inline keyboard button has more than one action: {', '.join(actions)}")
    if len(button.get("callback_data", "").encode()) > 64:
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and (urlsplit(url).scheme not in _SCHEMES or not urlsplit(url).netloc):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if "web_app" in button and chat.kind != "private":
        raise bad("BUTTON_TYPE_INVALID")
