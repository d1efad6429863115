"""Objects that a bot may put into a request, with all their fields; others are refused plainly."""

from __future__ import annotations

from bot.sandbox.errors import bad
from bot.sandbox.fields import Json, Shape, check, fields, shape

_MEDIA = (
    "type!: String",
    "media!: String",
    "caption: String",
    "parse_mode: String",
    "caption_entities: Array of MessageEntity",
)
_SCOPE = ("type!: String",)

OBJECTS: dict[str, Shape] = {
    name: shape(fields(*lines))
    for name, lines in {
        "BotCommand": ("command!: String", "description!: String"),
        "BotCommandScopeDefault": _SCOPE,
        "BotCommandScopeAllPrivateChats": _SCOPE,
        "BotCommandScopeAllGroupChats": _SCOPE,
        "BotCommandScopeAllChatAdministrators": _SCOPE,
        "BotCommandScopeChat": (*_SCOPE, "chat_id!: Integer|String"),
        "BotCommandScopeChatAdministrators": (*_SCOPE, "chat_id!: Integer|String"),
        "BotCommandScopeChatMember": (*_SCOPE, "chat_id!: Integer|String", "user_id!: Integer"),
        "CallbackGame": (),
        "CopyTextButton": ("text!: String",),
        "ForceReply": (
            "force_reply!: Boolean",
            "input_field_placeholder: String",
            "selective: Boolean",
        ),
        "InlineKeyboardMarkup": ("inline_keyboard!: Array of Array of InlineKeyboardButton",),
        "InlineKeyboardButton": (
            "text!: String",
            "icon_custom_emoji_id: String",
            "style: String",
            "url: String",
            "callback_data: String",
            "web_app: WebAppInfo",
            "login_url: LoginUrl",
            "switch_inline_query: String",
            "switch_inline_query_current_chat: String",
            "switch_inline_query_chosen_chat: SwitchInlineQueryChosenChat",
            "copy_text: CopyTextButton",
            "callback_game: CallbackGame",
            "pay: Boolean",
        ),
        "InputMediaDocument": (
            *_MEDIA,
            "thumbnail: String",
            "disable_content_type_detection: Boolean",
        ),
        "InputMediaPhoto": (*_MEDIA, "show_caption_above_media: Boolean", "has_spoiler: Boolean"),
        "KeyboardButton": (
            "text!: String",
            "icon_custom_emoji_id: String",
            "style: String",
            "request_users: KeyboardButtonRequestUsers",
            "request_chat: KeyboardButtonRequestChat",
            "request_managed_bot: KeyboardButtonRequestManagedBot",
            "request_contact: Boolean",
            "request_location: Boolean",
            "request_poll: KeyboardButtonPollType",
            "web_app: WebAppInfo",
        ),
        "LinkPreviewOptions": (
            "is_disabled: Boolean",
            "url: String",
            "prefer_small_media: Boolean",
            "prefer_large_media: Boolean",
            "show_above_text: Boolean",
        ),
        "LoginUrl": (
            "url!: String",
            "forward_text: String",
            "bot_username: String",
            "request_write_access: Boolean",
        ),
        "MessageEntity": (
            "type!: String",
            "offset!: Integer",
            "length!: Integer",
            "url: String",
            "user: User",
            "language: String",
            "custom_emoji_id: String",
            "unix_time: Integer",
            "date_time_format: String",
        ),
        "ReactionTypeEmoji": ("type!: String", "emoji!: String"),
        "ReactionTypeCustomEmoji": ("type!: String", "custom_emoji_id!: String"),
        "ReactionTypePaid": ("type!: String",),
        "ReplyKeyboardMarkup": (
            "keyboard!: Array of Array of KeyboardButton",
            "is_persistent: Boolean",
            "resize_keyboard: Boolean",
            "one_time_keyboard: Boolean",
            "input_field_placeholder: String",
            "selective: Boolean",
        ),
        "ReplyKeyboardRemove": ("remove_keyboard!: Boolean", "selective: Boolean"),
        "ReplyParameters": (
            "message_id!: Integer",
            "chat_id: Integer|String",
            "allow_sending_without_reply: Boolean",
            "quote: String",
            "quote_parse_mode: String",
            "quote_entities: Array of MessageEntity",
            "quote_position: Integer",
            "checklist_task_id: Integer",
            "poll_option_id: String",
        ),
        "SwitchInlineQueryChosenChat": (
            "query: String",
            "allow_user_chats: Boolean",
            "allow_bot_chats: Boolean",
            "allow_group_chats: Boolean",
            "allow_channel_chats: Boolean",
        ),
        "WebAppInfo": ("url!: String",),
    }.items()
}

# Which object it is where several are possible, by the value of its `type`.
BY_TYPE = {
    "BotCommandScope": {
        "default": "BotCommandScopeDefault",
        "all_private_chats": "BotCommandScopeAllPrivateChats",
        "all_group_chats": "BotCommandScopeAllGroupChats",
        "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
        "chat": "BotCommandScopeChat",
        "chat_administrators": "BotCommandScopeChatAdministrators",
        "chat_member": "BotCommandScopeChatMember",
    },
    "InputMediaDocument": {"document": "InputMediaDocument", "photo": "InputMediaPhoto"},
    "ReactionType": {
        "emoji": "ReactionTypeEmoji",
        "custom_emoji": "ReactionTypeCustomEmoji",
        "paid": "ReactionTypePaid",
    },
}


def read_as(types: tuple[str, ...], value: Json) -> Json:
    """Read an object as the one of `types` that it is, recursively and strictly.

    Raises:
        ApiError: 400 for an unknown or missing field, or an object the sandbox does not act out.

    """
    name = _which(types, value)
    if name not in OBJECTS:
        raise bad(f"the sandbox does not act out {name}")
    return check(OBJECTS[name], value, form=False, where=f"{name}.")


def _which(types: tuple[str, ...], value: Json) -> str:
    for name in types:
        if names := BY_TYPE.get(name):
            return names.get(str(value.get("type")), f"{name} of type {value.get('type')!r}")
    if len(types) == 1:
        return types[0]
    for name in types:
        if name in OBJECTS and all(key in value for key in OBJECTS[name].required):
            return name
    raise bad(f"object expected as {' or '.join(types)}")
