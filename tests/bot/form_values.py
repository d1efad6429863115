"""Realistic values for the steps of guided forms, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from compliance.catalogue import default
from compliance.periods import Period
from handlers.asking.question import LACKING
from handlers.grammar import DuesLine
from storage.journal import RecordText

_MONTH = Period.parse("2026-11")
_LINES = (DuesLine("张三", Decimal(50), _MONTH), DuesLine("李四", Decimal(30), _MONTH))
Values = Mapping[str, object]
_RULES = ("meeting", "people", "anonymous", "graded")
_HELD: Values = {"kinds": ["党员大会", "党课"], "held_on": date(2026, 11, 20)}


def form_templates(text: str, record: RecordText) -> dict[str, list[Values]]:
    """Values for every template of a guided form, ``record`` being what it would record."""
    return {
        "ask_kind": [{}],
        "form": [
            {
                "code": code,
                "kinds": ["党课", kind.name],
                **{rule: getattr(kind, rule) for rule in _RULES},
            }
            for code in LACKING[1:]
            for kind in default().record_kinds.values()
        ],
        "form_attendance": [
            {**_HELD, "expected": expected, "away": away, "begun": bool(away)}
            for expected in (None, 8)
            for away in ([], [text, "李四"])
        ],
        "form_closed": [{"command": "meeting", "said": said} for said in ("", text)],
        "form_dues_confirm": [
            {"lines": _LINES, "total": Decimal(80), "typed": typed, "left_out": left_out}
            for typed, left_out in ((True, 0), (False, 0), (False, 2))
        ],
        "form_month": [{"settled": settled} for settled in (None, _MONTH)],
        "form_no_due": [{}],
        "form_payers": [{"month": _MONTH, "ticked": ticked} for ticked in ([], [text, "李四"])],
        "form_sums": [{"month": _MONTH, "ticked": [text, "李四"]}],
        "form_confirm": [
            {"text": record, "group": text, "people": {1: text, 2: "李四", 3: text}, "private": one}
            for one in (True, False)
        ],
        "form_topics": [_HELD],
    }
