"""Who may do what: one table, everything else is refused.

Authority (design, 2): recording is for a unit's own officers; waiving and scoring are for a
superior, never for oneself; a role at a unit sees that unit and everything below it. Whoever may
enter something may correct what they entered themselves; what others entered, few may.
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
    BELOW = "below"  # at a unit below it, as a group leader is for his branch


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


_Held = tuple[Role, Relation]

_TREASURERS = (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION)
_OFFICERS = (*_TREASURERS, Role.PUBLICITY, Role.DISCIPLINE)
_OVERSEERS = (Role.SUPERVISOR, Role.OWNER)
_OWN = (Relation.OWN,)
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
    | _each((Role.GROUP_LEADER, Role.MEMBER), (Relation.OWN, Relation.BELOW)),
    Action.RECORDS: _each((*_OFFICERS, *_OVERSEERS), _REACH) | _each((Role.GROUP_LEADER,), _OWN),
    Action.DUES_NAMES: _each(_TREASURERS, _OWN) | _each((Role.SUPERVISOR,), _REACH),
    Action.SETTINGS: _each((Role.SECRETARY, Role.OWNER), _REACH),
    Action.WAIVE: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.SCORE: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
    Action.REDUCE: _each((Role.SUPERVISOR,), (Relation.ABOVE,)),
}
# A superior's rulings. One who holds any role at the unit or below it makes none on it.
_NEVER_FOR_ONESELF = frozenset({Action.WAIVE, Action.SCORE, Action.REDUCE, Action.CORRECT_SEALED})


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


def who_may(action: Action) -> tuple[Role, ...]:
    """List the roles that can do the action somewhere, in Role's order: for polite refusals."""
    granted = {role for role, _ in _TABLE[action]}
    return tuple(role for role in Role if role in granted)
