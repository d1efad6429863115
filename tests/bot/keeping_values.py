"""Realistic values for handovers and for what is kept, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from compliance.access import Role
from compliance.assessment import State
from compliance.catalogue import default
from compliance.people import Stage
from compliance.periods import Cadence, Period
from compliance.summary import Line
from handlers.handover.pack import Pack, Underway, Unpaid
from storage.handovers import Year
from storage.pauses import Pause
from storage.privacy import Erased
from storage.units import RoleHeld, Unit

Values = Mapping[str, object]
TODAY, LATER = date(2026, 11, 22), date(2026, 12, 6)
NOVEMBER = Period(Cadence.MONTHLY, 2026, 11)
CATALOGUE = default()


def a_line(due_on: date) -> Line:
    return Line(
        requirement=CATALOGUE.requirement("study"),
        subject_id=0,
        subject="",
        period=NOVEMBER,
        due_on=due_on,
        grace_ends=due_on,
        state=State.OPEN,
        done=0,
        required=1,
        reason=None,
        confirmed=True,
        records=(),
    )


def packs(text: str) -> tuple[Pack, Pack]:
    """A pack with everything in it, and one with nothing."""
    unit = Unit(name=text, kind="branch")
    held = RoleHeld(telegram_id=11, unit_id=1, role=Role.SECRETARY, from_on=TODAY)
    acting = RoleHeld(telegram_id=12, unit_id=1, role=Role.DEPUTY, to_on=LATER, acting=True)
    said = datetime(2026, 11, 20, tzinfo=UTC)
    pauses = tuple(
        Pause(
            unit_id=1,
            requirement=requirement,
            from_on=TODAY,
            until_on=LATER,
            reason=text,
            entered_by=1,
            entered_at=said,
        )
        for requirement in ("study", None)
    )
    study = CATALOGUE.requirement("study")
    full = Pack(
        unit=unit,
        on=TODAY,
        posts=((held, text), (acting, None)),
        invited=((Role.DEPUTY, text, LATER), (Role.SECRETARY, None, LATER)),
        lines=(a_line(date(2026, 11, 20)), a_line(date(2026, 11, 30))),
        drafts=(("meeting", text), ("dues", text)),
        people=(
            Underway(text, Stage.PROBATIONARY, TODAY, LATER, study, LATER),
            Underway(text, Stage.ACTIVIST, None, None),
        ),
        unpaid=(Unpaid(text, (NOVEMBER,), Decimal("30.5")),),
        year=Year((("支委会", 3), ("学习", 2)), 7, 12),
        returned=((3, 5, text), (4, 6, text)),
        pauses=pauses,
    )
    quiet = Unit(name=text, kind="branch", workdays_only=True)
    nothing = Pack(quiet, TODAY, (), (), (), (), (), (), Year((), 0, 0), (), ())
    return full, nothing


def keeping_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template of handovers, and of what is kept about someone."""
    named: Values = {
        "unit": text,
        "role": Role.SECRETARY,
        "from_name": text,
        "from_id": 11,
        "to_name": text,
        "to_id": 12,
        "until": LATER,
    }
    unnamed: Values = {**named, "from_name": None, "to_name": None}
    both = (named, unnamed)
    unknown: Values = {**named, "to_id": None}
    nobody: Values = {"actor": 17, "days": 90, "years": 3, "name": None, "roster": [], "posts": []}
    nobody = {
        **nobody,
        **dict.fromkeys(
            ("payments", "bases", "entered", "mentions", "attached", "unfinished", "messages"), 0
        ),
        "known": False,
    }
    somebody = {
        **nobody,
        "name": text,
        "roster": [(text, text, ("name", "sex", "born"))],
        "posts": [(text, Role.SECRETARY, TODAY, None), (text, Role.MEMBER, None, LATER)],
        **dict.fromkeys(
            ("payments", "bases", "entered", "mentions", "attached", "unfinished", "messages"), 2
        ),
        "known": True,
    }
    erased = Erased(linked=True, fields=("sex", "post"), unfinished=2)
    done: list[Values] = [{**each, "today": TODAY} for each in both]
    return {
        "private_only": [{"command": "handover"}],
        "handover": [
            {**each, "pack": pack, "side": side}
            for each in (named, unnamed, unknown)
            for pack in packs(text)
            for side in ("from", "to", "above")
        ],
        "handover_page": [{"unit": text}],
        "handover_begun": [{**named, "token": None}, {**unknown, "token": "a2b3c4" * 4}],
        "handover_how": [{"unit": text}],
        "handover_unread": [{"read": text}],
        "handover_nobody": [{"unit": text}],
        "handover_self": [{"unit": text, "name": text}],
        "handover_open": [
            {**each, "from_confirmed": yes, "to_confirmed": not yes}
            for each in both
            for yes in (True, False)
        ],
        "handover_waits": [{**each, "side": side} for each in both for side in ("from", "to")],
        "handover_yours": [
            {**named, "today": TODAY, "drafts": drafts} for drafts in ((("meeting", text),), ())
        ],
        "handover_done": done,
        "handover_told": done,
        "handover_off": list(both),
        "handover_none": [{}],
        "handover_not_come": [{}],
        "handover_over": [{}],
        "handover_own_link": [{}],
        "handover_came": [named],
        "handover_arrived": list(both),
        "handover_expired": [{"unit": text, "days": 14, "to_name": name} for name in (text, None)],
        "privacy": [nobody, somebody],
        "privacy_unread": [{"read": text}],
        "privacy_button": [{}],
        "privacy_exported": [{"rows": rows} for rows in (1, 12)],
        "privacy_ask": [{"days": 90}],
        "privacy_erased": [{"erased": each, "days": 90} for each in (erased, Erased(False, (), 0))],
        "privacy_left": [{}],
        "privacy_officer": [{"posts": [(text, Role.SECRETARY), (None, Role.OWNER)]}],
    }
