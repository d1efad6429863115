"""The page as those who use it find it: by names and parts, not by how it is built."""

from __future__ import annotations

from playwright.async_api import BrowserContext, FilePayload, Locator, Page, expect

from bot.demo.page.words import words

PATIENCE = 30_000  # ms, of a machine that is busy with other tests
expect.set_options(timeout=PATIENCE)


def phrase(key: str, locale: str = "zh") -> str:
    """Answer a phrase of the page: `section.key`."""
    section, name = key.split(".")
    return words(locale)[section][name]


class Pane:
    """One chat on the page."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.input = root.get_by_role("textbox")
        self.list = root.get_by_role("log")
        self.rows = self.list.locator(".row")
        self.commands = root.get_by_role("listbox")
        self.spoken = root.locator("[aria-live=polite]")

    async def say(self, text: str) -> None:
        """Write a message and send it by Enter."""
        await self.input.fill(text)
        await self.send()

    async def send(self) -> None:
        """Send what is there; returns when it is sent."""
        await self.root.get_by_role("button", name=phrase("composer.send")).click()
        await expect(self.input).to_have_value("")

    def row(self, text: str) -> Locator:
        """Answer the newest message in which that text stands, with its buttons."""
        return self.rows.filter(has_text=text).last

    def own(self, text: str) -> Locator:
        """Answer the newest message in which whoever speaks said that."""
        return self.list.locator(".row.own").filter(has_text=text).last

    async def hears(self, text: str) -> Locator:
        """Wait for a message of another with that text; answers it, whatever becomes of it."""
        heard = self.list.locator(".row.theirs").filter(has_text=text).last
        await expect(heard).to_be_visible()
        return self.list.locator(f"[data-key='{await heard.get_attribute('data-key')}']")

    async def attach(self, *files: FilePayload) -> None:
        """Choose files, as in the browser's own dialog."""
        await self.root.locator("input[type=file]").set_input_files(list(files))

    async def choose(self, row: Locator, label: str) -> None:
        """Choose from a message's own menu."""
        await row.hover()
        await row.get_by_role("button", name=phrase("message.more")).click()
        await self.root.page.get_by_role("menuitem", name=label).click()


class Screen:
    """The page of one demo in one tab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.group = Pane(page.locator("#group"))
        self.private = Pane(page.locator("#private"))
        self.toasts = page.locator("#toasts")
        self.status = page.locator("#status")

    @classmethod
    async def open(cls, context: BrowserContext, address: str) -> Screen:
        """Open the page in a tab, and wait until one may write."""
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(address)
        screen = cls(page)
        await expect(screen.group.input).to_be_visible()
        return screen

    async def speak_as(self, name: str) -> None:
        """Let another person speak."""
        await self.page.locator("#people label").filter(has_text=name).click()

    async def look_at(self, title: str) -> None:
        """Show another group."""
        await self.group.root.locator("label").filter(has_text=title).click()

    async def tool(self, name: str) -> Locator:
        """Open one of the tools (`tour`, `faults`, `inspector`); answers its panel."""
        drawer = self.page.locator("#drawer")
        if await drawer.is_visible() and await drawer.get_attribute("aria-expanded") == "false":
            await drawer.click()
        await self.page.locator(f"#tab-{name}").click()
        return self.page.locator(f"#{name}")

    async def overflow(self) -> int:
        """Answer by how many pixels the page is wider than its window."""
        wider: int = await self.page.evaluate(
            "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wider
