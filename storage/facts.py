"""What units are, in the shape the policy reads: their dates, their groups and their people.

Each kind of fact is one statement, however many units are asked about.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlmodel import Session

from compliance.facts import Group, UnitFacts
from compliance.people import Member
from storage.columns import table_of
from storage.database import run
from storage.needs import Needs
from storage.roster import members, note_members, rosters
from storage.units import Unit

_GROUP = table_of(Unit)
_GROUPS = (
    select(_GROUP.c.parent_id, _GROUP.c.id, _GROUP.c.name, _GROUP.c.founded, _GROUP.c.dissolved)
    .where(
        _GROUP.c.parent_id.in_(bindparam("units", expanding=True)), _GROUP.c.kind == "party_group"
    )
    .order_by(_GROUP.c.id)
)


def unit_facts(session: Session, unit: Unit, needs: Needs) -> UnitFacts:
    """Answer what decides which requirements bind the unit: its dates, groups and people."""
    if needs.members and not needs.payments:  # whoever speaks of people has them in mind already
        return _unit_facts(unit, _groups(session, [unit], needs), members(session, unit.key))
    facts = facts_of(session, [unit], needs)[unit.key]
    if needs.members:
        note_members(session, unit.key, facts.members)
    return facts


def facts_of(session: Session, units: Collection[Unit], needs: Needs) -> dict[int, UnitFacts]:
    """Answer what ``unit_facts`` does for many units, by their ids."""
    ids = [unit.key for unit in units]
    found = _groups(session, units, needs)
    people = rosters(session, ids, bases=needs.payments) if needs.members else {}
    return {unit.key: _unit_facts(unit, found, people.get(unit.key, ())) for unit in units}


def _unit_facts(
    unit: Unit, groups: Mapping[int, Sequence[Group]], people: tuple[Member, ...]
) -> UnitFacts:
    return UnitFacts(
        id=unit.key,
        name=unit.name,
        founded=unit.founded,
        dissolved=unit.dissolved,
        committee_declared=unit.committee,
        groups=tuple(groups.get(unit.key, ())),
        members=people,
        kind=unit.kind,
    )


def _groups(
    session: Session, units: Collection[Unit], needs: Needs
) -> Mapping[int, Sequence[Group]]:
    found: dict[int, list[Group]] = defaultdict(list)
    if needs.groups:
        asked = {"units": [unit.key for unit in units]}
        for unit_id, *group in run(session, _GROUPS, asked).all():
            found[unit_id].append(Group(*group))
    return found
