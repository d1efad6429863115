"""Realistic values for what is said of rosters as files, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from compliance.access import Role
from handlers.grammar import Problem
from handlers.roster_files.misfits import Misfit
from handlers.roster_files.preview import Named, Preview
from storage.imports.comparing import Changed
from storage.imports.placing import Path
from storage.imports.taking import Tally

Values = Mapping[str, object]

CHANGES = (
    Changed("stage", "probationary", "full"),
    Changed("full_on", None, date(2026, 7, 1)),
    Changed("floating", False, True),
    Changed("dues_base", 400000, 500050),
    Changed("dues_category", "", "retired"),
)


def shown(text: str) -> tuple[Preview, ...]:
    """What a file of many units would change, and one that changes nothing."""
    people = tuple(Named(text, text, CHANGES) for _ in range(12))
    great = Preview(
        total=12_000,
        added=people,
        changed=(Named(text, "", (Changed("education", text, "研究生"),)), *people),
        same=3,
        missing=people,
        marked=(text,) * 9,
        groups=(text,) * 6,
        founded=tuple(Path(text, branch) for branch in (None, text, "乙", "丙", "丁", "戊")),
        below=True,
        digest="",
    )
    nothing = Preview(8, (), (), 8, (), (), (), (), below=False, digest="")
    return great, nothing


def misfits(text: str) -> tuple[Misfit, ...]:
    """What is wrong in a workbook."""
    problem = Problem("roster_no_such_day", text)
    return (Misfit(3, "admitted_on", problem, "C3"), *(Misfit(n, "", problem) for n in range(40)))


def problems(text: str) -> list[tuple[str, str, Values]]:
    """What may be wrong with a roster file, beside what needs no more values."""
    return [
        ("roster_too_early", text, {"than": "admitted_on", "day": "2026-07-01"}),
        ("roster_twice", text, {"line": 3}),
        ("roster_alike", text, {"line": 3}),
        ("roster_which", text, {"names": (text, "张伟B")}),
        ("roster_left", text, {"left_on": date(2026, 11, 20)}),
        ("roster_elsewhere", text, {"unit": text}),
        ("roster_no_such_general", text, {"unit": text}),
        ("roster_places_alike", text, {"unit": text}),
    ]


def roster_file_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template about rosters as files."""
    file: Values = {"name": text, "unit": text}
    tally = Tally(added=7, changed=1, same=3, groups=[text] * 12, units=[text])
    exported: Values = {"unit": text, "people": 8, "on": date(2026, 11, 20), "file": text}
    return {
        "cli/roster_exported": [exported],
        "cli/roster_imported": [
            {"unit": text, "done": done, "shown": each}
            for done, each in zip((tally, Tally()), shown(text), strict=True)
        ],
        "cli/roster_preview": [{"unit": text, "file": text, "shown": each} for each in shown(text)],
        "roster_dropped": [file],
        "roster_exported": [exported],
        "roster_closed": [{}],
        "roster_halted": [{**file, "taken": 500, "total": 12_000}],
        "roster_how_file": [{"most": 5, "columns": ("类别", "党小组")}],
        "roster_in_private": [{}],
        "roster_of_all": [{"unit": text, "roles": (Role.SUPERVISOR,)}],
        "roster_not_below": [{"unit": text, "roles": (Role.SUPERVISOR, Role.OWNER)}],
        "roster_not_fetched": [file],
        "roster_reading": [file],
        "roster_shown": [
            {**file, "shown": each, "anew": anew} for each in shown(text) for anew in (True, False)
        ],
        "roster_taken": [{**file, "total": 12_000}],
        "roster_taking": [{**file, "taken": 500, "total": 12_000}],
        "roster_unfit": [
            {**file, "misfits": misfits(text), "sheet": text},
            {**file, "misfits": misfits(text)[:2], "sheet": ""},
        ],
    }
