"""What is said of a unit's reminders, and what is not read as that."""

from datetime import date, time

import pytest

from handlers.grammar import Unreadable
from handlers.grammar.reminding import (
    Hour,
    Pausing,
    PuttingOff,
    Quiet,
    Resuming,
    Weekly,
    Workdays,
    read_reminding,
)
from tests.storage.samples import POLICY

TODAY = date(2026, 11, 19)
KNOWN = POLICY.catalogue.requirements


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("8:30", Hour(time(8, 30))),
        ("８：３０", Hour(time(8, 30))),
        ("8点半", Hour(time(8, 30))),
        ("免打扰 22:00-8:00", Quiet(time(22), time(8))),
        ("quiet 22:00 to 8:00", Quiet(time(22), time(8))),
        ("只在工作日", Workdays(only=True)),
        ("every day", Workdays(only=False)),
        ("每周一 总览", Weekly(1)),
        ("每周日总览", Weekly(7)),
        ("总览 每周五", Weekly(5)),
        ("monday overview", Weekly(1)),
        ("不要总览", Weekly(None)),
        ("恢复", Resuming()),
        ("继续", Resuming()),
        ("继续提醒", Resuming()),
        ("暂停 至 11月30日 原因:搬迁", Pausing(TODAY, date(2026, 11, 30), "搬迁")),
        ("暂停 10天 原因:搬迁", Pausing(TODAY, date(2026, 11, 28), "搬迁")),
        ("pause until 2026-11-30 reason: moving", Pausing(TODAY, date(2026, 11, 30), "moving")),
        ("暂停 100天 原因:搬迁", Pausing(TODAY, date(2027, 2, 26), "搬迁")),
        ("暂停", Pausing(None, None, None)),
        ("暂停 原因:搬迁", Pausing(None, None, "搬迁")),
        ("25:00", None),
        ("8:75", None),
        ("免打扰 22:00", None),
        ("随便", None),
    ],
)
def test_it_is_read_or_it_is_not(said: str, meant: object) -> None:
    assert read_reminding(said, KNOWN, TODAY) == meant


@pytest.mark.parametrize("said", ["暂停 至 2月30日 原因:x", "暂停 胡说 至 11月30日 原因:x"])
def test_what_is_wrong_with_a_pause_is_told(said: str) -> None:
    with pytest.raises(Unreadable):
        read_reminding(said, KNOWN, TODAY)


@pytest.mark.parametrize(
    ("said", "code", "until"),
    [
        ("推迟 党课 3天", "party_lecture", "2026-11-21"),
        ("推迟 学习 至 11月25日 原因:出差", "study", "2026-11-25"),
        ("snooze study 2 days", "study", "2026-11-20"),
    ],
)
def test_putting_off_names_what_and_until_when(said: str, code: str, until: str) -> None:
    found = read_reminding(said, KNOWN, TODAY)
    assert isinstance(found, PuttingOff)
    assert found.until == date.fromisoformat(until)
    assert any(
        code in (each.code, *each.kinds) or each.kinds[:1] == ("党课",) for each in found.meant
    )
