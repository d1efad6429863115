"""Realistic values for the overview of all below, around a name that a person typed."""

from __future__ import annotations

from datetime import date

from compliance.catalogue import default
from compliance.periods import Cadence, Period
from handlers.telling.overview import SEE_ALL, Shown
from storage.overviews import Overview
from tests.bot.phrase_values import Values


def overview_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template of the overview."""
    titles = default().requirements[:3]
    codes = tuple(requirement.code for requirement in default().requirements[:5])
    lines = (
        Shown(text, Overview(3, 1, 2, codes), titles, paused=True),
        Shown("第二支部", Overview(0, 1, 0, codes[:1]), titles[:1]),
        Shown("第一党总支", Overview(12, 0, 0, codes), branches=20, failing=4),
    )
    values: Values = {
        "unit": text,
        "on": date(2026, 11, 22),
        "period": None,
        "branches": 40,
        "failing": 6,
        "lines": lines,
        "first": 1,
        "page": 1,
        "pages": 1,
        "soon": 5,
        "paused": 1,
    }
    quiet = {**values, "failing": 0, "lines": (), "paused": 0}
    return {
        "none_below": [{"unit": text}],
        "overview": [
            values,
            {**values, "period": Period(Cadence.QUARTERLY, 2026, 3), "first": 11, "page": 2},
            {**values, "page": 2, "pages": 3, "soon": 0},
            {**values, "branches": 6},
            quiet,
            {**quiet, "soon": 0},
        ],
        "unit_out_of_reach": [{"roles": SEE_ALL}],
    }
