"""A word nobody knows, put anywhere into a message, is kept or quoted back: never dropped."""

from collections.abc import Callable

import pytest

from handlers.grammar import Context, Unreadable, read_dues, read_meeting

from .conftest import CONTEXT

STRANGE = "猫咪"
MEETINGS = (
    "支委会 昨天 应到5 实到4 缺席:李四(出差) 主持:张三 议题:研究工作",
    (
        "党员大会\n时间：11月20日下午2点半\n地点：三楼会议室\n应到：20人，实到：18人，缺席2人：王五、赵六"
        "\n主持人：张三\n记录人：李四\n议题：学习\n表决结果：赞成17票、反对0票、弃权1票\n决议：同意"
    ),
    "学习 昨天 全到",
    "党课 昨天 除王五、赵六外，其余党员全部参加 应到20",
    "培养考察 昨天 对象:周积、张三",
    "发展材料 昨天 对象:周积 材料:入党申请书",
    "民主评议 昨天 优秀:张三 合格:李四、王五",
    "党小组会 第二小组 昨天 王五、赵六因病请假 地点:村部 二楼会议室",
    "支委会 昨天 17票赞成、1票反对 应到20 18人到会",
    "committee meeting yesterday 2:30pm expected 5 present 4 absent: Li Si (trip) topic: the plan",
)
PAYMENTS = (
    "张三 50 11月",
    "张三、李四各50 10月",
    "1. 张三 50\n2. 李四 30\n合计 80",
    "姓名\t金额\n张三\t50元整",
    "张三，50，10月",
    "全部 11月",
    "张三50，李四30，共80",
)


@pytest.mark.parametrize(
    ("read", "said"),
    [*((read_meeting, said) for said in MEETINGS), *((read_dues, said) for said in PAYMENTS)],
)
def test_a_strange_word_is_kept_or_quoted_back(
    read: Callable[[str, Context], object], said: str
) -> None:
    read(said, CONTEXT)
    for at in range(len(said) + 1):
        try:
            found = read(said[:at] + STRANGE + said[at:], CONTEXT)
        except Unreadable as unread:
            quoted = [p.read for p in unread.problems if p.read]
            assert any(set(STRANGE) & set(each) for each in quoted), said[:at]
        else:
            assert STRANGE in repr(found), said[:at]
