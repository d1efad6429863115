"""The demo's small API: what cannot be is refused, and what is told is true."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.demo.page.words import LOCALES, words
from tests.bot.demo.conftest import JSON, Page

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = [
    ("/demo/clock", {}),
    ("/demo/clock", {"to": "soon"}),
    ("/demo/clock", {"to": 7}),
    ("/demo/clock", {"to": None}),
    ("/demo/clock", {"to": "2026-02-30"}),
    ("/demo/clock", {"to": "+500d"}),
    ("/demo/clock", {"to": "+٣d"}),
    ("/demo/clock", {"to": "+9999w"}),
    ("/demo/clock", {"to": "9999-12-31T23:59"}),
    ("/demo/bot", {}),
    ("/demo/bot", {"do": "dance"}),
    ("/demo/bot", {"do": ["kill"]}),
    ("/demo/language", {"locale": "fr"}),
    ("/demo/language", {"locale": []}),
    ("/demo/language", {}),
    ("/demo/tour", {"do": {}}),
    ("/sandbox/say", {"user_id": 101}),
    ("/sandbox/say", {"user_id": "x", "chat_id": [], "text": 3}),
    ("/sandbox/tap", {"user_id": 101, "chat_id": -1001, "message_id": 1, "data": "x"}),
]


@pytest.mark.parametrize(("path", "body"), BAD)
async def test_what_cannot_be_is_refused(page: Page, path: str, body: dict[str, object]) -> None:
    before = (await page.get("/demo/state"))["clock"]
    assert await page.status("POST", path, json=body) == 400
    assert (await page.get("/demo/state"))["clock"] == before


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("soon", "no_moment"),
        ("2026-02-30", "no_moment"),
        ("2026-01-01", "past"),
        ("+500d", "too_far"),
        ("9999-12-31T23:59", "too_far"),
    ],
)
async def test_a_move_that_cannot_be_is_refused_in_words(page: Page, to: str, code: str) -> None:
    async with page.session.post(f"{page.address}/demo/clock", json={"to": to}) as response:
        assert (await response.json())["error"] == code
    for locale in LOCALES:
        assert words(locale)["errors"][code]


@pytest.mark.parametrize("body", ["", "{", "[]", "7", "\x00", "[" * 100_000, '{"to": "\ud800"}'])
async def test_what_is_no_order_is_refused(page: Page, body: str) -> None:
    data = body.encode("utf-8", "surrogatepass")
    assert await page.status("POST", "/demo/clock", data=data, headers=JSON) == 400


@pytest.mark.parametrize(
    "asked",
    [
        "inspect/records?unit=第九支部",
        "inspect/reminders",
        "inspect/reminders?chat_id=x",
        "inspect/outbox?colour=red",
        "inspect/outbox?order=tick",
        "inspect/tick?at=2030-01-01",
        "inspect/secrets",
    ],
)
async def test_what_is_not_there_is_refused(page: Page, asked: str) -> None:
    assert await page.status("GET", f"/demo/{asked}") == 400


@pytest.mark.parametrize("path", ["/demo/nothing", "/static/../server.py", "/static/..%2fguard.py"])
async def test_what_is_nowhere_is_not_found(page: Page, path: str) -> None:
    assert await page.status("GET", path) == 404


async def test_the_state_names_who_and_where(page: Page) -> None:
    state = await page.get("/demo/state")
    assert state["people"][0]["key"] == "secretary"
    assert {each["title"] for each in state["groups"]} >= {"第一支部", "机关党总支"}
    assert state["bot"] == {"state": "running"}
    assert state["tour"]["at"] == "record"
    now = datetime.fromisoformat(state["clock"]["now"])
    assert (state["clock"]["zone"], now.utcoffset()) == ("Asia/Shanghai", now.utcoffset())
    assert state["clock"]["moving"] is False


async def test_the_language_of_the_answers_is_changed(page: Page) -> None:
    for locale, title in (("en", "Commands"), ("zh", "用法")):
        assert await page.post("/demo/language", locale=locale) == {"locale": locale}
        assert (await page.says("secretary", "group", "/help"))["text"].startswith(title)
        assert (await page.get("/demo/state"))["locale"] == locale
        stranger = (await page.says("stranger", "private", "/status"))["text"]
        assert stranger.isascii() == (locale == "en")


async def test_whoever_looks_on_is_told_of_all_kinds(page: Page) -> None:
    number = (await page.get("/sandbox/world"))["number"]
    await page.moves("hour")
    address = f"{page.address}/sandbox/events?since={number}"
    async with page.session.get(address) as response:
        assert response.content_type == "text/event-stream"
        while not (line := await response.content.readline()).startswith(b"event: clock"):
            assert line, "it ended"
