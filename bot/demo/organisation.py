"""The sample organisation: its units, people and rosters, and what it did before the demo."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from bot.demo.clock import ZONE
from bot.demo.history import read_history
from bot.sandbox import Sandbox

HERE = Path(__file__).parent
ROSTERS = HERE / "rosters"


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with Telegram, and the group they sit in; a stranger has no group, unit or role."""

    key: str
    id: int
    name: str
    group: int | None
    unit: str | None
    role: str | None

    def chat(self, place: str) -> int:
        """Answer where this person is when in the ``group``, or in ``private``.

        Who sits in no group is always in private.
        """
        return self.group if place == "group" and self.group is not None else self.id


class Organisation:
    """The sample organisation, as ``organisation.toml``, ``history.toml`` and the rosters tell."""

    def __init__(self) -> None:
        told = tomllib.loads((HERE / "organisation.toml").read_text("utf-8"))
        self.founded: date = told["founded"]
        self.units: list[dict[str, Any]] = told["units"]
        chats = {unit["name"]: unit["chat"] for unit in self.units}
        self.players = {each["key"]: _player(each, chats) for each in told["people"]}
        history = read_history()
        self.history = history.said
        self.until = history.until

    @property
    def begins(self) -> datetime:
        """Answer the moment at which everything is founded: the first of its days."""
        return datetime.combine(self.founded, time(), ZONE)

    def enter(self, sandbox: Sandbox, locale: str) -> None:
        """Let everybody into the sandbox, with a Telegram in that language, and their group."""
        for player in self.players.values():
            sandbox.add_user(player.id, player.name, language_code=locale)
        for unit in self.units:
            members = [p.id for p in self.players.values() if p.unit == unit["name"]]
            group = unit.get("group", "supergroup")
            is_forum, is_super = group == "forum", group == "supergroup"
            sandbox.add_group(
                unit["chat"], unit["name"], members, forum=is_forum, supergroup=is_super
            )
            for topic in topics(unit):
                sandbox.add_topic(unit["chat"], topic)

    def thread(self, player: Player, topic: str | None) -> int | None:
        """Answer the number of a topic of a player's group; None for no topic."""
        unit = next(unit for unit in self.units if unit["name"] == player.unit)
        return None if topic is None else topics(unit)[topic]


def topics(unit: Mapping[str, Any]) -> dict[str, int]:
    """Answer the topics of a unit's group, numbered as by a forum in which they come first."""
    return {name: number for number, name in enumerate(unit.get("topics", ()), start=1)}


def _player(told: Mapping[str, Any], chats: Mapping[str, int]) -> Player:
    unit = told.get("unit")
    return Player(
        key=told["key"],
        id=told["id"],
        name=told["name"],
        group=None if unit is None else chats[unit],
        unit=unit,
        role=told.get("role"),
    )
