"""A chat in which much was said."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser import IN_BROWSER
from tests.browser.screen import Screen
from tests.browser.served import GROUP, MEMBER, SECRETARY, Served

pytestmark = IN_BROWSER
MESSAGES = 2_000
DRAWN_AT_MOST = 300


def fill(demo: Served, count: int) -> None:
    """Let two people talk to each other."""
    for number in range(count):
        demo.sandbox.say(
            (SECRETARY, MEMBER)[number % 2], GROUP, f"第{number}句 " + "话" * (number % 60)
        )


async def test_of_a_long_chat_only_what_is_near_is_drawn(screen: Screen, demo: Served) -> None:
    fill(demo, MESSAGES)
    await screen.page.reload()
    await expect(screen.group.row(f"第{MESSAGES - 1}句 ")).to_be_visible()
    view = screen.group.root.locator(".view")
    for number in range(MESSAGES - 100, -1, -100):
        while not await screen.group.rows.filter(has_text=f"第{number}句 ").count():
            await view.evaluate("view => { view.scrollTop = 0; }")
            await view.evaluate("() => new Promise(requestAnimationFrame)")
        assert await screen.group.rows.count() <= DRAWN_AT_MOST
    await expect(screen.group.row("第0句 ")).to_be_visible()


async def test_what_comes_meanwhile_does_not_move_what_one_reads(
    screen: Screen, demo: Served
) -> None:
    fill(demo, 60)
    await expect(screen.group.row("第59句 ")).to_be_visible()
    read = screen.group.row("第20句 ")
    await read.scroll_into_view_if_needed()
    await expect(read).to_be_in_viewport()
    before = await read.bounding_box()
    demo.sandbox.say(MEMBER, GROUP, "插进来的一句")
    await expect(screen.group.root.locator("button.down")).to_be_visible()
    assert await read.bounding_box() == before
    await screen.group.root.locator("button.down").click()
    await expect(screen.group.row("插进来的一句")).to_be_in_viewport()
