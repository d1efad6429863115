"""The sandbox against the machine-readable Bot API: what it takes and what it sends."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.answering import ANSWERS
from bot.sandbox.fields import Shape
from bot.sandbox.methods import METHODS
from bot.sandbox.objects import BY_TYPE, OBJECTS
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api
from tests.bot.sandbox.test_files import png

ROOT = Path(__file__).parents[3]
FILE = ROOT.parent / "shared" / "botapi" / "api.json"

pytestmark = pytest.mark.skipif(
    not FILE.exists(),
    reason="left out: the machine-readable Bot API is expected at "
    "../shared/botapi/api.json, seen from the repository root",
)


@cache
def api_file() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def listed(fields: list[dict[str, Any]]) -> dict[str, tuple[set[str], bool]]:
    return {field["name"]: (set(field["types"]), field["required"]) for field in fields}


def ours(shape: Shape) -> dict[str, tuple[set[str], bool]]:
    return {field.name: (set(field.types), field.required) for field in shape.fields}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_takes_exactly_its_parameters(name: str) -> None:
    assert ours(METHODS[name]) == listed(api_file()["methods"][name].get("fields", []))


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_takes_exactly_its_fields(name: str) -> None:
    assert ours(OBJECTS[name]) == listed(api_file()["types"][name].get("fields", []))


def test_every_kind_of_a_union_is_one_of_the_api() -> None:
    for name in ("BotCommandScope", "ReactionType"):
        assert set(BY_TYPE[name].values()) == set(api_file()["types"][name]["subtypes"])


def problems(types: list[str], value: Any, where: str) -> list[str]:
    """What of the value is not as the API has it; it must fit one of the types."""
    tried = [_problems_of(name, value, where) for name in types]
    return min(tried, key=len)


def _problems_of(name: str, value: Any, where: str) -> list[str]:
    if name.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where}: no array"]
        item = [name.removeprefix("Array of ")]
        return [p for n, one in enumerate(value) for p in problems(item, one, f"{where}[{n}]")]
    scalar = {"Integer": int, "String": str, "Boolean": bool, "Float": float}.get(name)
    if scalar:
        return [] if type(value) is scalar else [f"{where}: {value!r} is no {name}"]
    kind = api_file()["types"][name]
    if subtypes := kind.get("subtypes"):
        return problems(subtypes, value, where)
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no {name}"]
    return _problems_of_object(name, kind.get("fields", []), value, where)


def _problems_of_object(
    name: str, fields: list[dict[str, Any]], value: dict[str, Any], where: str
) -> list[str]:
    known = {field["name"]: field for field in fields}
    found = [f"{where}.{key}: unknown in {name}" for key in value if key not in known]
    for key, field in known.items():
        if key in value:
            found += problems(field["types"], value[key], f"{where}.{key}")
            always = re.search(r'always ["“](\w+)', field["description"])
            if always and value[key] != always[1]:
                found.append(f"{where}.{key}: {value[key]!r} is not {always[1]!r}")
        elif field["required"]:
            found.append(f"{where}.{key}: missing in {name}")
    return found


def test_the_check_itself_sees_what_is_wrong() -> None:
    user = {"id": 1, "is_bot": False, "first_name": "a"}
    assert problems(["User"], user, "u") == []
    for wrong in (
        {**user, "id": "1"},
        {**user, "x": 1},
        {"id": 1, "is_bot": False},
        {**user, "is_bot": 0},
    ):
        assert len(problems(["User"], wrong, "u")) == 1
    assert problems(["ChatMember"], {"status": "kicked", "user": user}, "m")
    assert problems(["Array of User"], [user, {}], "u")


class Checked(Api):
    """Checks every answer against what the method returns, and remembers what it saw."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        super().__init__(sandbox, session)
        self.seen: set[str] = set()
        self.kinds: set[str] = set()

    async def raw(self, method: str, /, **params: Any) -> tuple[int, dict[str, Any]]:
        status, answer = await super().raw(method, **params)
        self.check(method, status, answer)
        return status, answer

    def check(self, method: str, status: int, answer: dict[str, Any]) -> None:
        if answer["ok"]:
            assert set(answer) == {"ok", "result"}
            returns = api_file()["methods"][method]["returns"]
            assert problems(returns, answer["result"], method) == []
            self.seen.add(method)
            if method == "getUpdates":
                self.kinds |= {key for update in answer["result"] for key in update}
            return
        assert set(answer) - {"parameters"} == {"ok", "error_code", "description"}
        assert (answer["error_code"], type(answer["description"])) == (status, str)
        parameters = answer.get("parameters", {})
        assert problems(["ResponseParameters"], parameters, "parameters") == []

    async def upload(self, method: str, field: str, name: str, content: bytes) -> Any:
        form = aiohttp.FormData({"chat_id": str(LI), "caption": "a"})
        form.add_field(field, content, filename=name)
        async with self.session.post(self.url(method), data=form) as response:
            answer = await response.json()
            self.check(method, response.status, answer)
            return answer["result"]


async def test_everything_that_is_sent_is_as_the_api_has_it(api: Api, sandbox: Sandbox) -> None:
    checked = Checked(sandbox, api.session)
    kinds = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
    await checked.updates(allowed_updates=kinds)
    await people_act(checked, sandbox)
    await the_bot_acts(checked, sandbox)
    await the_bot_sends_files(checked)
    await the_bot_asks(checked)
    sandbox.leave(WANG, GROUP)
    sandbox.migrate(GROUP)
    await checked.refused("sendMessage", chat_id=GROUP, text="a")
    sandbox.fail(retry_after=3)
    await checked.refused("getMe")
    await checked.updates()
    await a_webhook_is_set(checked)

    assert checked.kinds == {"update_id", *kinds}
    assert checked.seen == set(METHODS)
    assert set(METHODS) - set(ANSWERS) == {
        "getUpdates",
        "setWebhook",
        "deleteWebhook",
        "getWebhookInfo",
    }


async def people_act(api: Checked, sandbox: Sandbox) -> None:
    sandbox.add_user(9, "赵六", started=False)
    sandbox.add_group(-6, "论坛", [LI, WANG], forum=True, admins=[WANG])
    topic = sandbox.add_topic(-6, "党费")
    said = sandbox.say(LI, -6, "/dues@sanhui_bot https://a.b/c #党费", thread_id=topic)
    sandbox.say(WANG, -6, "/a", reply_to=said)
    sandbox.edit(LI, -6, said, "/dues 50")
    sandbox.send_file(LI, LI, "a.txt", b"a", caption="/doc")
    sandbox.send_file(LI, LI, "a.png", png(3, 3), photo=True)
    sandbox.send_album(LI, LI, [("a.png", png(3, 3)), ("b.png", png(3, 3))], caption="/doc")
    sandbox.join(9, GROUP)
    sandbox.kick_bot(-6, by=WANG)
    sandbox.add_bot(-6, by=WANG)
    sandbox.add_bot(-6, by=WANG, admin=True)
    sandbox.block_bot(WANG)
    sandbox.unblock_bot(WANG)
    await api.updates()


async def the_bot_acts(api: Checked, sandbox: Sandbox) -> None:
    markup = {"inline_keyboard": [[{"text": "是", "callback_data": "y"}]]}
    html = "<b>a</b> <i>b</i> <a href='tg://user?id=7'>c</a> <pre>d</pre>"
    asked = sandbox.say(LI, GROUP, "/start")
    sent = await api.ok(
        "sendMessage",
        chat_id=GROUP,
        text=html,
        parse_mode="HTML",
        reply_markup=markup,
        reply_parameters={"message_id": asked},
        link_preview_options={"is_disabled": True},
        protect_content=True,
    )
    query = sandbox.tap(LI, GROUP, sent["message_id"], "y")
    await api.ok("answerCallbackQuery", callback_query_id=query)
    place = {"chat_id": GROUP, "message_id": sent["message_id"]}
    await api.ok("editMessageText", **place, text="b")
    await api.ok("editMessageReplyMarkup", **place, reply_markup=markup)
    await api.ok("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
    await api.ok("deleteMessage", **place)
    sandbox.tap(LI, GROUP, sent["message_id"], "y", forge=True)
    await api.ok("sendChatAction", chat_id=GROUP, action="typing")
    private = await api.ok("sendMessage", chat_id=LI, text="a")
    await api.ok("pinChatMessage", chat_id=LI, message_id=private["message_id"])


async def the_bot_sends_files(api: Checked) -> None:
    document = await api.upload("sendDocument", "document", "a.txt", b"a")
    await api.upload("sendPhoto", "photo", "a.png", png(3, 3))
    file_id = document["document"]["file_id"]
    await api.ok("getFile", file_id=file_id)
    media = [{"type": "document", "media": file_id}] * 2
    await api.ok("sendMediaGroup", chat_id=LI, media=media)


async def the_bot_asks(api: Checked) -> None:
    await api.ok("getMe")
    for chat_id in (LI, GROUP, -6):
        await api.ok("getChat", chat_id=chat_id)
        await api.ok("getChatMemberCount", chat_id=chat_id)
        for user_id in (1, LI, WANG, 9):
            await api.ok("getChatMember", chat_id=chat_id, user_id=user_id)
    await api.ok("getChatAdministrators", chat_id=-6, return_bots=True)
    await api.ok("setMyCommands", commands=[{"command": "a", "description": "b"}])
    await api.ok("getMyCommands")
    await api.ok("deleteMyCommands")
    await api.ok("setMyDescription", description="a")
    await api.ok("getMyDescription")
    await api.ok("setMyShortDescription", short_description="a")
    await api.ok("getMyShortDescription")
    await api.ok("leaveChat", chat_id=-6)


async def a_webhook_is_set(api: Checked) -> None:
    await api.ok("getWebhookInfo")
    closed = "http://127.0.0.1:9/"  # the discard port: nobody listens
    await api.ok("setWebhook", url=closed, allowed_updates=["message"], secret_token="s")
    await api.sandbox.wait_until(lambda: "last_error_date" in api.sandbox.webhook.info())
    await api.ok("getWebhookInfo")
    await api.ok("deleteWebhook", drop_pending_updates=True)
