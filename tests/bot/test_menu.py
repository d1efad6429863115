"""The command menus: who sees which commands where, in which language."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import COMMANDS
from bot.sandbox.profile import menu
from tests.sample import FIRST
from tests.stage import Stage, actor

CALLS = 8  # the default and three scopes, each in Chinese for everybody and in English
FOR_FEW = {"roster", "settings", "role", "invite", "units", "score", "waive", "start", "setup"} | {
    *("return", "urge", "remind", "handover", "privacy")
}
IN_PRIVATE_ALONE = {"handover", "privacy"}


async def published(stage: Stage, times: int = 1) -> None:
    def statuses() -> list[int]:
        return [call.status for call in stage.sandbox.calls if call.method == "setMyCommands"]

    await stage.sandbox.wait_until(lambda: len(statuses()) == times * CALLS)
    assert set(statuses()) == {200}


async def test_each_sees_the_menu_of_the_place_in_their_language(stage: Stage) -> None:
    await published(stage)
    world = stage.sandbox.world
    administrator, member = actor("书记"), actor("党员")
    every = {command.name for command in COMMANDS}

    def names(chat_id: int, user_id: int, language: str = "zh") -> set[str]:
        return {each["command"] for each in menu(world, user_id, chat_id, language)}

    assert names(member, member) == every - {"setup"}  # a group is set up in the group
    assert names(FIRST, member) == every - FOR_FEW
    assert names(FIRST, administrator) == every - IN_PRIVATE_ALONE
    assert names(FIRST, member, "ru") == every - FOR_FEW
    assert "meeting" in every - FOR_FEW


@pytest.mark.parametrize(
    ("language", "shown"),
    [("zh", "会议"), ("en", "record a meeting"), ("ru", "会议"), ("", "会议")],
)
async def test_a_menu_is_in_the_persons_language_or_in_chinese(
    stage: Stage, language: str, shown: str
) -> None:
    await published(stage)
    shown_now = menu(stage.sandbox.world, actor("党员"), FIRST, language)

    assert shown in next(each["description"] for each in shown_now if each["command"] == "meeting")


async def test_menus_are_told_again_without_a_change(stage: Stage, database: Path) -> None:
    await published(stage)
    before = dict(stage.sandbox.world.commands)
    await stage.restart(database)
    await published(stage, times=2)

    assert stage.sandbox.world.commands == before
