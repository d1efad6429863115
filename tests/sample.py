"""The organisation the end-to-end tests play in: a general branch, two branches, who is who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from compliance.access import Role
from handlers.roster_files.reading import read_roster
from storage import directory, roster
from storage.database import open_database, transaction
from storage.migrate import upgrade
from storage.units import Chat, Unit

GENERAL, FIRST, SECOND = -100, -101, -102
CHATS = {"党总支": GENERAL, "第一支部": FIRST, "第二支部": SECOND}

# Nothing before this day is asked of the branches: their lists stay short enough to read.
FOUNDED = date(2026, 10, 1)


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone with a Telegram account, and the office held at a unit, if any."""

    user_id: int
    name: str
    role: Role | None = None
    unit: str = ""


ACTORS = {
    "书记": Actor(11, "张三", Role.SECRETARY, "第一支部"),
    "副书记": Actor(12, "李四", Role.DEPUTY, "第一支部"),
    "组织委员": Actor(13, "王五", Role.ORGANISATION, "第一支部"),
    "组长": Actor(14, "赵六", Role.GROUP_LEADER, "第一小组"),
    "党员": Actor(15, "钱七", Role.MEMBER, "第一支部"),
    "上级": Actor(16, "总支书记", Role.SUPERVISOR, "党总支"),
    "路人": Actor(17, "路人"),
    "二支部书记": Actor(18, "冯一", Role.SECRETARY, "第二支部"),
}

# Dues of the first branch: 50 + 30.50 + 50 + 45 + 120 + 25 + 20 + 0.20 a month.
ROSTER = """姓名,类别,党小组,党费类别,党费基数,月应交
张三,正式党员,第一小组,在职,5000,
李四,正式党员,第一小组,在职,3050,
王五,正式党员,第一小组,在职,5000,
赵六,正式党员,第一小组,在职,4500,
钱七,正式党员,第二小组,在职,8000,
孙八,正式党员,第二小组,离退休,5000,
周九,正式党员,第二小组,农民,,20
吴十,预备党员,第二小组,学生,,
"""
SECOND_ROSTER = "姓名,党费基数\n冯一,5000\n陈二,3000\n"


def found(path: Path, locale: str = "zh") -> None:
    """Make the database of the sample organisation at a path."""
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    with transaction(engine) as session:

        def add(name: str, kind: str, parent: int | None) -> Unit:
            new = Unit(name=name, kind=kind, parent_id=parent, founded=FOUNDED, locale=locale)
            return directory.add_unit(session, new)

        general = add("党总支", "general_branch", None)
        first = add("第一支部", "branch", general.key)
        second = add("第二支部", "branch", general.key)
        for unit in (general, first, second):
            directory.bind_chat(session, CHATS[unit.name], unit.key)
        for branch, rows in ((first, ROSTER), (second, SECOND_ROSTER)):
            roster.take_rows(session, branch, read_roster(rows.encode()), FOUNDED)
        for actor in ACTORS.values():
            if actor.role is not None:
                unit = directory.units_named(session, actor.unit)[0]
                directory.grant_role(session, actor.user_id, unit.key, actor.role)
    engine.dispose()


def undisturbed(path: Path) -> None:
    """Let no reminder fall due for a while, where a whole program runs by the real clock."""
    engine = open_database(f"sqlite:///{path}")
    now = datetime.now(UTC)
    with transaction(engine) as session:
        planned = {"planned_through": now, "next_step_at": now + timedelta(days=30)}
        session.execute(update(Chat).values(planned))
    engine.dispose()
