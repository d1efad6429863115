"""Plays the conversations of the tables in this folder; month.toml tells what a table may say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from compliance.access import Role
from storage import accounts, directory, roster
from storage.database import transaction
from tests.sample import ACTORS
from tests.stage import Shown, Stage, actor, local, playing

TABLES = sorted(Path(__file__).parent.glob("*.toml"))
ACTS = ("says", "replies_to", "topic", "taps", "on", "edits", "was", "forges", "at")
SENDS = ("sends", "captioned", "follows", "by")  # files; see files.toml. Whose message: posts.toml
SHOWS = ("shows", "lacks", "buttons", "silence", "changed", "tells", "told", "toast")
KEYS = frozenset(("who", "where", *ACTS, *SENDS, *SHOWS))
FAILED = "出了故障"
Turn = Mapping[str, Any]


def table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def test_the_tables_hold_what_was_promised() -> None:
    turns = {path.stem: table(path)["turn"] for path in TABLES}
    unknown = {key for each in turns.values() for turn in each for key in turn} - KEYS

    assert not unknown
    assert len(turns["month"]) >= 100
    assert len({turn.get("who") for turn in turns["month"]}) >= 8


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
async def test_conversation(path: Path, database: Path) -> None:
    said = table(path)
    async with playing(database, said["begins"]) as stage:
        for group in said.get("group", ()):
            _open(stage, group)
        for role in said.get("role", ()):
            _appoint(stage, role)
        for account in said.get("account", ()):
            _known(stage, account)
        for number, turn in enumerate(said["turn"], 1):
            shown = await _play(stage, turn)
            told = {_hearer(stage, name) for name in _listed(turn.get("tells", []))}
            here = [each for each in shown if each.chat_id not in told]
            there = [each for each in shown if each.chat_id in told]
            wrong = [*_wrong(turn, here, _place(stage, turn)), *_astray(stage, turn, here)]
            wrong += _untold(turn, there)
            if "toast" in turn and turn["toast"] not in stage.toast:
                wrong.append(f"the toast says {stage.toast!r}")
            assert not wrong, _report(stage, number, turn, wrong)


def _open(stage: Stage, group: Mapping[str, Any]) -> None:
    """Open the group anew as the table wants it: a forum, or one where the bot hears all.

    One that is not there is opened, too: it is bound to no unit.
    """
    chat_id = stage.chats.setdefault(group["where"], -200 - len(stage.chats))
    stage.sandbox.world.chats.pop(chat_id, None)
    members = [each.user_id for each in ACTORS.values()]
    stage.sandbox.add_group(
        chat_id,
        group["where"],
        members,
        forum=group.get("forum", False),
        privacy=not group.get("hears_all", False),
    )
    for topic in group.get("topics", ()):
        stage.sandbox.add_topic(chat_id, topic)


def _appoint(stage: Stage, said: Mapping[str, Any]) -> None:
    """Give someone one more role, as the table wants it."""
    with transaction(stage.service.core.engine) as session:
        unit = directory.units_named(session, said["unit"])[0]
        directory.grant_role(session, actor(said["who"]), unit.key, Role(said["role"]))


def _known(stage: Stage, said: Mapping[str, Any]) -> None:
    """Let the bot know what someone is called, and who on the roster of their unit that is."""
    with transaction(stage.service.core.engine) as session:
        unit = directory.units_named(session, said["unit"])[0]
        (person,) = roster.people_named(session, unit.key, said["name"])
        accounts.link(session, actor(said["who"]), person.name, person.key, stage.clock())


def _hearer(stage: Stage, name: str) -> int:
    """Find the group of that name, or the private chat of whoever is called so."""
    return stage.chats[name] if name in stage.chats else actor(name)


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _place(stage: Stage, turn: Turn) -> int:
    return stage.chat(turn.get("who", ""), turn["where"])


async def _play(stage: Stage, turn: Turn) -> list[Shown]:
    if "who" not in turn:
        told = await stage.move(turn["at"], changed=turn.get("changed", False))
        return [shown for shown in told if shown.chat_id == _place(stage, turn)]
    if "at" in turn:
        stage.clock.now = local(turn["at"])
    who, where = turn["who"], turn["where"]
    if "taps" in turn:
        return await stage.tap(who, where, _bots(stage, turn, "on"), turn["taps"])
    if "forges" in turn:
        return await stage.forge(who, where, _bots(stage, turn, "on"), turn["forges"])
    if "edits" in turn:
        return await stage.edit(who, where, _own(stage, turn), turn["edits"])
    reply_to = _bots(stage, turn, "replies_to") if "replies_to" in turn else None
    if "follows" in turn:
        reply_to = _own(stage, turn, "follows")
    if "sends" in turn:
        return await stage.send(
            who,
            where,
            [(name, name.encode()) for name in turn["sends"]],
            caption=turn.get("says"),
            captioned=turn.get("captioned", 0),
            reply_to=reply_to,
        )
    thread_id = _topic(stage, turn) if "topic" in turn else None
    return await stage.say(who, where, turn["says"], reply_to=reply_to, thread_id=thread_id)


def _bots(stage: Stage, turn: Turn, key: str) -> int:
    """Find the bot's newest message in which the words stand."""
    found = [shown.id for shown in stage.shown(_place(stage, turn)) if turn[key] in shown.text]
    assert found, f"the bot has said nothing with {turn[key]!r}"
    return found[-1]


def _own(stage: Stage, turn: Turn, key: str = "was") -> int:
    """Find one's own newest message in which the words stand, or that of whom it is ``by``."""
    by = actor(turn.get("by", turn["who"]))
    found = [
        message["message_id"]
        for message in stage.sandbox.messages(_place(stage, turn))
        if message["from"]["id"] == by
        and turn[key] in message.get("text", message.get("caption", ""))
    ]
    assert found, f"{turn['who']} has said nothing with {turn[key]!r}"
    return int(found[-1])


def _topic(stage: Stage, turn: Turn) -> int:
    topics = stage.sandbox.world.chats[_place(stage, turn)].topics
    return next(number for number, name in topics.items() if name == turn["topic"])


def _wrong(turn: Turn, shown: list[Shown], place: int) -> Iterable[str]:
    """Name what a turn did otherwise than its table says."""
    text = "\n".join(each.text for each in shown)
    buttons = {label for each in shown for label in each.buttons}
    if turn.get("silence", False) == bool(shown):
        yield "an answer came" if shown else "no answer came"
    if not (turn.get("silence") or turn.get("shows") or turn.get("lacks")):
        yield "the table expects nothing of this turn"
    yield from (f"said in another chat: {each}" for each in shown if each.chat_id != place)
    yield from (f"lacks {words!r}" for words in turn.get("shows", ()) if words not in text)
    yield from (f"shows {words!r}" for words in turn.get("lacks", ()) if words in text)
    yield from (f"no button {label!r}" for label in turn.get("buttons", ()) if label not in buttons)
    if FAILED in text:
        yield "the bot failed"


def _untold(turn: Turn, there: list[Shown]) -> Iterable[str]:
    """Name what was not told in the other chats that the table says hear of it."""
    text = "\n".join(each.text for each in there)
    if len({each.chat_id for each in there}) < len(_listed(turn.get("tells", []))):
        yield f"nothing told in {turn['tells']}"
    yield from (f"does not tell {words!r}" for words in turn.get("told", ()) if words not in text)


def _astray(stage: Stage, turn: Turn, shown: list[Shown]) -> Iterable[str]:
    """Name the answers that did not come in the topic they were asked in."""
    forum = stage.sandbox.world.chats[_place(stage, turn)].forum
    wanted = _topic(stage, turn) if "topic" in turn else None
    return [f"in topic {each.thread_id}" for each in shown if forum and each.thread_id != wanted]


def _report(stage: Stage, number: int, turn: Turn, wrong: list[str]) -> str:
    transcript = stage.sandbox.transcript(_place(stage, turn)).splitlines()[-40:]
    return "\n".join([f"turn {number}: {dict(turn)}", *wrong, "…", *transcript])
