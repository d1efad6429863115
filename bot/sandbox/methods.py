"""The supported methods of the Bot API, each with all its parameters."""

from __future__ import annotations

from bot.sandbox.fields import Shape, fields, shape

_REPLY_MARKUP = (
    "reply_markup: InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
)
_WHERE = (
    "business_connection_id: String",
    "chat_id!: Integer|String",
    "message_thread_id: Integer",
    "direct_messages_topic_id: Integer",
)
_HOW = (
    "disable_notification: Boolean",
    "protect_content: Boolean",
    "allow_paid_broadcast: Boolean",
)
_ENDING = (
    *_HOW,
    "message_effect_id: String",
    "suggested_post_parameters: SuggestedPostParameters",
    "reply_parameters: ReplyParameters",
    _REPLY_MARKUP,
)
_CAPTION = (
    "caption: String",
    "parse_mode: String",
    "caption_entities: Array of MessageEntity",
)
_EDITED = (
    "business_connection_id: String",
    "chat_id: Integer|String",
    "message_id: Integer",
    "inline_message_id: String",
)
_COMMANDS_OF = ("scope: BotCommandScope", "language_code: String")
_CHAT = ("chat_id!: Integer|String",)
_MEDIA = "|".join(
    f"Array of InputMedia{kind}" for kind in ("Audio", "Document", "LivePhoto", "Photo", "Video")
)

METHODS: dict[str, Shape] = {
    name: shape(fields(*lines))
    for name, lines in {
        "getMe": (),
        "getUpdates": (
            "offset: Integer",
            "limit: Integer",
            "timeout: Integer",
            "allowed_updates: Array of String",
        ),
        "setWebhook": (
            "url!: String",
            "certificate: InputFile",
            "ip_address: String",
            "max_connections: Integer",
            "allowed_updates: Array of String",
            "drop_pending_updates: Boolean",
            "secret_token: String",
        ),
        "deleteWebhook": ("drop_pending_updates: Boolean",),
        "getWebhookInfo": (),
        "sendMessage": (
            *_WHERE,
            "text!: String",
            "parse_mode: String",
            "entities: Array of MessageEntity",
            "link_preview_options: LinkPreviewOptions",
            *_ENDING,
        ),
        "sendPhoto": (
            *_WHERE,
            "photo!: InputFile|String",
            *_CAPTION,
            "show_caption_above_media: Boolean",
            "has_spoiler: Boolean",
            *_ENDING,
        ),
        "sendDocument": (
            *_WHERE,
            "document!: InputFile|String",
            "thumbnail: InputFile|String",
            *_CAPTION,
            "disable_content_type_detection: Boolean",
            *_ENDING,
        ),
        "sendMediaGroup": (
            *_WHERE,
            f"media!: {_MEDIA}",
            *_HOW,
            "message_effect_id: String",
            "reply_parameters: ReplyParameters",
        ),
        "sendChatAction": (
            "business_connection_id: String",
            *_CHAT,
            "message_thread_id: Integer",
            "action!: String",
        ),
        "editMessageText": (
            *_EDITED,
            "text: String",
            "parse_mode: String",
            "entities: Array of MessageEntity",
            "link_preview_options: LinkPreviewOptions",
            "rich_message: InputRichMessage",
            "reply_markup: InlineKeyboardMarkup",
        ),
        "editMessageReplyMarkup": (*_EDITED, "reply_markup: InlineKeyboardMarkup"),
        "deleteMessage": (*_CHAT, "message_id!: Integer"),
        "pinChatMessage": (
            "business_connection_id: String",
            *_CHAT,
            "message_id!: Integer",
            "disable_notification: Boolean",
        ),
        "setMessageReaction": (
            *_CHAT,
            "message_id!: Integer",
            "reaction: Array of ReactionType",
            "is_big: Boolean",
        ),
        "answerCallbackQuery": (
            "callback_query_id!: String",
            "text: String",
            "show_alert: Boolean",
            "url: String",
            "cache_time: Integer",
        ),
        "getFile": ("file_id!: String",),
        "getChat": _CHAT,
        "getChatMember": (*_CHAT, "user_id!: Integer"),
        "getChatMemberCount": _CHAT,
        "getChatAdministrators": (*_CHAT, "return_bots: Boolean"),
        "leaveChat": _CHAT,
        "setMyCommands": ("commands!: Array of BotCommand", *_COMMANDS_OF),
        "getMyCommands": _COMMANDS_OF,
        "deleteMyCommands": _COMMANDS_OF,
        "setMyDescription": ("description: String", "language_code: String"),
        "getMyDescription": ("language_code: String",),
        "setMyShortDescription": ("short_description: String", "language_code: String"),
        "getMyShortDescription": ("language_code: String",),
    }.items()
}
