"""Posts, invitations and the owner's code on the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.sample import ACTORS
from tests.stage import Ran, playing, sanhui

STRANGER, PERSON = "路人", ACTORS["路人"].user_id
UNIT = ("--unit", "第一支部")


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return tmp_path / "empty.db"


def token_in(said: str) -> str:
    found = re.search(r"\b[a-z2-7]{26}\b", said)
    assert found is not None, said
    return found[0]


def say(database: Path, text: str, who: int = PERSON) -> Ran:
    return sanhui(database, "say", text, "--as", str(who), "--chat", str(who))


def test_a_role_is_granted_listed_and_ended(database: Path) -> None:
    grant = ("role", "grant", str(PERSON), "publicity", *UNIT, "--name", "孙八")
    assert sanhui(database, *grant).code == 0
    listed = sanhui(database, "role", "list", *UNIT, "--json").json
    assert {"name": "孙八", "role": "publicity"}.items() <= listed[-1].items()
    assert "宣传委员:17 孙八" in sanhui(database, "role", "list", *UNIT).out

    end = ("role", "end", str(PERSON), "publicity", *UNIT)
    assert "已结束" in sanhui(database, *end).out
    again = sanhui(database, *end)
    assert (again.code, "不是" in again.err) == (1, True)


def test_an_acting_role_needs_an_end_and_a_unit_has_one_secretary(database: Path) -> None:
    acting = sanhui(database, "role", "grant", str(PERSON), "secretary", *UNIT, "--acting")
    assert (acting.code, "--to" in acting.err) == (1, True)
    second = sanhui(database, "role", "grant", str(PERSON), "secretary", *UNIT)
    assert (second.code, "已有书记(11)" in second.err) == (1, True)


def test_an_invitation_gives_the_role_once(database: Path) -> None:
    token = token_in(sanhui(database, "invite", "副书记", "孙八", *UNIT).out)
    joined = say(database, f"/start {token}")
    assert "孙八,您已担任第一支部副书记" in joined.out
    assert "这个链接不能用了" in say(database, token, ACTORS["党员"].user_id).out
    (held,) = [
        each
        for each in sanhui(database, "role", "list", *UNIT, "--json").json
        if each["telegram_id"] == PERSON
    ]
    assert held["name"] == "孙八"


def test_a_link_extends_a_post_that_ends_and_takes_none_twice(database: Path) -> None:
    grant = ("role", "grant", str(PERSON), "deputy", *UNIT, "--to", "2999-12-31")
    assert sanhui(database, *grant).code == 0
    token = token_in(sanhui(database, "invite", "副书记", "孙八", *UNIT).out)
    assert "您已担任第一支部副书记" in say(database, f"/start {token}").out
    (held,) = [
        each
        for each in sanhui(database, "role", "list", *UNIT, "--json").json
        if each["telegram_id"] == PERSON
    ]
    assert (held["role"], held["to"]) == ("deputy", None)
    again = token_in(sanhui(database, "invite", "副书记", "孙八", *UNIT).out)
    assert "您已经是第一支部副书记" in say(database, f"/start {again}").out


def test_a_secretary_whose_post_ends_is_no_second_one(database: Path) -> None:
    secretary = ACTORS["书记"].user_id
    end = ("role", "end", str(secretary), "secretary", *UNIT, "--on", "2999-12-31")
    assert sanhui(database, *end).code == 0
    token = token_in(sanhui(database, "invite", "书记", "张三", *UNIT).out)
    assert "这个职务" not in say(database, f"/start {token}", secretary).out
    (held,) = [
        each
        for each in sanhui(database, "role", "list", *UNIT, "--json").json
        if each["role"] == "secretary"
    ]
    assert (held["telegram_id"], held["to"]) == (secretary, None)


def test_who_sends_the_code_owns_the_installation(empty: Path) -> None:
    first = token_in(sanhui(empty, "owner", "code").out)
    second = token_in(sanhui(empty, "owner", "code").out)
    assert "这个链接不能用了" in say(empty, first).out
    assert "您现在是管理员" in say(empty, second.upper()).out
    assert "这个链接不能用了" in say(empty, second, 99).out
    there = sanhui(empty, "owner", "code")
    assert (there.code, "已经有管理员" in there.err) == (1, True)


def test_where_the_settings_name_the_owners_no_code_is_made(empty: Path) -> None:
    code = token_in(sanhui(empty, "owner", "code").out)
    named = sanhui(empty, "owner", "code", SANHUI_OWNER_IDS="16,12")
    assert (named.code, named.out, "(12、16)" in named.err) == (1, "", True)
    assert "您现在是管理员" in say(empty, code).out  # what was refused took nothing back


async def test_a_link_made_in_chat_is_taken_up_by_whoever_opens_it(database: Path) -> None:
    async with playing(database) as stage:
        said = await stage.say("书记", "私聊", "/invite 宣传委员 孙八")
        link = re.search(r"https://t\.me/(\w+)\?start=([a-z2-7]{26})", said[0].text)
        assert link is not None
        assert link[1] == stage.sandbox.world.username
        shown = await stage.say(STRANGER, "私聊", f"/start {link[2]}")
        told = {each.chat_id: each.text for each in shown}
        assert "您已担任第一支部宣传委员" in told[PERSON]
        assert "/meeting" in told[PERSON]
        assert "孙八已担任第一支部宣传委员" in told[ACTORS["书记"].user_id]
        (void,) = await stage.say("党员", "私聊", f"/start {link[2]}")
        assert "这个链接不能用了" in void.text
        (held,) = await stage.say("书记", "私聊", "/invite 宣传委员 孙八")
        assert "不用邀请" in held.text
