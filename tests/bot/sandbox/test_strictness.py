"""What the sandbox refuses, in Telegram's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.sandbox import ImpossibleError, Sandbox
from bot.sandbox.profile import menu
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("method", "params", "refusal"),
    [
        ("sendMessage", {"chat_id": LI, "text": "a", "txt": "b"}, 'unknown parameter "txt"'),
        ("sendMessage", {"chat_id": LI, "text": 5}, 'parameter "text" must be of type String'),
        ("sendMessage", {"chat_id": True, "text": "a"}, 'parameter "chat_id" must be of type'),
        ("sendMessage", {"chat_id": LI, "text": "a", "protect_content": "true"}, "Boolean"),
        ("sendMessage", {"chat_id": LI}, "message text is empty"),
        ("sendMessage", {"text": "a"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": LI, "text": " \n "}, "message text is empty"),
        ("sendMessage", {"chat_id": LI, "text": "字" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": LI, "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": 999, "text": "a"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "a"}, "chat not found"),
        ("sendMessage", {"chat_id": LI, "text": "\ud800"}, "strings must be encoded in UTF-8"),
        (
            "sendMessage",
            {"chat_id": LI, "text": "a", "parse_mode": "XML"},
            "unsupported parse_mode",
        ),
        ("sendMessage", {"chat_id": LI, "text": "a", "business_connection_id": "b"}, "business"),
        ("sendMessage", {"chat_id": LI, "text": "a", "message_effect_id": "b"}, "does not act out"),
        ("editMessageText", {"chat_id": LI, "message_id": 1, "text": "a"}, "edit not found"),
        ("deleteMessage", {"chat_id": LI, "message_id": 1}, "message to delete not found"),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "query is too old and response timeout",
        ),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("sendDocument", {"chat_id": LI, "document": "x"}, "wrong file identifier"),
        ("sendDocument", {"chat_id": LI, "document": "http://a.b/c"}, "failed to get HTTP URL"),
        ("sendChatAction", {"chat_id": LI, "action": "dancing"}, "wrong parameter action"),
        ("getChatMember", {"chat_id": GROUP, "user_id": 999}, "user not found"),
        ("getChatAdministrators", {"chat_id": LI}, "no administrators in the private chat"),
        ("setWebhook", {"url": "http://example.org/"}, "An HTTPS URL must be provided"),
        ("setWebhook", {"url": "https://a.b/", "secret_token": "a b"}, "unallowed characters"),
        ("setWebhook", {"url": "https:///x"}, "URL host is empty"),
        ("setWebhook", {"url": "https://a.b/", "max_connections": 101}, "between 1 and 100"),
        ("leaveChat", {"chat_id": LI}, "private chats"),
        ("editMessageText", {"chat_id": LI, "text": "a"}, "message identifier is not specified"),
        ("editMessageText", {"message_id": 1, "text": "a"}, "chat_id is empty"),
        ("editMessageText", {"inline_message_id": "1", "text": "a"}, "MESSAGE_ID_INVALID"),
        ("pinChatMessage", {"chat_id": LI, "message_id": 1}, "message to pin not found"),
        ("setMessageReaction", {"chat_id": LI, "message_id": 1}, "message to react not found"),
        ("setMyDescription", {"description": "字" * 513}, "BOT_DESCRIPTION_TOO_LONG"),
        ("getMyCommands", {"language_code": "chinese"}, "LANG_CODE_INVALID"),
        ("getMyCommands", {"scope": {"type": "chat", "chat_id": 99}}, "chat not found"),
        ("setMyCommands", {"commands": {}}, "must be of type Array of BotCommand"),
        ("setMyCommands", {"commands": [5]}, "must be of type Array of BotCommand"),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": "b"}] * 101},
            "BOT_COMMANDS_TOO_MUCH",
        ),
        ("sendMessage", {"chat_id": LI, "text": "a", "parse_mode": "Markdown"}, "reads HTML, not"),
        ("sendMessage", {"chat_id": LI, "text": "a", "reply_markup": {}}, "object expected as"),
        (
            "sendMessage",
            {"chat_id": LI, "text": "a", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
            "entity is out of the bounds of the text",
        ),
        (
            "sendMessage",
            {"chat_id": LI, "text": "a", "reply_parameters": {"message_id": 1, "chat_id": GROUP}},
            "does not act out replies to another chat",
        ),
        (
            "sendMediaGroup",
            {"chat_id": LI, "media": [{"type": "document", "media": "x"}] * 2},
            "wrong file identifier",
        ),
        (
            "sendMediaGroup",
            {
                "chat_id": LI,
                "media": [{"type": kind, "media": "x"} for kind in ("photo", "document")],
            },
            "document can't be mixed",
        ),
        (
            "sendMediaGroup",
            {"chat_id": LI, "media": [{"type": "video", "media": "x"}] * 2},
            "does not act out",
        ),
    ],
)
async def test_a_wrong_call_is_refused(
    api: Api, method: str, params: dict[str, Any], refusal: str
) -> None:
    told = await api.refused(method, **params)

    assert told.startswith("400 Bad Request: ")
    assert refusal in told
    assert api.sandbox.sent == 0


@pytest.mark.parametrize(
    ("button", "refusal"),
    [
        ({"text": "是"}, "Text buttons are unallowed"),
        ({"text": "是", "callback_data": ""}, "Text buttons are unallowed"),
        ({"text": "是", "callback_data": "a" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "是", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "是", "callback_data": "a", "url": "http://a.b"}, "more than one action"),
        ({"text": "", "callback_data": "a"}, 'Field "text" must be non-empty'),
        ({"callback_data": "a"}, '"InlineKeyboardButton.text" is required'),
        ({"text": "是", "callback": "a"}, 'unknown parameter "InlineKeyboardButton.callback"'),
        ({"text": "是", "url": "nowhere"}, "is invalid: Wrong HTTP URL"),
        ({"text": "是", "web_app": {"url": "https://a.b"}}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_a_wrong_button_is_refused(api: Api, button: dict[str, Any], refusal: str) -> None:
    told = await api.refused(
        "sendMessage", chat_id=GROUP, text="a", reply_markup=keyboard(**button)
    )

    assert refusal in told


async def test_the_limits_themselves_are_allowed(api: Api) -> None:
    data = "字" * 21 + "a"  # 64 bytes
    message = await api.ok(
        "sendMessage",
        chat_id=LI,
        text="😀" * 2048,
        reply_markup=keyboard(text="是", callback_data=data),
    )

    assert message["text"] == "😀" * 2048
    assert message["reply_markup"] == keyboard(text="是", callback_data=data)


async def test_length_counts_after_the_markup_is_read(api: Api) -> None:
    message = await api.ok(
        "sendMessage", chat_id=LI, text=f"<b>{'a' * 4096}</b>", parse_mode="HTML"
    )

    assert len(message["text"]) == 4096


async def test_an_edit_that_changes_nothing_is_refused(api: Api) -> None:
    markup = keyboard(text="是", callback_data="y")
    sent = await api.ok("sendMessage", chat_id=LI, text="<b>a</b>", parse_mode="HTML")
    edit = {"chat_id": LI, "message_id": sent["message_id"], "text": "a"}

    assert (await api.ok("editMessageText", **edit))["edit_date"]
    assert "message is not modified" in await api.refused("editMessageText", **edit)
    assert await api.ok("editMessageText", **edit, reply_markup=markup)
    assert "message is not modified" in await api.refused(
        "editMessageText", **edit, reply_markup=markup
    )
    del edit["text"]
    assert "message is not modified" in await api.refused(
        "editMessageReplyMarkup", **edit, reply_markup=markup
    )


async def test_an_edit_without_markup_takes_the_buttons_away(api: Api) -> None:
    markup = keyboard(text="是", callback_data="y")
    sent = await api.ok("sendMessage", chat_id=LI, text="a", reply_markup=markup)
    edit = {"chat_id": LI, "message_id": sent["message_id"]}

    assert "reply_markup" not in await api.ok("editMessageText", **edit, text="b")
    assert (await api.ok("editMessageReplyMarkup", **edit, reply_markup=markup))["text"] == "b"
    assert "reply_markup" not in await api.ok("editMessageReplyMarkup", **edit)


async def test_others_messages_are_not_the_bots_to_change(api: Api, sandbox: Sandbox) -> None:
    theirs = sandbox.say(LI, GROUP, "/status")

    assert "message can't be edited" in await api.refused(
        "editMessageText", chat_id=GROUP, message_id=theirs, text="a"
    )
    assert "message can't be deleted" in await api.refused(
        "deleteMessage", chat_id=GROUP, message_id=theirs
    )
    sandbox.add_bot(GROUP, by=LI, admin=True)
    assert await api.ok("deleteMessage", chat_id=GROUP, message_id=theirs) is True


async def test_what_needs_rights_or_has_a_limit(api: Api, sandbox: Sandbox) -> None:
    sent = await api.ok("sendMessage", chat_id=GROUP, text="a")
    place = {"chat_id": GROUP, "message_id": sent["message_id"]}
    like = {"type": "emoji", "emoji": "👍"}

    assert "not enough rights" in await api.refused("pinChatMessage", **place)
    assert "message text is empty" in await api.refused("editMessageText", **place)
    assert "REACTIONS_TOO_MANY" in await api.refused(
        "setMessageReaction", **place, reaction=[like, like]
    )
    assert "REACTION_INVALID" in await api.refused(
        "setMessageReaction", **place, reaction=[{"type": "paid"}]
    )
    assert await api.ok("deleteMessage", **place) is True
    assert sandbox.messages(GROUP) == []


async def test_a_message_can_be_deleted_for_two_days() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    async with Sandbox(clock=lambda: now) as sandbox, aiohttp.ClientSession() as session:
        api = Api(sandbox, session)
        sandbox.add_user(LI, "李四")
        sent = await api.ok("sendMessage", chat_id=LI, text="a")
        now += timedelta(hours=48, seconds=1)
        told = await api.refused("deleteMessage", chat_id=LI, message_id=sent["message_id"])

        assert "message can't be deleted for everyone" in told


async def test_a_callback_query_is_answered_once(api: Api, sandbox: Sandbox) -> None:
    markup = keyboard(text="是", callback_data="y")
    sent = await api.ok("sendMessage", chat_id=GROUP, text="?", reply_markup=markup)
    query = sandbox.tap_label(WANG, GROUP, sent["message_id"], "是")

    assert await api.ok("answerCallbackQuery", callback_query_id=query, text="好") is True
    assert sandbox.answers[query] == {"text": "好", "show_alert": False}
    assert "query is too old" in await api.refused("answerCallbackQuery", callback_query_id=query)


async def test_a_reply_needs_its_message(api: Api, sandbox: Sandbox) -> None:
    gone = {"message_id": 99}
    told = await api.refused("sendMessage", chat_id=LI, text="a", reply_parameters=gone)
    assert "message to be replied not found" in told

    gone["allow_sending_without_reply"] = True
    assert "reply_to_message" not in await api.ok(
        "sendMessage", chat_id=LI, text="a", reply_parameters=gone
    )
    asked = sandbox.say(LI, LI, "hello")
    answer = await api.ok(
        "sendMessage", chat_id=LI, text="a", reply_parameters={"message_id": asked}
    )
    assert answer["reply_to_message"]["text"] == "hello"


async def test_a_blocked_or_kicked_bot_is_told_so(api: Api, sandbox: Sandbox) -> None:
    sandbox.block_bot(LI)
    sandbox.kick_bot(GROUP, by=WANG)
    sandbox.add_user(9, "赵六", started=False)

    for chat_id, refusal in (
        (LI, "403 Forbidden: bot was blocked by the user"),
        (GROUP, "403 Forbidden: bot was kicked from the group chat"),
        (9, "403 Forbidden: bot can't initiate conversation with a user"),
    ):
        assert await api.refused("sendMessage", chat_id=chat_id, text="a") == refusal
    sandbox.unblock_bot(LI)
    sandbox.say(9, 9, "/start")
    sandbox.add_bot(GROUP, by=WANG)
    for chat_id in (LI, GROUP, 9):
        await api.ok("sendMessage", chat_id=chat_id, text="a")


@pytest.mark.parametrize("name", ["Status", "sta-tus", "状态", "", "a" * 33, "a b"])
async def test_a_wrong_command_name_is_refused(api: Api, name: str) -> None:
    commands = [{"command": name, "description": "状态"}]

    assert "BOT_COMMAND_INVALID" in await api.refused("setMyCommands", commands=commands)


async def test_commands_are_kept_by_scope_and_language(api: Api) -> None:
    commands = [{"command": "a" * 32, "description": "状态"}]
    group = {"type": "chat", "chat_id": GROUP}
    await api.ok("setMyCommands", commands=commands, scope=group, language_code="zh")

    assert await api.ok("getMyCommands", scope=group, language_code="zh") == commands
    assert await api.ok("getMyCommands") == []
    assert await api.ok("deleteMyCommands", scope=group, language_code="zh") is True
    assert await api.ok("getMyCommands", scope=group, language_code="zh") == []
    odd = {"type": "everywhere"}
    assert "does not act out" in await api.refused("setMyCommands", commands=[], scope=odd)


async def test_the_narrowest_menu_is_shown(api: Api, sandbox: Sandbox) -> None:
    scopes: list[dict[str, Any]] = [
        {"type": "default"},
        {"type": "all_group_chats"},
        {"type": "all_chat_administrators"},
        {"type": "chat", "chat_id": GROUP},
        {"type": "chat_administrators", "chat_id": GROUP},
        {"type": "chat_member", "chat_id": GROUP, "user_id": WANG},
    ]
    shown = []
    for number, scope in enumerate(scopes):
        commands = [{"command": f"c{number}", "description": "状态"}]
        await api.ok("setMyCommands", commands=commands, scope=scope)
        seen = (menu(sandbox.world, user_id, GROUP, "zh") for user_id in (WANG, LI))
        shown.append([each[0]["command"] for each in seen])

    assert shown == [
        ["c0", "c0"],
        ["c1", "c1"],
        ["c1", "c2"],
        ["c3", "c3"],
        ["c3", "c4"],
        ["c5", "c4"],
    ]
    wrong: tuple[object, ...] = ({"type": "chat"}, {**scopes[-1], "user_id": "x"}, "default")
    for each in wrong:
        assert await api.refused("setMyCommands", commands=[], scope=each)


async def test_unknown_method_token_and_path(api: Api) -> None:
    assert await api.refused("sendJoke", chat_id=LI) == "404 Not Found"
    for path, status in (("/bot1:other/getMe", 401), ("/", 404), ("/file/bot1:other/x", 401)):
        root = api.sandbox.base_url.removesuffix("/bot")
        async with api.session.get(root + path) as response:
            assert response.status == status
            assert (await response.json())["error_code"] == status


async def test_query_form_and_json_mean_the_same(api: Api) -> None:
    form = {
        "chat_id": str(LI),
        "text": "a",
        "disable_notification": "true",
        "reply_markup": '{"inline_keyboard":[[{"text":"是","callback_data":"y"}]]}',
    }
    async with api.session.get(api.url("sendMessage"), params=form) as response:
        by_query = (await response.json())["result"]
    async with api.session.post(api.url("sendMessage"), data=form) as response:
        by_form = (await response.json())["result"]

    assert by_query["reply_markup"] == by_form["reply_markup"]
    assert by_form["message_id"] == by_query["message_id"] + 1


@pytest.mark.parametrize(
    ("kind", "body", "refusal"),
    [
        ("application/json", b"{", "can't parse request: invalid JSON"),
        ("application/json", b"[]", "can't parse request: JSON object expected"),
        ("text/plain", b"a", "unsupported content type"),
        ("application/x-www-form-urlencoded", b"chat_id=7&text=\xff", "encoded in UTF-8"),
        ("application/x-www-form-urlencoded", b"text=a&chat_id=7&txt=b", 'parameter "txt"'),
        ("application/x-www-form-urlencoded", b"text=a&message_thread_id=x", "type Integer"),
        ("application/x-www-form-urlencoded", b"text=a&protect_content=yes", "type Boolean"),
        ("application/x-www-form-urlencoded", b"text=a&reply_markup={", "InlineKeyboardMarkup"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    api: Api, kind: str, body: bytes, refusal: str
) -> None:
    async with api.session.post(
        api.url("sendMessage"), data=body, headers={"Content-Type": kind}
    ) as response:
        answer = await response.json()

    assert response.status == 400
    assert refusal in answer["description"]


async def test_people_cannot_do_the_impossible(sandbox: Sandbox) -> None:
    mine = sandbox.say(LI, GROUP, "/a")
    for act in (
        lambda: sandbox.say(99, GROUP, "a"),
        lambda: sandbox.say(LI, -99, "a"),
        lambda: sandbox.say(WANG, LI, "a"),
        lambda: sandbox.say(LI, GROUP, ""),
        lambda: sandbox.say(LI, GROUP, "a", reply_to=99),
        lambda: sandbox.say(LI, GROUP, "a", thread_id=99),
        lambda: sandbox.edit(WANG, GROUP, mine, "b"),
        lambda: sandbox.tap(LI, GROUP, mine, "y"),
        lambda: sandbox.add_user(LI, "another"),
        lambda: sandbox.add_topic(GROUP, "no forum"),
    ):
        with pytest.raises(ImpossibleError):
            act()
    with pytest.raises(KeyError, match="has no button 'y', it has no buttons"):
        sandbox.tap(LI, GROUP, mine, "y")
    assert sandbox.tap(LI, GROUP, mine, "y", forge=True)
