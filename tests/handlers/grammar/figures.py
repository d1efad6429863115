"""How phrases are read: as expected, not read (safe), or otherwise (silently wrong).

A row of fresh.toml says what a careful person would want: ``is`` or ``all``, ``ask``, ``no``, or
``ask_or_no`` (either of the two). Added after its first run, the expectation unchanged: ``miss``
(not read, or not as expected, and safe), ``wrong`` (silently wrong), ``doubt`` (the grammar reads
it, and the handler asks).

``python -m tests.handlers.grammar.figures`` prints the figures of all tables.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from handlers.grammar import AllDues, Unreadable, read_dues, read_meeting, read_period

from .conftest import CONTEXT, TODAY
from .test_phrases import HERE, TABLES, told

FRESH = "fresh.toml"  # there is none while nobody has written a new one
NOTICES = "notices.toml"
FIRST_RUN = "387 phrases, 86.0 % right, 10.6 % asked or refused instead, 13 silently wrong"
FRESH_FIRST_RUN = "617 phrases, 91.6 % right, 7.3 % asked or refused instead, 7 silently wrong"
FREE_TEXT = frozenset({"topics", "content", "resolution", "observers", "place"})
ENDINGS = " 。;；,，、"


class Outcome(Enum):
    """What became of a phrase, from best to worst."""

    RIGHT = "as expected"
    MISSED = "asked about or refused otherwise than expected: safe"
    NOT_ASKED = "read though it should have been asked about or refused"
    MISREAD = "read as something else"


WRONG = (Outcome.NOT_ASKED, Outcome.MISREAD)


def outcome(command: str, row: Mapping[str, Any]) -> Outcome:
    """What becomes of the phrase of ``row`` (``say`` and one of is, all, ask, no, ask_or_no).

    With a ``doubt`` it is the handler that asks, about what the grammar has read.
    """
    found = read(command, row["say"])
    if isinstance(found, str):
        return Outcome.RIGHT if found in row or "ask_or_no" in row else Outcome.MISSED
    if "is" not in row and "all" not in row:
        return Outcome.RIGHT if "doubt" in row else Outcome.NOT_ASKED
    wanted = {"all": row["all"]} if "all" in row else {"is": row["is"]}
    return Outcome.RIGHT if _plain(found) == _plain(wanted) else Outcome.MISREAD


def read(command: str, say: str) -> dict[str, Any] | str:
    """What is read, in the spelling of the tables, or ``ask`` or ``no``."""
    try:
        return READERS[command](say)
    except Unreadable as refusal:
        asked = all(problem.choices for problem in refusal.problems)
        return "ask" if asked else "no"


def tally(name: str) -> Counter[Outcome]:
    """How many phrases of a table became what."""
    return Counter(outcome(command, row) for command, row in rows_of(name))


def rows_of(name: str) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a table, each with the command that it is said to; none where it is not there."""
    path = HERE / name
    table = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    return [(command, row) for command, rows in table.items() for row in rows]


def told_of(title: str, name: str) -> str:
    """One line of figures of a table: 120 phrases, 90.0 % right, …"""
    counts = tally(name)
    total, wrong = counts.total(), sum(counts[each] for each in WRONG)
    shares = ", ".join(f"{100 * counts[each] / total:.1f} % {word}" for each, word in SHARES)
    return f"{title}: {total} phrases, {shares}, {wrong} silently wrong"


SHARES = ((Outcome.RIGHT, "right"), (Outcome.MISSED, "asked or refused instead"))


def main() -> None:
    """Print the figures of the tables that the grammar was tuned on, and of the one it was not."""
    tuned = sum(len(rows_of(name)) for name in TABLES)
    lines = [
        f"tuned tables: {tuned} phrases (all as expected: tests hold them to it)",
        f"{NOTICES} at its first run, before it was tuned on: {FIRST_RUN}",
    ]
    if rows_of(FRESH):
        lines.append(f"{FRESH} at its first run: {FRESH_FIRST_RUN}")
        lines.append(told_of(f"{FRESH} now, silent mistakes mended and nothing else tuned", FRESH))
    sys.stdout.write("\n".join(lines) + "\n")


def _meeting(say: str) -> dict[str, Any]:
    return {"is": told(read_meeting(say, CONTEXT))}


def _dues(say: str) -> dict[str, Any]:
    found = read_dues(say, CONTEXT)
    if isinstance(found, AllDues):
        return {"all": found.month.code}
    return {"is": [f"{one.name} {one.amount.normalize():f} {one.month.code}" for one in found]}


def _period(say: str) -> dict[str, Any] | str:
    found = read_period(say, TODAY)
    return "no" if found is None else {"is": found.code}


READERS: Mapping[str, Callable[[str], dict[str, Any] | str]] = {
    "meeting": _meeting,
    "dues": _dues,
    "period": _period,
}


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    """Without what is only notation: spaces and a full stop in free text, 全到 beside 5/5."""
    said = result.get("is")
    if not isinstance(said, dict):
        return result
    fields = {
        name: "".join(value.split()).strip(ENDINGS) if name in FREE_TEXT else value
        for name, value in said.items()
    }
    if fields.get("expected") is not None and fields.get("expected") == fields.get("present"):
        fields.pop("all_present", None)
    return {"is": fields}


if __name__ == "__main__":
    main()
