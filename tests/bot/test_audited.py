"""Whatever is changed or taken out leaves a row in the audit: who did it, and at which unit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.commands import BY_NAME, TAPS
from bot.core import Core, core
from bot.settings import Settings
from compliance.access import Role
from storage import accounts, directory
from storage.database import transaction
from storage.ledger import Audit
from storage.tables import METADATA
from storage.units import Unit
from tests.bot.house import NOW, Calls, House, buttons_of, user_of
from tests.sample import FIRST

OWNER, NEXT, GUEST, NEW_GROUP = 51, 52, 53, -151
# What is kept for a while or reckoned anew, and is no change: forms, queues, what was told.
PASSING = frozenset({
    "audit", "audit_head", "draft", "heartbeat", "inbox", "loose_file", "outbox", "outbox_file",
    "overview", "pace", "reminder", "chat_day", "upload", "invitation_tried",
})  # fmt: skip
RECKONED = {"unit": {"revision", "last_number"}, "chat": {"next_step_at", "planned_through"}}


@dataclass(frozen=True)
class Step:
    """What somebody says, or taps below what was said last, and what the audit has of it.

    ``does`` is a command, or the beginning of a button's data. Nothing in ``wants``: it only asks.
    """

    who: str | int
    where: int | None
    does: str
    wants: tuple[str, ...] = ()
    at: str | None = "第一支部"
    answers: int | None = None


S = Step
STEPS = (
    S("书记", FIRST, "/meeting 支委会 11月20日 应到5 实到5 议题:甲", ("record",)),
    S("书记", FIRST, "/amend #1 议题:乙", ("amend",)),
    S("书记", FIRST, "undo:", ("reverse",)),
    S("书记", FIRST, "undo:", ("reverse",)),
    S("书记", None, "/dues 张三 50", ("pay",)),
    S("书记", None, "/undo", ("reverse",)),
    S("上级", None, "/waive 第一支部 党课 四季度 原因:大修", ("waive",)),
    S("上级", None, "/score 第一支部 创新 85 评语:好", ("score",)),
    S("上级", None, "/return 第一支部 #2 原因:不全", ("return",)),
    S("上级", None, "/urge 第一支部", ("urge",)),
    S("书记", None, "/remind 8:30", ("remind_set",)),
    S("书记", None, "remind:@2 workdays", ("remind_set",)),
    S("书记", None, "/remind 暂停 至 12月20日 原因:搬迁", ("remind_pause",)),
    S("书记", None, "remind:@2 resume", ("remind_resume",)),
    S("书记", None, "/remind 推迟 学习 1天", ("remind_put_off",)),
    S("书记", None, "/role 宣传委员 卫三", ("role_grant",)),
    S("书记", None, "/role 结束 宣传委员 卫三", ("role_end",)),
    S("书记", None, "/role 请假 今天至12月5日", ("role_leave",)),
    S("书记", None, "/role 销假", ("role_back",)),
    S("书记", FIRST, "/role 纪检委员", ("role_grant",), answers=GUEST),
    S("书记", None, "/invite 组织委员 钱七", ("invite",)),
    S("书记", None, "/invite"),
    S("书记", None, "uninvite:", ("invite_revoke",)),
    S("书记", None, "/roster 添加 郑一 积极分子 11月1日", ("roster_add",)),
    S("书记", None, "unroster:", ("roster_taken_back",)),
    S("书记", None, "/roster 转出 孙八 到 第二支部", ("roster_depart",)),
    S("二支部书记", None, "/roster"),
    S("二支部书记", None, "arrive:", ("roster_arrived",), "第二支部"),
    S("书记", None, "/roster 导出 csv", ("roster_export",)),
    S("书记", None, "/settings"),
    S(OWNER, None, "/units 新建 甲支部 上级 党总支", ("unit_add",), "甲支部"),
    S(OWNER, None, "/units 改名 甲支部 乙支部", ("unit_rename",), "乙支部"),
    S(OWNER, None, "/units 撤销 乙支部"),
    S(OWNER, None, "answer:", ("unit_dissolve",), "乙支部"),
    S(OWNER, NEW_GROUP, "/setup 名称:丙支部 类型:党支部 上级:党总支 成立:2026-10-01 书记:我",
      ("unit_add", "role_grant", "chat_bind"), "丙支部"),
    S(OWNER, NEW_GROUP, "setup:unbind"),
    S(OWNER, NEW_GROUP, "setup:sure", ("chat_unbind",), "丙支部"),
    S("书记", None, "/handover 卫三", ("handover_begin",)),
    S("书记", None, "handover:", ("handover_confirm_from",)),
    S(NEXT, None, "handover:1.yes",
      ("handover_confirm_to", "role_end", "role_grant", "handover_done")),
    S("党员", None, "/privacy"),
    S("党员", None, "privacy:export", ("privacy_export",), None),
    S("党员", None, "privacy:yes", ("privacy_erase",), None),
)  # fmt: skip


@pytest.fixture(scope="module")
def made(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    path = shutil.copy(founded, tmp_path_factory.mktemp("audited") / "sanhui.db")
    made = core(Settings(database_url=f"sqlite:///{path}"))
    with transaction(made.engine) as session:
        first = directory.units_named(session, "第一支部")[0]
        accounts.account(session, OWNER).owner_since = NOW
        accounts.link(session, NEXT, "卫三", None, NOW)
        directory.grant_role(session, NEXT, first.key, Role.MEMBER)
    yield made
    made.engine.dispose()


Rows = Mapping[str, Sequence[tuple[object, ...]]]


def _kept(session: Session) -> Rows:
    """Answer all rows of what is kept, by table."""
    found: dict[str, Sequence[tuple[object, ...]]] = {}
    for table in METADATA.sorted_tables:
        columns = [c for c in table.columns if c.name not in RECKONED.get(table.name, ())]
        if table.name not in PASSING:
            rows = session.connection().execute(table.select().with_only_columns(*columns))
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def _done(house: House, step: Step, last: Calls) -> Calls:
    if step.does.startswith("/"):
        more: dict[str, object] = {}
        if step.answers is not None:
            replied = {"message_id": 7, "from": {"id": step.answers, "is_bot": False}}
            more["reply_to_message"] = replied
        return house.say(step.who, step.where, step.does, **more)
    found = [data for data in buttons_of(last) if data.startswith(step.does)]
    return house.tap(step.who, step.where, found[0] if found else step.does)


def test_every_change_leaves_a_row_of_who_did_it_where(made: Core) -> None:
    last: Calls = ()
    for step in STEPS:
        with transaction(made.engine) as session:
            before, house = _kept(session), House(session, made)
            seen = len(session.exec(select(Audit.id)).all())
            last = _done(house, step, last)
        with transaction(made.engine) as session:
            rows = session.exec(select(Audit).order_by(col(Audit.id))).all()[seen:]
            assert tuple(row.action for row in rows) == step.wants, (step, last)
            assert {row.actor for row in rows} <= {user_of(step.who)}
            for row in rows:
                unit = None if row.unit_id is None else session.get_one(Unit, row.unit_id).name
                assert unit == step.at, step
            after = _kept(session)
            changed = [name for name in after if after[name] != before[name]]
            assert bool(changed) <= bool(rows), (step, changed)


def test_every_command_that_changes_something_is_tried() -> None:
    asks = {"status", "due", "records", "why", "report", "help", "start", "doc", "units"}
    tried = {step.does.split()[0].removeprefix("/") for step in STEPS if step.does[0] == "/"}
    assert {command.name for command in BY_NAME.values()} - asks <= tried
    turns = {"all", "status", "units", "roster", "unit", "privacy", "cancel", "setup"}
    goes_on = {"form", "pay", "step", "typed", "enclose", "late", "amend", "doc", "unfile"}
    rosters = {"take", "drop"}  # what is taken is told of in the tests of rosters sent
    told = {step.does.partition(":")[0] for step in STEPS if step.does[0] != "/"}
    assert set(TAPS) - turns - goes_on - rosters - {"urge"} <= told
