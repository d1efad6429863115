"""What goes wrong on the way, and that nothing is lost by it."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser import IN_BROWSER
from tests.browser.pictures import keep
from tests.browser.screen import Screen, phrase
from tests.browser.served import GROUP, MEMBER, SECRETARY, Served
from tests.browser.watching import Watch

pytestmark = IN_BROWSER
SMALL = -7001


async def test_what_is_said_to_a_killed_bot_is_done_once_it_is_back(
    screen: Screen, demo: Served
) -> None:
    before = await demo.stage.entries()
    faults = await screen.tool("faults")
    await faults.get_by_role("button", name=phrase("faults.kill_do")).click()
    await expect(screen.status).not_to_be_empty()
    await screen.group.say("/meeting 支委会 今天 应到5 实到5 议题:没人听见")
    await expect(screen.group.own("没人听见")).to_be_visible()
    await expect(screen.status).to_have_text(
        phrase("status.killed_waiting").replace("{count}", "1")
    )
    await keep(screen, "killed")
    await faults.get_by_role("button", name=phrase("faults.kill_undo"), exact=True).click()
    await expect(await screen.group.hears("没人听见")).to_contain_text("已记录")
    await expect(screen.status).to_be_empty()
    assert await demo.stage.entries() == before + 1


async def test_of_two_taps_on_a_question_the_second_is_told_that_it_is_late(
    screen: Screen, demo: Served
) -> None:
    await screen.group.say("/meeting 主题党日 周四 全到 地点:三楼")
    asked = await screen.group.hears("❓")
    await demo.stage.bot.kill()
    for button in (await asked.locator("button.key").all())[:2]:
        await button.click()
        await expect(button).to_have_attribute("aria-busy", "true")
    await demo.stage.start_bot()
    dialog = screen.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("button", name=phrase("page.ok")).click()
    await expect(dialog).to_have_count(0)
    await expect(asked).to_contain_text("已记录")
    await expect(asked.locator("[aria-busy]")).to_have_count(0)


async def test_a_refusal_of_telegram_delays_and_loses_nothing(screen: Screen, demo: Served) -> None:
    before = demo.sandbox.calls_made
    demo.sandbox.fail(method="sendMessage", error_code=429, retry_after=1)
    await screen.private.say("/status")
    await screen.private.hears("第一支部")
    sent = [each for each in demo.sandbox.calls if each.method == "sendMessage"]
    assert [each.status for each in sent if each.number > before] == [429, 200]
    inspector = await screen.tool("inspector")
    await expect(inspector.get_by_text("429").first).to_be_visible()


async def test_a_connection_that_breaks_is_made_anew(
    screen: Screen, demo: Served, watch: Watch
) -> None:
    watch.expect("ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE")
    demo.sandbox.feed.end()
    demo.sandbox.say(MEMBER, GROUP, "断线的时候说的")
    await screen.group.hears("断线的时候说的")
    await expect(screen.status).to_be_empty()
    await expect(screen.group.rows.filter(has_text="断线的时候说的")).to_have_count(1)


async def test_a_group_that_becomes_a_supergroup_goes_on(screen: Screen, demo: Served) -> None:
    demo.sandbox.add_group(SMALL, "小群", [SECRETARY, MEMBER])
    demo.sandbox.say(MEMBER, SMALL, "升级之前")
    await screen.look_at("小群")
    await screen.group.hears("升级之前")
    faults = await screen.tool("faults")
    await faults.get_by_role("button", name=phrase("faults.migrate_do"), exact=True).click()
    await screen.group.hears("升级之前")
    await screen.group.say("升级之后")
    row = screen.group.own("升级之后")
    await expect(row).not_to_have_attribute("data-key", f"{SMALL}:3")
    await expect(screen.group.root.get_by_role("radio", name="小群")).to_have_count(1)
