"""Nobody sees or changes what is another branch's: every command, every button, every file.

A branch does its work, and whatever buttons that brings are kept. Then others try all of it: each
command by the branch's name and numbers, each button in other places, and data no button ever had.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from bot.cli.updates import number, update
from bot.commands import BY_NAME, TAPS
from bot.core import Core, core
from bot.dispatch import Dispatch
from bot.incoming import Incoming, from_update
from bot.settings import Settings
from storage import directory, outbox
from storage.columns import table_of
from storage.database import attempt, rehearsal
from storage.drafts import Draft
from storage.ledger import Entry
from storage.outbox import Owed
from storage.people import Person
from storage.tables import METADATA
from tests.sample import ACTORS, FIRST, SECOND
from tests.stage import local

NOW = local("2026-11-25 10:00").astimezone(UTC)
THEIRS = "二支部书记"
OTHERS = ("书记", "组长", "党员", "路人")
Calls = Sequence[Mapping[str, Any]]
Act = Callable[[], Calls]
# Where each of them tries: in private, and where they have a right, in their own group.
PLACES = {who: (ACTORS[who].user_id, FIRST)[: 2 if who == "书记" else 1] for who in OTHERS}
# What nobody else may ever read: people, sums, and what was talked about behind closed doors.
SECRETS = ("冯一", "陈二", "密议", "密室", "37.21")
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
    "/amend #1",
    "/doc #1",
    "/undo",
    "/settings",
    "/report",
    "/role",
    "/invite 组织委员 陈二",
    "/invite",
)
ARGUMENTS = (
    "",
    "第二支部",
    "第二支部 #1",
    "#1",
    "第二支部 党费",
    "第二支部 党课 2026年11月 原因:无",
    "全部",
    "第二支部 组织委员 张三",
    "结束 书记 第二支部",
    "请假 今天至明天 第二支部",
)
LEAST_VERBS = 7  # of buttons that its work brings, at least
FORGED = (
    "",
    "1",
    "0",
    "-1",
    "1.1.0",
    "99999999999999999999",
    "1.yes",
    "x' OR 1=1",
    "第二支部",
    "🙂",
)


@dataclass
class House:
    """The sample organisation, spoken to without Telegram; what it says is kept."""

    session: Session
    core: Core
    said: list[Owed] = field(default_factory=list)
    buttons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.dispatch = Dispatch(self.core.in_force, self.core.renderer, put=self._put)

    def _put(self, session: Session, owed: Owed, now: datetime) -> int:
        self.said.append(owed)
        return outbox.put(session, owed, now)

    def hear(self, heard: Mapping[str, Any]) -> Calls:
        """Answer one update; answer the parameters of what is said then."""
        self.said.clear()
        incoming = from_update(heard, "sanhui")
        assert isinstance(incoming, Incoming)
        self.dispatch.answer(self.session, incoming, NOW)
        return [json.loads(owed.payload) for owed in self.said]

    def say(self, who: str, chat_id: int, text: str) -> Calls:
        return self.hear(update(text, ACTORS[who].user_id, chat_id, NOW))

    def tap(self, who: str, chat_id: int, data: str) -> Calls:
        """Tap a button that may never have been there."""
        new = number()
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup"}
        message = {"message_id": 1, "date": int(NOW.timestamp()), "chat": chat}
        person = {"id": ACTORS[who].user_id, "is_bot": False}
        query = {"id": str(new), "from": person, "message": message, "data": data}
        return self.hear({"update_id": new, "callback_query": query})

    def theirs(self) -> dict[str, list[tuple[object, ...]]]:
        """Answer every row that is about the second branch, by its table."""
        unit = directory.units_named(self.session, "第二支部")[0]
        people = self._ids(Person, unit.key)
        entries = self._ids(Entry, unit.key)
        found = {}
        for table in METADATA.sorted_tables:
            wheres: list[ColumnElement[bool]] = [
                table.c[name].in_(ids)
                for name, ids in (
                    ("unit_id", [unit.key]),
                    ("person_id", people),
                    ("entry_id", entries),
                )
                if name in table.c
            ]
            if table.name == "unit":
                wheres = [table.c.id == unit.key]
            if table is table_of(Draft):
                wheres = [table.c.actor == ACTORS[THEIRS].user_id]
            rows = [
                tuple(row)
                for where in wheres
                for row in self.session.execute(
                    select(table).where(where).order_by(*table.primary_key)
                )
            ]
            found[table.name] = rows
        return found

    def _ids(self, model: type[Person] | type[Entry], unit_id: int) -> list[int]:
        table = table_of(model)
        return list(
            self.session.execute(select(table.c.id).where(table.c.unit_id == unit_id)).scalars()
        )


@pytest.fixture(scope="module")
def house(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The organisation after the second branch has done its work: whatever is tried is undone."""
    path = shutil.copy(founded, tmp_path_factory.mktemp("isolation") / "sanhui.db")
    made = core(Settings(database_url=f"sqlite:///{path}"))
    with rehearsal(made.engine) as session:
        house = House(session, made)
        house.buttons = at_work(house)
        yield house
    made.engine.dispose()


def at_work(house: House) -> tuple[str, ...]:
    """Let the second branch do its work, in its group and in private; answer its buttons."""
    told = [
        each
        for chat_id in (SECOND, ACTORS[THEIRS].user_id)
        for text in WORK
        for each in house.say(THEIRS, chat_id, text)
    ]
    whole = json.dumps(told, ensure_ascii=False)
    assert [secret for secret in SECRETS if secret not in whole] == []
    rows = [row for each in told for row in each.get("reply_markup", {}).get("inline_keyboard", ())]
    data = {button["callback_data"] for row in rows for button in row if "callback_data" in button}
    assert len({each.partition(":")[0] for each in data}) >= LEAST_VERBS
    return tuple(sorted(data))


class Undone(Exception):  # noqa: N818 - nothing went wrong
    """What was tried is undone."""


def tried(house: House, acts: Iterable[Act]) -> str:
    """Let some things be tried, and undo them; answer all that was said. Theirs must not change."""
    before, told = house.theirs(), []
    try:
        with attempt(house.session):
            told = [each for act in acts for each in act()]
            house.session.flush()
            assert house.theirs() == before
            raise Undone
    except Undone:
        return json.dumps(told, ensure_ascii=False)


def assert_tells_nothing(said: str) -> None:
    assert [secret for secret in SECRETS if secret in said] == []


@pytest.mark.parametrize("name", sorted({command.name for command in BY_NAME.values()}))
def test_no_command_reaches_another_branch(house: House, name: str) -> None:
    for who, places in PLACES.items():
        for chat_id in places:
            asked = [f"/{name} {arguments}" for arguments in ARGUMENTS]
            assert_tells_nothing(tried(house, [partial(house.say, who, chat_id, a) for a in asked]))


@pytest.mark.parametrize("who", OTHERS)
def test_no_button_works_for_another_branch(house: House, who: str) -> None:
    for chat_id in PLACES[who]:
        taps = [partial(house.tap, who, chat_id, data) for data in house.buttons]
        assert_tells_nothing(tried(house, taps))


@pytest.mark.parametrize("who", OTHERS)
def test_no_button_works_for_others_in_the_branchs_own_group(house: House, who: str) -> None:
    tried(house, [partial(house.tap, who, SECOND, data) for data in house.buttons])


@pytest.mark.parametrize("verb", sorted(TAPS))
def test_forged_data_does_nothing(house: House, verb: str) -> None:
    for who in ("书记", "路人"):
        for chat_id in PLACES[who]:
            data = [f"{verb}:{arguments}" for arguments in FORGED]
            assert_tells_nothing(tried(house, [partial(house.tap, who, chat_id, d) for d in data]))
