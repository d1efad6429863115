"""The tree of units on the command line: each change has its day, and the past stays as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.database import open_database, transaction
from storage.migrate import upgrade
from tests.stage import sanhui
from tests.storage.samples import a_person, a_unit

FOUNDED = date(2020, 1, 1)  # whatever day it is where the tests run, what is changed is past


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A general branch over two branches: one with a party group and a person, one with two."""
    path = tmp_path / "tree.db"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    with transaction(engine) as session:
        general = a_unit(session, "党总支", "general_branch", founded=FOUNDED)
        first = a_unit(session, "第一支部", "branch", general, founded=FOUNDED)
        second = a_unit(session, "第二支部", "branch", general, founded=FOUNDED)
        a_unit(session, "第一小组", "party_group", first, founded=FOUNDED)
        for branch, name in ((first, "张三"), (second, "冯一"), (second, "陈二")):
            a_person(session, branch, name)
    engine.dispose()
    return path


def units(path: Path, *options: str) -> list[tuple[str, str | None, int]]:
    ran = sanhui(path, "unit", "list", *options, "--json")
    assert ran.code == 0, ran.err
    return [(each["name"], each["parent"], each["people"]) for each in ran.json]


def test_units_change_and_the_past_stays(path: Path) -> None:
    changes = (
        ("rename", "第二支部", "机关支部", "--on", "2021-10-10"),
        ("add", "第三支部", "--parent", "党总支", "--founded", "2021-10-11"),
        ("merge", "机关支部", "--into", "第三支部", "--on", "2021-10-12"),
        ("move", "第三支部", "--to", "-", "--on", "2021-10-13"),
    )
    for change in changes:
        ran = sanhui(path, "unit", *change)
        assert ran.code == 0, ran.err
    first = [("党总支", None, 0), ("第一支部", "党总支", 1), ("第一小组", "第一支部", 0)]
    assert units(path, "--on", "2021-10-09") == [*first, ("第二支部", "党总支", 2)]
    assert units(path, "--on", "2021-10-11") == [
        *first,
        ("机关支部", "党总支", 2),
        ("第三支部", "党总支", 0),
    ]
    assert units(path) == [*first, ("第三支部", None, 2)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("dissolve", "第一支部"), "第一支部"),
        (("rename", "第二支部", "第一支部"), "已有「第一支部」"),
        (("add", "第九小组", "--kind", "party_group"), "不能放在最上级"),
        (("move", "第一支部", "--to", "党总支"), "本来就在"),
        (("merge", "第一支部", "--into", "党总支"), "不能合并"),
        (("dissolve", "第二支部", "--on", "2126-01-01"), "还没到"),
        (("dissolve", "第八支部"), "第八支部"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    path: Path, change: tuple[str, ...], said: str
) -> None:
    ran = sanhui(path, "unit", *change)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_when_a_unit_is_reminded_is_said_back(path: Path) -> None:
    quiet = sanhui(path, "unit", "set", "第一支部", "--workdays-only")
    assert (quiet.code, "只在工作日提醒" in quiet.out, "总览" in quiet.out) == (0, True, False)
    weekly = sanhui(path, "unit", "set", "党总支", "--weekly", "1")
    assert (weekly.code, "每天提醒,总览每周一。" in weekly.out) == (0, True)
    never = sanhui(path, "unit", "set", "党总支", "--weekly", "none")
    assert "总览不发" in never.out


def test_a_branch_has_no_weekly_overview(path: Path) -> None:
    ran = sanhui(path, "unit", "set", "第一支部", "--locale", "en", "--weekly", "1")
    assert (ran.code, ran.out, "总览只发给上级" in ran.err) == (1, "", True)
    assert "语言 zh" in sanhui(path, "unit", "set", "第一支部", "--weekly", "none").out


def test_without_a_day_people_are_counted_on_the_day_it_is_where_the_unit_is(path: Path) -> None:
    first, last = "Pacific/Kiritimati", "Etc/GMT+12"  # 26 hours apart: never the same day
    today = datetime.now(UTC).astimezone(ZoneInfo(first)).date()
    engine = open_database(f"sqlite:///{path}")
    with transaction(engine) as session:
        for name, zone in (("东支部", first), ("西支部", last)):
            unit = a_unit(session, name, "branch", timezone=zone)
            a_person(session, unit, "周一", joined_on=today)
    engine.dispose()
    assert units(path)[-2:] == [("东支部", None, 1), ("西支部", None, 0)]
