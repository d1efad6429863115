"""What those who look are answered: world, pages of messages and calls, menus, contents."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Sandbox
from tests.bot.sandbox.conftest import GROUP, LI, WANG, Api
from tests.bot.sandbox.test_files import png

FORUM = -7


class Looking:
    def __init__(self, api: Api) -> None:
        self.api = api
        self.root = f"{api.sandbox.base_url.removesuffix('/bot')}/sandbox"

    async def ask(self, what: str, **query: Any) -> tuple[int, dict[str, Any]]:
        async with self.api.session.get(f"{self.root}/{what}", params=query) as response:
            return response.status, await response.json()

    async def __call__(self, what: str, **query: Any) -> Any:
        status, answer = await self.ask(what, **query)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def post(self, act: str, **body: Any) -> dict[str, Any]:
        async with self.api.session.post(f"{self.root}/{act}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == (200 if answer["ok"] else 400)
            return answer

    async def content(self, file_id: str) -> tuple[int, dict[str, str], bytes]:
        url = f"{self.root}/content"
        async with self.api.session.get(url, params={"file_id": file_id}) as response:
            return response.status, dict(response.headers), await response.read()


@pytest.fixture
def look(api: Api) -> Looking:
    return Looking(api)


async def test_the_world_is_everybody_and_every_chat(look: Looking, sandbox: Sandbox) -> None:
    sandbox.add_group(FORUM, "论坛", [LI], forum=True)
    topic = sandbox.add_topic(FORUM, "党费")
    moved = sandbox.migrate(GROUP)
    world = await look("world")

    assert world["number"] == sandbox.feed.number
    assert world["bot"] == sandbox.world.bot
    assert [user["id"] for user in world["users"]] == [LI, WANG]
    chats = {chat["id"]: chat for chat in world["chats"]}
    assert list(chats) == [LI, WANG, GROUP, FORUM, moved]
    assert chats[FORUM] == {
        "id": FORUM,
        "kind": "supergroup",
        "title": "论坛",
        "members": {str(sandbox.world.bot_id): "member", str(LI): "creator"},
        "forum": True,
        "topics": {str(topic): "党费"},
        "pinned": None,
        "reactions": {},
        "migrated_to": None,
        "last_id": topic,
    }
    assert (chats[LI]["title"], chats[LI]["kind"]) == ("李四", "private")
    assert chats[GROUP]["migrated_to"] == moved


async def test_messages_come_by_pages_from_the_newest(look: Looking, sandbox: Sandbox) -> None:
    for n in range(1, 8):
        sandbox.say(LI, GROUP, str(n))
    sandbox.edit(LI, GROUP, 2, "zwei")

    async def page(**query: int) -> list[int]:
        found = await look("messages", chat_id=GROUP, **query)
        return [message["message_id"] for message in found]

    assert await page() == [1, 2, 3, 4, 5, 6, 7]
    assert await page(limit=3) == [5, 6, 7]
    assert await page(limit=3, before=5) == [2, 3, 4]
    assert await page(limit=3, before=2) == [1]
    assert await page(before=3) == [1, 2]
    assert await page(limit=3, before=1) == []


async def test_a_topic_has_pages_of_its_own(look: Looking, sandbox: Sandbox) -> None:
    sandbox.add_group(FORUM, "论坛", [LI], forum=True)
    first, second = sandbox.add_topic(FORUM, "党费"), sandbox.add_topic(FORUM, "会议")
    said = [sandbox.say(LI, FORUM, "a", thread_id=topic) for topic in (first, second, first)]
    found = await look("messages", chat_id=FORUM, thread_id=first, limit=2)

    assert [message["message_id"] for message in found] == [said[0], said[2]]


async def test_calls_come_by_pages_from_the_newest(look: Looking, api: Api) -> None:
    for n in range(1, 5):
        await api.ok("sendMessage", chat_id=LI, text=str(n))
        await api.ok("getMe")

    async def page(**query: Any) -> list[int]:
        return [call["number"] for call in await look("calls", **query)]

    assert await page() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert await page(limit=2) == [7, 8]
    assert await page(limit=2, before=7) == [5, 6]
    assert await page(limit=2, method="sendMessage", before=7) == [3, 5]
    assert await page(since=2, before=5) == [3, 4]


async def test_the_menu_is_in_the_language_of_the_person(look: Looking, api: Api) -> None:
    def commands(description: str) -> list[dict[str, str]]:
        return [{"command": "status", "description": description}]

    await api.ok("setMyCommands", commands=commands("status"))
    await api.ok("setMyCommands", commands=commands("情况"), language_code="zh")

    assert await look("menu", chat_id=GROUP, user_id=LI) == commands("情况")
    assert await look("menu", chat_id=GROUP, user_id=WANG) == commands("status")
    await look.post("language", user_id=LI, language_code="en")
    assert await look("menu", chat_id=GROUP, user_id=LI) == commands("status")


async def test_what_a_person_does_carries_the_language_they_set(
    look: Looking, api: Api, sandbox: Sandbox
) -> None:
    sandbox.say(LI, LI, "a")
    await look.post("language", user_id=LI, language_code="en-GB")
    sandbox.say(LI, LI, "b")

    codes = [update["message"]["from"]["language_code"] for update in await api.updates()]
    assert codes == ["zh-hans", "en-GB"]
    assert (
        "is no language code"
        in (await look.post("language", user_id=LI, language_code="x"))["error"]
    )
    assert "no user 99" in (await look.post("language", user_id=99, language_code="en"))["error"]


PICTURES = {
    "image/png": png(2, 2),
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "image/gif": b"GIF89a....",
    "image/webp": b"RIFF\n\x00\x00\x00WEBPVP8 ",
}


@pytest.mark.parametrize("kind", PICTURES)
async def test_a_picture_is_shown_for_what_it_is(
    look: Looking, sandbox: Sandbox, kind: str
) -> None:
    sandbox.send_file(LI, LI, "a.html", PICTURES[kind])
    status, headers, body = await look.content(sandbox.messages(LI)[0]["document"]["file_id"])

    assert (status, body) == (200, PICTURES[kind])
    assert headers["Content-Type"] == kind
    assert headers["Content-Disposition"].startswith("inline; ")


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("名册.csv", "filename=\"__.csv\"; filename*=UTF-8''%E5%90%8D%E5%86%8C.csv"),
        (
            'a".png\r\nX-Bad: 1',
            "filename=\"a_.pngX-Bad__1\"; filename*=UTF-8''a%22.pngX-Bad%3A%201",
        ),
        ("../../etc/passwd", "filename=\"passwd\"; filename*=UTF-8''passwd"),
        ("..\\x.exe", "filename=\"x.exe\"; filename*=UTF-8''x.exe"),
        ("a\u202egpj.exe", "filename=\"agpj.exe\"; filename*=UTF-8''agpj.exe"),
        ("\ud800.txt", "filename=\"txt\"; filename*=UTF-8''txt"),
        ("..", "filename=\"file\"; filename*=UTF-8''file"),
    ],
)
async def test_anything_else_is_saved_under_a_harmless_name(
    look: Looking, sandbox: Sandbox, name: str, disposition: str
) -> None:
    page = b"<script>alert(1)</script>"
    sandbox.send_file(LI, LI, name, page)
    status, headers, body = await look.content(sandbox.messages(LI)[0]["document"]["file_id"])

    assert (status, body) == (200, page)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == f"attachment; {disposition}"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "X-Bad" not in headers


@pytest.mark.parametrize(
    ("what", "query", "status", "error"),
    [
        ("messages", {}, 400, "chat_id is missing"),
        ("messages", {"chat_id": "x"}, 400, "chat_id must be a whole number, not 'x'"),
        ("messages", {"chat_id": "9" * 5000}, 400, "must be a whole number"),
        ("messages", {"chat_id": "99"}, 400, "no chat 99"),
        ("messages", {"chat_id": "-5", "limit": "0"}, 400, "limit must be at least 1"),
        ("messages", {"chat_id": "-5", "before": "b"}, 400, "before must be"),
        ("messages", {"chat_id": "-5", "thread_id": ""}, 400, "thread_id must be"),
        ("calls", {"limit": "-1"}, 400, "limit must be at least 1"),
        ("calls", {"before": "1.5"}, 400, "before must be"),
        ("menu", {"chat_id": "-5"}, 400, "user_id is missing"),
        ("menu", {"chat_id": "-5", "user_id": "99"}, 400, "no user 99"),
        ("menu", {"chat_id": "99", "user_id": "7"}, 400, "no chat 99"),
        ("content", {}, 400, "file_id is missing"),
        ("content", {"file_id": "../x"}, 404, "no file '../x'"),
        ("wait", {"timeout": "nan", "sent": "1"}, 408, "not true after"),
        ("nothing", {}, 404, "no GET nothing here"),
    ],
)
async def test_what_cannot_be_answered_is_refused_with_a_reason(
    look: Looking, what: str, query: dict[str, str], status: int, error: str
) -> None:
    found, answer = await look.ask(what, **query)

    assert (found, answer["ok"]) == (status, False)
    assert error in answer["error"]


@pytest.mark.parametrize("body", ["[]", "5", "{", '{"items": 5}', '{"items": [5]}', "\xff"])
async def test_a_body_that_is_no_act_is_refused(
    look: Looking, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    data = body.encode("latin-1")
    async with look.api.session.post(f"{look.root}/say", data=data) as response:
        assert response.status == 400
        assert (await response.json())["error"]
    assert not caplog.records


async def test_numbers_where_text_belongs_are_refused(
    look: Looking, caplog: pytest.LogCaptureFixture
) -> None:
    for act, body in (
        ("say", {"user_id": LI, "chat_id": LI, "text": 5}),
        ("file", {"user_id": LI, "chat_id": LI, "name": 5, "content": "AAE="}),
        ("file", {"user_id": LI, "chat_id": LI, "name": "a", "content": 5}),
        ("language", {"user_id": LI, "language_code": 5}),
        ("say", {"user_id": [1], "chat_id": {}, "text": "a"}),
    ):
        assert (await look.post(act, **body))["error"]
    assert not caplog.records
