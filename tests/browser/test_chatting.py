"""Writing, tapping, editing: what people do all day."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser import IN_BROWSER
from tests.browser.pictures import keep
from tests.browser.screen import Screen, phrase

pytestmark = IN_BROWSER


async def test_the_page_opens_where_whoever_speaks_may_write(screen: Screen) -> None:
    await expect(screen.group.root.get_by_role("radio", name="第一支部")).to_be_checked()
    await expect(screen.group.input).to_be_visible()
    await expect(screen.private.input).to_be_visible()


async def test_a_tap_changes_the_message_in_its_place(screen: Screen) -> None:
    await screen.group.say("/meeting 主题党日 周四 全到 地点:三楼")  # today, or a week ago?
    asked = await screen.group.hears("❓")
    await asked.get_by_role("button", name="2026-11-05").click()
    await expect(asked).to_contain_text("已记录")
    await expect(asked).to_contain_text("地点:三楼")
    await keep(screen, "wide")


async def test_one_edits_the_last_message_of_ones_own(screen: Screen) -> None:
    await screen.group.say("/meeting 支委会 今天 应到5 实到5 议题:写错的题目")
    told = await screen.group.hears("写错的题目")
    await expect(told).to_contain_text("已记录")
    await screen.group.input.press("ArrowUp")
    text = await screen.group.input.input_value()
    await screen.group.say(text.replace("写错的题目", "改好的题目"))
    await expect(await screen.group.hears("改好的题目")).to_contain_text("已更正")
    await expect(screen.group.own("改好的题目")).to_contain_text(phrase("message.edited"))


async def test_a_reply_shows_what_it_answers(screen: Screen) -> None:
    await screen.private.say("/help")
    told = await screen.private.hears("/meeting")
    await screen.private.choose(told, phrase("message.reply"))
    await screen.private.say("这条是什么意思")
    quote = screen.private.own("这条是什么意思").locator(".quote")
    await expect(quote).to_contain_text(phrase("people.bot"))


async def test_a_stranger_is_refused(screen: Screen) -> None:
    await screen.speak_as("钱多多")
    await screen.private.say("状态")
    told = await screen.private.hears("/invite")
    await expect(told).not_to_contain_text("第一支部")


async def test_what_one_is_not_in_one_does_not_see(screen: Screen) -> None:
    await screen.group.say("/status")
    await screen.group.hears("第一支部")
    await screen.look_at("机关党总支")
    await expect(screen.group.root.get_by_text("张建国不在")).to_be_visible()
    await expect(screen.group.input).to_be_hidden()
    await screen.speak_as("刘卫东")
    await expect(screen.group.input).to_be_visible()
    await screen.look_at("第一支部")
    await expect(screen.group.rows).to_have_count(0)
    await screen.speak_as("周红")
    await screen.group.hears("/status")


async def test_what_was_begun_waits_while_another_speaks(screen: Screen) -> None:
    await screen.group.input.fill("还没写完")
    await screen.speak_as("王芳")
    await expect(screen.group.input).to_have_value("")
    await screen.speak_as("张建国")
    await expect(screen.group.input).to_have_value("还没写完")
