"""Hostile text through the whole bot: it is answered, nothing fails, no line is turned around."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from bot.render import Destination, Renderer
from bot.words import speak
from compliance.catalogue import default
from storage.database import snapshot
from storage.messages import Button, Message
from storage.queues import Inbox, InboxState, Outbox, OutboxState
from tests.sample import FIRST
from tests.stage import Stage, actor

TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u200b\ufeff]")
BIDI = "\u202e\u2066\u200f\u061c"
FAMILY, FLAG, TALL = "👨\u200d👩\u200d👧", "🇨🇳", "e\u0301" + "\u0336" * 30
TEXTS = {
    "long": "支" * 4096,
    "long lines": ("支" * 2040 + "\n") * 2,
    "emoji": FAMILY * 400 + FLAG * 100,
    "tall": TALL * 100,
    "brackets": "(" * 2000 + "【《" * 1000,
    "markup": "<b>&amp;<i>&lt;</b>" * 200,
    "bidi": f"{BIDI}会议{BIDI} " * 100,
    "half": "会议 \ufffd\x00 学习" * 10,
    "quotes": "\"'`{{ 7*7 }}{% x %}" * 200,
}
HEADS = ("", "/meeting ", "/dues ", "/status ", "/amend #1 内容:", "/score ")
MEETING = "/meeting 学习 今天 应到8 实到8 "


async def told(stage: Stage, text: str, where: str = "私聊") -> str:
    """Say something and answer what the bot says; it must say something."""
    shown = await stage.say("书记", where, text)
    assert shown
    return "\n".join(each.text for each in shown)


def assert_all_went_well(stage: Stage) -> None:
    with snapshot(stage.service.core.engine) as session:
        assert {row.state for row in session.exec(select(Outbox))} == {OutboxState.SENT}
        assert {row.state for row in session.exec(select(Inbox))} <= {InboxState.DONE}
    for chat_id in (FIRST, actor("书记")):
        for shown in stage.shown(chat_id):
            assert not TURNING.search(shown.text)
            assert "出了故障" not in shown.text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_hostile_text_is_answered_everywhere(stage: Stage, text: str) -> None:
    room = 4096 - len(text.encode("utf-16-le")) // 2
    for head in (
        "",
        MEETING,
        MEETING + "议题:",
        "/dues ",
        "/status ",
        "/amend #1 内容:",
        "/score ",
    ):
        cut = text if len(head) <= room else text[: (4096 - len(head)) // 2]
        await told(stage, head + cut)
    await told(stage, (MEETING + "内容:" + text)[:2000], "第一支部")
    assert_all_went_well(stage)


async def test_what_is_kept_and_asked_has_nothing_hidden(stage: Stage) -> None:
    echo = await told(stage, f"{MEETING}地点:{BIDI}三\u200b楼{BIDI} 议题:{FAMILY}{BIDI}<b>x</b>")
    question = await told(stage, f"/meeting {BIDI}支委\u200b汇 今天{BIDI} 应到5 实到5")
    (asked, *_) = stage.shown(actor("书记"))[::-1]
    await stage.tap("书记", "私聊", asked.id, "支委会")
    answered = stage.shown(actor("书记"))[-1].text

    assert "地点:三楼" in echo
    assert f"议题:{FAMILY}<b>x</b>" in echo
    assert "「支委汇」" in question
    assert "已记录 #2 支委会" in answered
    assert_all_went_well(stage)


async def test_a_long_entry_is_given_back_whole_when_it_is_cancelled(stage: Stage) -> None:
    fields = [f"{label}:{'👍' * 670}<b>&" for label in ("议题", "内容", "决议")]
    await told(stage, "\n".join(("/meeting 支委汇 今天 应到5 实到5", *fields)))
    question = stage.shown(actor("书记"))[-1]
    await stage.tap("书记", "私聊", question.id, "取消")
    back = "\n".join(each.text for each in stage.shown(actor("书记")))

    assert all(field in back for field in fields)
    assert_all_went_well(stage)


def test_nothing_that_was_kept_before_turns_a_line_around() -> None:
    renderer = Renderer(speak(default()))
    button = Button("choose_name", "answer:1.1.0", {"value": f"李{BIDI}四"})
    message = Message("not_understood", {"read": f"<i>{BIDI}\u0338"}, buttons=((button,),))
    (call,) = renderer.calls(message, Destination(1, "zh"))

    assert not TURNING.search(call.payload)
    assert "&lt;i&gt;\u0338" in call.payload
