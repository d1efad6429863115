"""The play as data: who says or taps what, where and when, and what must then be seen."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.demo.clock import local

SCRIPT = Path(__file__).with_name("script.toml")


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene.

    ``at``: when; the clock goes there first, from morning to morning, and the reminders on the way
    belong to the scene.
    ``say``, ``reply``: what ``who`` types in ``place``, as an answer to the bot's last message or
    not. ``tap``: how the label of the button begins that is tapped. ``photo``: the name of a
    picture that is sent as such an answer. None of them: only time passes.
    ``see``, ``unseen``: what the bot must, and must not, have said there; it must have said
    something unless the scene is ``silent``. ``entries``: by how many the ledger grows.
    ``tell``: the key of the narration. Only the chats of those who play are looked at.
    """

    at: datetime
    place: str = "group"
    who: str | None = None
    say: str | None = None
    reply: str | None = None
    tap: str | None = None
    photo: str | None = None
    see: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    silent: bool = False
    entries: int = 0
    tell: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """The scenes in order of time; without ``history`` the organisation has done nothing before."""

    scenes: tuple[Scene, ...]
    history: bool


def read_script(locale: str, path: Path = SCRIPT) -> Script:
    """Read the play in a language."""
    told = tomllib.loads(path.read_text("utf-8"))
    scenes = tuple(_scene(each, locale) for each in told["scenes"])
    return Script(scenes, told.get("history", True))


def _scene(told: Mapping[str, Any], locale: str) -> Scene:
    values = dict(told)
    for said in ("say", "reply", "tap"):
        if said in values:
            values[said] = values[said][locale]
    for listed in ("see", "unseen"):
        values[listed] = tuple(values.get(listed, ()))
    values["at"] = local(datetime.fromisoformat(values["at"]))
    return Scene(**values)
