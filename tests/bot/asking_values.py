"""Realistic values for what asks, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

from compliance.people import Stage
from compliance.periods import Cadence, Period
from handlers.asking.namesakes import Namesake
from handlers.grammar import DuesLine, Problem, Turnout

Values = Mapping[str, object]


def asking_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template that asks, or tells how asking ended."""
    near = Problem("unknown_name", text, {"suggestions": (text, "李四")})
    return {
        "answer_edited": [{}],
        "answer_unclear": [{"problems": (near,), "kept": kept} for kept in ((), (2,))],
        "answered_already": [{}],
        "cancelled": [
            {"said": text, "files": 0},
            {"said": text, "files": 2},
            {"said": "", "files": 1},
        ],
        "forwarded": [{}],
        "nobody": [{}],
        "not_yours": [{}],
        "question": [
            *(
                {"problem": near, "more": more, "kept": kept}
                for more, kept in ((0, ()), (2, (2, 3)))
            ),
            {"problem": near, "more": 0, "kept": (), "namesakes": _namesakes(text)},
            *({"problem": doubt, "more": 0, "kept": ()} for doubt in doubts(text)),
        ],
    }


def doubts(text: str) -> list[Problem]:
    """Every doubt about what reads well, with each of the values it may come with."""
    day = date(2026, 9, 1)
    return [
        Problem("far_back", "", {"day": day, "days": 82}),
        *(
            Problem(code, "", values)
            for code in ("large_sum", "month_back", "owes_nothing")
            for values in _doubtful_payments(text)
        ),
        *(Problem(code, text, _unusual_step(text)) for code in STAGE_STEPS),
        Problem("there_already", text, _there(text)),
        Problem("roster_future", text, {}),
        Problem("roster_lacks_stage", text, {}),
    ]


def _namesakes(text: str) -> list[Namesake]:
    return [Namesake(text, text, text), Namesake("张伟B", None, None), Namesake(text, None, text)]


def _there(text: str) -> Values:
    there = ((text, Stage.FULL, text), ("张伟B", Stage.ACTIVIST, None))
    return {"name": text, "there": there}


STAGE_STEPS = ("stage_back", "stage_skipped", "activist_early", "conversion_early")


def _unusual_step(text: str) -> Values:
    steps = {"before": Stage.ACTIVIST, "after": Stage.FULL, "earliest": date(2027, 1, 1)}
    return {"name": text, **steps}


def _doubtful_payments(text: str) -> list[Values]:
    month = Period(Cadence.MONTHLY, 2026, 3)
    one: Values = {
        "lines": (DuesLine(text, Decimal("1200.5"), month),),
        "months": (month,),
        "named": True,
        "ask_above": Decimal(1000),
        "ask_months_back": 6,
    }
    many = {**one, "lines": one["lines"] * 7}  # type: ignore[operator]
    return [one, {**one, "named": False}, many, {**many, "named": False}]


def asking_buttons(text: str) -> dict[str, list[Values]]:
    """Values for every button of a question, by its label."""
    return {
        "choose_day": [{"value": date(2026, 11, 20)}],
        "choose_days": [{"value": (date(2026, 11, 20), date(2026, 11, 22))}],
        "choose_time": [{"value": time(14, 30)}],
        "choose_times": [{"value": (time(14, 30), time(16))}],
        "choose_kind": [{"value": "党课"}],
        "choose_kinds": [{"value": ("党课", "学习")}, {"value": ("党课",)}],
        "choose_group": [{"value": text}],
        "choose_turnout": [{"value": Turnout(18, 20)}],
        "choose_everyone": [{"value": True}],
        "choose_absent": [{"value": 1}],
        "choose_each": [{"value": Decimal("30.5")}],
        "choose_month": [{"value": Period.parse("2026-11")}],
        "choose_months": [{"value": (Period.parse("2026-01"), Period.parse("2026-02"))}],
        "choose_name": [{"value": text}],
        "form_ticked": [{"name": text}],
        "form_unticked": [{"name": text}],
        "late_reason": [{"value": text}, {"value": "当时漏记"}],
    }
