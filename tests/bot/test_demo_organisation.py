"""The sample organisation of the demo: what a newcomer finds there, and may try."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.demo.bubbles import Bubble
from bot.demo.clock import ZONE, MovableClock, mornings
from bot.demo.opening import stage_up
from bot.demo.organisation import ROSTERS, Organisation
from bot.demo.page.routes import Routes
from bot.demo.page.words import LOCALES, words
from bot.demo.samples import PHOTO, ROSTER, WORTH_TRYING
from bot.demo.samples.draw import picture
from bot.demo.stage import Stage
from bot.sandbox import Sandbox
from handlers.roster_files.reading import read_roster

FIRST, SECOND, THIRD = -1001, -1002, -1003
CONTENT = b"IDAT"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """The demo's own stage, on the morning on which a newcomer comes in."""
    async with stage_up("zh") as up:
        await up.open()
        yield up


def said(stage: Stage, chat_id: int) -> str:
    """Answer everything that the bot has said in a chat."""
    messages = stage.sandbox.messages(chat_id)
    return "\n".join(each["text"] for each in messages if each["from"]["is_bot"])


async def ask(stage: Stage, who: str, place: str, text: str) -> str:
    player = stage.organisation.players[who]
    await stage.say(player, player.chat(place), text)
    return "\n".join(bubble.text for bubble in await stage.news())


async def dropped(stage: Stage, who: str, file: Path) -> Bubble:
    """Drop a file into somebody's private chat; answer what the bot says last."""
    player = stage.organisation.players[who]
    stage.sandbox.send_file(player.id, player.id, file.name, file.read_bytes())
    async with asyncio.timeout(20):
        while True:
            await stage.bot.ask("settle")
            for bubble in await stage.news():
                if bubble.buttons:
                    return bubble


async def test_three_branches_are_in_different_health(stage: Stage) -> None:
    above = await ask(stage, "superior", "private", "状态 全部")
    assert above.index("1. 第二支部") < above.index("2. 第一支部")
    assert "其余 1 个支部无逾期" in above
    first = await ask(stage, "secretary", "group", "/status")
    assert "❌ 未达标 1项\n· 按时足额交纳党费 10月 8/10人" in first
    assert "支部委员会 11月 0/1" in first
    second = await ask(stage, "secretary2", "private", "状态")
    assert "党费 9–10月 8/16人次" in second
    assert "未达标" not in await ask(stage, "secretary3", "group", "/status")
    assert "达标" not in await ask(stage, "stranger", "private", "状态")

    wrong = [chat for chat in (FIRST, SECOND, THIRD) if "❓" in said(stage, chat)]
    assert wrong == [SECOND]
    assert said(stage, SECOND).count("❓") == 1  # as meant: everything else was understood
    assert "☑️ 补记达标" in said(stage, SECOND)
    for kept in ("✏️ 已更正 #15 → #16", "📎 #20", "↩️ 已撤销", "表决:赞成7", "⏰ 提醒 2026-11-02"):
        assert kept in said(stage, FIRST)
    assert "⏰" not in said(stage, THIRD)
    assert "⏰ 提醒 2026-11-04" in said(stage, stage.organisation.players["superior"].chat("group"))

    heard = [each for each in stage.sandbox.messages(THIRD) if each["from"]["is_bot"]]
    topics = stage.sandbox.world.chat(THIRD).topics
    assert {topics.get(each.get("message_thread_id", 0)) for each in heard} >= {"会议", "党费"}

    preview = await dropped(stage, "secretary", ROSTER)
    assert "新增 1,改动 2,不变 8" in preview.text
    moved = stage.sandbox.migrate(SECOND)
    secretary = stage.organisation.players["secretary2"]
    await stage.say(secretary, moved, "/due")
    assert {bubble.chat_id for bubble in await stage.news()} == {moved}


def test_who_is_where() -> None:
    organisation, sandbox = Organisation(), Sandbox()
    organisation.enter(sandbox, "zh")
    stranger = organisation.players["stranger"]
    assert all(not sandbox.world.chat(unit["chat"]).has(stranger.id) for unit in organisation.units)
    assert stranger.chat("group") == stranger.chat("private") == stranger.id
    for player in organisation.players.values():
        assert player is stranger or sandbox.world.chat(player.chat("group")).has(player.id)
    assert list(sandbox.world.chat(THIRD).topics.values()) == ["会议", "党费"]
    secretary = organisation.players["secretary3"]
    threads = {organisation.thread(secretary, topic) for topic in ("会议", "党费")}
    assert threads == set(sandbox.world.chat(THIRD).topics)


async def test_the_page_has_words_for_everybodys_part(tmp_path: Path) -> None:
    organisation, sandbox = Organisation(), Sandbox()
    clock = MovableClock(organisation.until)
    stage = Stage(organisation, sandbox, clock, tmp_path, "zh")
    app = web.Application()
    app.router.add_routes(Routes(stage, "zh").table())
    async with TestClient(TestServer(app)) as browser:
        shown = (await (await browser.get("/demo/state")).json())["result"]["people"]
    for locale in LOCALES:
        assert {each["key"] for each in shown} == set(words(locale)["parts"])
    assert [each["key"] for each in shown] == list(organisation.players)


def test_its_history_is_told_in_order() -> None:
    organisation = Organisation()
    told = [saying.at for saying in organisation.history]
    assert told == sorted(told)
    assert organisation.begins < told[0]
    assert told[-1] < organisation.until


@pytest.mark.parametrize("file", [*sorted(ROSTERS.iterdir()), ROSTER], ids=lambda file: file.name)
def test_a_roster_has_one_on_probation_and_one_away(file: Path) -> None:
    rows = read_roster(file.read_bytes())
    assert 8 <= len(rows) <= 12
    assert file.read_text("utf-8").count("预备党员") == 1
    assert file.read_text("utf-8").count(",是,") == 1


def test_the_photo_is_the_one_that_is_drawn() -> None:
    kept, drawn = PHOTO.read_bytes(), picture()
    assert kept.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(kept) < 20_000
    pixels = [zlib.decompressobj().decompress(each.partition(CONTENT)[2]) for each in (kept, drawn)]
    assert pixels[0] == pixels[1]
    assert PHOTO in WORTH_TRYING


def test_every_morning_on_the_way_is_lived() -> None:
    organisation = Organisation()
    lived = [at.astimezone(ZONE) for at in mornings(organisation.begins, organisation.until)]
    assert len(lived) == 66
    assert {(at.hour, at.minute) for at in lived} == {(9, 0)}
    assert next(mornings(lived[0], organisation.until)) == lived[1]
