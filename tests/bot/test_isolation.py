"""Nobody sees or changes what is another branch's: every command, every button, every file.

A branch does its work, and whatever buttons that brings are kept. Then others try all of it: each
command by the branch's name and numbers, each button in other places, and data no button ever had.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import pytest
from sqlalchemy import Executable, select
from sqlmodel import Session

from bot.commands import BY_NAME, TAPS
from bot.render import Destination
from compliance.access import Role
from handlers.request import Request
from handlers.roster_files.reading import read_roster
from handlers.roster_files.showing import show
from storage import accounts, directory, uploads
from storage.columns import table_of
from storage.database import attempt
from storage.ledger import Entry
from storage.people import Person
from storage.tables import METADATA
from storage.units import Unit
from storage.uploads import Upload, UploadState
from tests.bot.house import NOW, Calls, House, buttons_of, opened, user_of
from tests.sample import FIRST, FOUNDED, SECOND

THEIRS, NEXT, OF_TWO = "二支部书记", 41, 42
OTHERS = ("书记", "组长", "党员", "路人")
Act = Callable[[], Calls]
Rows = Mapping[str, Sequence[tuple[object, ...]]]
# Where each of them tries: in private, and where they have a right, in their own group.
PLACES = {who: (user_of(who), FIRST)[: 2 if who == "书记" else 1] for who in OTHERS}
# What nobody else may ever read: people, sums, and what was talked about behind closed doors.
SECRETS = ("冯一", "陈二", "卫三", "密议", "密室", "37.21", "密因")
WORK = (
    "/meeting 支委会 11月20日 应到5 实到4 缺席:陈二(出差) 议题:密议 地点:密室",
    "/meeting 支委会 11月21日 应到5 实到4 缺席:冯一 议题:密议",
    "/meeting 学习",
    "/meeting",
    "/dues 陈二 37.21",
    "/dues 陈二 5000",
    "/dues",
    "/status",
    "/due",
    "/records",
    "/why 支委会",
    "/roster",
    "/roster 陈二",
    "/roster 流动 陈二",
    "/roster 添加 卫三 积极分子 11月1日",
    "/amend #1",
    "/doc #1",
    "/undo",
    "/settings",
    "/report",
    "/role",
    "/role 请假 今天至12月5日",
    "/invite 组织委员 陈二",
    "/invite",
    "/remind 暂停 至 12月20日 原因:密因",
    "/handover 卫三",
    "/privacy",
)
# What is done elsewhere that brings buttons about the branch: who does it, in which chat.
BESIDE = (
    ("书记", None, "/roster 转出 孙八 到 第二支部"),
    ("上级", SECOND, "/setup"),
    ("上级", None, "/units 第二支部"),
    ("上级", None, "/units 撤销 第二支部"),
    ("上级", None, "/status 全部"),
    ("上级", None, "/status 党总支"),
    (OF_TWO, None, "/due"),
)
ROSTER = "姓名,类别\n卫四,正式党员\n"
# Verbs whose buttons the work must bring; of each so many are tried.
BROUGHT = {
    "all", "amend", "answer", "arrive", "cancel", "doc", "drop", "form", "handover", "pay",
    "privacy", "remind", "setup", "status", "take", "undo", "uninvite", "unit", "units",
    "unroster", "urge",
}  # fmt: skip
MOST_OF_A_VERB = 3
_TOKEN = re.compile(r"start=\w+")  # of a link, which is another one every time
ARGUMENTS = ("", "#1", "全部")
NAMED = ("{}", "{} #1", "{} 党费", "{} 党课 2026年11月 原因:无")
NAMED_FOR = {
    "role": ("{} 组织委员 张三", "结束 书记 {}", "请假 今天至明天 {}", "{} 结束 书记"),
    "invite": ("{} 组织委员 张三", "组织委员 {} 王五"),
    "remind": ("{} 8:30", "{} 暂停 至 12月1日 原因:无", "{} 恢复", "{} 推迟 党课 3天"),
    "handover": ("{} 张三",),
    "units": (
        "{} 2026-11-01",
        "改名 {} 甲支部",
        "移动 {} 到 党总支",
        "合并 {} 到 第一支部",
        "撤销 {}",
        "新建 甲小组 党小组 上级 {}",
    ),
    "roster": ("导出 {}", "导入 {}", "{} 张三", "{} 添加 张三", "{} 转出 张三"),
    "setup": ("绑定:{}", "名称:甲支部 类型:党支部 上级:{} 成立:2020-01-01 书记:我"),
    "return": ("{} #1 原因:无",),
    "status": ("{} 全部",),
}
FORGED = (
    "",
    "1",
    "0",
    "-1",
    "1.1.0",
    "99999999999999999999",
    "1.yes",
    "1.3",
    "3.0",
    "@3 workdays",
    "x' OR 1=1",
    "第二支部",
    "🙂",
)


class Undone(Exception):  # noqa: N818 - nothing went wrong
    """What was tried is undone."""


class Branch:
    """The second branch after its work, in the house: the buttons that brought, and its rows."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.unit = directory.units_named(house.session, "第二支部")[0].key
        self.buttons = self._at_work()
        self._rows = tuple(self._about())
        self.before = self.rows()

    def _at_work(self) -> tuple[str, ...]:
        """Let it do its work, in its group and in private, and others theirs: what that brings."""
        self._appoint()
        say, private = self.house.say, user_of(THEIRS)
        told = [
            call for chat in (SECOND, private) for text in WORK for call in say(THEIRS, chat, text)
        ]
        told += [call for who, chat, text in BESIDE for call in say(who, chat, text)]
        told += [*self.house.tap(THEIRS, SECOND, "form:党课"), *self._sent()]
        whole = json.dumps(told, ensure_ascii=False)
        assert [secret for secret in SECRETS if secret not in whole] == []
        data = sorted({*buttons_of(told), f"urge:@{self.unit}"})
        assert {each.partition(":")[0] for each in data} >= BROUGHT
        tried: Counter[str] = Counter()
        for each in data:
            tried[each.partition(":")[0]] += 1
        return tuple(chain.from_iterable(_some(data, verb) for verb in sorted(tried)))

    def _appoint(self) -> None:
        """Let somebody be known who is to take over, and somebody hold posts in two branches."""
        session = self.house.session
        third = Unit(name="第三支部", kind="branch", founded=FOUNDED)
        third.parent_id = directory.units_named(session, "党总支")[0].key
        for unit_id in (directory.add_unit(session, third).key, self.unit):
            directory.grant_role(session, OF_TWO, unit_id, Role.DEPUTY)
        directory.grant_role(session, NEXT, self.unit, Role.MEMBER)
        accounts.link(session, NEXT, "卫三", None, NOW)

    def _sent(self) -> Calls:
        """Let a roster be sent by its secretary, and shown."""
        session, who = self.house.session, user_of(THEIRS)
        new = Upload(
            unit_id=self.unit,
            actor=who,
            chat_id=who,
            name="册",
            state=UploadState.FETCHING,
            sent_at=NOW,
            touched_at=NOW,
        )
        upload = uploads.add(session, new)
        policy = self.house.core.policy
        request = Request(
            session, policy, NOW, NOW, who, who, private=True, message_id=1, arguments=""
        )
        rows = read_roster(ROSTER.encode(), FOUNDED)
        said = show(request, upload, rows)
        to = Destination(who, "zh")
        return [
            json.loads(owed.payload)
            for message in said
            for owed in self.house.core.renderer.calls(message, to)
        ]

    def _about(self) -> Iterator[tuple[str, Executable]]:
        """Answer how every row that is about the branch is read, by its table."""
        session = self.house.session
        ids = {
            "unit_id": [self.unit],
            "person_id": _ids(session, Person, self.unit),
            "entry_id": _ids(session, Entry, self.unit),
        }
        own = {
            "unit": ("id", [self.unit]),
            "draft": ("actor", [user_of(THEIRS), OF_TWO, user_of("上级")]),
            "account": ("telegram_id", [NEXT, user_of(THEIRS)]),
        }
        for table in METADATA.sorted_tables:
            wheres = [own[table.name]] if table.name in own else ids.items()
            for name, wanted in wheres:
                if name in table.c:
                    found = select(table).where(table.c[name].in_(wanted))
                    yield table.name, found.order_by(*table.primary_key)

    def rows(self) -> Rows:
        """Answer every row that is about the branch."""
        session = self.house.session
        found: dict[str, list[tuple[object, ...]]] = {}
        for name, statement in self._rows:
            rows = session.connection().execute(statement)
            found.setdefault(name, []).extend(tuple(row) for row in rows)
        return found

    def tried(self, acts: Iterable[Act]) -> list[str]:
        """Let things be tried, and undo them; answer what was said. Theirs must not change."""
        told: list[str] = []
        try:
            with attempt(self.house.session):
                told = [json.dumps(act(), ensure_ascii=False) for act in acts]
                self.house.session.flush()
                assert self.rows() == self.before
                raise Undone
        except Undone:
            return told


def _ids(session: Session, model: type[Person] | type[Entry], unit_id: int) -> list[int]:
    table = table_of(model)
    return list(session.execute(select(table.c.id).where(table.c.unit_id == unit_id)).scalars())


def _some(data: Sequence[str], verb: str) -> Sequence[str]:
    return [each for each in data if each.partition(":")[0] == verb][:MOST_OF_A_VERB]


@pytest.fixture(scope="module")
def branch(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """The organisation after the second branch has done its work: whatever is tried is undone."""
    with opened(founded, tmp_path_factory.mktemp("isolation")) as house:
        yield Branch(house)


def assert_tells_nothing(told: Iterable[str]) -> None:
    assert [said for said in told if any(secret in said for secret in SECRETS)] == []


def _asked(name: str) -> tuple[str, ...]:
    """Answer what is said with a command, where {} stands for the branch's name."""
    return (*NAMED, *NAMED_FOR.get(name, ()))


@pytest.mark.parametrize("name", sorted({command.name for command in BY_NAME.values()}))
def test_no_command_reaches_another_branch(branch: Branch, name: str) -> None:
    acts = [
        partial(branch.house.say, who, chat_id, f"/{name} {said}".format("第二支部"))
        for who, places in PLACES.items()
        for chat_id in places
        for said in (*(ARGUMENTS if who == "书记" else ()), *_asked(name))
    ]
    assert_tells_nothing(branch.tried(acts))


@pytest.mark.parametrize("name", sorted({command.name for command in BY_NAME.values()}))
def test_no_command_tells_that_there_is_another_branch(branch: Branch, name: str) -> None:
    def asked(called: str) -> list[str]:
        texts = (f"/{name} {said}".format(called) for said in _asked(name))
        told = branch.tried([partial(branch.house.say, "书记", None, text) for text in texts])
        return [_TOKEN.sub("", said.replace(called, "某支部")) for said in told]

    assert asked("第二支部") == asked("第九支部")


@pytest.mark.parametrize("who", OTHERS)
def test_no_button_works_for_another_branch(branch: Branch, who: str) -> None:
    taps = [
        partial(branch.house.tap, who, chat_id, data)
        for chat_id in PLACES[who]
        for data in branch.buttons
    ]
    assert_tells_nothing(branch.tried(taps))


@pytest.mark.parametrize("who", OTHERS)
def test_no_button_works_for_others_in_the_branchs_own_group(branch: Branch, who: str) -> None:
    branch.tried([partial(branch.house.tap, who, SECOND, data) for data in branch.buttons])


@pytest.mark.parametrize("verb", sorted(TAPS))
def test_forged_data_does_nothing(branch: Branch, verb: str) -> None:
    taps = [
        partial(branch.house.tap, who, None, f"{verb}:{arguments}")
        for who in ("书记", "路人")
        for arguments in FORGED
    ]
    assert_tells_nothing(branch.tried(taps))
