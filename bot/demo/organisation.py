"""The sample organisation: its units, people and roster, and what it did before the play."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.clock import ZONE, local
from bot.sandbox import Sandbox

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with Telegram, and the group they sit in; ``role`` None is a stranger."""

    key: str
    id: int
    name: str
    group: int
    unit: str
    role: str | None

    def chat(self, place: str) -> int:
        """Answer where this person is when in the ``group``, or in ``private``."""
        return self.group if place == "group" else self.id


class Organisation:
    """The sample organisation, as ``organisation.toml`` and ``roster.csv`` tell it."""

    def __init__(self) -> None:
        told = tomllib.loads((HERE / "organisation.toml").read_text("utf-8"))
        self.units: list[dict[str, Any]] = told["units"]
        self._history: dict[str, Any] = told["history"]
        chats = {unit["name"]: unit["chat"] for unit in self.units}
        self.players = {each["key"]: _player(each, chats) for each in told["people"]}

    @property
    def begins(self) -> datetime:
        """Answer when its first message was written."""
        return next(self.history())[0]

    @property
    def until(self) -> datetime:
        """Answer when the history ends and the play may begin."""
        return local(datetime.fromisoformat(self._history["until"]))

    def enter(self, sandbox: Sandbox) -> None:
        """Let everybody into the sandbox, and into their group."""
        for player in self.players.values():
            sandbox.add_user(player.id, player.name)
        for unit in self.units:
            members = [p.id for p in self.players.values() if p.unit == unit["name"]]
            sandbox.add_group(unit["chat"], unit["name"], members, supergroup=True)

    def history(self) -> Iterator[tuple[datetime, list[str]]]:
        """Answer what was typed before the play, month by month."""
        said = self._history["said"]
        for month in sorted({month for each in said for month in each["months"]}):
            at = datetime(self._history["year"], month, self._history["day"], 18, tzinfo=ZONE)
            yield at, [s["text"].format(month=month) for s in said if month in s["months"]]


def _player(told: dict[str, Any], chats: dict[str, int]) -> Player:
    return Player(
        key=told["key"],
        id=told["id"],
        name=told["name"],
        group=chats[told["unit"]],
        unit=told["unit"],
        role=told.get("role"),
    )
