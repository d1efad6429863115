"""Two who set up one group at once, one unit in two groups, and who may do what with them."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import col, select

from storage import directory
from storage.database import snapshot
from storage.ledger import Audit
from storage.units import Unit
from tests.stage import Shown, Stage, actor, playing

NEW = -700
WHOLE = "/setup 名称:第三支部 类型:党支部 上级:党总支 成立:2026-10-01 书记:我"
REST = "人数:9 党小组:1 提醒:9点 语言:中文"


def bot_text(shown: list[Shown]) -> str:
    return "\n".join(each.text for each in shown)


def opened(stage: Stage, *titles: str) -> None:
    for number, title in enumerate(titles):
        people = [actor(who) for who in ("上级", "路人", "书记")]
        stage.sandbox.add_group(NEW - number, title, people)
        stage.chats[title] = NEW - number


async def test_of_two_who_set_up_one_group_at_once_the_second_is_told(database: Path) -> None:
    async with playing(database, owner_ids=str(actor("路人"))) as stage:
        opened(stage, "甲")
        forms: dict[str, int] = {}
        for who, name in (("上级", "第三支部"), ("路人", "第四支部")):
            said = f"/setup 名称:{name} 类型:党支部 上级:党总支 成立:2026-10-01"
            (asked,) = await stage.say(who, "甲", said)
            assert "谁是书记" in asked.text or "有多少名" in asked.text
            await stage.say(who, "甲", f"{REST} 书记:别人", reply_to=asked.id)
            forms[who] = stage.shown(NEW)[-1].id
        refused = await stage.tap("路人", "甲", forms["上级"], "建立")
        first = await stage.tap("上级", "甲", forms["上级"], "建立")
        second = await stage.tap("路人", "甲", forms["路人"], "建立")

        assert refused == []
        assert "已建立「第三支部」" in bot_text(first)
        assert "已绑定「第三支部」" in bot_text(second)
        with snapshot(stage.service.core.engine) as session:
            assert not directory.units_named(session, "第四支部")


async def test_a_name_that_is_taken_meanwhile_is_asked_for_anew(database: Path) -> None:
    async with playing(database, owner_ids=str(actor("路人"))) as stage:
        opened(stage, "甲", "乙")
        (asked,) = await stage.say("路人", "甲", WHOLE.removesuffix(" 书记:我"))
        (shown,) = await stage.say("路人", "甲", f"{REST} 书记:我", reply_to=asked.id)
        await stage.say("上级", "乙", WHOLE)
        (late,) = await stage.tap("路人", "甲", shown.id, "建立")

        assert "「党总支」下面已有「第三支部」" in late.text
        (shown,) = await stage.say("路人", "甲", "第四支部", reply_to=late.id)
        assert "还没有建立" in shown.text
        assert "「第四支部」" in bot_text(await stage.tap("路人", "甲", shown.id, "建立"))


async def test_both_groups_of_a_unit_are_reminded(database: Path) -> None:
    async with playing(database) as stage:
        opened(stage, "甲", "乙")
        await stage.say("上级", "甲", WHOLE)
        await stage.say("上级", "乙", "/setup 绑定:第三支部")
        told = await stage.move("2026-11-27T09:00")

        assert {NEW, NEW - 1} <= {shown.chat_id for shown in told}


async def test_where_there_is_an_owner_a_refusal_names_who_may(database: Path) -> None:
    async with playing(database, owner_ids=str(actor("路人"))) as stage:
        opened(stage, "甲")
        (refused,) = await stage.say("书记", "甲", WHOLE)

        assert "设置由上级、管理员来做" in refused.text
        (refused,) = await stage.tap("书记", "甲", await greeted(stage), "开始设置")
        assert "设置由上级、管理员来做" in refused.text


async def greeted(stage: Stage) -> int:
    (shown,) = await stage.say("路人", "甲", "/start")
    return shown.id


async def test_all_that_is_set_up_is_in_the_audit(database: Path) -> None:
    async with playing(database, owner_ids=str(actor("路人"))) as stage:
        opened(stage, "甲")
        await stage.say("路人", "甲", f"{WHOLE} 党小组:2")
        (bound,) = await stage.say("路人", "甲", "/setup")
        (sure,) = await stage.tap("路人", "甲", bound.id, "解除绑定")
        await stage.tap("路人", "甲", sure.id, "确定解除")

        with snapshot(stage.service.core.engine) as session:
            rows = session.exec(select(Audit).order_by(col(Audit.id))).all()
            done = [(row.action, row.actor) for row in rows]
            third = session.exec(select(Unit).where(Unit.name == "第三支部")).one()
            assert third.revision > 0
        wanted = ["unit_add"] * 3 + ["role_grant", "chat_bind", "chat_unbind"]
        assert [action for action, _ in done] == wanted
        assert {by for _, by in done} == {actor("路人")}
