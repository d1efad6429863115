"""An officer who left the group, was removed from it, or stopped the bot is told of, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sample import ACTORS, FIRST, GENERAL
from tests.stage import Shown, Stage, playing

DEPUTY, SECRETARY, MEMBER = (ACTORS[who].user_id for who in ("副书记", "书记", "党员"))


def told(stage: Stage) -> list[Shown]:
    return [shown for shown in stage.shown(GENERAL) if shown.text.startswith("⚠️")]


@pytest.mark.parametrize("removed", [True, False])
async def test_the_superior_is_told_of_an_officer_who_is_no_longer_in_the_group(
    database: Path, *, removed: bool
) -> None:
    async with playing(database) as stage:
        if removed:
            stage.sandbox.kick(DEPUTY, FIRST, by=SECRETARY)
        else:
            stage.sandbox.leave(DEPUTY, FIRST)
        stage.sandbox.leave(MEMBER, FIRST)  # who holds no post is nobody to tell of
        await stage.settled()

        (shown,) = told(stage)
        assert "第一支部副书记已不在该支部的群里" in shown.text
        assert "/role 结束 副书记 第一支部" in shown.text
        assert "由书记代办" in shown.text
        assert str(DEPUTY) not in shown.text
        (listed,) = await stage.say("书记", "第一支部", "/role")
        assert "副书记:已任命" in listed.text  # nothing is ended by itself


async def test_the_superior_is_told_once_of_an_officer_who_stopped_the_bot(
    database: Path,
) -> None:
    async with playing(database) as stage:
        stage.sandbox.block_bot(DEPUTY)
        await stage.settled()
        assert ["第一支部副书记收不到机器人的私聊" in each.text for each in told(stage)] == [True]

        (listed,) = await stage.say("书记", "第一支部", "/role")
        assert "副书记:已任命(没有登记姓名),机器人联系不上,由书记代" in listed.text
        stage.sandbox.unblock_bot(DEPUTY)
        (listed,) = await stage.say("书记", "第一支部", "/role")
        assert "联系不上" not in listed.text
        assert len(told(stage)) == 1


async def test_where_nobody_else_is_there_the_superior_is_told_so(database: Path) -> None:
    async with playing(database) as stage:
        stage.sandbox.block_bot(ACTORS["二支部书记"].user_id)
        await stage.settled()
        (shown,) = told(stage)
        assert "没有别人能代办" in shown.text


async def test_a_refused_private_message_is_told_of_like_a_block(database: Path) -> None:
    async with playing(database) as stage:
        await stage.say("书记", "第一支部", "/role 请假 王五 12月1日至12月5日")
        stage.sandbox.fail(method="sendMessage", chat_id=DEPUTY, error_code=403)
        await stage.say("副书记", "私聊", "/help")
        await stage.settled()
        assert len(told(stage)) == 1
        assert len(await stage.say("副书记", "私聊", "/help")) == 1
