"""Files in a conversation: what is too much, what is hostile, what is mended by an edit."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from storage.attachments import LooseFile
from storage.database import snapshot
from tests.sample import ACTORS, FIRST
from tests.stage import Shown, Stage

SECRETARY = ACTORS["书记"].user_id
MEETING = "/meeting 学习 今天 应到8 实到8"
SMALL = b"x"


async def deliver(stage: Stage, **content: object) -> list[Shown]:
    """Let the secretary send in private what no person of the sandbox can."""
    before = stage.sandbox.world.chats[SECRETARY].last_id
    person = {"id": SECRETARY, "is_bot": False, "first_name": "张三"}
    message: dict[str, Any] = {
        "message_id": 900 + stage.sandbox.calls_made,
        "date": int(stage.clock().timestamp()),
        "chat": {"id": SECRETARY, "type": "private", "first_name": "张三"},
        "from": person,
        **content,
    }
    stage.sandbox.deliver({"message": message})
    await stage.settled()
    return [shown for shown in stage.shown(SECRETARY) if shown.id > before]


def document(**more: object) -> dict[str, object]:
    return {"file_id": "A1", "file_unique_id": "U1", "file_name": "a.pdf", "file_size": 3, **more}


async def files(stage: Stage, number: int) -> str:
    (listed,) = await stage.say("书记", "第一支部", f"/doc #{number}")
    return listed.text


async def test_a_file_that_telegram_will_not_give_out_is_refused(stage: Stage) -> None:
    (told,) = await deliver(stage, document=document(file_size=20 * 2**20 + 1), caption=MEETING)

    assert "「a.pdf」没有收下:超过 20MB" in told.text
    assert "一起发的文字也没有处理:「学习 今天" in told.text
    (listed,) = await stage.say("书记", "第一支部", "/records")
    assert "没有记录" in listed.text


@pytest.mark.parametrize(
    ("medium", "said"), [("video", "不收视频"), ("voice", "不收语音"), ("sticker", "不收表情")]
)
async def test_what_is_no_file_is_refused_with_its_words(
    stage: Stage, medium: str, said: str
) -> None:
    content = {"file_id": "A1", "file_unique_id": "U1"}
    (told,) = await deliver(stage, **{medium: content}, caption=MEETING)

    assert said in told.text
    assert "一起发的文字也没有处理" in told.text


@pytest.mark.parametrize(
    "name",
    [
        "字" * 10_000 + ".pdf",
        "<b>粗</b><script>.pdf",
        "../../\\..\\etc\u202e\u200b\0\n.pdf",
        "\ud800\udfff&amp;\"'`.pdf",
        "{{ 7 * 7 }}{% raw %}.pdf",
    ],
)
async def test_a_hostile_name_is_shown_as_plain_words(stage: Stage, name: str) -> None:
    await stage.say("书记", "第一支部", MEETING)
    (told,) = await deliver(stage, document=document(file_name=name), caption="/doc #1")

    assert told.text.startswith("📎 #1 已附 1 个文件:")
    assert told.text.splitlines()[0].endswith(".pdf 3B")
    assert len(told.text) < 200
    assert not set(told.text) & set("<>\\\u202e\u200b\0")


async def test_words_that_were_refused_take_their_file_along_once_they_are_mended(
    stage: Stage,
) -> None:
    wrong = MEETING.replace("实到8", "实到9")
    pictures = [("a.jpg", SMALL), ("b.jpg", SMALL)]
    said = await stage.send("书记", "第一支部", pictures, caption=wrong, reply_to=None)
    assert "没有记录" in said[0].text
    (echo,) = await stage.edit("书记", "第一支部", stage.said, MEETING)

    # Of the second one the bot in a group was not told.
    assert "📎 附件 1 个,相册里没附上的,请回复这条消息再发" in echo.text


async def test_an_album_whose_words_come_last_is_one_entry_with_all_its_pictures(
    stage: Stage,
) -> None:
    pictures = [(f"{n}.jpg", SMALL) for n in range(4)]
    said = await stage.send("书记", "私聊", pictures, caption=MEETING, captioned=3)

    assert [each for each in said if "已记录 #1" in each.text and "📎 附件 4 个" in each.text]
    assert "4. 照片" in await files(stage, 1)


async def test_a_record_has_so_many_files_at_most(stage: Stage) -> None:
    await stage.say("书记", "第一支部", MEETING)
    for _ in range(3):
        pictures = [(f"{n}.jpg", SMALL) for n in range(9)]
        await stage.send("书记", "私聊", pictures, caption="/doc #1")
    said = await stage.send(
        "书记", "私聊", [(f"{n}.jpg", SMALL) for n in range(5)], caption="/doc #1"
    )

    assert "📎 #1 已附 1 个文件" in said[0].text
    assert ["最多附 30 个文件" in each.text for each in said[1:]] == [True, True]
    (told,) = await stage.send("书记", "私聊", [("新.pdf", SMALL)], caption="/doc #1")
    assert "最多附 30 个文件" in told.text
    assert "30. 照片" in await files(stage, 1)
    (undone,) = await stage.say("书记", "第一支部", "/doc #1 删 30")
    assert "已去掉 1 个文件" in undone.text
    (told,) = await stage.send("书记", "私聊", [("新.pdf", SMALL)], caption="/doc #1")
    assert "已附 1 个文件:新.pdf" in told.text


async def test_the_same_file_counts_once_and_a_message_delivered_again_too(stage: Stage) -> None:
    await stage.say("书记", "第一支部", MEETING)
    await deliver(stage, document=document(), caption="/doc #1")
    (told,) = await deliver(stage, document=document(file_id="A2"), caption="/doc #1")

    assert "已经有这个文件" in told.text
    await stage.send("书记", "第一支部", [("b.pdf", SMALL)], caption="/doc #1")
    said = next(m for m in stage.sandbox.messages(FIRST) if m["message_id"] == stage.said)
    stage.sandbox.deliver({"message": said})
    await stage.settled()
    assert "3." not in await files(stage, 1)


async def test_a_choice_is_for_the_one_who_sent_the_file(stage: Stage) -> None:
    await stage.say("书记", "第一支部", MEETING)
    said = await stage.send("书记", "第一支部", [("a.pdf", SMALL)], caption="/doc")
    label = said[0].buttons[0]
    assert label == "#1 2026-11-25 周三 学习"
    await stage.tap("副书记", "第一支部", said[0].id, label)
    assert "还没有" in await files(stage, 1)
    await stage.tap("书记", "第一支部", said[0].id, label)

    assert "1. a.pdf" in await files(stage, 1)
    stage.clock.now = stage.clock.now.replace(day=27)
    late = await stage.send("书记", "第一支部", [("b.pdf", SMALL)], caption="/doc")
    await stage.send("书记", "第一支部", [("c.pdf", SMALL)], caption="/doc #1")
    stage.clock.now = stage.clock.now.replace(day=29)
    await stage.send("书记", "第一支部", [("d.pdf", SMALL)], caption="/doc #1")
    await stage.tap("书记", "第一支部", late[0].id, late[0].buttons[0])
    assert "b.pdf" not in await files(stage, 1)


PHOTO = [("a.jpg", SMALL)]
ALBUM = [(f"{n}.jpg", SMALL) for n in range(3)]


async def form(stage: Stage, where: str = "第一支部") -> Shown:
    """Let the secretary begin a form and say the kind."""
    (kinds,) = await stage.say("书记", where, "/meeting")
    (shown,) = await stage.tap("书记", where, kinds.id, "学习")
    return shown


def told(said: list[Shown], words: str) -> int:
    """Count the messages that say something."""
    return sum(words in each.text for each in said)


async def test_what_answers_a_question_with_or_without_words_belongs_to_the_record(
    stage: Stage,
) -> None:
    (asked,) = await stage.say("书记", "私聊", "/meeting 党可 今天 应到8 实到8")
    assert "党可" in asked.text
    (kept,) = await stage.send("书记", "私聊", [("a.pdf", SMALL)], reply_to=asked.id)
    assert "已收到 1 个文件,记录后自动附上" in kept.text
    said = await stage.send("书记", "私聊", [("b.pdf", SMALL)], caption="党课")

    assert told(said, "已记录 #1") == told(said, "📎 附件 2 个") == 1
    assert not told(said, "没有附上")


async def test_a_form_takes_a_file_with_its_words(stage: Stage) -> None:
    shown = await form(stage)
    (echo,) = await stage.send(
        "书记", "第一支部", PHOTO, caption="今天 应到8 实到8", reply_to=shown.id
    )

    assert "📎 附件 1 个" in echo.text


@pytest.mark.parametrize("captioned", [0, 2])
async def test_a_form_takes_an_album_whichever_of_its_pictures_has_the_words(
    stage: Stage, captioned: int
) -> None:
    shown = await form(stage)
    said = await stage.send(
        "书记",
        "第一支部",
        ALBUM,
        caption="今天 应到8 实到8",
        captioned=captioned,
        reply_to=shown.id,
    )

    assert told(said, "已记录 #1") == 1
    assert told(said, "已收到相册") == (captioned > 0)
    assert len(said) == 1 + (captioned > 0)
    assert "3. 照片" in await files(stage, 1)


async def test_a_form_goes_on_as_it_was_when_files_come_without_words(stage: Stage) -> None:
    shown = await form(stage)
    (kept,) = await stage.send("书记", "第一支部", ALBUM, reply_to=shown.id)
    assert "已收到相册,记录后自动附上" in kept.text
    await stage.tap("书记", "第一支部", shown.id, "2026-11-25 周三")
    (topics,) = await stage.say("书记", "第一支部", "应到8 实到8", reply_to=shown.id)
    await stage.tap("书记", "第一支部", topics.id, "不写议题")
    (echo,) = await stage.tap("书记", "第一支部", topics.id, "记录")

    assert "📎 附件 3 个" in echo.text
    (more,) = await stage.send("书记", "第一支部", PHOTO, reply_to=echo.id)
    assert "📎 #1 已附 1 个文件" in more.text


async def test_a_file_stays_when_the_words_with_it_must_be_said_again(stage: Stage) -> None:
    shown = await form(stage)
    (wrong,) = await stage.send(
        "书记", "第一支部", PHOTO, caption="今天 应到8 实到8 实到7", reply_to=shown.id
    )
    assert "没有记录" in wrong.text
    (echo,) = await stage.say("书记", "第一支部", "今天 应到8 实到8", reply_to=shown.id)

    assert "📎 附件 1 个" in echo.text


async def test_nobody_else_puts_files_into_a_form(stage: Stage) -> None:
    shown = await form(stage)
    for caption in (None, "今天 应到8 实到8"):
        (told,) = await stage.send("副书记", "第一支部", PHOTO, caption=caption, reply_to=shown.id)
        assert "只有发起的人" in told.text
    (told,) = await stage.send("副书记", "第一支部", ALBUM, reply_to=shown.id)
    assert "只有发起的人" in told.text
    (echo,) = await stage.say("书记", "第一支部", "今天 应到8 实到8", reply_to=shown.id)

    assert "已记录 #1" in echo.text
    assert "📎" not in echo.text


@pytest.mark.parametrize("caption", ["", "昨天 应到8 实到8", "/meeting 党课 昨天", "取消"])
async def test_a_file_that_is_forwarded_answers_nothing_and_may_be_attached(
    stage: Stage, caption: str
) -> None:
    await stage.say("书记", "私聊", MEETING)
    await form(stage, "私聊")
    (asked,) = await deliver(
        stage, document=document(), forward_origin={"type": "user"}, caption=caption
    )
    assert "附到哪一条" in asked.text
    assert ("文字没有记下" in asked.text) == bool(caption)
    (echo,) = await stage.say("书记", "私聊", "今天 应到8 实到8")
    assert "已记录 #2" in echo.text
    assert "📎" not in echo.text
    (filed,) = await stage.tap("书记", "私聊", asked.id, "#1 2026-11-25 周三 学习")

    assert "📎 #1 已附 1 个文件:a.pdf" in filed.text


async def test_no_file_is_kept_of_who_may_do_nothing_or_is_nobody(stage: Stage) -> None:
    (told,) = await stage.send("路人", "私聊", PHOTO)
    assert "书记" in told.text
    for more in (
        {"forward_origin": {"type": "user"}},
        {"sender_chat": {"id": FIRST, "type": "supergroup"}},
    ):
        chat = {"id": FIRST, "type": "supergroup", "title": "第一支部"}
        await deliver(stage, document=document(), chat=chat, **more)
    with snapshot(stage.service.core.engine) as session:
        assert session.exec(select(LooseFile)).all() == []


async def test_a_caption_that_is_edited_leaves_the_file_to_the_form(stage: Stage) -> None:
    shown = await form(stage)
    await stage.send("书记", "第一支部", PHOTO, caption="今天 应到8 实到8 实到7", reply_to=shown.id)
    await stage.edit("书记", "第一支部", stage.said, "会场")
    (echo,) = await stage.say("书记", "第一支部", "今天 应到8 实到8", reply_to=shown.id)

    assert "📎 附件 1 个" in echo.text


async def test_a_form_of_dues_has_no_use_for_files(stage: Stage) -> None:
    (standing,) = await stage.say("书记", "第一支部", "/dues")
    (months,) = await stage.tap("书记", "第一支部", standing.id, "记缴费")
    for caption in (None, "11月 张三 50"):
        said = await stage.send("书记", "第一支部", PHOTO, caption=caption, reply_to=months.id)
        assert told(said, "文件没有附上") == 1
    await stage.say("书记", "私聊", "/meeting 学习 今天 应到8 实到8")
    (standing,) = await stage.say("书记", "私聊", "/dues")
    await stage.tap("书记", "私聊", standing.id, "记缴费")
    (asked,) = await stage.send("书记", "私聊", PHOTO)

    assert "附到哪一条记录" in asked.text  # it answers nothing


async def test_a_form_that_was_cancelled_takes_no_files_along(stage: Stage) -> None:
    shown = await form(stage, "私聊")
    await stage.send("书记", "私聊", PHOTO, reply_to=shown.id)
    (cancelled,) = await stage.tap("书记", "私聊", shown.id, "取消")
    assert "发来的 1 个文件也没有附上" in cancelled.text
    (echo,) = await stage.say("书记", "私聊", MEETING)
    assert "📎" not in echo.text
    (asked,) = await stage.send("书记", "私聊", PHOTO, caption="会场", reply_to=shown.id)

    assert "附到哪一条记录" in asked.text
    assert "文字没有记下:「会场」" in asked.text


async def test_while_a_form_waits_a_file_may_still_go_elsewhere(stage: Stage) -> None:
    await stage.say("书记", "私聊", MEETING)
    made_it = stage.said
    shown = await form(stage, "私聊")
    (there,) = await stage.send("书记", "私聊", PHOTO, reply_to=made_it)
    assert "📎 #1 已附 1 个文件" in there.text
    said = await stage.send("书记", "私聊", ALBUM, caption="/meeting 党课 今天", captioned=1)
    assert told(said, "已记录 #2") == told(said, "📎 附件 2 个") == 1
    (echo,) = await stage.say("书记", "私聊", "昨天 应到8 实到8", reply_to=shown.id)

    assert "已记录 #3" in echo.text
    assert "📎" not in echo.text


async def test_a_form_has_as_many_files_as_a_record_may(stage: Stage) -> None:
    shown = await form(stage, "私聊")
    for _ in range(3):
        await stage.send("书记", "私聊", [(f"{n}.jpg", SMALL) for n in range(10)])
    (told,) = await stage.send("书记", "私聊", PHOTO, caption="今天 应到8 实到8")
    assert "一条记录最多附 30 个文件" in told.text
    (echo,) = await stage.say("书记", "私聊", "今天 应到8 实到8", reply_to=shown.id)

    assert "📎 附件 30 个" in echo.text


async def test_more_files_than_a_record_may_have_do_not_keep_it_from_being_written(
    stage: Stage,
) -> None:
    wrong = "/meeting 党可 今天 应到8 实到8"
    (asked, *_) = await stage.send(
        "书记", "私聊", [(f"{n}.jpg", SMALL) for n in range(10)], caption=wrong
    )
    for many in (10, 10, 1):
        await stage.send(
            "书记", "私聊", [(f"{n}.jpg", SMALL) for n in range(many)], reply_to=asked.id
        )
    (echo,) = await stage.say("书记", "私聊", "党课", reply_to=asked.id)

    assert "已记录 #1" in echo.text
    assert "📎 附件 30 个" in echo.text
    assert "还有 1 个没有附上" in echo.text
    (told,) = await stage.send("书记", "私聊", PHOTO, reply_to=echo.id)
    assert "最多附 30 个文件" in told.text


@pytest.mark.parametrize("name", ["a.exe", "a.mp4"])
async def test_what_a_form_refuses_is_told_in_the_words_that_were_typed(
    stage: Stage, name: str
) -> None:
    await form(stage, "私聊")
    sent = {"video": {"file_id": "A1", "file_unique_id": "U1"}}
    refused = sent if name == "a.mp4" else {"document": document(file_name=name)}
    (told,) = await deliver(stage, **refused, caption="今天 应到8 实到8")

    assert "一起发的文字也没有处理:「今天 应到8 实到8」" in told.text
