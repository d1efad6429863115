"""Names and messages of those who mean harm are text, and nothing else.

That no dialog opens, nothing is asked of anybody else and the policy is kept is looked at in every
test: see ``watching.py``.
"""

from __future__ import annotations

from base64 import b64encode

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, expect

from tests.browser import IN_BROWSER
from tests.browser.pictures import keep
from tests.browser.screen import Screen
from tests.browser.served import SECRETARY, Served
from tests.browser.watching import Watch

pytestmark = IN_BROWSER
MALLORY = 666
IMAGE = "<img src=x onerror=alert(document.domain)>"
HARM = {
    "image": IMAGE,
    "script": "</script><script>alert(1)</script>",
    "reversed": "\u202egnp.exe\u2066 \u202e",
    "long": "哈Wj" * 150,
}
OUTSIDE = "https://harm.example/x.png"
HARMED = """url => {
  const picture = document.createElement("img");
  picture.src = url;
  document.body.append(picture);
  setTimeout(() => alert("harm"));
}"""


class Mallory:
    """Means harm with every word. Acts through the page's API, as a program beside it may."""

    def __init__(self, context: BrowserContext, address: str, harm: str) -> None:
        self.name, self.title, self.harm = harm[:64], harm[:128], harm
        self.file = f"{harm[:60]}.txt".replace("/", "")
        self._id = MALLORY + len(harm)
        self._context = context
        self._address = address

    async def arrive(self) -> None:
        """Found a forum with the secretary in it, and talk there, in general and in a topic."""
        forum = {"chat_id": -self._id, "title": self.title, "members": [self._id, SECRETARY]}
        said = {"chat_id": -self._id, "user_id": self._id}
        await self._order("users", user_id=self._id, first_name=self.name)
        await self._order("groups", **forum, forum=True, supergroup=True)
        topic = await self._order("topics", chat_id=-self._id, name=self.title)
        await self._order("say", **said, text=f"{self.harm} {OUTSIDE} javascript:alert(1)")
        await self._order("say", **said, text=self.harm, thread_id=topic)
        content = b64encode(b"x").decode()
        await self._order("file", **said, name=self.file, content=content, caption=self.harm)

    async def _order(self, path: str, **body: object) -> object:
        answer = await self._context.request.post(f"{self._address}sandbox/{path}", data=body)
        assert answer.ok, await answer.text()
        return (await answer.json())["result"]


@pytest.mark.parametrize("kind", HARM)
async def test_hostile_names_are_text(
    screen: Screen, context: BrowserContext, demo: Served, kind: str
) -> None:
    mallory = Mallory(context, demo.address, HARM[kind])
    await mallory.arrive()
    pane = screen.group
    await pane.root.locator("label:has(input[name=group])").last.click()
    await expect(pane.rows.filter(has_text=OUTSIDE)).to_have_count(1)
    await expect(pane.rows.locator(".name").last).to_have_text(mallory.name)
    await expect(pane.rows.get_by_role("link")).to_have_attribute("download", mallory.file)
    await pane.root.locator("label:has(input[name=topic-group])").last.click()
    await expect(pane.rows).to_have_count(1)
    await expect(pane.row(mallory.harm)).to_be_visible()
    assert await screen.overflow() <= 0
    await screen.page.set_viewport_size({"width": 360, "height": 740})
    assert await screen.overflow() <= 0
    await keep(screen, f"hostile-{kind}")


async def test_a_link_in_a_message_leads_nowhere(screen: Screen) -> None:
    await screen.group.say(f"看 {OUTSIDE}")
    await screen.group.own(OUTSIDE).get_by_text(OUTSIDE).click()
    await expect(screen.toasts).to_contain_text(OUTSIDE)


async def test_what_the_bot_says_back_is_text_as_well(screen: Screen) -> None:
    await screen.group.say(f"/meeting 支委会 今天 应到5 实到5 议题:{IMAGE}")
    await expect(await screen.group.hears(IMAGE)).to_contain_text("已记录")


async def test_harm_would_be_seen(screen: Screen, watch: Watch) -> None:
    def of_the_policy(message: ConsoleMessage) -> bool:
        return "Content Security Policy" in message.text

    async with (
        screen.page.expect_event("dialog"),
        screen.page.expect_console_message(of_the_policy),
    ):
        await screen.page.evaluate(HARMED, OUTSIDE)
    seen = {each.partition(":")[0] for each in watch.troubles}
    assert seen >= {"dialog", "console"}
    watch.expect("harm")
