"""By keyboard, by ear, in either language, in the dark, and on a small phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser import IN_BROWSER
from tests.browser.pictures import keep
from tests.browser.screen import Screen, phrase
from tests.browser.served import Served

pytestmark = IN_BROWSER
UNNAMED = re.compile(
    r"^\s*- (?:button|link|textbox|radio|checkbox|combobox|tab|listbox|group|dialog|img)"
    r"(?: \[[^]]*\])*:?$",
    re.MULTILINE,
)
TOOLS = ("tour", "faults", "inspector")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "locale": "zh-CN"}
FOCUSED = """() => {
  const { id, tagName } = document.activeElement;
  const { top, bottom, width } = document.activeElement.getBoundingClientRect();
  return { shown: width > 0 && bottom > 0 && top < innerHeight, what: `${tagName} ${id}` };
}"""


async def test_everything_that_can_be_used_has_a_name(screen: Screen) -> None:
    await screen.private.say("/status")
    await screen.private.hears("第一支部")
    for name in TOOLS:
        await screen.tool(name)
        told = await screen.page.locator("body").aria_snapshot()
        assert "textbox" in told
        assert UNNAMED.findall(told) == []


async def test_the_keys_lead_through_the_page_in_order(screen: Screen) -> None:
    reached = []
    for _ in range(60):
        await screen.page.keyboard.press("Tab")
        at = await screen.page.evaluate(FOCUSED)
        assert at["shown"], at
        reached.append(at["what"])
        if await is_focused(screen.private.input):
            break
    else:
        pytest.fail(f"never there: {reached}")
    await screen.page.keyboard.type("/status")
    await screen.page.keyboard.press("Enter")
    await screen.private.hears("第一支部")
    await expect(screen.private.input).to_be_focused()


async def is_focused(locator: Locator) -> bool:
    focused: bool = await locator.evaluate("element => element === document.activeElement")
    return focused


async def test_a_command_is_chosen_by_arrows(screen: Screen) -> None:
    pane = screen.private
    await pane.input.press("/")
    options = pane.commands.get_by_role("option")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await pane.input.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    wanted = (await options.nth(1).inner_text()).split()[0]
    await pane.input.press("Enter")
    await expect(pane.input).to_have_value(f"{wanted} ")
    await pane.input.fill("")
    await pane.input.press("/")
    await expect(pane.commands).to_be_visible()
    await pane.input.press("Escape")
    await expect(pane.commands).to_be_hidden()
    await expect(pane.input).to_have_value("/")


async def test_messages_are_walked_through_and_answered_by_keys(screen: Screen) -> None:
    await screen.group.say("/status")
    await screen.group.hears("第一支部")
    await screen.group.list.focus()
    await screen.page.keyboard.press("ArrowUp")
    await expect(screen.group.rows.last).to_be_focused()
    await screen.page.keyboard.press("Enter")
    menu = screen.page.get_by_role("menu")
    await expect(menu.get_by_role("menuitem").first).to_be_focused()
    await screen.page.keyboard.press("Escape")
    await expect(menu).to_have_count(0)
    await expect(screen.group.rows.last).to_be_focused()


async def test_what_the_bot_says_is_read_out(screen: Screen) -> None:
    await expect(screen.group.spoken).to_be_empty()
    await screen.group.say("/help")
    await expect(screen.group.spoken).to_contain_text(f"{phrase('people.bot')}:")
    await expect(screen.private.spoken).to_be_empty()


async def test_page_and_bot_speak_the_other_language(screen: Screen) -> None:
    page = screen.page
    await page.locator("#language").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page).to_have_title(phrase("page.title", "en"))
    await screen.look_at("第一支部")
    await screen.group.input.fill("/status")
    await screen.group.input.press("Enter")
    await screen.group.hears("Status")
    await keep(screen, "english")
    await page.locator("#language").click()
    await expect(page.locator("html")).to_have_attribute("lang", "zh")


async def test_the_bot_speaks_the_language_that_the_address_asks_for(
    screen: Screen, demo: Served
) -> None:
    page = screen.page
    for locale in ("en", "zh"):
        async with page.expect_response("**/demo/language") as changed:
            await page.goto(f"{demo.address}?lang={locale}")
        told = await (await changed.value).json()
        assert told["result"] == {"locale": locale}
        if locale == "en":
            await screen.look_at("第一支部")
            await screen.group.input.fill("/status")
            await screen.group.input.press("Enter")
            await screen.group.hears("Status")


async def test_light_and_dark_are_as_the_machine_has_it_until_one_chooses(screen: Screen) -> None:
    page, root = screen.page, screen.page.locator("html")
    await expect(root).to_have_attribute("data-theme", "light")
    await page.emulate_media(color_scheme="dark")
    await expect(root).to_have_attribute("data-theme", "dark")
    await keep(screen, "dark")
    await page.get_by_role("button", name=phrase("page.to_light")).click()
    await page.reload()
    await expect(root).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("looks", [PHONE], ids=["phone"])
async def test_all_is_within_reach_on_a_small_phone(screen: Screen) -> None:
    await screen.group.say("/meeting 支委会 今天 应到5 实到4 缺席:李明(出差)")
    row = await screen.group.hears("已记录")
    await expect(row).to_be_in_viewport()
    assert await screen.overflow() <= 0
    for pane in (screen.group, screen.private):
        await pane.input.tap()
        await expect(pane.input).to_be_in_viewport(ratio=1)
    await row.get_by_role("button", name="撤销").tap()
    await screen.group.hears("已撤销")
    for name in TOOLS:
        panel = await screen.tool(name)
        await expect(panel).to_be_in_viewport()
        assert await screen.overflow() <= 0
    await screen.page.keyboard.press("Escape")
    await screen.speak_as("钱多多")
    await screen.private.say("状态")
    await screen.private.hears("/invite")
    await keep(screen, "phone")


async def test_no_width_needs_sideways_scrolling(screen: Screen) -> None:
    for width in (360, 699, 700, 1099, 1100, 1920):
        await screen.page.set_viewport_size({"width": width, "height": 800})
        assert await screen.overflow() <= 0
        await expect(screen.private.input).to_be_in_viewport(ratio=1)
