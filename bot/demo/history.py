"""What people typed before the demo begins, as ``history.toml`` tells it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.clock import local

FILE = Path(__file__).with_name("history.toml")


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody types ``text``, or sends a ``photo`` of that name; ``who`` is the key of a player.

    In their group, in a ``topic`` of it, or in ``private``. A ``reply``, as a photo always is, is
    to the bot's last message there.
    """

    at: datetime
    who: str = "secretary"
    text: str = ""
    private: bool = False
    topic: str | None = None
    reply: bool = False
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All that was said, in order of time, and when the demo begins."""

    said: tuple[Saying, ...]
    until: datetime


def read_history(file: Path = FILE) -> History:
    """Read it."""
    told = tomllib.loads(file.read_text("utf-8"))
    said = tuple(_saying(each) for each in told["said"])
    return History(said, local(datetime.fromisoformat(told["until"])))


def _saying(told: Mapping[str, Any]) -> Saying:
    return Saying(**{**told, "at": local(datetime.fromisoformat(told["at"]))})
