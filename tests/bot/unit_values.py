"""Realistic values for what tells of the tree of units, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from handlers.units.tree import Line
from storage.merging import Merger

Values = Mapping[str, object]
ON = date(2026, 11, 20)


def unit_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template about units and their changes."""
    return {
        "units": list(_trees(text)),
        "unit_sure": [each for each in _changes(text) if each["what"] not in ("rename", "found")],
        "unit_changed": _changes(text),
        "unit_impossible": _impossible(text),
        "unit_unknown": [{"name": text}, {"name": ""}],
        "unit_which": [{"names": (text, "第一支部/第一小组")}],
        "unit_kind_needed": [{"name": text}],
        "unit_name_doubtful": [
            {"name": text, "own": text, "rest": text, "kind": kind} for kind in ("branch", None)
        ],
        "unit_how": [
            {"what": what, "unit": unit}
            for what in ("rename", "move", "merge", "dissolve", "found")
            for unit in (text, None)
        ],
        "units_edited": [{}],
        "cli/units": [
            {"on": on, "lines": lines}
            for on in (None, ON)
            for lines in ([(0, text, "general_branch"), (1, text, "branch")], [])
        ],
    }


def unit_buttons(text: str) -> dict[str, list[Values]]:
    """Values for the buttons that go up and down the tree."""
    return {"units_below": [{"name": text}], "units_up": [{"name": text}]}


def _trees(text: str) -> list[Values]:
    top = Line(1, 0, text, "general_branch", 2, 3, 41)
    lines = [
        Line(2, 0, text, "branch", 1, 2, 40),
        Line(3, 1, text, "party_group", 0, 1, None),
        Line(4, 0, "第二支部", "branch", 1, 1, None),
        Line(5, 0, "第二党总支", "general_branch", 1, 0, 1),
    ]
    shown: Values = {"asked": text, "page": 1, "pages": 1, "lines": lines}
    return [
        {**shown, "unit": top, "on": None},
        {**shown, "unit": top, "on": ON, "page": 2, "pages": 3},
        {**shown, "unit": None, "on": None},
        {**shown, "unit": None, "on": ON},
        {**shown, "unit": None, "on": None, "lines": []},
        {**shown, "unit": None, "on": ON, "lines": []},
    ]


def _changes(text: str) -> list[Values]:
    said: Values = {"unit": text, "on": ON}
    many = Merger(12, (text,), (text, "第二支部"), (text, "李四"))
    alone = Merger(0, (), (), ())
    founded = {**said, "what": "found", "kind": "branch", "groups": (text, "第二小组")}
    return [
        {**said, "what": "rename", "name": text},
        {**said, "what": "move", "above": text, "parent": text},
        {**said, "what": "move", "above": None, "parent": text},
        {**said, "what": "move", "above": text, "parent": None},
        {**said, "what": "merge", "into": text, "merger": alone, "named": True, "chats": 1},
        {**said, "what": "merge", "into": text, "merger": many, "named": True, "chats": 0},
        {**said, "what": "merge", "into": text, "merger": many, "named": False, "chats": 2},
        {**said, "what": "dissolve"},
        {**founded, "new": True, "parent": text},
        {**founded, "new": True, "parent": None, "groups": ()},
        {**founded, "new": False, "parent": text},
    ]


def _impossible(text: str) -> list[Values]:
    unit: Values = {"unit": text, "on": ON, "parent": text}
    earlier = date(2026, 11, 1)
    return [
        {"code": "not_yet", "on": ON},
        {**unit, "code": "not_founded", "founded": ON},
        {**unit, "code": "changed_since", "changed": earlier},
        {**unit, "code": "dissolved", "dissolved": earlier},
        {"code": "bad_name", "name": text, "most": 50},
        {"code": "name_taken", "name": text, "parent": text},
        {"code": "name_taken", "name": text, "parent": None},
        {**unit, "code": "same_name"},
        {**unit, "code": "same_place"},
        {**unit, "code": "same_place", "parent": None},
        {**unit, "code": "wrong_place", "kind": "party_group", "under": ("branch",)},
        {**unit, "code": "wrong_place", "kind": "leading_group", "under": (None,)},
        {
            **unit,
            "code": "wrong_place",
            "kind": "branch",
            "under": ("branch", None),
            "parent": None,
        },
        {**unit, "code": "group_stays"},
        {"code": "too_many_alike", "name": text},
        {**unit, "code": "unlike", "into": text},
        {**unit, "code": "has_units", "names": (text,) * 12},
        {**unit, "code": "has_units", "names": (text,)},
        {**unit, "code": "had_units", "earliest": ON},
        {**unit, "code": "has_people", "people": 3, "kind": "branch"},
        {**unit, "code": "has_people", "people": 3, "kind": "party_group"},
    ]
