"""Realistic values for what is said when a unit is set up, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from itertools import product

from compliance.access import Role
from compliance.summary import Line
from handlers.grammar.setting_up import FIELDS, Misread, Setup

Values = Mapping[str, object]
_ROLES = (Role.SUPERVISOR, Role.OWNER)
_WRONG = (Misread("founded", "future_day", "2030-01-01"), Misread("", "unread", "好"))


def setup_templates(text: str, line: Line) -> dict[str, list[Values]]:
    """Values for every template of setting up, and of the first words to somebody."""
    return {
        "back": [{"unit": text}],
        "hello": [{}],
        "no_channel": [{}],
        "setup_bound": _bound(text),
        "setup_confirm": _confirm(text),
        "setup_done": _done(text),
        "setup_edited": [{}],
        "setup_form": [
            {"step": step, "wrong": wrong, "said": said, "offered": 2}
            for step in (*FIELDS, "existing")
            for wrong, said in (((), Setup()), (_WRONG, Setup().saying("name", text)))
        ],
        "setup_in_group": [{}],
        "setup_no_more": [{"unit": text, "dissolved": date(2026, 11, 20)}],
        "setup_refused": [{"owned": owned, "roles": _ROLES} for owned in (True, False)],
        "setup_unbind": [{"unit": text}],
        "setup_unbound": [{"unit": text}],
        "start": list(_start(text, line)),
    }


def _bound(text: str) -> list[Values]:
    return [
        {
            "unit": text,
            "title": title,
            "others": others,
            "topic": topic,
            "here": others == 0,
            "may": may,
            "roles": _ROLES,
        }
        for title, others, topic, may in product((text, None), (0, 2), (True, False), (True, False))
    ]


def _confirm(text: str) -> list[Values]:
    small = Setup(frozenset(FIELDS), text, "", "branch", text, date(2020, 1, 1), 5, (), True)
    large = Setup(frozenset(FIELDS), text, "", "general_branch", remind=time(17), own=True)
    base: Values = {"threshold": 7, "topic": True, "unit": None, "chats": 0, "wrong": ()}
    return [
        {**base, "said": small, "groups": (text, "第二小组"), "kind": "branch", "above": text},
        {**base, "said": small, "groups": (), "kind": "branch", "above": "", "topic": False},
        {**base, "said": large, "groups": (), "kind": "general_branch", "above": ""},
        *(
            {**base, "said": large, "groups": (), "kind": "branch", "above": above, "unit": text}
            | {"chats": chats, "topic": bool(chats), "wrong": _WRONG}
            for above, chats in ((text, 2), ("", 0))
        ),
    ]


def _done(text: str) -> list[Values]:
    return [
        {"new": new, "own": own, "kind": kind, "unit": text, "said": Setup(), "chats": int(own)}
        for new, own, kind in product((True, False), (True, False), ("branch", "leading_group"))
    ]


def _start(text: str, line: Line) -> list[Values]:
    plain: Values = {"unit": None, "group": None, "line": None, "first": False, "owned": True}
    plain = {**plain, "lacking": None, "below": 0, "others": ()}
    cases = ("first", "unbound_owner", "unbound", "unowned", "overseer", "member", "stranger")
    return [
        *({**plain, "case": case} for case in cases),
        {**plain, "case": "unbound", "owned": False},
        {**plain, "case": "overseer", "unit": text, "lacking": text, "below": 3},
        {**plain, "case": "next_group", "unit": text},
        {**plain, "case": "leader", "unit": text, "group": text},
        {**plain, "case": "records", "unit": text, "first": True},
        {**plain, "case": "records", "unit": text, "line": line},
        {**plain, "case": "records", "unit": text, "others": (text, "第二支部")},
    ]


def setup_phrases(text: str) -> dict[tuple[str, str], list[Values]]:
    """Values for the phrases of setting up that take some."""
    kinds = ("branch", "general_branch", "leading_group", "party_group")
    told: dict[tuple[str, str], list[Values]] = {
        ("button", "choose_unit_kind"): [{"value": kind} for kind in kinds],
        ("button", "choose_bind"): [{"value": (text, above)} for above in (text, "")],
        ("button", "choose_setup"): [{"value": "new"}, {"value": "me"}],
        ("button", "choose_count"): [{"value": 2}],
        ("setup_wrong", "no_unit"): [{"read": text, "roles": _ROLES}],
        ("setup_wrong", "unfit_superior"): [
            {"read": text, "above": "branch", "kind": "branch"},
        ],
        ("setup_wrong", "name_taken"): [{"read": text, "superior": one} for one in (text, "")],
        ("setup_wrong", "before_superior"): [
            {"read": "2020-01-01", "superior": text, "since": date(2021, 1, 1)}
        ],
        ("setup_wrong", "twice"): [{"label": "名称"}],
        ("setup_wrong", "too_long"): [{"label": "名称"}],
    }
    for step in (*FIELDS, "existing"):
        told["setup_ask", step] = [{"name": text, "offered": offered} for offered in (0, 2)]
    codes = "unread no_name no_kind no_day impossible_day future_day no_size no_groups quiet_hour"
    codes += " no_committee no_hour no_language no_secretary no_superior two_superiors"
    for code in codes.split():
        told["setup_wrong", code] = [{"read": text}]
    return told
