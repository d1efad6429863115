"""Realistic values for the templates of urging and of reminder settings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from compliance.summary import Line
from handlers.rulings.urging import Urged
from handlers.units.reminding import PutOff
from storage.pauses import Rest
from storage.units import Unit
from tests.bot.phrase_values import Values

TODAY = date(2026, 11, 22)
NOON = datetime.fromisoformat("2026-11-22T12:00:00+08:00")


def above_templates(text: str, missing: list[Line]) -> dict[str, list[Values]]:
    """Values around a text that a person typed, by template."""
    line, requirement = missing[0], missing[0].requirement
    paused = Rest(1, None, NOON, NOON + timedelta(days=8), date(2026, 11, 30), text)
    quiet, often = Unit(name=text, kind="branch"), Unit(name=text, kind="branch")
    quiet.workdays_only, quiet.weekly_on = True, 1
    often.quiet_from = often.quiet_until
    shown: Values = {"unit": text, "changed": False, "on": TODAY, "hours": often, "put_off": ()}
    shown = {**shown, "superior": False, "paused": None}
    later = (PutOff(text, text, TODAY, text), PutOff(text, text, TODAY, ""))
    put: Values = {"requirement": requirement, "line": line, "on": TODAY, "last": TODAY}
    put = {**put, "until": TODAY, "most": 7}
    span: Values = {"unit": text, "until": TODAY, "first": TODAY, "most": 60}
    done: Values = {"unit": text, "lines": 2, "at": None}
    return {
        "ask_pause": [{"unit": text, "until": until, "reason": None} for until in (None, TODAY)],
        "nothing_paused": [{"unit": text}],
        "pause_span": [{**span, "wrong": wrong} for wrong in ("past", "later", "long")],
        "paused": [{"unit": text, "until": TODAY, "reason": text * 100, "on": TODAY}],
        "put_off": [{**put, "unit": text, "reason": reason} for reason in (None, text)],
        "put_off_nothing": [{"requirement": requirement, "unit": text}],
        "put_off_what": [{"read": text}],
        "put_off_wrong": [{**put, "wrong": wrong} for wrong in ("days", "near", "twice", "far")],
        "remind": [
            shown,
            {**shown, "changed": True, "hours": quiet, "paused": paused, "put_off": later},
            {**shown, "hours": quiet, "superior": True, "paused": paused},
            {**shown, "superior": True},
        ],
        "remind_unclear": [{"read": text, "superior": superior} for superior in (True, False)],
        "urge_done": [
            *({**done, "done": how} for how in ("told", "already", "no_chat", "nothing")),
            {**done, "done": "told", "lines": 1, "at": NOON},
        ],
        "urged": [{"unit": text, "on": TODAY, "lines": missing, "more": more} for more in (0, 3)],
        "urged_all": [
            {"urged": Urged((text,) * 41, (text,), (text,), 3)},
            {"urged": Urged()},
        ],
        "weekly_for_superiors": [{"unit": text}],
    }
