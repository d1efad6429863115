"""The demo's page: how soon it is there, how it scrolls, and what both processes take.

`python -m tests.bench.page [--quick]`: medians of rounds. Times are of the browser's own clock,
from the navigation to the frame in which the first message stands; beside it those of the barest
page of the same server (its 404). Scrolling is told by the frames that came late, in a pane of
2,000 messages and in one of 50.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from subprocess import Popen
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from tests.bench.processes import process
from tests.bench.rounds import quick, tell
from tests.browser.chromium import LEFT_OUT, chromium, found

LIMIT = 200  # MB, of both processes
SECRETARY, GROUP, FEW = 101, -1001, 50
LATE = 34.0  # ms: a frame later than the second of two at 60 Hz
LOOK_EVERY = 0.02  # seconds
BUBBLE, BARE = "article.bubble", "body"
# Notes when an element first stands in a frame.
NOTE = """addEventListener("DOMContentLoaded", () => {
  const look = () => {
    if (!document.querySelector("%s")) return requestAnimationFrame(look);
    return setTimeout(() => { window.readyAt = performance.now(); });
  };
  requestAnimationFrame(look);
});"""
# Answers that moment, once it is noted.
READY = """async () => {
  while (!window.readyAt) await new Promise(requestAnimationFrame);
  return window.readyAt;
}"""
# Scrolls up and down, a third of the view a frame; answers what each frame took, in ms.
SCROLL = """async (frames) => {
  const view = document.querySelector("#group .view");
  const took = [];
  let before = await new Promise(requestAnimationFrame);
  for (let at = 0; at < frames; at += 1) {
    view.scrollTop += (at < frames * 0.8 ? -1 : 1) * view.clientHeight / 3;
    const now = await new Promise(requestAnimationFrame);
    took.push(now - before);
    before = now;
  }
  return took;
}"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: starts, times the page is opened, messages, frames of scrolling."""

    starts: int = 3
    visits: int = 9
    messages: int = 2_000
    frames: int = 300


FULL = Plan()
QUICK = Plan(starts=1, visits=2, messages=200, frames=20)


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the demo: seconds until the page answers and until the bot runs, and its MB."""

    address: str
    page: float
    bot: float
    memory: float


def report(chosen: Plan) -> list[str]:
    """Measure and say the figures; where there is no browser, that it was left out."""
    return [LEFT_OUT] if found() is None else asyncio.run(_report(chosen))


async def _report(chosen: Plan) -> list[str]:
    async with chromium() as browser:
        starts = [await _start(browser) for _ in range(chosen.starts - 1)]
        with process(("-m", "bot.demo")) as demo:
            context = await browser.new_context(viewport={"width": 1280, "height": 800})
            start = await _watch(context, demo)
            return [
                *_of_starts([*starts, start]),
                await _of_visits(context, start.address, chosen.visits),
                await _of_scrolling(context, start.address, FEW, chosen.frames),
                await _of_scrolling(context, start.address, chosen.messages, chosen.frames),
                f"{_memory(demo):6.1f} MB PSS in both processes after that",
            ]


async def _start(browser: Browser) -> Start:
    with process(("-m", "bot.demo")) as demo:
        return await _watch(await browser.new_context(), demo)


async def _watch(context: BrowserContext, demo: Popen[str]) -> Start:
    """Watch a demo that has just been started, until its bot is ready."""
    begun = time.perf_counter()
    address = _address(demo)
    await context.request.get(address)
    page = time.perf_counter() - begun
    while (await _state(context, address))["bot"]["state"] != "running":
        await asyncio.sleep(LOOK_EVERY)
    return Start(address, page, time.perf_counter() - begun, _memory(demo))


def _address(demo: Popen[str]) -> str:
    if demo.stdout is None:
        raise RuntimeError("no output")
    for line in demo.stdout:
        if told := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return told[0]
    raise RuntimeError("the demo did not start")


async def _state(context: BrowserContext, address: str) -> dict[str, Any]:
    answer = await context.request.get(f"{address}demo/state")
    state: dict[str, Any] = (await answer.json())["result"]
    return state


def _memory(demo: Popen[str]) -> float:
    """Answer the proportional memory of the demo and its bot in MB (Linux)."""
    children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text("ascii").split()
    return sum(_pss(pid) for pid in [str(demo.pid), *children])


def _pss(pid: str) -> float:
    told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    kilobytes: str = re.findall(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)[0]
    return int(kilobytes) * 1024 / 1e6


def _of_starts(starts: list[Start]) -> list[str]:
    page, bot = median(each.page for each in starts), median(each.bot for each in starts)
    memory = median(each.memory for each in starts)
    return [
        f"{page:6.2f} s to a page that answers, {bot:.2f} s to a bot that is ready",
        f"{memory:6.1f} MB PSS in both processes then, of {LIMIT} at most",
    ]


async def _of_visits(context: BrowserContext, address: str, visits: int) -> str:
    page, bare = [], []
    for _ in range(visits):
        bare.append(await _ready(context, f"{address}none", BARE))
        page.append(await _ready(context, address, BUBBLE))
    ratio = median(page) / median(bare)
    return f"{median(page):6.0f} ms to the first message, {ratio:.1f} times the barest page"


async def _ready(context: BrowserContext, address: str, selector: str) -> float:
    page = await context.new_page()
    await page.add_init_script(NOTE % selector)
    await page.goto(address)
    ready: float = await page.evaluate(READY)
    await page.close()
    return ready


async def _of_scrolling(context: BrowserContext, address: str, count: int, frames: int) -> str:
    page = await _with_messages(context, address, count)
    took = await page.evaluate(SCROLL, frames)
    await page.close()
    late = sum(each > LATE for each in took)
    slow = quantiles(took, n=20)[-1]
    return (
        f"{count:6} messages: {late} of {frames} frames late,"
        f" {median(took):.0f} ms a frame, 95 of 100 within {slow:.0f} ms"
    )


async def _with_messages(context: BrowserContext, address: str, count: int) -> Page:
    """Open the page on the group once so many messages more were said in it."""
    said = {"user_id": SECRETARY, "chat_id": GROUP}
    items = [said | {"text": f"第{number}句 {'话' * (number % 60)}"} for number in range(count)]
    answer = await context.request.post(f"{address}sandbox/say", data={"items": items})
    if not answer.ok:
        raise RuntimeError(await answer.text())
    page = await context.new_page()
    await page.goto(address)
    await page.locator("#group").get_by_text(f"第{count - 1}句 ").wait_for()
    return page


def main() -> None:
    """Measure and print."""
    tell(report(QUICK if quick(__doc__) else FULL))


if __name__ == "__main__":
    main()
