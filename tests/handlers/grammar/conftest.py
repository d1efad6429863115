from datetime import date, time

import pytest

from compliance.catalogue import default
from compliance.people import Member, Stage
from handlers.grammar import Context

TODAY = date(2026, 11, 22)  # a Sunday
NAMES = (
    "张三",
    "李四",
    "王五",
    "赵六",
    "王五一",
    "李十月",
    "王伟",
    "王伟",
    "Li Si",
    "阿依古丽·买买提",
)
KINDS = (
    *("支委会", "党员大会", "党课", "党小组会", "学习", "主题党日", "组织生活会", "民主评议"),
    *("工作计划", "思想分析", "教育计划", "廉政教育", "工作汇报", "报告工作", "发展计划"),
    *("征求意见", "转接回执", "个人汇报", "发展材料", "培养考察", "转正", "工作总结", "规章制度"),
)
MEMBERS = (
    *(Member(number, name, Stage.FULL) for number, name in enumerate(NAMES, 1)),
    Member(21, "周积", Stage.ACTIVIST),
    Member(22, "吴预", Stage.PROBATIONARY),
    Member(23, "陈走", Stage.FULL, left_on=date(2026, 11, 10)),
    Member(24, "刘来", Stage.FULL, joined_on=date(2026, 11, 15)),
    Member(25, "林早", Stage.FULL, left_on=date(2025, 1, 1)),
)
CONTEXT = Context(
    TODAY,
    NAMES,
    KINDS,
    ("第一小组", "第二小组"),
    time(20, 0),
    MEMBERS,
    default().record_kinds,
    default().checklists,
    ("发展材料",),
)


@pytest.fixture
def context() -> Context:
    return CONTEXT
