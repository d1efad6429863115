"""Files, pictures and albums on their way to the bot and back."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import FilePayload, Locator, expect

from tests.browser import IN_BROWSER
from tests.browser.pictures import keep, png
from tests.browser.screen import Screen, phrase

pytestmark = IN_BROWSER
BYTES = bytes(range(256)) * 300
DROP = """([name, type, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type }));
  return carried;
}"""


def file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


async def downloaded(link: Locator) -> tuple[str, bytes]:
    """Answer the name and the bytes that a click brings."""
    async with link.page.expect_download() as waiting:
        await link.click()
    download = await waiting.value
    return download.suggested_filename, Path(await download.path()).read_bytes()


async def test_a_file_arrives_as_it_was_sent(screen: Screen) -> None:
    name = "会议 记录(第3次).pdf"
    await screen.group.attach(file(name, "application/pdf", BYTES))
    await screen.group.send()
    row = screen.group.own(name)
    assert await downloaded(row.get_by_role("link")) == (name, BYTES)


async def test_what_is_dropped_on_a_chat_waits_to_be_sent(screen: Screen) -> None:
    carried = await screen.page.evaluate_handle(DROP, ["名单.csv", "text/csv", "姓名\n张建国\n"])
    await screen.private.root.dispatch_event("drop", {"dataTransfer": carried})
    await expect(screen.private.root.get_by_text("名单.csv")).to_be_visible()
    await expect(screen.private.rows.filter(has_text="名单.csv")).to_have_count(0)
    await screen.private.send()
    row = screen.private.own("名单.csv")
    assert await downloaded(row.get_by_role("link")) == ("名单.csv", "姓名\n张建国\n".encode())


async def test_what_the_bot_sends_can_be_saved(screen: Screen) -> None:
    await screen.private.say("/roster 导出")
    link = screen.private.list.get_by_role("link").last
    await expect(link).to_contain_text(".xlsx")
    name, content = await downloaded(link)
    assert name.endswith(".xlsx")
    assert content.startswith(b"PK")


async def test_a_photo_is_shown_and_grows_when_it_is_clicked(screen: Screen) -> None:
    await screen.group.attach(file("a.png", "image/png", png(60, 40)))
    await screen.group.input.fill("会议室")
    await screen.group.send()
    row = screen.group.own("会议室")
    picture = row.locator("img")
    await expect(picture).to_have_js_property("naturalWidth", 60)
    await row.get_by_role("button", name="会议室").click()
    dialog = screen.page.get_by_role("dialog")
    await expect(dialog.locator("img")).to_have_js_property("naturalHeight", 40)
    await screen.page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)


async def test_pictures_sent_together_are_an_album(screen: Screen) -> None:
    pictures = [file(f"{n}.png", "image/png", png(50, 50, (80 * n, 90, 90))) for n in (1, 2, 3)]
    await screen.group.attach(*pictures)
    await expect(screen.group.root.get_by_role("listitem").filter(has_text=".png")).to_have_count(3)
    await screen.group.root.get_by_role(
        "button", name=phrase("files.leave_out").format(name="2.png")
    ).click()
    await screen.group.input.fill("三张")
    await screen.group.send()
    row = screen.group.own("三张")
    await expect(row.locator("img")).to_have_count(2)
    for number in range(2):
        await expect(row.locator("img").nth(number)).to_have_js_property("naturalWidth", 50)
    await keep(screen, "album")
