"""The tools of the demo's page: nothing they say is missing, in either language."""

import re
import tomllib
from collections.abc import Iterator
from itertools import product

import pytest

from bot.demo.page.server import STATIC
from bot.demo.page.words import HERE, LOCALES, PAGE, words
from storage.queues import InboxState, OutboxKind, OutboxState
from storage.told import Fate

TOOLS = STATIC / "tools"
SAID = re.compile(r"""say\(\s*"([a-z]+\.[a-z_]+)\"""")
KEY = re.compile(r'key: "([a-z]+)"')
STEPS = re.compile(r"const STEPS = \[(.*)\]")
BOT_STATES = ("starting", "running", "killed")
VALUES = re.compile(r"\{(\w+)\}")
locales = pytest.mark.parametrize("locale", LOCALES)


def _phrases(locale: str) -> dict[str, str]:
    found = words(locale, PAGE)
    return {f"{part}.{key}": said for part, keys in found.items() for key, said in keys.items()}


def _source(name: str) -> str:
    return (TOOLS / name).read_text("utf-8")


def _put_together() -> Iterator[str]:
    """Answer the names of phrases that the modules put together from a part and a key."""
    itinerary = tomllib.loads((HERE / "tour.toml").read_text("utf-8"))
    tour = [step["key"] for step in itinerary["steps"]]
    yield from (f"tour.{key}_{part}" for key, part in product(tour, ("title", "text", "look")))
    tries = KEY.findall(_source("tries.js"))
    yield from (f"tour.try_{key}{part}" for key, part in product(tries, ("", "_why")))
    (steps,) = STEPS.findall(_source("clock.js"))
    clock = re.findall(r'"(\w+)"', steps)
    yield from (f"clock.{key}" for key in clock)
    yield from (f"clock.none_{key}" for key in ("workday", "deadline", "now"))  # others always lead
    faults = re.findall(r'(?:key: |failing\()"(\w+)"', _source("fault_kinds.js"))
    yield from (f"faults.{key}{part}" for key, part in product(faults, ("", "_does")))
    yield from (f"faults.bot_{state}" for state in BOT_STATES)
    yield from (f"inspector.state_{state}" for state in (*OutboxState, *InboxState))
    yield from (f"inspector.kind_{kind}" for kind in OutboxKind)
    yield from (f"inspector.outcome_{fate}" for fate in Fate)


@locales
def test_every_phrase_that_a_tool_says_exists(locale: str) -> None:
    said = {name for each in TOOLS.glob("*.js") for name in SAID.findall(_source(each.name))}
    assert len(said) > 50
    assert {*said, *_put_together()} <= set(_phrases(locale))


def test_every_phrase_of_the_tools_is_said() -> None:
    sources = "\n".join(each.read_text("utf-8") for each in TOOLS.glob("*.js"))
    said = {*re.findall(r"[a-z]+\.[a-z_0-9]+", sources), *_put_together()}
    begun = tuple(re.findall(r"`([a-z]+\.[a-z]+_)\$\{", sources))  # `faults.at_${how}`
    keys = set(re.findall(r'"([a-z_]+)"', sources))
    doing = {f"{key}_{how}" for key in keys for how in ("do", "undo", "does")}
    phrases = words("zh", ("tools.toml",)).items()
    whole = {f"{part}.{key}" for part, held in phrases for key in held if key not in keys | doing}
    assert {name for name in whole - said if not name.startswith(begun)} == set()


def test_both_languages_of_a_phrase_of_the_page_take_the_same_values() -> None:
    zh, en = (
        {key: set(VALUES.findall(said)) for key, said in _phrases(lo).items()} for lo in LOCALES
    )
    assert zh == en
