"""Files go both ways byte for byte; through raw multipart and through a real telegram.Bot."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter

from bot.sandbox import ImpossibleError, Sandbox
from bot.sandbox.faults import Mode
from bot.sandbox.files import picture_size
from tests.bot.sandbox.conftest import GROUP, LI, Api

ALL_BYTES = bytes(range(256)) * 1000


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    pixels = zlib.compress(b"".join(b"\0" + b"\xff" * 3 * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    async with Bot(
        sandbox.token, base_url=sandbox.base_url, base_file_url=sandbox.file_url
    ) as made:
        yield made


async def test_a_file_from_a_person_is_downloaded_as_it_was(bot: Bot, sandbox: Sandbox) -> None:
    sandbox.send_file(LI, LI, "名册.xlsx", ALL_BYTES, caption="/roster")
    (update,) = await bot.get_updates(timeout=1)

    assert update.message is not None
    assert update.message.caption_entities[0].type == "bot_command"
    document = update.message.document
    assert document is not None
    assert (document.file_name, document.file_size) == ("名册.xlsx", len(ALL_BYTES))
    file = await document.get_file()
    assert bytes(await file.download_as_bytearray()) == ALL_BYTES


async def test_a_file_from_the_bot_is_kept_as_it_was(bot: Bot) -> None:
    message = await bot.send_document(
        LI, ALL_BYTES, filename="台账.xlsx", caption="<b>台账</b>", parse_mode="HTML"
    )

    assert message.document is not None
    assert message.document.file_name == "台账.xlsx"
    assert message.caption == "台账"
    file = await bot.get_file(message.document.file_id)
    assert bytes(await file.download_as_bytearray()) == ALL_BYTES
    again = await bot.send_document(LI, message.document.file_id)
    assert again.document == message.document


async def test_a_photo_must_be_a_picture(bot: Bot) -> None:
    message = await bot.send_photo(LI, png(40, 30))

    assert (message.photo[-1].width, message.photo[-1].height) == (40, 30)
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(LI, b"<svg/>")
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
        await bot.send_photo(LI, png(400, 2))


def test_the_size_of_a_picture_is_read_from_its_head() -> None:
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, 30, 40, 3)

    assert picture_size(b"\xff\xd8\xff\xe0\x00\x04ab" + frame) == (40, 30)
    assert picture_size(b"\xff\xd8\xff\xe0") is None
    assert picture_size(png(2, 1)) == (2, 1)


async def test_an_album_comes_whole(bot: Bot, sandbox: Sandbox) -> None:
    media = [InputMediaDocument(bytes([n]), filename=f"{n}.bin", caption=str(n)) for n in (1, 2, 3)]
    messages = await bot.send_media_group(LI, media)

    assert [message.caption for message in messages] == ["1", "2", "3"]
    assert len({message.media_group_id for message in messages}) == 1
    last = messages[2].document
    assert last is not None
    assert bytes(await (await bot.get_file(last.file_id)).download_as_bytearray()) == b"\x03"
    with pytest.raises(BadRequest, match=r"(?i)album"):
        await bot.send_media_group(LI, media[:1])
    assert sandbox.sent == 3


async def test_an_album_of_a_person_comes_in_parts(bot: Bot, sandbox: Sandbox) -> None:
    pictures = [(f"{n}.png", png(n, 1)) for n in (1, 2, 3)]
    ids = sandbox.send_album(LI, LI, pictures, caption="/doc #3", captioned=1)
    sandbox.send_album(LI, LI, [("a.txt", b"a"), ("b.txt", b"b")], photo=False, reply_to=ids[0])
    messages = [update.message for update in await bot.get_updates(timeout=1)]

    found = [message for message in messages if message is not None]
    assert [message.message_id for message in found[:3]] == ids
    assert [message.caption for message in found[:3]] == [None, "/doc #3", None]
    assert [len({each.media_group_id for each in part}) for part in (found[:3], found[3:])] == [
        1,
        1,
    ]
    assert found[0].media_group_id != found[3].media_group_id
    file = await bot.get_file(found[2].photo[0].file_id)
    assert bytes(await file.download_as_bytearray()) == pictures[2][1]
    with pytest.raises(ImpossibleError):
        sandbox.send_album(LI, LI, pictures[:1])


async def test_in_a_group_the_bot_sees_of_an_album_what_is_meant_for_it(
    api: Api, sandbox: Sandbox
) -> None:
    sent = await api.ok("sendMessage", chat_id=GROUP, text="已记录")
    pictures = [(f"{n}.png", png(1, 1)) for n in (1, 2)]
    sandbox.send_album(LI, GROUP, pictures, caption="/doc #3")
    sandbox.send_album(LI, GROUP, pictures, reply_to=sent["message_id"])

    updates = [update["message"] for update in await api.updates()]
    assert ["caption" in message for message in updates] == [True, False, False]


async def test_a_download_fails_on_demand(api: Api, sandbox: Sandbox) -> None:
    sandbox.send_file(LI, LI, "a.bin", ALL_BYTES)
    (update,) = await api.updates()
    told = await api.ok("getFile", file_id=update["message"]["document"]["file_id"])
    address = f"{sandbox.file_url}{sandbox.token}/{told['file_path']}"
    sandbox.fail(method="download", error_code=404)
    async with api.session.get(address) as response:
        assert response.status == 404
    # A connection that ends without a byte is made anew once, by the library.
    modes: tuple[tuple[Mode, int], ...] = (("drop_before", 2), ("drop_after", 1))
    for mode, times in modes:
        sandbox.fail(method="download", mode=mode, times=times)
        with pytest.raises(aiohttp.ClientError):
            async with api.session.get(address) as response:
                await response.read()
    sandbox.fail(error_code=500)  # any method: no download
    async with api.session.get(address) as response:
        assert await response.read() == ALL_BYTES


async def test_a_dialogue_through_the_real_library(bot: Bot, sandbox: Sandbox) -> None:
    asked = sandbox.say(LI, GROUP, "/status")
    (update,) = await bot.get_updates(timeout=1)
    assert update.message is not None
    yes = InlineKeyboardButton("是", callback_data="y")
    sent = await update.message.reply_html(
        "<b>对</b>吗？", reply_markup=InlineKeyboardMarkup([[yes]]), do_quote=True
    )
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked

    query = sandbox.tap_label(LI, GROUP, sent.message_id, "是")
    (update,) = await bot.get_updates(offset=update.update_id + 1, timeout=1)
    assert update.callback_query is not None
    assert await update.callback_query.answer("好")
    await update.callback_query.edit_message_text("对。")
    assert sandbox.answers[query]["text"] == "好"
    assert sandbox.transcript(GROUP) == "李四: /status\nsanhui_bot: 对。"


async def test_the_real_library_understands_the_errors(
    bot: Bot, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it the library warns of the int it gives
    sandbox.fail(method="sendMessage", retry_after=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(LI, "a")
    new_id = sandbox.migrate(GROUP)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(GROUP, "a")
    assert moved.value.new_chat_id == new_id
    sandbox.block_bot(LI)
    with pytest.raises(Forbidden):
        await bot.send_message(LI, "a")


async def test_raw_multipart(api: Api) -> None:
    form = aiohttp.FormData()
    form.add_field("chat_id", str(LI))
    form.add_field("reply_markup", json.dumps({"inline_keyboard": []}))
    form.add_field("document", ALL_BYTES, filename="a b.bin")
    async with api.session.post(api.url("sendDocument"), data=form) as response:
        document = (await response.json())["result"]["document"]
    path = (await api.ok("getFile", file_id=document["file_id"]))["file_path"]
    address = f"{api.sandbox.file_url}{api.sandbox.token}/{path}"
    async with api.session.get(address) as response:
        assert await response.read() == ALL_BYTES
    async with api.session.get(address + "x") as response:
        assert response.status == 404
    assert "there is no document" in await api.refused("sendDocument", chat_id=LI, document="")
