"""Logs tell what happened, and never what was said or by whom."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

from storage import accounts, directory, roster
from storage.database import transaction
from tests.sample import ACTORS, CHATS
from tests.stage import Stage

SAID = (
    ("书记", "第一支部", "/meeting 支委会 今天 应到5 实到4 缺席:李四(住院) 议题:密议"),
    ("书记", "第一支部", "/meeting 学习 议题:密议"),
    ("书记", "第一支部", "/dues 钱七 120 11月"),
    ("书记", "第一支部", "/dues 王麻子 37.21"),
    ("书记", "私聊", "/dues"),
    ("书记", "私聊", "/handover 李四"),
    ("党员", "私聊", "/privacy"),
    ("党员", "私聊", "/privacy 导出"),
    ("路人", "私聊", "我叫孙某某"),
    ("书记", "私聊", "/status"),
)
PERSONAL = ("密议", "住院", "37.21", "王麻子", "孙某某", "@", "http", "1966-01", "小钱")


@pytest.fixture
def talkative() -> Iterator[None]:
    """Let the log tell of every update, whatever another test has chosen."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("talkative")
async def test_a_conversation_leaves_nothing_personal_in_the_log(stage: Stage) -> None:
    with transaction(stage.service.core.engine) as session:
        unit = directory.units_named(session, "第一支部")[0]
        (person,) = roster.people_named(session, unit.key, "钱七")
        person.born = "1966-01"
        session.add(person)
        accounts.link(session, 15, "小钱", person.key, stage.clock())
    with capture_logs() as logged:
        for number, (who, where, text) in enumerate(SAID):
            if number % 3 == 0:
                stage.sandbox.fail(error_code=400, description="can't parse 密议 of 李四")
            await stage.say(who, where, text)
        await stage.move("2026-11-30T09:00")
        await stage.say("书记", "私聊", "/privacy 删除")
    written = json.dumps(logged, ensure_ascii=False, default=str)

    assert len(logged) > len(SAID)
    names = {actor.name for actor in ACTORS.values()} | {"孙八", "周九", "吴十"} | set(CHATS)
    assert not [said for said in (*PERSONAL, *names) if said in written]
