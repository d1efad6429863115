"""A big tree is shown level by level; every tap is asked anew who may."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from compliance.access import Role
from handlers.units.reorganising import units
from handlers.units.tree import PAGE, turned
from storage import directory
from storage.database import transaction
from storage.messages import Message
from storage.units import Unit
from tests.handlers.office import GENERAL, Office
from tests.storage.samples import a_unit


@pytest.fixture
def session(sqlite: Engine) -> Iterator[Session]:
    with transaction(sqlite) as session:
        yield session


class Big:
    """A committee over twenty-five general branches, with three branches each."""

    def __init__(self, session: Session) -> None:
        self.office = Office(session)
        self.top = a_unit(session, "党委", "leading_group")
        for n in range(25):
            general = a_unit(session, f"总支{n}", "general_branch", self.top)
            for m in range(3):
                a_unit(session, f"支部{n}-{m}", "branch", general)
        directory.bind_chat(session, -500, self.top.key)
        self.superior = self.office.appoint(Role.SUPERVISOR, self.top)

    def tap(self, data: str, actor: int | None = None) -> Message:
        return self.office.ask(turned, data, actor=actor or self.superior, chat=-500)


@pytest.fixture
def big(session: Session) -> Big:
    return Big(session)


def names(message: Message) -> list[str]:
    lines = message.values["lines"]
    assert isinstance(lines, list)
    return [line.name for line in lines]


def data(message: Message) -> list[str]:
    return [button.data for row in message.buttons for button in row]


def test_a_big_tree_shows_its_next_level_on_pages(big: Big) -> None:
    first = big.office.ask(units, actor=big.superior, chat=-500)
    assert names(first) == [f"总支{n}" for n in range(PAGE)]
    assert (first.values["page"], first.values["pages"]) == (1, 2)
    assert f"units:{big.top.id}.1" in data(first)
    later = big.tap(f"{big.top.id}.1")
    assert names(later) == [f"总支{n}" for n in range(PAGE, 25)]
    assert later.edits
    assert f"units:{big.top.id}.0" in data(later)
    assert names(big.tap(f"{big.top.id}.99")) == names(later)


def test_a_tap_goes_down_and_up(session: Session, big: Big) -> None:
    first = big.office.ask(units, actor=big.superior, chat=-500)
    down = next(each for each in data(first) if not each.startswith(f"units:{big.top.id}."))
    below = big.tap(down.removeprefix("units:"))
    assert names(below) == ["支部0-0", "支部0-1", "支部0-2"]
    assert data(below) == [f"units:{big.top.id}.0"]


def test_the_day_goes_along_with_the_buttons(big: Big) -> None:
    first = big.office.ask(units, "2025-12-31", actor=big.superior, chat=-500)
    assert all(each.endswith(".2025-12-31") for each in data(first))
    assert all(len(each.encode()) <= 64 for each in data(first))
    assert names(big.tap(f"{big.top.id}.1.2025-12-31")) == [f"总支{n}" for n in range(PAGE, 25)]


def test_what_is_out_of_reach_is_answered_like_what_is_not_there(big: Big) -> None:
    tapped = (f"{big.top.id}.0", "99999.0", "x", "1", f"{big.top.id}.0.2026-13-01")
    said = [big.tap(each, big.office.secretary) for each in tapped]
    assert {(m.template, str(m.values)) for m in said} == {("unit_unknown", "{'name': ''}")}


def test_someone_with_several_units_sees_each(big: Big) -> None:
    big.office.grant(big.superior, Role.SUPERVISOR, big.office.general)
    seen = big.office.ask(units, actor=big.superior, private=True, chat=big.superior)
    assert names(seen) == ["党总支", "党委"]
    assert seen.values["unit"] is None


def test_people_are_counted_for_whoever_may_see_rosters(session: Session, big: Big) -> None:
    member = big.office.appoint(Role.MEMBER, big.office.first)

    def people(actor: int, chat: int, *, private: bool) -> object:
        shown = big.office.ask(units, actor=actor, chat=chat, private=private)
        line = shown.values["unit"]
        assert line is not None
        return line.people  # type: ignore[attr-defined]

    assert people(big.office.secretary, big.office.secretary, private=True) == 4
    assert people(member, member, private=True) is None


def test_an_owner_without_a_post_sees_all_and_founds_at_the_top(session: Session, big: Big) -> None:
    told: dict[str, Any] = {"actor": 77, "chat": 77, "private": True, "owner": True}
    assert names(big.office.ask(units, **told)) == ["党总支", "党委"]
    message = big.office.ask(units, "新建 机关党委", **told)
    assert message.template == "unit_changed"
    (founded,) = directory.units_named(session, "机关党委")
    assert (founded.kind, founded.parent_id) == ("leading_group", None)


def test_a_group_of_several_branches_is_named_with_its_branch(session: Session, big: Big) -> None:
    office = big.office
    a_unit(session, "第一小组", "party_group", office.second)
    owner: dict[str, Any] = {"actor": 77, "owner": True, "chat": GENERAL}
    unclear = office.ask(units, "改名 第一小组 甲组", **owner)
    assert unclear.values == {"names": ("第一支部/第一小组", "第二支部/第一小组")}
    assert office.ask(units, "改名 第一支部/第一小组 甲组", **owner).template == "unit_changed"
    assert session.get_one(Unit, office.group.key).name == "甲组"
