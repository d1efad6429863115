"""What is measured: branches with a roster of 20, their groups, and what their secretaries type."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, select

from compliance.access import Role
from handlers.roster_files.reading import read_roster
from storage import directory, roster
from storage.database import open_database, snapshot, transaction
from storage.ledger import Record
from storage.migrate import upgrade
from storage.units import Chat, Unit
from tests.bench.processes import Json

CHATS = 20
PEOPLE = 20
DAYS = 28  # all within the span in which a date is believed without asking
_NAMES = [surname + given for surname in "张李王赵陈" for given in ("伟", "敏", "建国", "秀英")]
# The shapes of the manual, short and long; no two messages of a branch tell of the same meeting.
_TEXTS = (
    "/meeting 支委会 {day} 应到5 实到4 缺席:李敏(出差) 议题:研究发展党员工作",
    (
        "/meeting 党员大会\n时间:{day} 14:30\n地点:三楼会议室\n应到:20 实到:18\n"
        "缺席:王伟(出差)、赵敏(病假)\n议题:讨论接收预备党员\n表决:赞成17 反对0 弃权1\n决议:同意"
    ),
    "/meeting 党课 {day} 18/20 地点:三楼会议室 主持:张伟 议题:学习全会精神",
    "/meeting 主题党日 {day} 14:30 地点:烈士陵园 20/20 议题:重温入党誓词",
    "/meeting 学习 {day} 全到 议题:学习党章",
)


def chat_of(branch: int) -> int:
    """Answer the group of a branch."""
    return -1000 - branch


def secretary_of(branch: int) -> int:
    """Answer the user who is the secretary of a branch."""
    return 100 + branch


def today() -> date:
    """Answer the day in the branches' zone."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def found(url: str, chats: int = CHATS) -> None:
    """Make the organisation in an empty database: a branch, its roster and its chat, many times."""
    header = "姓名,类别,党费类别,党费基数\n"
    people = "".join(f"{name},正式党员,在职,{4000 + 250 * n}\n" for n, name in enumerate(_NAMES))
    rows = (header + people).encode()
    engine = open_database(url)
    upgrade(engine)
    with transaction(engine) as session:
        above = directory.add_unit(session, Unit(name="机关党总支", kind="general_branch"))
        for branch in range(chats):
            _branch(session, above, branch, rows)
    engine.dispose()


def _branch(session: Session, above: Unit, branch: int, rows: bytes) -> None:
    unit = Unit(name=f"第{branch + 1}支部", kind="branch", parent_id=above.key, committee=True)
    directory.add_unit(session, unit)
    directory.grant_role(session, secretary_of(branch), unit.key, Role.SECRETARY)
    roster.take_rows(session, unit, read_roster(rows), today())
    _bind(session, chat_of(branch), unit.key)  # at last: new people have their chats planned anew


def _bind(session: Session, chat_id: int, unit_id: int) -> None:
    """Bind a chat whose reminders are all settled: digests are not what is measured here."""
    now = datetime.now(UTC)
    later = now + timedelta(days=400)
    session.add(Chat(id=chat_id, unit_id=unit_id, planned_through=now, next_step_at=later))


def records_in(url: str) -> int:
    """Answer how many records a database holds."""
    engine = open_database(url)
    with snapshot(engine) as session:
        count = session.exec(select(func.count()).select_from(Record)).one()
    engine.dispose()
    return count


def people(chats: int = CHATS) -> list[Json]:
    """Answer the secretaries, as the sandbox takes them."""
    return [
        {"user_id": secretary_of(branch), "first_name": "书记", "started": True}
        for branch in range(chats)
    ]


def groups(chats: int = CHATS) -> list[Json]:
    """Answer the groups, as the sandbox takes them."""
    return [
        {
            "chat_id": chat_of(branch),
            "title": f"第{branch + 1}支部",
            "members": [secretary_of(branch)],
            "supergroup": True,
        }
        for branch in range(chats)
    ]


def sayings(first: int, count: int, chats: int = CHATS) -> list[Json]:
    """Answer what is said, from a place in the row of all sayings on: each branch in its turn."""
    return [_saying(*divmod(place, chats)) for place in range(first, first + count)]


def _saying(turn: int, branch: int) -> Json:
    days, kind = divmod(turn, len(_TEXTS))
    day = today() - timedelta(days=1 + days % DAYS)
    text = _TEXTS[kind].format(day=day.isoformat())
    return {"user_id": secretary_of(branch), "chat_id": chat_of(branch), "text": text}
