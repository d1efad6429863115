"""Realistic values for the templates that speak of corrections."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.access import Action, who_may
from compliance.periods import Period
from handlers.corrections.amending_dues import Amended
from storage.listing import PaymentView
from storage.remittances import Balance

if TYPE_CHECKING:  # which needs this in turn
    from tests.bot.phrase_values import Values

NOVEMBER, OCTOBER = Period.parse("2026-11"), Period.parse("2026-10")
# What is also said where a superior corrects what a sealed year holds.
SEALED: Values = {"by_superior": "第一支部", "assessed": 2026}


def correcting_templates(text: str) -> dict[str, list[Values]]:
    """Values around a text that a person typed, by template."""
    sealed = {"unit": text, "year": 2026, "number": 40}
    return {
        "amend_one": [{"number": 12, "read": text}],
        "amend_which": [{"first": 13, "last": 15}],
        "dues_amended": _amended(text),
        "dues_edited_all": [{}],
        "dues_unchanged": [{}],
        "entered_by_another": [{"number": 12, "roles": who_may(Action.CORRECT)}],
        "not_amended": [
            {"number": 12, "kind": kind}
            for kind in ("remittance", "waiver", "score", "return", "reversal")
        ],
        "edited_otherwise": [
            {"numbers": (5, 6)[: 1 + (to is None)], "kind": kind, "to": to}
            for kind in ("record", "payment", "remittance", "waiver", "score")
            for to in (None, "record", "payment")
        ],
        "unchanged": [{"number": 12}],
        "own_group": [{"group": text, "own": (text,)}, {"group": text, "own": (text, "一组")}],
        "sealed": [{**sealed, "entering": entering} for entering in (False, True)],
    }


def _amended(text: str) -> list[Values]:
    before = PaymentView(text, NOVEMBER, Decimal(50))
    more, moved = replace(before, amount=Decimal(60)), replace(before, month=OCTOBER)
    other = replace(before, person="李四")
    amended = [Amended(n, n + 10, before, now) for n, now in enumerate((more, moved, other), 3)]
    standing = [*((each.number, each.after) for each in amended), (16, more)]
    all_done: Values = {
        "number": "13-16",
        "amended": amended,
        "added": [(16, more)],
        "removed": [(6, 17, before)],
        "standing": standing,
        "named": True,
        "private": True,
        "today": date(2026, 10, 20),
        "beside": {13: (), 14: (8, 9), 15: None, 16: ()},
        "handed_on": [(NOVEMBER, Balance(Decimal(60), Decimal(50), (7, 8)))],
    }
    return [
        all_done,
        {**all_done, "named": False, "private": False, "handed_on": [], **SEALED},
    ]
