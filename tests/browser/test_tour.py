"""The tour from its start to its end, as a newcomer clicks through it; and the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests.browser import IN_BROWSER
from tests.browser.pictures import keep
from tests.browser.screen import Screen, phrase
from tests.browser.served import Served, serving

pytestmark = IN_BROWSER
STEPS = ("record", "ask", "dues", "reminder", "status", "superior", "stranger")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo() -> AsyncIterator[Served]:
    """A demo with all its history."""
    async with serving(history=True) as served:
        yield served


async def test_the_tour_leads_a_newcomer_through_what_really_happens(screen: Screen) -> None:
    tour = screen.page.locator("#tour")
    steps = tour.get_by_role("listitem")
    await expect(steps).to_have_count(len(STEPS))
    for number, key in enumerate(STEPS):
        step = steps.nth(number)
        await expect(step).to_have_attribute("aria-current", "step")
        await expect(step).to_contain_text(phrase(f"tour.{key}_title"))
        await step.locator("button.primary").click()
        if key == "ask":  # the bot asks which day is meant
            await step.get_by_role("button", name=phrase("tour.tap"), exact=True).click()
        await expect(step.get_by_role("img", name=phrase("tour.done"))).to_be_visible()
    await expect(tour).to_contain_text(phrase("tour.over"))
    await keep(screen, "tour")


async def test_a_reminder_comes_by_the_clock(screen: Screen) -> None:
    clock = screen.page.locator("#clock")
    before = await clock.get_by_role("time").get_attribute("datetime")
    reminders = screen.group.rows.filter(has_text="⏰")
    count = await reminders.count()
    await clock.get_by_role("button", name=phrase("clock.reminder")).first.click()
    await expect(reminders).not_to_have_count(count)
    await expect(clock.get_by_role("time")).not_to_have_attribute("datetime", before or "")


async def test_the_clock_goes_to_a_morning_and_not_back(screen: Screen) -> None:
    clock = screen.page.locator("#clock")
    await clock.get_by_role("button", name=phrase("clock.open")).click()
    await clock.get_by_role("button", name=phrase("clock.morning")).click()
    await expect(clock.get_by_role("time")).to_contain_text("09:00")
    await clock.get_by_role("button", name=phrase("clock.open")).click()
    field = clock.get_by_label(phrase("clock.any"))
    await field.fill("2026-01-01T09:00")
    await clock.get_by_role("button", name=phrase("clock.go")).click()
    assert not await field.evaluate("field => field.validity.valid")
