"""The steps of the guided tour, as ``tour.toml`` tells them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.demo.organisation import Organisation, Player

FILE = Path(__file__).with_name("tour.toml")


@dataclass(frozen=True, slots=True)
class Act:
    """Something to say (by language), to tap, or where to move the clock; and what comes of it."""

    say: Mapping[str, str]
    tap: str | None = None
    to: str | None = None
    see: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    button: str | None = None
    records: int = 0
    payers: int = 0
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step: whose it is and where, what they do first, and what they do when the bot asks."""

    key: str
    player: Player
    place: str
    act: Act
    then: Act | None

    @property
    def chat_id(self) -> int:
        """Answer the chat in which it happens."""
        return self.player.chat(self.place)


@dataclass(frozen=True, slots=True)
class Itinerary:
    """All steps, and what the days of the week are called by language."""

    steps: tuple[Step, ...]
    weekdays: Mapping[str, list[str]]

    def said(self, act: Act, on: date) -> dict[str, str] | None:
        """Answer what an act suggests to say on a day, by language; None for something else."""
        return {
            language: text.replace("{weekday}", self.weekdays[language][on.weekday()])
            for language, text in act.say.items()
        } or None


def read_itinerary(organisation: Organisation) -> Itinerary:
    """Read the tour through an organisation."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    return Itinerary(tuple(_step(each, organisation) for each in told["steps"]), told["weekdays"])


def _step(told: dict[str, Any], organisation: Organisation) -> Step:
    then = told.pop("then", None)
    return Step(
        key=told.pop("key"),
        player=organisation.players[told.pop("who")],
        place=told.pop("place"),
        act=_act(told),
        then=None if then is None else _act(then),
    )


def _act(told: dict[str, Any]) -> Act:
    see, unseen = tuple(told.pop("see", ())), tuple(told.pop("unseen", ()))
    return Act(say=told.pop("say", {}), see=see, unseen=unseen, **told)
