"""`python -m tests.handlers.grammar.fuzz [COUNT] [--seed N]`: many mutated messages are read.

Each is a phrase of the tables with characters swapped, dropped, doubled, changed or put in, or two
phrases spliced. Whatever it is, it is read or refused, soon, and what is read accounts for every
number that was typed. A message depends on the seed and its own number alone.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handlers.grammar import (
    Context,
    Unreadable,
    read_changes,
    read_dues,
    read_meeting,
    split_period,
)
from tests.handlers.grammar import accounting
from tests.handlers.grammar.conftest import CONTEXT

COUNT, SEED = 100_000, 20261128
MOST_CPU = 0.05  # seconds for one reading
STRANGE = (
    "\ud800\udfff\u202e\u200b\u200d\u2066\x00\x07\ufdfa①②½👨\u200d👩\u200d👧🇨🇳٣३〇零廿卅"
    "()[]（）【《》“”/+-.:：,，、;；\n\t\u3000 <&%{}日月年号周点时分人元半上下今昨到缺席"
)


@dataclass(slots=True)
class Found:
    """What became of the messages: how many ended how, the slowest reading, and what is wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)


def phrases() -> tuple[str, ...]:
    """Answer every phrase of the tables in this folder."""
    tables = (tomllib.loads(path.read_text("utf-8")) for path in sorted(_HERE.glob("*.toml")))
    rows: Iterator[Any] = (row for table in tables for rows in table.values() for row in rows)
    return tuple(dict.fromkeys(row["say"] for row in rows if isinstance(row, dict)))


_HERE = Path(__file__).parent


def mutated(chance: random.Random, seeds: tuple[str, ...]) -> str:
    """Answer one of the phrases, changed in a few places."""
    text = list(chance.choice(seeds))
    for _ in range(chance.randint(1, 5)):
        chance.choice(_CHANGES)(chance, text, seeds)
    return "".join(text)


def _swap(chance: random.Random, text: list[str], _: tuple[str, ...]) -> None:
    if len(text) > 1:
        one, other = chance.randrange(len(text)), chance.randrange(len(text))
        text[one], text[other] = text[other], text[one]


def _drop(chance: random.Random, text: list[str], _: tuple[str, ...]) -> None:
    at = chance.randint(0, len(text))
    del text[at : at + chance.randint(1, 3)]


def _double(chance: random.Random, text: list[str], _: tuple[str, ...]) -> None:
    at = chance.randint(0, len(text))
    text[at:at] = text[at : at + chance.randint(1, 8)]


def _insert(chance: random.Random, text: list[str], _: tuple[str, ...]) -> None:
    at = chance.randint(0, len(text))
    text[at:at] = chance.choice(STRANGE) * chance.choice((1, 1, 1, 2, 40))


def _splice(chance: random.Random, text: list[str], seeds: tuple[str, ...]) -> None:
    other = chance.choice(seeds)
    start, at = chance.randint(0, len(other)), chance.randint(0, len(text))
    text[at:at] = other[start : start + chance.randint(1, 20)]


def _digit(chance: random.Random, text: list[str], _: tuple[str, ...]) -> None:
    places = [at for at, one in enumerate(text) if one in "0123456789一二三四五六七八九十"]
    if places:
        text[chance.choice(places)] = chance.choice("0123456789十百两")


_CHANGES = (_swap, _drop, _double, _insert, _splice, _digit)


def run(count: int, seed: int = SEED, first: int = 0) -> Found:
    """Read so many messages in every way."""
    found, seeds = Found(), phrases()
    for number in range(first, first + count):
        text = mutated(random.Random(f"{seed}:{number}"), seeds)
        for way in WAYS:
            for wrong in way.tried(text, found):
                found.wrong.append(f"{way.name} #{number} {text!r}: {wrong}")
    return found


@dataclass(frozen=True, slots=True)
class Way:
    """A way of reading a message, and what must hold of what is read."""

    name: str
    read: Callable[[str, Context], Any]
    wrong: Callable[[str, Any, Context], Iterator[str]]

    def tried(self, text: str, found: Found) -> Iterator[str]:
        """Read a message and name what is wrong with how it went."""
        begun = time.process_time()
        try:
            read = self.read(text, CONTEXT)
            found.counts["read"] += 1
            wrong = list(self.wrong(text, read, CONTEXT))
        except Unreadable as refusal:
            asked = all(problem.choices for problem in refusal.problems)
            found.counts["asked" if asked else "refused"] += 1
            wrong = list(accounting.of_problems(text, refusal.problems))
        except Exception as error:
            wrong = [f"{type(error).__name__}: {error}"]
        taken = time.process_time() - begun
        if taken > MOST_CPU:  # the collector, or a pattern's first use: what is slow is so again
            taken = self._taken_again(text)
        found.slowest = max(found.slowest, taken)
        if taken > MOST_CPU:
            wrong.append(f"took {taken:.3f} s")
        yield from wrong

    def _taken_again(self, text: str) -> float:
        begun = time.process_time()
        with suppress(Unreadable):
            self.read(text, CONTEXT)
        return time.process_time() - begun


def _period(text: str, context: Context) -> object:
    return split_period(text, context.today)


WAYS = (
    Way("meeting", read_meeting, accounting.of_meeting),
    Way("changes", read_changes, accounting.of_changes),
    Way("dues", read_dues, accounting.of_dues),
    Way("period", _period, lambda *_: iter(())),
)


def main() -> int:
    """Run as told on the command line; exits 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    begun = time.process_time()
    found = run(asked.count, asked.seed)
    ends = ", ".join(f"{count} {end}" for end, count in sorted(found.counts.items()))
    sys.stdout.write("".join(f"{wrong}\n" for wrong in found.wrong))
    sys.stdout.write(
        f"{asked.count} messages (seed {asked.seed}), each read in {len(WAYS)} ways: {ends};"
        f" {len(found.wrong)} wrong; slowest {1000 * found.slowest:.1f} ms CPU;"
        f" {time.process_time() - begun:.0f} s CPU in all\n"
    )
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
