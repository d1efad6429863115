"""How far a post reaches: no further than its unit, and what is below it is told to few."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.access import Role
from storage import accounts, directory, posts
from storage.units import Unit
from tests.bot.house import NOW, Calls, House, buttons_of, opened, user_of
from tests.sample import FOUNDED

OF_GENERAL, OF_TWO = 31, 32  # the general branch's secretary; one of two branches of one name
OWNER = 33
NAMES = ("张三", "冯一")


@pytest.fixture(scope="module")
def house(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(founded, tmp_path_factory.mktemp("reach")) as house:
        session = house.session
        general = directory.units_named(session, "党总支")[0]
        directory.grant_role(session, OF_GENERAL, general.key, Role.SECRETARY)
        first = directory.units_named(session, "第一支部")[0]
        other = _add(house, "另一总支", "general_branch", None)
        alike = _add(house, "第一支部", "branch", other.key)
        for unit in (first, alike):
            directory.grant_role(session, OF_TWO, unit.key, Role.DEPUTY)
        yield house


def _add(house: House, name: str, kind: str, parent_id: int | None) -> Unit:
    new = Unit(name=name, kind=kind, parent_id=parent_id, founded=FOUNDED)
    return directory.add_unit(house.session, new)


def _text(calls: Calls) -> str:
    return json.dumps(calls, ensure_ascii=False)


def test_an_officer_above_takes_no_roster_out_of_those_below(house: House) -> None:
    told = _text(house.say(OF_GENERAL, None, "/roster 导出 csv"))
    assert "由上级导出" in told
    assert not any(name in told for name in NAMES)


def test_a_superior_takes_out_the_rosters_of_all_below(house: House) -> None:
    told = _text(house.say("上级", None, "/roster 导出 党总支 csv"))
    assert all(name in told for name in NAMES)


def test_an_officer_above_is_told_of_no_headcount_below(house: House) -> None:
    assert "10人" not in _text(house.say(OF_GENERAL, None, "/units"))
    assert "10人" in _text(house.say("上级", None, "/units"))
    assert "8人" in _text(house.say("书记", None, "/units"))


@pytest.mark.parametrize("text", ["/remind {} 8:30", "/remind {}", "/remind {} 暂停"])
def test_reminding_does_not_tell_whether_there_is_such_a_unit(house: House, text: str) -> None:
    real = _text(house.say("书记", None, text.format("第二支部")))
    assert real.replace("第二支部", "第九支部") == _text(
        house.say("书记", None, text.format("第九支部"))
    )


def test_one_of_two_units_of_a_name_is_chosen_once(house: House) -> None:
    asked = house.say(OF_TWO, None, "/status 第一支部")
    rows = asked[0]["reply_markup"]["inline_keyboard"]
    labels = [button["text"] for row in rows for button in row]
    assert labels == ["党总支/第一支部", "另一总支/第一支部", "取消"]
    told = house.tap(OF_TWO, None, buttons_of(asked)[1])
    assert "今年" in _text(told) or "未达标" in _text(told)
    assert not any(data.startswith("unit:") for data in buttons_of(told))


def test_a_unit_is_nobody_to_hand_over_to(house: House) -> None:
    assert "「第二支部 张三」不像一个人的姓名" in _text(
        house.say("书记", None, "/handover 第二支部 张三")
    )


def test_an_owner_without_a_post_reports_on_any_branch(house: House) -> None:
    accounts.account(house.session, OWNER).owner_since = NOW
    told = _text(house.say(OWNER, None, "/report 第二支部"))
    assert "第二支部" in told
    assert "这件事由" not in told
    assert [data for data in buttons_of(house.say(OWNER, None, "/report")) if "unit:" in data]


def test_the_links_of_a_secretary_who_is_dismissed_let_nobody_in(house: House) -> None:
    link = _text(house.say("书记", None, "/invite 宣传委员 卫九"))
    token = link.partition("start=")[2][:26]
    ended = _text(house.say("上级", None, "/role 结束 书记 第一支部"))
    assert "邀请链接(1个)已作废" in ended
    assert "任宣传委员" not in _text(house.say("路人", None, f"/start {token}"))
    held = posts.posts_of(house.session, user_of("路人"), NOW.date())
    assert held == []
