"""``backup`` and ``restore`` as people use them: what they say, and what is there afterwards."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.backup import Header
from tests.sample import FIRST
from tests.stage import COMMAND, Ran, Stage, environment, sanhui
from tests.storage.databases import BOTH, new_postgres_database
from tests.storage.kept import NOW, OLDEST, made_of

AT = "2026-11-25T10:00"
ROOT = Path(__file__).parents[2]
NEWER = Header("9.9", "9999", NOW, "sqlite")
REPORTS = (
    ("status", "--unit", "第一支部", "--on", "2026-11-25", "--json"),
    ("records", "--unit", "第一支部", "--period", "2026", "--json"),
    ("dues", "--unit", "第一支部", "--period", "2026-11", "--json"),
)


@pytest.fixture(params=BOTH)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The setting that names an empty database of either kind."""
    if request.param == "sqlite":
        yield {"SANHUI_DATABASE_URL": f"sqlite:///{tmp_path / 'other.db'}"}
    else:
        with new_postgres_database() as url:
            yield {"SANHUI_DATABASE_URL": url}


def reports(database: Path, **more: str) -> list[Any]:
    return [sanhui(database, *report, **more).json for report in REPORTS]


def say(database: Path, text: str, **more: str) -> Ran:
    to = ("--as", "11", "--chat", str(FIRST), "--at", AT)
    return sanhui(database, "say", text, *to, **more)


def assert_refused(ran: Ran, *told: str) -> None:
    assert ran.code == 1
    assert all(word in ran.err for word in told)
    assert "Traceback" not in ran.err


@pytest.fixture
async def saved(stage: Stage, database: Path, tmp_path: Path) -> Path:
    """A backup that was made while the bot ran, after the secretary had spoken."""
    file = tmp_path / "a.backup"
    meeting = "/meeting 支部党员大会 2026-11-20 应到8 实到7 缺席:李四(出差)"
    for text in (meeting, "/dues 张三 50, 李四 30.5", "/undo #3"):
        await stage.say("书记", "第一支部", text)
    other = await asyncio.create_subprocess_exec(
        *(*COMMAND, "backup", str(file)),
        cwd=ROOT,
        env={**os.environ, **environment(database)},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await other.communicate()
    assert other.returncode == 0
    assert "4 条记录" in out.decode()
    return file


def test_what_was_recorded_is_all_there_after_a_restore_and_goes_on(
    saved: Path, database: Path, other: dict[str, str]
) -> None:
    ran = sanhui(database, "restore", str(saved), **other)
    assert (ran.code, ran.err) == (0, "")
    assert "已恢复 4 条记录" in ran.out
    assert reports(database, **other) == reports(database)

    assert "已记录 #5" in say(database, "/meeting 学习 昨天 全到", **other).out
    assert "#6 王五" in say(database, "/dues 王五 50", **other).out
    assert "已撤销(记为 #7)" in say(database, "/undo #2", **other).out


async def test_a_restored_bot_goes_on_in_its_chats(
    stage: Stage, saved: Path, tmp_path: Path
) -> None:
    restored = tmp_path / "restored.db"
    assert sanhui(restored, "restore", str(saved)).code == 0
    await stage.restart(restored)
    told = await stage.say("书记", "第一支部", "/meeting 党课 昨天 全到")
    assert "已记录 #5 党课" in "".join(shown.text for shown in told)


def test_it_is_said_into_which_database_but_never_the_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://ann:secret@127.0.0.1:1/branch?connect_timeout=1"
    ran = sanhui(tmp_path, "restore", str(OLDEST), SANHUI_DATABASE_URL=url, SANHUI_LOCALE="en")

    assert "into PostgreSQL 127.0.0.1:1/branch" in ran.out
    assert_refused(ran, "The database failed")
    assert "secret" not in ran.out + ran.err
    there = sanhui(tmp_path / "new.db", "restore", str(OLDEST), SANHUI_LOCALE="en")
    assert f"into SQLite {tmp_path / 'new.db'}" in there.out


def test_a_database_in_use_is_not_restored_into(database: Path) -> None:
    before = reports(database)
    assert_refused(sanhui(database, "restore", str(OLDEST)), str(database), "unit")
    assert reports(database) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda whole: whole[:-1], "不完整"),
        (lambda whole: whole + b"x", "多出"),
        (lambda whole: whole[:999] + b"?" + whole[1000:], "已损坏"),
        (lambda whole: b"", "不是三会的备份"),
        (lambda whole: made_of(header=NEWER).getvalue(), "9.9"),
    ],
    ids=["cut", "longer", "changed", "empty", "newer"],
)
def test_a_file_that_is_not_whole_makes_no_database(tmp_path: Path, change: Any, told: str) -> None:
    file, new = tmp_path / "a.backup", tmp_path / "new.db"
    file.write_bytes(change(OLDEST.read_bytes()))
    assert_refused(sanhui(new, "restore", str(file)), told, "数据库没有动")
    assert not new.exists()


def test_a_backup_goes_into_a_new_file_only(database: Path, tmp_path: Path) -> None:
    assert_refused(sanhui(database, "backup", "-"), "标准输出")
    assert_refused(sanhui(database, "backup", str(tmp_path)), "已存在")
    assert_refused(sanhui(database, "backup", str(tmp_path / "no" / "a")), "没有这个文件夹")
    assert_refused(sanhui(database, "restore", str(tmp_path / "no")), "没有文件")
    assert not Path("-").exists()


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    ran = sanhui(tmp_path / "new.db", "backup", str(tmp_path / "a.backup"))
    assert_refused(ran, "没有数据表", str(tmp_path / "new.db"))
    assert list(tmp_path.iterdir()) == []
