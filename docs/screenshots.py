"""Takes docs/page*.png: the demo's page after the first steps of its tour (make screenshots)."""

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.chromium import chromium
from tests.browser.screen import Screen, phrase
from tests.browser.served import Served, serving

HERE = Path(__file__).parent
STEPS = 4  # record, ask, dues, reminder
WIDE = {"viewport": {"width": 1100, "height": 610}, "color_scheme": "light"}
PHONE = {"viewport": {"width": 360, "height": 780}, "color_scheme": "dark", "has_touch": True}
STILL: dict[str, Any] = {"device_scale_factor": 2, "reduced_motion": "reduce"}


async def play(screen: Screen, locale: str) -> None:
    """Click through the first steps of the tour, and wait until nothing moves."""
    steps = screen.page.locator("#tour").get_by_role("listitem")
    for number in range(STEPS):
        step = steps.nth(number)
        await step.locator("button.primary").click()
        done = step.get_by_role("img", name=phrase("tour.done", locale))
        tap = step.get_by_role("button", name=phrase("tour.tap", locale), exact=True)
        await expect(done.or_(tap)).to_be_visible()
        if await tap.is_visible():
            await tap.click()
            await expect(done).to_be_visible()
    await expect(screen.page.locator("#clock progress")).to_be_hidden()


async def take(screen: Screen, name: str) -> None:
    """Take a picture of the page as it is, without what comes and goes."""
    await expect(screen.toasts).to_be_empty()
    await screen.page.evaluate("document.activeElement.blur()")
    await screen.page.mouse.move(0, 0)
    await screen.page.screenshot(path=HERE / name, animations="disabled")


async def opened(browser: Browser, demo: Served, looks: dict[str, Any], locale: str) -> Screen:
    """Open the page in a window of its own."""
    context = await browser.new_context(**looks, **STILL, locale=locale)
    return await Screen.open(context, demo.address)


async def main() -> None:
    """Take all pictures: wide in both languages, and on a phone in the dark."""
    async with chromium() as browser:
        async with serving("zh", history=True) as demo:
            screen = await opened(browser, demo, WIDE, "zh-CN")
            await play(screen, "zh")
            await take(screen, "page.png")
            await take(await opened(browser, demo, PHONE, "zh-CN"), "page-phone.png")
        async with serving("en", history=True) as demo:
            screen = await opened(browser, demo, WIDE, "en-GB")
            await play(screen, "en")
            await take(screen, "page.en.png")


if __name__ == "__main__":
    asyncio.run(main())
