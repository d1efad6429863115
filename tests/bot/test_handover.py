"""A handover from end to end: the link, the file, who sees what when, and what ends it."""

from __future__ import annotations

import re
from datetime import date

from sqlmodel import Session, col, select

from compliance.access import Role
from storage import accounts, directory, posts, roster
from storage.accounts import Handover
from storage.database import snapshot, transaction
from storage.ledger import Audit
from tests.sample import ACTORS
from tests.stage import Shown, Stage

OLD, NEW, ABOVE = (ACTORS[who].user_id for who in ("书记", "路人", "上级"))
TODAY = date(2026, 11, 25)
LINK = re.compile(r"start=(\w+)")


def to(shown: list[Shown], user_id: int) -> str:
    return "\n".join(each.text for each in shown if each.chat_id == user_id)


def file_for(stage: Stage, user_id: int) -> str:
    """The page that someone was sent last; empty when there is none."""
    found = [each.file_id for each in stage.shown(user_id) if each.file_id]
    file = stage.sandbox.world.files.by_id(found[-1]) if found else None
    return "" if file is None else file.content.decode()


def tap_on(stage: Stage, user_id: int, words: str) -> int:
    return [each.id for each in stage.shown(user_id) if words in each.text][-1]


def held(stage: Stage, on: date = TODAY) -> list[int]:
    """Who is the secretary on a day."""
    with snapshot(stage.service.core.engine) as session:
        unit = directory.units_named(session, "第一支部")[0]
        found = posts.posts_on(session, [unit.key], on)
        return [each.telegram_id for each in found if each.role is Role.SECRETARY]


async def begun(stage: Stage) -> str:
    """Begin to hand over to someone unknown; answer what the link says."""
    shown = await stage.say("书记", "私聊", "/handover 赵六")
    found = LINK.search(to(shown, OLD))
    assert found is not None
    return f"/start {found[1]}"


async def test_who_opens_the_link_gets_the_pack_only_when_the_other_knows_them(
    stage: Stage,
) -> None:
    link = await begun(stage)
    came = await stage.say("路人", "私聊", link)

    assert "核对是您本人" in to(came, NEW)
    assert file_for(stage, NEW) == ""
    assert f"编号 {NEW}" in to(came, OLD)
    early = await stage.forge("路人", "私聊", came[0].id, "handover:1.yes")
    assert (to(early, NEW), stage.toast) == ("", "没有您可以确认的移交。")

    confirmed = await stage.tap("书记", "私聊", tap_on(stage, OLD, "用链接来接"), "确认移交")
    assert "确认接任" in to(confirmed, NEW)
    assert "赵六" in file_for(stage, NEW)
    assert held(stage) == [OLD]

    done = await stage.tap("路人", "私聊", tap_on(stage, NEW, "书记移交"), "确认接任")
    assert "由您担任" in to(done, NEW)
    assert held(stage) == [NEW]
    assert held(stage, date(2026, 11, 24)) == [OLD]
    assert "没有" not in to(await stage.say("路人", "第一支部", "/settings"), NEW)


async def test_a_link_is_good_for_one_and_for_as_long_as_the_handover(stage: Stage) -> None:
    link = await begun(stage)
    await stage.say("路人", "私聊", link)
    second = await stage.say("党员", "私聊", link)
    assert "赵六" not in to(second, ACTORS["党员"].user_id)

    await stage.tap("书记", "私聊", tap_on(stage, OLD, "用链接来接"), "取消移交")
    assert "已取消" in to(stage.shown(NEW), NEW)
    link = await begun(stage)
    await stage.tap("书记", "私聊", tap_on(stage, OLD, "书记移交"), "取消移交")
    assert "核对" not in to(await stage.say("路人", "私聊", link), NEW)
    assert held(stage) == [OLD]


async def test_the_page_says_what_the_next_secretary_must_know(stage: Stage) -> None:
    with transaction(stage.service.core.engine) as session:
        unit = directory.units_named(session, "第一支部")[0]
        (person,) = roster.people_named(session, unit.key, "吴十")
        person.admitted_on = date(2026, 1, 10)
        session.add(person)
    for said in ("/dues 张三 50 11月", "/meeting 支委会 昨天 应到5 实到5"):
        await stage.say("书记", "第一支部", said)
    await stage.say("书记", "第一支部", "/meeting 学习 议题:<b>党章</b>")
    await stage.say("书记", "私聊", "/handover 李四")
    page = file_for(stage, OLD)

    for said in ("<td>书记</td>", "<td>支委会</td><td>1</td>", "<td>钱七</td>", "¥240.00"):
        assert said in page
    assert "/meeting 学习 议题:&lt;b&gt;党章&lt;/b&gt;" in page
    assert re.search(r"<td>吴十</td><td>预备党员</td><td>2026-01-10 起</td>.*下一步:", page)
    assert "<td>缴费</td><td>1</td>" in page
    assert "<td>张三</td><td>2026年10月<" in page  # November is paid


async def test_nobody_finishes_it_in_time_and_both_are_told(stage: Stage) -> None:
    with transaction(stage.service.core.engine) as session:
        accounts.link(session, ACTORS["副书记"].user_id, "李四", None, stage.clock())
    await stage.say("书记", "私聊", "/handover 李四")
    await stage.tap("副书记", "私聊", tap_on(stage, 12, "书记移交"), "确认接任")
    await stage.move("2026-12-09T10:00")
    assert "作废" not in to(stage.shown(OLD), OLD)
    await stage.move("2026-12-10T10:00")

    assert "已作废" in to(stage.shown(OLD), OLD)
    assert "已作废" in to(stage.shown(12), 12)
    await stage.move("2026-12-10T10:01")
    assert to(stage.shown(OLD), OLD).count("已作废") == 1
    assert held(stage, date(2026, 12, 10)) == [OLD]


def steps(session: Session) -> list[str]:
    found = session.exec(select(Audit.action).order_by(col(Audit.id)))
    return [action for action in found if action.startswith(("handover", "role", "invite"))]


async def test_every_step_is_in_the_audit_and_no_name_is_in_what_is_kept(stage: Stage) -> None:
    link = await begun(stage)
    await stage.say("路人", "私聊", link)
    await stage.tap("书记", "私聊", tap_on(stage, OLD, "用链接来接"), "确认移交")
    await stage.tap("路人", "私聊", tap_on(stage, NEW, "书记移交"), "确认接任")
    with snapshot(stage.service.core.engine) as session:
        pack = session.exec(select(Handover.pack)).one()
        assert steps(session) == [
            "handover_begin",
            "invite",
            "handover_arrive",
            "handover_confirm_from",
            "handover_confirm_to",
            "role_end",
            "role_grant",
            "handover_done",
        ]

    assert '"unpaid": 8' in pack
    assert not re.search("张三|吴十|钱七", pack)


async def test_an_acting_secretary_ends_with_the_handover(stage: Stage) -> None:
    with transaction(stage.service.core.engine) as session:
        unit = directory.units_named(session, "第一支部")[0]
        accounts.link(session, 13, "王五", None, stage.clock())
        directory.grant_role(session, ACTORS["副书记"].user_id, unit.key, Role.SECRETARY)
    shown = await stage.say("上级", "私聊", "/handover 第一支部 王五")
    assert "已开始移交" in to(shown, ABOVE)
    await stage.tap("上级", "私聊", tap_on(stage, ABOVE, "书记移交"), "代原书记确认")
    await stage.tap("组织委员", "私聊", tap_on(stage, 13, "书记移交"), "确认接任")

    assert held(stage) == [13]
