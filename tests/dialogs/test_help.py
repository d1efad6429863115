"""What the help promises: every example of every language, typed as it stands, is not refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping

import pytest

from bot.commands import COMMANDS
from bot.words import LOCALES, TEMPLATES
from compliance.access import Role
from handlers.roster_files.reading import read_roster
from storage import directory, roster
from storage.database import transaction
from storage.units import Unit
from tests.sample import ACTORS, FOUNDED, ROSTER
from tests.stage import Stage

# The messages that do what was asked, by command; any other one is a refusal or a question.
DONE = {
    "units": {"units", "unit_changed"},
    "settings": {"settings", "setting_chosen"},
    "setup": {"setup_bound"},
    "start": {"start"},
    "help": {"help"},
    "meeting": {"recorded"},
    "dues": {"paid", "dues_assessed", "dues_reduced", "remitted"},
    "status": {"status"},
    "due": {"due"},
    "records": {"records"},
    "why": {"why", "why_today"},
    "undo": {"undone"},
    "amend": {"amended", "dues_amended"},
    "doc": {"files"},
    "report": {"report"},
    "score": {"scored", "scores"},
    "waive": {"waived", "waivers"},
    "role": {"posts", "leave_taken"},
    "invite": {"invite_link", "invite_sent", "invitations"},
    "return": {"returned"},
    "roster": {"roster", "roster_card", "roster_changed", "roster_exported"},
    "urge": {"urge_done", "urged_all", "urged"},
    "remind": {"remind"},
    # They are for a private chat: in a group one is told so.
    "handover": {"private_only"},
    "privacy": {"private_only"},
}
# What is said in private alone: there the branch is named first.
IN_PRIVATE = {"roster"}
# Who tries the examples of a command, where it is not the secretary.
SPEAKERS = dict.fromkeys(("report", "score", "waive", "return", "urge", "units"), "上级")
# What a branch has when somebody tries the examples: #1 is a committee meeting, not all present.
BEFORE = ("/meeting 支委会 11月24日 应到5 实到4 缺席:李四(出差)", "/dues 张三 50 10月")
# What is done by these rests on no record.
ANEW = {
    *("help", "start", "units", "settings", "setup", "role", "invite", "remind", "handover"),
    *("privacy", "meeting", "roster"),
}
# What a superior says; the rest is said by the secretary.
BY_SUPERIOR = ("/dues 减免", "/dues reduce")
Say = Callable[[str, Mapping[str, object]], str]


def examples(locale: str) -> list[tuple[str, str]]:
    table = tomllib.loads((TEMPLATES / locale / "commands.toml").read_text("utf-8"))
    return [(command, text) for command, entry in table.items() for text in entry["examples"]]


def watch_templates(stage: Stage) -> list[str]:
    """Note which messages are put into words from here on."""
    used: list[str] = []
    for words in stage.service.core.languages.values():
        say = words.text

        def noted(template: str, values: Mapping[str, object], say: Say = say) -> str:
            used.append(template)
            return say(template, values)

        words.text = noted  # type: ignore[method-assign]
    return used


def found_branch(stage: Stage, name: str, chat_id: int, locale: str) -> None:
    """Found a branch of its own for an example, with the same people and the same secretary."""
    with transaction(stage.service.core.engine) as session:
        above = Unit(name=f"{name}总支", kind="general_branch", founded=FOUNDED, locale=locale)
        parent = directory.add_unit(session, above)
        new = Unit(name=name, kind="branch", parent_id=parent.key, founded=FOUNDED, locale=locale)
        unit = directory.add_unit(session, new)
        directory.grant_role(session, ACTORS["上级"].user_id, parent.key, Role.SUPERVISOR)
        directory.bind_chat(session, chat_id, unit.key)
        roster.take_rows(session, unit, read_roster(ROSTER.encode()), FOUNDED)
        directory.grant_role(session, ACTORS["书记"].user_id, unit.key, Role.SECRETARY)
    stage.sandbox.add_group(chat_id, name, [ACTORS[who].user_id for who in ("书记", "上级")])
    stage.chats[name] = chat_id


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_has_examples(locale: str) -> None:
    names = {command.name for command in COMMANDS}

    assert {command for command, _ in examples(locale)} == names
    assert set(DONE) == names


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_example_is_done_as_it_stands(stage: Stage, locale: str) -> None:
    used = watch_templates(stage)
    for number, (command, example) in enumerate(examples(locale)):
        name = f"支部{number}"
        found_branch(stage, name, -200 - number, locale)
        for before in () if command in ANEW else BEFORE:
            assert len(await stage.say("书记", name, before)) == 1
        used.clear()
        who = "上级" if example.startswith(BY_SUPERIOR) else SPEAKERS.get(command, "书记")
        where = name
        if command in IN_PRIVATE:
            where, example = "私聊", example.replace(f"/{command}", f"/{command} {name}", 1)  # noqa: PLW2901
        said = await stage.say(who, where, example)

        here = stage.chat(who, where)
        assert len([each for each in said if each.chat_id == here]) == 1, example
        assert used[0] in DONE[command], f"{example}: {said[0].text}"
