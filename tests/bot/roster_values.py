"""Values for what is said of the roster, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from compliance.dues import DuesCategory
from compliance.people import DuesBasis, Member, Stage
from handlers.grammar import PersonSaid
from handlers.roster.changing import Changed
from handlers.roster.showing import GroupShown
from storage.people import Person

DAY, EARLIER = date(2026, 11, 20), date(2026, 11, 1)
RETIRED = DuesCategory("retired", ("离退休",), "Retired")
Values = Mapping[str, object]


def roster_templates(text: str) -> dict[str, list[Values]]:
    """Answer values for each template of the roster."""
    return {
        "roster": _lists(text),
        "roster_arrived": [{"name": text, "unit": text, "home": text, "on": DAY}],
        "roster_card": _cards(text),
        "roster_changed": _changes(text),
        "roster_coming": [
            {"name": text, "unit": text, "letter_on": letter} for letter in (DAY, None)
        ],
        "roster_counts": [{"unit": text, "day": DAY, "counts": _counts()}],
        "roster_edited": [{}],
        "roster_gone": [{}],
        "roster_private": [{}],
        "roster_stays": [{"reason": reason} for reason in ("gone", "late", "newer", "used")],
        "roster_taken_back": [{"unit": text, "names": [text, "李四"]}],
    }


def _counts() -> dict[str, int]:
    return {"all": 5, "full": 3, "probationary": 1, "applicant": 1, "floating": 1}


def _lists(text: str) -> list[Values]:
    people = (
        Member(1, text, Stage.FULL, floating=True),
        Member(2, "李四", Stage.FULL),
        Member(3, "王五", Stage.ACTIVIST),
    )
    shown = {
        "unit": text,
        "day": DAY,
        "today": DAY,
        "counts": _counts(),
        "groups": [GroupShown(text, 3, people), GroupShown(None, 1, people[:1])],
        "page": 1,
        "pages": 1,
        "coming": [],
        "edits": False,
    }
    coming = [{"name": text, "unit": text, "letter_on": letter} for letter in (DAY, None)]
    empty = {"groups": [], "counts": {"all": 0}}
    return [shown, {**shown, "pages": 2, "coming": coming, "edits": True}, {**shown, **empty}]


def _cards(text: str) -> list[Values]:
    person = Person(
        id=1,
        unit_id=1,
        name=text,
        stage=Stage.PROBATIONARY,
        joined_on=EARLIER,
        floating=True,
        sex=text,
        education=text,
        post=text,
    )
    gone = Person(
        id=2, unit_id=1, name=text, left_on=DAY, letter_on=EARLIER, arrived_on=DAY, going_to_id=2
    )
    history: list[tuple[date, str, object, object]] = [
        (DAY, "name", text, "李四"),
        (DAY, "group_id", None, text),
        (DAY, "stage", Stage.ACTIVIST, Stage.CANDIDATE),
        (DAY, "floating", False, True),
    ]
    shown: Values = {
        "unit": text,
        "person": person,
        "there": True,
        "group": text,
        "stages": [(Stage.ACTIVIST, EARLIER), (Stage.PROBATIONARY, DAY)],
        "clock": ("converted", DAY),
        "basis": DuesBasis(None, text, Decimal(5000)),
        "category": None,
        "going": None,
        "history": history,
        "edits": True,
    }
    fixed = {"basis": DuesBasis(None, "retired", fixed=Decimal(20)), "category": RETIRED}
    left = {"person": gone, "there": False, "going": text, "group": None, "basis": None}
    return [
        shown,
        {**shown, **fixed, "clock": ("trained", DAY)},
        {**shown, **left, "clock": ("receipt", DAY), "stages": [], "history": []},
        {**shown, "clock": None, "edits": False},
    ]


def _changes(text: str) -> list[Values]:
    said = PersonSaid(text, DAY, letter_on=EARLIER, place=text, text=text)
    one = Changed(text, said, DAY, {}, {}, Stage.ACTIVIST, text)
    bare = replace(one, said=PersonSaid(text, text=text), group=None)
    found: list[Values] = [
        {"unit": text, "verb": verb, "changed": [one, bare]}
        for verb in ("add", "arrive", "depart", "leave")
    ]
    found += [
        {
            "unit": text,
            "verb": "add",
            "changed": [replace(one, alike=(text,), undated="activist_on")],
        },
        {"unit": text, "verb": "depart", "changed": [replace(one, going_to=text)]},
    ]
    altered = {"education": (None, text), "probation_until": (EARLIER, DAY)}
    before = {name: old for name, (old, _) in altered.items()}
    after = {name: new for name, (_, new) in altered.items()}
    return [
        *found,
        {"unit": text, "verb": "alter", "changed": [replace(bare, before=before, after=after)]},
    ]
