"""Realistic values for the templates of posts, leaves and invitations."""

from __future__ import annotations

from datetime import date

from compliance.access import Role
from handlers.units.posts import PostLine
from storage.units import RoleHeld
from tests.bot.phrase_values import Values

TODAY, LATER = date(2026, 11, 22), date(2026, 12, 31)
TOKEN = "abcdefghijklmnopqrstuvwxyz"


def _lines(text: str) -> tuple[PostLine, ...]:
    deputy = (Role.DEPUTY, text)
    return (
        PostLine(Role.SECRETARY, None, 11, text, leave=LATER, instead=deputy),
        PostLine(Role.DEPUTY, None, 12, None, blocked=True, instead=(Role.SECRETARY, 11)),
        PostLine(Role.ORGANISATION, None, 13, text, acting=True, until=LATER),
        PostLine(Role.PUBLICITY, None, None, None, instead=deputy),
        PostLine(Role.GROUP_LEADER, text, None, None),
    )


def away(text: str) -> tuple[PostLine, ...]:
    """Posts whose holders are on leave, or out of reach."""
    return _lines(text)[:2]


def post_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template of this kind."""
    posts: Values = {"unit": text, "on": TODAY, "private": True, "lines": _lines(text)}
    about: Values = {"unit": text, "role": Role.ORGANISATION, "group": None, "name": text}
    acting: Values = {**about, "acting": True, "last": LATER, "first": TODAY}
    leader: Values = {**about, "role": Role.GROUP_LEADER, "group": text, "name": None}
    for_good: Values = {**leader, "acting": False, "last": None, "first": LATER}
    linked: Values = {**about, "last": None, "days": 7, "token": TOKEN}
    until: Values = {**leader, "last": LATER, "days": 7, "token": TOKEN}
    shown: Values = {"role": Role.DEPUTY, "group": text, "name": text, "expires": TODAY}
    joined: Values = {**linked, "branch": text}
    kinds = ({"records": True, "oversees": False}, {"records": False, "oversees": True})
    idle: Values = {"records": False, "oversees": False}
    leave: Values = {"unit": text, "name": text, "own": False, "days": (TODAY, LATER)}
    among = ((Role.DEPUTY, text), (Role.ORGANISATION, None))
    unknown: list[Values] = [
        {**acting, "several": several, "private": several} for several in (True, False)
    ]
    greeted: list[Values] = [{**joined, **kind} for kind in (*kinds, idle)]
    handed: Values = {**joined, **idle, "last": LATER, "group": text, "name": None}
    return {
        "ask_unit": [{"more": 0}, {"more": 7}],
        "not_that_unit": [{"read": text}],
        "officer_gone": [
            {
                "unit": text,
                "roles": (Role.DEPUTY, Role.PUBLICITY),
                "name": text,
                "why": "left",
                "instead": Role.SECRETARY,
            },
            {
                "unit": text,
                "roles": (Role.DEPUTY,),
                "name": None,
                "why": "blocked",
                "instead": None,
            },
        ],
        **_command_line(text),
        "posts": [
            {**posts, "grants": True},
            {**posts, "grants": False, "private": False},
            {**posts, "grants": True, "lines": ()},
        ],
        "post_granted": [
            {**said, "new": new, "today": TODAY}
            for said in (acting, for_good, {**acting, "first": date(2026, 11, 1)})
            for new in (True, False)
        ],
        "post_yours": [{**acting, "ended": False}, {**for_good, "ended": True}],
        "no_such_post": [{"unit": text, "role": Role.SUPERVISOR}],
        "post_who": [{"unit": text, "role": Role.DEPUTY}],
        "post_unknown": [*unknown, {**for_good, "name": text, "several": False, "private": True}],
        "post_taken": [
            {"unit": text, "name": name, "acting": acts}
            for name in (text, None)
            for acts in (True, False)
        ],
        "post_own": [{"unit": text, "role": Role.SECRETARY}],
        "post_not_begun": [{"role": Role.DEPUTY, "first": LATER, "last": TODAY}],
        "post_ended": [{**acting, "void": 0}, {**for_good, "void": 1}, {**for_good, "void": 2}],
        "post_which": [
            {"unit": text, "role": None, "name": text, "among": among},
            {"unit": text, "role": Role.DEPUTY, "name": None, "among": ()},
            {"unit": text, "role": None, "name": text, "among": ()},
        ],
        "leave_days": [{"read": text}, {"read": None}],
        "leave_over": [{"first": TODAY, "last": LATER}],
        "leave_taken": [
            {**leave, "instead": ((Role.ORGANISATION, text), (Role.DEPUTY, None))},
            {**leave, "own": True, "instead": ()},
        ],
        "leave_ended": [{**leave, "any": any_} for any_ in (True, False)],
        "leave_whose": [{"unit": text, "name": name} for name in (text, None)],
        "invite_how": [{}],
        "invite_no_start": [{"first": LATER}],
        "invite_link": [linked, until],
        "invite_sent": [linked, until],
        "invite_held": [about],
        "invitations": [
            {"unit": text, "open": (shown, {**shown, "group": None, "name": None})},
            {"unit": text, "open": ()},
        ],
        "invite_gone": [{}],
        "join_private": [{}],
        "invite_void": [{}],
        "owner_joined": [{}],
        "joined_already": [linked, until],
        "join_taken": [linked, until],
        "joined": [*greeted, handed],
        "joined_told": [joined, {**joined, **until}],
    }


def _command_line(text: str) -> dict[str, list[Values]]:
    about: Values = {"id": 12, "role": "deputy", "unit": text}
    link: Values = {**about, "name": text, "days": 7, "token": TOKEN}
    held = RoleHeld(telegram_id=12, unit_id=1, role=Role.DEPUTY, from_on=TODAY)
    acts = RoleHeld(telegram_id=13, unit_id=1, role=Role.DEPUTY, to_on=LATER, acting=True)
    return {
        "cli/owner_code": [{"code": TOKEN, "days": 30}],
        "cli/owner_there": [{}],
        "cli/owners_set": [{"owners": [1]}, {"owners": [1, 2]}],
        "cli/acting_end": [{}],
        "cli/post_taken": [about],
        "cli/role_not_held": [about],
        "cli/role_ended": [about],
        "cli/roles": [
            {"unit": text, "lines": ((held, None), (acts, text))},
            {"unit": text, "lines": ()},
        ],
        "cli/invited": [{**link, "bot": bot} for bot in ("sanhui_bot", None)],
    }
