"""Realistic values for the templates of waivers, scores and the yearly assessment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.holidays import ChineseHolidays
from compliance.assessment import Finding, State, assess_unit
from compliance.catalogue import default
from compliance.facts import Held, Ledger, Score, UnitFacts, Waiver
from compliance.periods import Cadence, Period
from compliance.requirement import SCORED
from compliance.scoring import Sheet, sheet_of
from handlers.grammar.scores import ScoreLine
from handlers.rulings.scoring import Entered
from handlers.rulings.waiving import Granted, Waived
from storage.journal import RecordText
from storage.listing import PaymentView
from tests.bot.phrase_values import Values

TODAY = date(2026, 11, 22)
_RETURNED: Values = {"number": 12, "by": 13, "text": None, "payment": None}
CATALOGUE = default()
NOVEMBER = Period(Cadence.MONTHLY, 2026, 11)


def _findings(
    text: str, on: date = TODAY, *, met: bool = True, scores: tuple[Score, ...] = ()
) -> tuple[Finding, ...]:
    """The findings of a year of a branch with some records and a waiver."""
    study = tuple(
        Held(n, (("学习", date(2026, n, 5)),), date(2026, n, 5)) for n in range(1, 7) if met
    )
    waiver = Waiver("study", None, date(2026, 7, 1), date(2026, 8, 31), text, TODAY, 31)
    unit = UnitFacts(id=1, name=text)
    ledger = Ledger(held=study, waivers=(waiver,), scores=scores)
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    return assess_unit(
        CATALOGUE, unit, ledger, first=first, last=last, on=on, days=ChineseHolidays()
    )


def a_sheet(text: str, *, scored: bool, on: date = TODAY, met: bool = True) -> Sheet:
    """The sheet of that year, perhaps with everything scored."""
    scores = tuple(
        Score(r.code, 2026, Decimal("85.5"), text, date(2026, 11, 1), 30)
        for r in CATALOGUE.requirements
        if r.kind in SCORED
    )
    found = _findings(text, on, met=met, scores=scores if scored else ())
    return sheet_of(CATALOGUE, found, 2026, on)


def _record(text: str) -> RecordText:
    return RecordText(kinds=("学习", "党课"), held_on=TODAY, place=text)


def _payment(text: str) -> PaymentView:
    return PaymentView(text, NOVEMBER, Decimal("50.5"))


def _excused(text: str) -> tuple[Finding, ...]:
    """The months that the waiver of the sheet's branch excuses."""
    return tuple(finding for finding in _findings(text) if finding.state is State.WAIVED)


def ruling_templates(text: str) -> dict[str, list[Values]]:
    """Values around a text that a person typed, by template."""
    meeting, group = CATALOGUE.requirement("study"), CATALOGUE.requirement("group_meeting")
    dues = CATALOGUE.requirement("dues")
    waiver = Waiver("study", None, date(2026, 11, 1), date(2026, 12, 31), text, TODAY, 12)
    unknown = replace(waiver, requirement="gone")
    granted = Granted(waiver, meeting, None, person=False)
    expired = [
        Granted(waiver, group, text, person=False),
        Granted(unknown, None, None, person=False),
        Granted(waiver, dues, text, person=True),
    ]
    said = {
        "requirement": meeting,
        "subject": None,
        "first": NOVEMBER.start,
        "last": NOVEMBER.end,
        "reason": text * 100,
    }
    waived = {
        **said,
        "number": 12,
        "unit": text,
        "on": TODAY,
        "person": False,
        "named": True,
        "excused": _excused(text),
    }
    nothing = Waived(text, (), (), named=False)
    some = Waived(text, (granted,), tuple(expired), named=False)
    before = Score("innovation", 2026, Decimal(80), text, TODAY, 9)
    innovation, caring = (CATALOGUE.requirement(code) for code in ("innovation", "caring"))
    score_line = ScoreLine(innovation, 2026, Decimal("85.5"), text)
    entered = [
        Entered(12, score_line, before),
        Entered(13, replace(score_line, requirement=caring), None),
    ]
    open_sheet, whole = a_sheet(text, scored=False), a_sheet(text, scored=True, on=date(2027, 3, 1))
    failed = a_sheet(text, scored=True, on=date(2027, 3, 1), met=False)
    running = a_sheet(text, scored=True)
    none = sheet_of(CATALOGUE, (), 2026, TODAY)
    return {
        "finished": [
            {"number": 12, "unit": text, "sheet": whole, "before": None},
            {"number": 12, "unit": text, "sheet": failed, "before": None},
            {"number": 13, "unit": text, "sheet": running, "before": 12},
        ],
        "name_branch": [{"names": (text, "第二支部")}, {"names": (text,) * 21}],
        "not_finished": [
            {"unit": text, "sheet": open_sheet, "too_early": True},
            {"unit": text, "sheet": none, "too_early": False},
        ],
        "own_unit": [{"unit": text}],
        "ask_return": [{"unit": text, "number": 12}],
        "long_reason": [{"length": 301, "most": 300}],
        "not_returned": [{"unit": text, "number": 12}],
        "return_how": [{"unit": text}],
        "returned": [
            {"unit": text, "number": 12, "by": 13, "reason": text, "text": None, "payment": None},
            {"unit": text, "number": 12, "by": 13, "reason": None, "text": None, "payment": None},
            {**_RETURNED, "unit": text, "reason": text * 100, "text": _record(text)},
            {**_RETURNED, "unit": text, "reason": text, "payment": _payment(text)},
        ],
        "sent_back": [{"number": 12, "by": by} for by in (None, 13)],
        "report": [
            {"unit": text, "on": TODAY, "sheet": sheet, "full": full, "named": full}
            for sheet in (open_sheet, running, whole, failed, none)
            for full in (False, True)
        ],
        "ruling_edited": [{}],
        "scored": [
            {"unit": text, "entered": entered, "left": (innovation, caring), "idle": [13]},
            {"unit": text, "entered": entered[1:], "left": (), "idle": []},
        ],
        "scores": [
            {
                "unit": text,
                "year": 2026,
                "scores": [(innovation, before), (caring, None), (meeting, None)],
                "left": (caring,),
            },
            {"unit": text, "year": 2026, "scores": [(innovation, before)], "left": ()},
        ],
        "superior_records": [{"unit": text}],
        "waived": [
            waived,
            {**waived, "requirement": group, "subject": text},
            {**waived, "requirement": dues, "subject": text, "person": True},
            {**waived, "requirement": dues, "subject": text, "person": True, "named": False},
        ],
        "waivers": [
            {"year": 2026, "branches": branches}
            for branches in ([nothing], [some, nothing, replace(some, named=True)])
        ],
        "waives_nothing": [said, {**said, "subject": text}],
        "cli/not_a_year": [{"read": "2026-11"}],
    }
