"""Who may do what: one table, everything else is refused.

Authority (design, 2): recording is for a unit's own officers; waiving, scoring and sending back
are for a superior, never for oneself; a role at a unit sees that unit and everything below it.
Whoever may enter something may correct what they entered themselves; what others entered, few may.
"""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a Telegram user is at a unit."""

    SECRETARY = "secretary"  # 书记
    DEPUTY = "deputy"  # 副书记
    ORGANISATION = "organisation"  # 组织委员
    PUBLICITY = "publicity"  # 宣传委员
    DISCIPLINE = "discipline"  # 纪检委员
    GROUP_LEADER = "group_leader"  # 组长
    SUPERVISOR = "supervisor"  # 上级
    OWNER = "owner"  # 管理员
    MEMBER = "member"  # 党员


class Relation(StrEnum):
    """Where a role is held, seen from the unit that is acted on."""

    OWN = "own"  # at that very unit
    ABOVE = "above"  # at a unit above it
    GROUP = "group"  # at one of its party groups, as a group leader is for his branch
    BELOW = "below"  # at another unit below it: that gives no right, and makes it one's own


class Action(StrEnum):
    """What someone wants to do at a unit; to correct or take back needs what entering needed."""

    RECORD = "record"  # enter a meeting or another activity
    RECORD_GROUP = "record_group"  # enter a meeting of a party group
    PAY = "pay"  # enter dues
    CORRECT = "correct"  # correct or take back what others of the unit entered
    CORRECT_SEALED = "correct_sealed"  # correct or take back what a sealed year holds
    STATUS = "status"  # see what is missing
    RECORDS = "records"  # list the entries
    DUES_NAMES = "dues_names"  # see who has not paid
    SETTINGS = "settings"  # change the unit's settings
    WAIVE = "waive"  # excuse the unit from a requirement
    SCORE = "score"  # score a requirement for a year
    REDUCE = "reduce"  # reduce a member's dues for a time
    RETURN = "return"  # send an entry back, with a reason
    URGE = "urge"  # remind the unit now of what is missing
    UNITS = "units"  # add, move, rename, merge or dissolve the unit
    GROUPS = "groups"  # add, rename or dissolve party groups of the unit
    ROSTER = "roster"  # see who is on the roster, with what is kept about them
    ROSTER_EDIT = "roster_edit"  # add, change and move people, and import a roster
    EXPORT = "export"  # take what is kept about the unit's people out as a file
    REMIND = "remind"  # say when the unit is reminded, and pause that
    HANDOVER = "handover"  # hand the secretary's post over
    POSTS = "posts"  # see who holds which post
    GRANT = "grant"  # grant and end posts of the unit, and invite to them
    GRANT_HEAD = "grant_head"  # those of the secretary and the deputy
    GRANT_ABOVE = "grant_above"  # those of a superior and of an administrator


_Held = tuple[Role, Relation]

_TREASURERS = (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION)
_OFFICERS = (*_TREASURERS, Role.PUBLICITY, Role.DISCIPLINE)
_HEADS = (Role.SECRETARY, Role.DEPUTY)
_OVERSEERS = (Role.SUPERVISOR, Role.OWNER)
_OWN = (Relation.OWN,)
_HOME = (Relation.OWN, Relation.GROUP)  # that branch, also for those of its groups
_REACH = (Relation.OWN, Relation.ABOVE)  # that unit and everything below it


def _each(roles: Iterable[Role], relations: Iterable[Relation]) -> frozenset[_Held]:
    relations = tuple(relations)
    return frozenset((role, relation) for role in roles for relation in relations)


_TABLE: dict[Action, frozenset[_Held]] = {
    Action.RECORD: _each(_OFFICERS, _OWN),
    Action.RECORD_GROUP: _each((*_OFFICERS, Role.GROUP_LEADER), _OWN),
    Action.PAY: _each(_TREASURERS, _OWN),
    Action.CORRECT: _each(_TREASURERS, _OWN),
    Action.CORRECT_SEALED: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.STATUS: _each((*_OFFICERS, *_OVERSEERS), _REACH)
    | _each((Role.GROUP_LEADER, Role.MEMBER), _HOME),
    Action.RECORDS: _each((*_OFFICERS, *_OVERSEERS), _REACH) | _each((Role.GROUP_LEADER,), _OWN),
    Action.DUES_NAMES: _each(_TREASURERS, _OWN) | _each((Role.SUPERVISOR,), _REACH),
    Action.SETTINGS: _each((Role.SECRETARY, Role.OWNER), _REACH),
    Action.WAIVE: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.SCORE: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.REDUCE: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.RETURN: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.URGE: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.UNITS: _each((Role.SUPERVISOR,), (Relation.ABOVE,)) | _each((Role.OWNER,), _REACH),
    Action.GROUPS: _each(_TREASURERS, _OWN)
    | _each((Role.SUPERVISOR,), (Relation.ABOVE,))
    | _each((Role.OWNER,), _REACH),
    Action.ROSTER: _each(_TREASURERS, _OWN) | _each(_OVERSEERS, _REACH),
    Action.ROSTER_EDIT: _each(_TREASURERS, _OWN) | _each(_OVERSEERS, _REACH),
    Action.EXPORT: _each(_TREASURERS, _OWN) | _each((Role.SUPERVISOR,), _REACH),
    Action.REMIND: _each(_HEADS, _OWN) | _each(_OVERSEERS, _REACH),
    Action.HANDOVER: _each((Role.SECRETARY,), _OWN)
    | _each((Role.SUPERVISOR,), (Relation.ABOVE,))
    | _each((Role.OWNER,), _REACH),
    Action.POSTS: _each((*_OFFICERS, *_OVERSEERS), _REACH)
    | _each((Role.GROUP_LEADER, Role.MEMBER), _HOME),
    Action.GRANT: _each((Role.SECRETARY,), _OWN)
    | _each((Role.SUPERVISOR,), (Relation.ABOVE,))
    | _each((Role.OWNER,), _REACH),
    Action.GRANT_HEAD: _each((Role.SUPERVISOR,), (Relation.ABOVE,)) | _each((Role.OWNER,), _REACH),
    Action.GRANT_ABOVE: _each((Role.OWNER,), _REACH),
}
# A superior's rulings. One who holds any role at the unit or below it makes none on it.
_NEVER_FOR_ONESELF = frozenset(
    {Action.WAIVE, Action.SCORE, Action.REDUCE, Action.CORRECT_SEALED, Action.RETURN}
)
_GRANTING = {
    Role.SECRETARY: Action.GRANT_HEAD,
    Role.DEPUTY: Action.GRANT_HEAD,
    Role.SUPERVISOR: Action.GRANT_ABOVE,
    Role.OWNER: Action.GRANT_ABOVE,
}


def may(held: Iterable[tuple[Role, Relation]], action: Action) -> bool:
    """Tell whether any role held, each with its relation to the unit, allows the action there.

    Default deny: what the table does not grant is refused, and no roles means no. A superior's
    ruling is refused to whoever also holds a role at that unit or below it.
    """
    held = tuple(held)
    return not _TABLE[action].isdisjoint(held) and not is_for_oneself(held, action)


def is_for_oneself(held: Iterable[tuple[Role, Relation]], action: Action) -> bool:
    """Tell whether it is granted, but would be a ruling on a unit of one's own."""
    held = tuple(held)
    own = any(relation is not Relation.ABOVE for _, relation in held)
    return own and action in _NEVER_FOR_ONESELF and not _TABLE[action].isdisjoint(held)


def granting(role: Role) -> Action:
    """Answer what one must be allowed at a unit to grant this role there, or to end it."""
    return _GRANTING.get(role, Action.GRANT)


def who_may(action: Action, relation: Relation | None = None) -> tuple[Role, ...]:
    """List the roles that can do the action somewhere, in Role's order: for polite refusals.

    With a relation only those that can do it where they stand so to the unit.
    """
    granted = {role for role, at in _TABLE[action] if relation in (None, at)}
    return tuple(role for role in Role if role in granted)
