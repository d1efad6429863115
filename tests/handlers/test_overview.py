"""How all below stand: in which order, on which page, and who is led where by which button."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from compliance.access import Role
from handlers.telling.overview import PER_PAGE, UNGROUPED, Shown, turn
from handlers.telling.standing import drill, status
from storage.messages import Message
from storage.pauses import Pause
from storage.units import Unit
from tests.handlers.office import GENERAL, NOW, STRANGER, Office
from tests.storage.samples import a_unit

NEW = date(2026, 11, 1)  # a branch of this age has nothing overdue on 25 November


@pytest.fixture
def superior(office: Office) -> int:
    return office.appoint(Role.SUPERVISOR, office.general)


def branches(
    office: Office, count: int, parent: Unit | None = None, founded: date | None = None
) -> list[Unit]:
    parent = parent or office.general
    return [
        a_unit(office.session, f"{parent.name}第{n}支部", "branch", parent, founded=founded)
        for n in range(1, count + 1)
    ]


def lines(message: Message) -> dict[str, Shown]:
    """The lines by their names, in their order."""
    assert message.template == "overview"
    found = message.values["lines"]
    assert isinstance(found, tuple)
    return {line.name: line for line in found}


def told(message: Message) -> list[str]:
    return list(lines(message))


def data(message: Message) -> dict[str, str]:
    """What the buttons bring back, by their label and the name on it."""
    return {
        f"{button.label} {button.values.get('name', '')}".strip(): button.data
        for row in message.buttons
        for button in row
    }


def test_the_worst_comes_first_and_the_rest_is_counted(office: Office, superior: int) -> None:
    for name in ("第四小组", "第五小组"):
        a_unit(office.session, name, "party_group", office.second)
    branches(office, 3, founded=NEW)
    message = office.ask(status, "全部", actor=superior, chat=GENERAL)
    assert told(message) == ["第二支部", "第一支部"]
    assert (message.values["branches"], message.values["failing"]) == (5, 2)
    first, second = lines(message).values()
    assert first.overview.badness > second.overview.badness
    assert [title.code for title in first.titles] == list(first.overview.failing[:3])


SAID = ("全部", "ALL", "党总支 全部", "全部 党总支", "所有支部", "全部 三季度", "三季度 全部")


def test_all_is_asked_about_in_many_ways(office: Office, superior: int) -> None:
    for said in SAID:
        message = office.ask(status, said, actor=superior, chat=superior, private=True)
        assert (message.template, message.values["unit"]) == ("overview", "党总支")
        period = message.values["period"]
        assert (period is not None) == ("三季度" in said)
        assert data(message)["choose_unit 第一支部"].endswith(".2026-Q3" if period else ".0")


def test_a_unit_that_is_left_in_peace_is_marked(office: Office, superior: int) -> None:
    def pause(unit: Unit, first: int, last: int, **more: Any) -> Pause:
        days: dict[str, Any] = {"from_on": date(2026, 11, first), "until_on": date(2026, 11, last)}
        return Pause(unit_id=unit.key, reason="搬家", entered_by=1, entered_at=NOW, **days, **more)

    office.session.add_all(
        [
            pause(office.second, 20, 30),
            pause(office.first, 1, 24),
            pause(office.first, 20, 30, ended_at=NOW, ended_by=1),
            pause(office.first, 20, 30, requirement="study"),
        ]
    )
    office.session.flush()
    message = office.ask(status, "全部", actor=superior, chat=GENERAL)
    assert {name: line.paused for name, line in lines(message).items()} == {
        "第一支部": False,
        "第二支部": True,
    }
    assert message.values["paused"] == 1


def test_the_exceptions_come_in_pages(office: Office, superior: int) -> None:
    branches(office, PER_PAGE)
    key = office.general.key
    first = office.ask(status, "全部", actor=superior, chat=GENERAL)
    second = office.ask(turn, f"{key}.1", actor=superior, chat=GENERAL)
    assert (first.values["page"], first.values["pages"]) == (1, 2)
    assert len(set(told(first)) | set(told(second))) == PER_PAGE + 2
    assert data(first)["form_later"] == f"all:{key}.1"
    assert data(second)["form_earlier"] == f"all:{key}.0"
    assert "form_later" not in data(second)
    assert second.edits
    down = data(second)[f"choose_unit {told(second)[0]}"]
    unit = office.ask(drill, down.removeprefix("status:"), actor=superior, chat=GENERAL)
    assert unit.template == "status"
    assert data(unit)["back"] == f"all:{key}.1"


def test_many_branches_are_gathered_by_the_units_between(office: Office) -> None:
    top = a_unit(office.session, "党委", "leading_group")
    office.general.parent_id = top.key
    good = a_unit(office.session, "好总支", "general_branch", top)
    empty = a_unit(office.session, "空总支", "general_branch", top)
    branches(office, UNGROUPED - 1, good, founded=NEW)
    branches(office, 1, top)
    superior = office.appoint(Role.SUPERVISOR, top)
    message = office.ask(status, "全部", actor=superior, chat=superior, private=True)
    assert told(message) == ["党总支", "党委第1支部"]
    line = lines(message)["党总支"]
    assert (line.branches, line.failing, line.titles) == (2, 2, ())
    assert (message.values["branches"], message.values["failing"]) == (UNGROUPED + 2, 3)
    assert data(message)["choose_unit 党总支"] == f"all:{office.general.key}.0"
    down = office.ask(turn, f"{office.general.key}.0", actor=superior, chat=superior, private=True)
    assert told(down) == ["第一支部", "第二支部"]
    assert data(down)["all_above 党委"] == f"all:{top.key}.0"
    nothing = office.ask(turn, f"{empty.key}.0", actor=superior, chat=superior, private=True)
    assert nothing.template == "none_below"


def test_nobody_is_led_up_to_a_unit_out_of_reach(office: Office, superior: int) -> None:
    top = a_unit(office.session, "党委", "leading_group")
    office.general.parent_id = top.key
    office.session.flush()
    message = office.ask(status, "全部", actor=superior, chat=GENERAL)
    assert "all_above 党委" not in data(message)


def test_of_two_units_the_one_above_others_is_meant(office: Office, superior: int) -> None:
    office.grant(superior, Role.SECRETARY, office.first)
    message = office.ask(status, "全部", actor=superior, chat=superior, private=True)
    assert message.values["unit"] == "党总支"
    assert office.ask(status, actor=superior, chat=superior, private=True).template == "which_unit"


def test_who_is_told_how_all_below_stand(office: Office) -> None:
    for role in Role:
        above, below = office.appoint(role, office.general), office.appoint(role, office.first)
        sees = role not in (Role.GROUP_LEADER, Role.MEMBER)
        there = office.ask(status, "党总支 全部", actor=above)
        assert there.template == ("overview" if sees else "not_allowed")
        assert office.ask(turn, f"{office.general.key}.0", actor=below).template != "overview"
        assert office.ask(status, "党总支 全部", actor=below).template != "overview"


FORGED = (
    *("", ".", "x", "1", "1.", "1.x", "999.0", "0.0", "-1.0", "1.0.2026-13", "1.0.0001"),
    *("1.0.9999", "1.0.2026.7", "1" * 30 + ".0", "1.²", "1.0.", "1 .0", "１.０"),
)


def test_forged_data_is_refused(office: Office, superior: int) -> None:
    own = office.general.key
    for forged in FORGED:
        for handler, start in ((turn, ""), (drill, f"{own}.")):
            message = office.ask(handler, start + forged, actor=superior, chat=GENERAL)
            assert (message.template, message.toast) == ("unit_out_of_reach", True), forged


def test_a_unit_out_of_reach_is_like_none(office: Office) -> None:
    there = office.ask(drill, str(office.second.key))
    nowhere = office.ask(drill, "999")
    group = office.ask(drill, str(office.group.key))
    assert there == nowhere == group
    assert office.ask(drill, str(office.second.key), actor=STRANGER) == there
    assert office.ask(drill, str(office.first.key)).template == "status"


def test_who_may_see_a_unit_only_is_led_back_nowhere_else(office: Office) -> None:
    back = office.ask(drill, f"{office.first.key}.{office.general.key}.0")
    assert back.template == "unit_out_of_reach"
