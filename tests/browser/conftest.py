"""The browser, the demo it looks at, and a tab of its own for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from tests.browser.chromium import chromium
from tests.browser.pictures import keep
from tests.browser.screen import Screen
from tests.browser.served import Served, serving
from tests.browser.watching import Watch

FAILED = pytest.StashKey[bool]()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser, started once."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo() -> AsyncIterator[Served]:
    """A demo for all tests of a module, in which nothing is recorded yet."""
    async with serving() as served:
        yield served


@pytest_asyncio.fixture(loop_scope="session")
async def context(
    browser: Browser, demo: Served, watched: list[Watch], looks: dict[str, object]
) -> AsyncIterator[BrowserContext]:
    """A browser that has never been here before; in it nothing goes wrong unseen."""
    opened = await browser.new_context(**looks)  # type: ignore[arg-type]
    watched.append(Watch(opened, demo.address))
    yield opened
    await opened.close()
    assert watched[0].troubles == []


@pytest.fixture
def looks() -> dict[str, object]:
    """How large the window is and what its owner prefers; a test may say otherwise."""
    return {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"}


@pytest.fixture
def watched() -> list[Watch]:
    """Who looks on, once there is a browser."""
    return []


@pytest.fixture
def watch(context: BrowserContext, watched: list[Watch]) -> Watch:
    """What went wrong on the page, which must be nothing."""
    return watched[0]


@pytest_asyncio.fixture(loop_scope="session")
async def screen(
    context: BrowserContext, demo: Served, request: pytest.FixtureRequest
) -> AsyncIterator[Screen]:
    """The page as it opens. Of a test that fails, its last sight is kept."""
    opened = await Screen.open(context, demo.address)
    yield opened
    if request.node.stash.get(FAILED, False):
        await keep(opened, f"failed-{request.node.name}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember of a test whether it failed, until its fixtures end."""
    report = yield
    item.stash[FAILED] = report.failed
    return report
