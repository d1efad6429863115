"""Phrases that the grammar was never tuned on: what is right stays right, nothing gets worse.

A row of fresh.toml that is not read as expected says so: ``miss`` if that is safe, ``wrong`` if
it is silently wrong. A row that has come right loses its note.
"""

from typing import Any

import pytest

from tests.rows import check_each
from tests.stage import Stage

from . import figures
from .figures import Outcome, outcome, rows_of

ROWS = rows_of(figures.FRESH)
DOUBTED = [
    (command, row)
    for name in (figures.NOTICES, figures.FRESH)
    for command, row in rows_of(name)
    if "doubt" in row
]


def noted(row: dict[str, Any]) -> set[Outcome]:
    """What may become of a phrase by the note beside it."""
    if "wrong" in row:
        return set(figures.WRONG)
    return {Outcome.MISSED if "miss" in row else Outcome.RIGHT}


def check(each: tuple[str, dict[str, Any]]) -> None:
    command, row = each
    assert outcome(command, row) in noted(row), figures.read(command, row["say"])


def test_every_phrase_is_read_as_noted() -> None:
    check_each(ROWS, check)


async def test_a_doubt_is_asked_about_and_nothing_is_recorded(stage: Stage) -> None:
    for command, row in DOUBTED:
        said = row["say"].replace("Li Si", "李四")  # the branch on the stage has no Li Si
        (question,) = await stage.say("书记", "第一支部", f"/{command} {said}")
        assert "还没有记录" in question.text, said


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    figures.main()
    tuned, first, *fresh = capsys.readouterr().out.splitlines()
    assert tuned.startswith("tuned tables: ")
    assert figures.FIRST_RUN in first
    assert [f": {len(ROWS)} phrases, " in line for line in fresh] == [True, True]
    assert figures.FRESH_FIRST_RUN in fresh[0]
