from datetime import date, time

import pytest

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
)
CONTEXT = Context(TODAY, NAMES, KINDS, ("第一小组", "第二小组"), time(20, 0))


@pytest.fixture
def context() -> Context:
    return CONTEXT
