"""What nobody in particular says: it is not acted upon, and how to be somebody is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample import ACTORS, FIRST
from tests.stage import Shown, Stage

SECRETARY = ACTORS["书记"].user_id
GROUP = {"id": FIRST, "type": "supergroup", "title": "第一支部"}
PRIVATE = {"id": SECRETARY, "type": "private", "first_name": "张三"}
PERSON = {"id": SECRETARY, "is_bot": False, "first_name": "张三"}
GROUP_BOT = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
ANONYMOUS: dict[str, Any] = {"chat": GROUP, "from": GROUP_BOT, "sender_chat": GROUP}
ORIGIN = {"type": "user", "date": 1_790_000_000, "sender_user": PERSON}
FORWARDED: dict[str, Any] = {"chat": PRIVATE, "from": PERSON, "forward_origin": ORIGIN}
MEETING = "/meeting 学习 今天 应到8 实到8"


async def hear(stage: Stage, text: str, said: dict[str, Any], chat_id: int) -> list[Shown]:
    """Deliver a message as Telegram would and answer what the bot says then."""
    before = len(stage.shown(chat_id))
    date = int(stage.clock.now.timestamp())
    stage.sandbox.deliver(
        {"message": {"message_id": 900 + before, "date": date, "text": text, **said}}
    )
    await stage.settled()
    return stage.shown(chat_id)[before:]


async def test_an_anonymous_administrator_is_told_how_to_identify(stage: Stage) -> None:
    (told,) = await hear(stage, MEETING, ANONYMOUS, FIRST)
    (asked,) = await hear(stage, "@sanhui_bot 你好", ANONYMOUS, FIRST)
    ignored = await hear(stage, "大家好", ANONYMOUS, FIRST)
    (records,) = await stage.say("书记", "第一支部", "/records")

    assert "匿名" in told.text
    assert "匿名" in asked.text
    assert not ignored
    assert "没有记录" in records.text


async def test_an_anonymous_administrator_continues_nothing_but_taps_as_who_they_are(
    stage: Stage,
) -> None:
    await stage.say("书记", "第一支部", MEETING)
    (echo,) = stage.shown()
    reply = {"reply_to_message": {"message_id": echo.id, "from": stage.sandbox.world.bot}}
    (told,) = await hear(stage, "实到7", {**ANONYMOUS, **reply}, FIRST)
    await stage.tap("书记", "第一支部", echo.id, "撤销")

    assert "匿名" in told.text
    assert "已撤销" in stage.shown()[-1].text


@pytest.mark.parametrize("text", [MEETING, "会议 学习 今天", "昨天"])
async def test_a_forwarded_message_is_no_command(stage: Stage, text: str) -> None:
    await stage.say("书记", "私聊", "/status")
    (told,) = await hear(stage, text, FORWARDED, SECRETARY)

    assert "转发" in told.text
