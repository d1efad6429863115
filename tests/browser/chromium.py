"""The browser itself: where it is, and how it is started."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

VARIABLE = "SANHUI_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
LEFT_OUT = (
    f"left out: there is no Chromium. To run these tests too, install it (Debian: apt install"
    f" chromium) or set {VARIABLE} to where it is"
)
# No sandbox, since tests may run as root; and nothing that would speak to anybody by itself.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """Answer where Chromium is, or None; what the environment names is taken without a look."""
    named = os.environ.get(VARIABLE)
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run the browser while the block lasts. RuntimeError when there is none."""
    path = found()
    if path is None:
        raise RuntimeError(LEFT_OUT)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()
