"""The first ten minutes: a clean database, the bot, a group, and somebody who owns the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from compliance.access import Role
from storage import directory
from storage.database import open_database, snapshot
from storage.ledger import Entry
from storage.migrate import upgrade
from storage.units import Chat, RoleHeld, Unit
from tests.sample import ACTORS
from tests.stage import Shown, Stage, actor, playing

OWNER, GROUP = "路人", -500


@pytest.fixture
async def first(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage on a clean database, with a group that the bot is not in."""
    path = tmp_path / "clean.db"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    async with playing(path, owner_ids=str(actor(OWNER))) as stage:
        everyone = [each.user_id for each in ACTORS.values()]
        stage.sandbox.add_group(GROUP, "机关一支部", everyone, bot=False)
        stage.chats["群"] = GROUP
        yield stage


async def told(stage: Stage, act: Any, chat_id: int = GROUP) -> list[str]:
    """Answer what the bot says in a chat of its own accord after something happened."""
    before = len(stage.shown(chat_id))
    act()
    await stage.settled()
    return [shown.text for shown in stage.shown(chat_id)[before:]]


async def add(stage: Stage) -> list[str]:
    return await told(stage, lambda: stage.sandbox.add_bot(GROUP, actor(OWNER)))


async def tap(stage: Stage, label: str) -> list[Shown]:
    (place,) = {stage.chats["群"]}
    return await stage.tap(OWNER, "群", stage.shown(place)[-1].id, label)


def units(stage: Stage) -> list[Unit]:
    with snapshot(stage.service.core.engine) as session:
        found = list(session.exec(select(Unit).order_by(col(Unit.id))))
        session.expunge_all()
    return found


def chat(stage: Stage, chat_id: int) -> Chat:
    with snapshot(stage.service.core.engine) as session:
        found = session.get_one(Chat, chat_id)
        session.expunge_all()
    return found


ALONE = "/setup 名称:第一支部 类型:党支部 上级:无 成立:2020-01-01 人数:8 党小组:1 书记:我"
TAPPED = ("开始设置", "机关一支部", "党支部", "不清楚", "跳过", "不设", "09:00", "中文", "我是书记")


async def test_the_first_meeting_is_recorded_after_ten_taps_and_one_message(first: Stage) -> None:
    """On a clean installation: the bot is added, ten buttons are tapped, one message is typed."""
    (hello,) = await add(first)
    assert "/setup" in hello
    assert "国家秘密" in hello
    assert len(hello.splitlines()) == 3
    for label in TAPPED:
        await tap(first, label)
    done, *status = await tap(first, "建立")
    assert "✅ 已建立「机关一支部」" in done.text
    assert "机关一支部 2026-11-25 周三" in status[0].text
    example = next(line for line in done.text.splitlines() if line.startswith("/meeting"))
    (recorded,) = await first.say(OWNER, "群", example)

    assert "已记录 #1 党员大会" in recorded.text
    with snapshot(first.service.core.engine) as session:
        assert len(session.exec(select(Entry)).all()) == 1
        held = session.exec(select(RoleHeld)).one()
        assert (held.telegram_id, held.role) == (actor(OWNER), Role.SECRETARY)


async def test_in_one_message_it_is_set_up_at_once_with_all_that_was_said(first: Stage) -> None:
    await add(first)
    said = "/setup 名称:第一支部 类型:党支部 上级:无 成立:2020-01-01 党小组:2 提醒:9:30"
    said += " 语言:中文 书记:我"
    done, *_ = await first.say(OWNER, "群", said)

    assert "✅ 已建立「第一支部」" in done.text
    branch, *groups = units(first)
    assert (branch.name, branch.kind, f"{branch.founded}") == ("第一支部", "branch", "2020-01-01")
    assert (f"{branch.remind_at:%H:%M}", branch.committee) == ("09:30", False)
    assert [(group.name, group.parent_id) for group in groups] == [
        ("第一小组", branch.id),
        ("第二小组", branch.id),
    ]
    assert (await first.edit(OWNER, "群", first.said, f"{said} 人数:9"))[0].text.startswith(
        "改这条"
    )
    assert len(units(first)) == 3


async def test_what_is_said_of_the_roster_when_a_unit_is_set_up_can_be_done(first: Stage) -> None:
    """Names are told in private alone: nobody is sent into the group with them."""
    await add(first)
    done, *_ = await first.say(OWNER, "群", ALONE)
    (example,) = [line for line in done.text.splitlines() if "/roster" in line]
    assert "私聊" in example
    typed = example[example.index("/roster") :].replace("姓名", "王五")
    (added,) = await first.say(OWNER, "私聊", typed)
    assert "王五 正式党员" in added.text


async def test_before_there_is_a_unit_everything_leads_to_setting_one_up(first: Stage) -> None:
    await add(first)
    for where, said in (("私聊", "/status"), ("私聊", "/roster"), ("群", "/meeting 支委会 今天")):
        (refused,) = await first.say(OWNER, where, said)
        assert "/setup" in refused.text
        assert "编号" not in refused.text


async def test_an_owner_of_several_units_is_asked_which_one_is_changed(first: Stage) -> None:
    first.sandbox.add_group(-700, "总支", [actor(OWNER)])
    first.chats["总支"] = -700
    above = "/setup 名称:机关总支 类型:党总支 上级:无 成立:2020-01-01 书记:别人"
    await first.say(OWNER, "总支", above)
    await add(first)
    below = ALONE.replace("上级:无", "上级:机关总支").replace("书记:我", "书记:别人")
    await first.say(OWNER, "群", below)
    for said in ("/roster 添加 王五 正式党员", "/invite 书记 王五", "/role"):
        (asked,) = await first.say(OWNER, "私聊", said)
        assert asked.buttons == ("机关总支", "第一支部", "取消")
        (done,) = await first.tap(OWNER, "私聊", asked.id, "第一支部")
        assert "第一支部" in done.text
    (whole,) = await first.say(OWNER, "私聊", "/status")
    assert "机关总支" in whole.text


async def test_the_first_status_of_a_new_branch_fits_on_a_phone(first: Stage) -> None:
    """What does not bind a branch because it is so young is said once, not line by line."""
    await add(first)
    _, soon = await first.say(OWNER, "群", ALONE.replace("2020-01-01", "2026-11-01"))
    (status,) = await first.say(OWNER, "群", "/status")
    assert "临期 3项" in soon.text
    assert soon.text.endswith("\n/status 看全部。")
    assert status.text.count("本周期内(2026-11-01)才成立") == 1
    assert "年度党建工作计划" in status.text  # every item is there
    assert len(status.text.splitlines()) < 30


async def test_the_first_status_of_an_old_branch_tells_what_is_to_be_done_now(
    first: Stage,
) -> None:
    """What nobody recorded in all the years before is told in a line."""
    await add(first)
    _, soon = await first.say(OWNER, "群", ALONE)
    (status,) = await first.say(OWNER, "群", "/status")

    assert "未达标" not in soon.text
    assert "不适用" not in soon.text
    assert "临期" in soon.text
    assert "学习" in soon.buttons
    assert soon.text.endswith("更早的没有记录,可以补记;/status 看全部。")
    assert "未达标" in status.text


async def test_setting_up_survives_a_restart(first: Stage, tmp_path: Path) -> None:
    await add(first)
    for label in TAPPED[:4]:
        await tap(first, label)
    await first.restart(tmp_path / "clean.db", owner_ids=str(actor(OWNER)))
    for label in TAPPED[4:]:
        await tap(first, label)
    done, *_ = await tap(first, "建立")

    assert "✅ 已建立「机关一支部」" in done.text
    assert [unit.name for unit in units(first)] == ["机关一支部"]


async def test_an_owner_leads_what_stands_below_a_general_branch(first: Stage) -> None:
    await add(first)
    said = "/setup 名称:机关总支 类型:党总支 上级:无 成立:不清楚 书记:我"
    done, *_ = await first.say(OWNER, "群", said)

    assert "下面的支部:把我拉进各自的群" in done.text
    with snapshot(first.service.core.engine) as session:
        roles = set(session.exec(select(RoleHeld.role)))
    assert roles == {Role.SECRETARY, Role.SUPERVISOR}
    (greeting,) = await first.say(OWNER, "私聊", "/start")
    assert "把我拉进下面一个支部的群,在那里发 /setup" in greeting.text
    await first.say(OWNER, "群", "/units 新建 第一支部")
    (greeting,) = await first.say(OWNER, "私聊", "/start")
    assert "把我拉进「第一支部」的群" in greeting.text


async def test_an_owner_without_any_unit_is_told_what_comes_before_a_roster(first: Stage) -> None:
    (greeting,) = await first.say(OWNER, "私聊", "/start")
    (refused,) = await first.say(OWNER, "私聊", "/roster 导入")
    for said in (greeting.text, refused.text):
        assert "/setup" in said
        assert "/units 新建 机关党委" in said
    await first.say(OWNER, "私聊", "/units 新建 机关党委")
    file = "姓名,党支部\n张三,第一支部\n".encode()
    reading, shown = await first.send(OWNER, "私聊", [("名册.csv", file)])

    assert "正在读取" in reading.text
    assert "第一支部" in shown.text


async def test_a_group_is_renamed_becomes_a_supergroup_loses_the_bot_and_has_it_back(
    first: Stage,
) -> None:
    sandbox = first.sandbox
    await add(first)
    await first.say(OWNER, "群", "/setup")
    await tap(first, "机关一支部")
    renamed = await told(first, lambda: sandbox.rename(GROUP, "<b>新名</b>", actor(OWNER)))
    moved = sandbox.migrate(GROUP)
    await first.settled()
    first.chats["群"] = moved
    # What was asked is asked in the new group again, and goes on.
    (asked,) = await first.say(OWNER, "群", "/setup 第二支部")
    assert "「第二支部」是哪一类" in asked.text
    for label in ("党支部", "不清楚"):
        await tap(first, label)
    rest = "人数:20 党小组:无 提醒:9点 语言:中文 书记:我"
    (shown,) = await first.say(OWNER, "群", rest, reply_to=first.shown(moved)[-1].id)
    assert "正式党员:20人,设支委会" in shown.text
    await tap(first, "建立")

    assert renamed == []
    assert chat(first, moved).title == "<b>新名</b>"
    assert [unit.name for unit in units(first)] == ["第二支部"]
    again = await told(first, lambda: sandbox.rename(moved, "二支部工作群", actor(OWNER)), moved)
    assert again == []
    assert chat(first, moved).title == "二支部工作群"
    assert [unit.name for unit in units(first)] == ["第二支部"]

    sandbox.kick_bot(moved, actor(OWNER))
    await first.settled()
    assert chat(first, moved).state == "gone"
    back = await told(first, lambda: sandbox.add_bot(moved, actor(OWNER)), moved)
    assert ["我回来了" in text and "「第二支部」" in text for text in back] == [True]
    assert chat(first, moved).state == "active"
    assert "2026-12" in (await first.move("2026-12-31T09:00"))[0].text


async def test_a_bound_group_that_becomes_a_supergroup_keeps_its_title_and_topic(
    first: Stage,
) -> None:
    await add(first)
    await first.say(OWNER, "群", "/setup 名称:一支部 类型:党支部 上级:无 成立:不清楚 书记:我")
    moved = first.sandbox.migrate(GROUP)
    await first.settled()
    here = {"chat": {"id": moved, "type": "supergroup", "title": "机关一支部"}, "date": 0}
    here |= {"from": {"id": actor(OWNER)}, "old_chat_member": {"status": "left"}}
    change = {"my_chat_member": {**here, "new_chat_member": {"status": "member"}}}
    said = await told(first, lambda: first.sandbox.deliver(change), moved)

    assert said == []  # nobody came
    assert (chat(first, moved).title, chat(first, moved).state) == ("机关一支部", "active")


async def test_a_channel_is_refused_in_private(first: Stage) -> None:
    here: dict[str, Any] = {"chat": {"id": -900, "type": "channel", "title": "之声"}, "date": 0}
    here |= {"from": {"id": actor(OWNER)}, "old_chat_member": {"status": "left"}}
    change = {"my_chat_member": {**here, "new_chat_member": {"status": "administrator"}}}
    said = await told(first, lambda: first.sandbox.deliver(change), actor(OWNER))

    assert len(said) == 1
    assert "频道" in said[0]


async def test_a_hostile_title_is_not_offered_as_a_name(first: Stage) -> None:
    first.sandbox.rename(GROUP, "一支部 上级:党委 书记:我", actor(OWNER))
    await add(first)
    await tap(first, "开始设置")

    assert first.shown(GROUP)[-1].buttons == ("取消",)


async def test_reminders_go_to_the_topic_and_when_it_is_gone_to_the_group(first: Stage) -> None:
    sandbox, forum = first.sandbox, -600
    sandbox.add_group(forum, "论坛", [actor(OWNER)], forum=True)
    first.chats["论坛"] = forum
    topic = sandbox.add_topic(forum, "党务")
    said = "/setup 名称:一支部 类型:党支部 上级:无 成立:2026-10-01 书记:我"
    await first.say(OWNER, "论坛", said, thread_id=topic)
    assert chat(first, forum).thread_id == topic
    (digest,) = await first.move("2026-11-27T09:00")
    assert digest.thread_id == topic

    sandbox.delete_topic(forum, topic)
    (digest,) = await first.move("2026-11-30T09:00")
    assert digest.thread_id is None
    assert chat(first, forum).thread_id is None
    with snapshot(first.service.core.engine) as session:
        assert directory.thread_of(session, forum) is None


async def test_an_answer_to_a_topic_that_is_gone_is_said_in_the_group(first: Stage) -> None:
    sandbox, forum = first.sandbox, -600
    sandbox.add_group(forum, "论坛", [actor(OWNER)], forum=True)
    first.chats["论坛"] = forum
    topic = sandbox.add_topic(forum, "党务")
    sandbox.fail(method="sendMessage", chat_id=forum, retry_after=1)
    sandbox.say(actor(OWNER), forum, "/help", thread_id=topic)
    await sandbox.wait_until(
        lambda: any(call.method == "sendMessage" and call.status == 429 for call in sandbox.calls)
    )
    sandbox.delete_topic(forum, topic)
    await first.settled()

    (answer,) = first.shown(forum)
    assert answer.thread_id is None
    assert "/meeting" in answer.text
