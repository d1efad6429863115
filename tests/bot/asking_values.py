"""Realistic values for what asks, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

from compliance.periods import Period
from handlers.grammar import Problem, Turnout

Values = Mapping[str, object]


def asking_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template that asks, or tells how asking ended."""
    near = Problem("unknown_name", text, {"suggestions": (text, "李四")})
    return {
        "answered_already": [{}],
        "cancelled": [{"said": text}, {"said": ""}],
        "forwarded": [{}],
        "nobody": [{}],
        "not_yours": [{}],
        "question": [{"problem": near, "more": more} for more in (0, 2)],
    }


def asking_buttons(text: str) -> dict[str, list[Values]]:
    """Values for every button of a question, by its label."""
    return {
        "choose_day": [{"value": date(2026, 11, 20)}],
        "choose_days": [{"value": (date(2026, 11, 20), date(2026, 11, 22))}],
        "choose_time": [{"value": time(14, 30)}],
        "choose_kind": [{"value": "党课"}],
        "choose_kinds": [{"value": ("党课", "学习")}, {"value": ("党课",)}],
        "choose_group": [{"value": text}],
        "choose_turnout": [{"value": Turnout(18, 20)}],
        "choose_each": [{"value": Decimal("30.5")}],
        "choose_month": [{"value": Period.parse("2026-11")}],
        "choose_name": [{"value": text}],
        "form_ticked": [{"name": text}],
        "form_unticked": [{"name": text}],
    }
