"""Realistic values for the templates of rules: settings, catalogues, holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.cli.fields import Rule
from compliance.catalogue import default
from compliance.layers import Choice
from compliance.overlay import read
from compliance.periods import Cadence
from handlers.units.settings import Offer
from storage.rulemaking import Chosen
from tests.bot.phrase_values import Values, file_errors

LIFE = default().requirement("organisational_life")
JULY = date(2026, 7, 1)


def choices() -> list[Chosen]:
    """The choice of a quarter, one that was made before, and one of what is so already."""
    states = ((True, False), (False, False), (False, True))
    return [Chosen(LIFE, Cadence.QUARTERLY, JULY, new, runs) for new, runs in states]


def rule_templates(text: str) -> dict[str, list[Values]]:
    """Values around a text that a person typed, by template."""
    offers = (
        Offer(LIFE, Cadence.HALF_YEARLY),
        Offer(LIFE, Cadence.HALF_YEARLY, Cadence.QUARTERLY, JULY),
    )
    changes = [("requirements[x]", None, text), ("requirements[y]", text, None), ("z", "3", text)]
    checked: Values = {"file": text, "version": text, "holds_from": JULY, "changes": changes}
    holidays: Values = {
        "year": 2027,
        "off": ["2027-01-01..2027-01-03", "2027-04-05"],
        "working": ["2027-02-14"],
    }
    plain: Values = {**holidays, "working": []}
    return {
        "cadence_not_offered": [
            {"requirement": requirement, "cadence": Cadence.MONTHLY}
            for requirement in (LIFE, replace(LIFE, cadences=()))
        ],
        "setting_chosen": [{"unit": text, "chosen": chosen} for chosen in choices()],
        "settings": [{"unit": text, "offers": some} for some in (offers, ())],
        "unclear_setting": [{"read": text, "offers": some} for some in (offers, ())],
        "cli/bad_choice": [{"read": text}],
        "cli/catalogue_checked": [
            {**checked, "whole": False},
            {**checked, "whole": True, "holds_from": None, "changes": []},
        ],
        "cli/catalogue_shown": [
            {"unit": unit, "on": JULY, "catalogue": default(), "rules": _rules(text)}
            for unit in (text, None)
        ],
        "cli/file_wrong": [{"error": error} for error in file_errors(text)],
        "cli/holidays_loaded": [holidays, plain],
        "cli/holidays_shown": [
            {**holidays, "loaded": False, "title": None},
            {**holidays, "loaded": True, "title": text},
            {**plain, "loaded": True, "title": None},
        ],
        "cli/holidays_unknown": [{"year": 2031}],
        "cli/overlay_loaded": [{**checked, "unit": text}, {**checked, "unit": text, "changes": []}],
    }


def _rules(text: str) -> list[Rule]:
    overlay = read(text, 'version = "A"\nholds_from = 2026-07-01')
    return [
        *(Rule(requirement, None, None) for requirement in default().requirements),
        Rule(LIFE, overlay, text),
        Rule(replace(LIFE, steps=(7, 3)), Choice(LIFE.code, Cadence.QUARTERLY, JULY), text),
    ]
