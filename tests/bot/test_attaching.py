"""Files in a conversation: what is too much, what is hostile, what is mended by an edit."""

from __future__ import annotations

from typing import Any

import pytest

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

    assert "📎 附件 1 个" in echo.text  # of the second one the bot in a group was not told


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


async def test_in_private_a_file_does_not_answer_a_question(stage: Stage) -> None:
    (asked,) = await stage.say("书记", "私聊", "/meeting 党可 今天 应到8 实到8")
    assert "党可" in asked.text
    await stage.send("书记", "私聊", [("a.pdf", SMALL)], reply_to=asked.id)
    said = await stage.send("书记", "私聊", [("b.pdf", SMALL)], caption="党课", reply_to=asked.id)

    assert any("已记录 #1" in each.text for each in said)
    assert any("文件没有附上" in each.text for each in said)


async def test_a_form_takes_a_file_with_its_words(stage: Stage) -> None:
    (kinds,) = await stage.say("书记", "第一支部", "/meeting")
    (form,) = await stage.tap("书记", "第一支部", kinds.id, "学习")
    (echo,) = await stage.send(
        "书记", "第一支部", [("a.jpg", SMALL)], caption="今天 应到8 实到8", reply_to=form.id
    )

    assert "📎 附件 1 个" in echo.text
