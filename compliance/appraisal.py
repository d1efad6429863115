"""The democratic appraisal of members (item 15): four grades, given by the meeting itself."""

from collections.abc import Collection
from enum import StrEnum
from fractions import Fraction

# 《中国共产党党员教育管理工作条例》: those found excellent are as a rule not above a third.
EXCELLENT_AT_MOST = Fraction(1, 3)


class Grade(StrEnum):
    """What the meeting found of a member."""

    EXCELLENT = "excellent"  # 优秀
    GOOD = "good"  # 合格
    BASIC = "basic"  # 基本合格
    POOR = "poor"  # 不合格


def too_many_excellent(grades: Collection[Grade]) -> bool:
    """Tell whether more than a third of those appraised were found excellent: a guide, no rule."""
    excellent = sum(grade is Grade.EXCELLENT for grade in grades)
    return excellent > EXCELLENT_AT_MOST * len(grades)
