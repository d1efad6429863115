"""A record that admits a probationary member in full (转正): what it does to the roster.

The roster follows such a record once. It never goes back by itself: what it still says is told.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from compliance.people import Member, Stage
from handlers.records.flagging import admitted, decided
from handlers.request import Request
from storage import directory, journal, roster
from storage.journal import RecordText
from storage.units import Unit


@dataclass(frozen=True, slots=True)
class Step:
    """Where someone stands on the roster after a record about the admission in full.

    ``moved``: this record made them a full member. ``full_on`` None: the roster does not say when.
    """

    name: str
    stage: Stage
    full_on: date | None
    moved: bool = False


def follow(
    request: Request, unit: Unit, text: RecordText, before: RecordText | None
) -> tuple[Step, ...]:
    """Bring the roster up to date with a record; answer what it now says of those concerned.

    Nobody moves where the meeting did not agree. Those whom only the record of ``before`` named
    stay as they are, and so does the date of who is a full member already.
    """
    concerned = admitted(request.policy.catalogue, text)
    members = roster.members(request.session, unit.key)
    carried = bool(concerned) and decided(request.policy, members, text)
    steps = [
        _move(request, unit, member, text.held_on)
        if carried and member.stage is Stage.PROBATIONARY
        else _standing(member)
        for member in members
        if member.id in concerned
    ]
    dropped = () if before is None else standing(request, unit, before, leaving_out=concerned)
    return (*(step for step in steps if step.full_on != text.held_on or step.moved), *dropped)


def standing(
    request: Request, unit: Unit, text: RecordText, leaving_out: Collection[int] = ()
) -> tuple[Step, ...]:
    """Answer who is still a full member on the roster, though a record of it was taken back."""
    concerned = set(admitted(request.policy.catalogue, text)) - set(leaving_out)
    members = roster.members(request.session, unit.key)
    return tuple(
        _standing(member)
        for member in members
        if member.id in concerned and member.stage is Stage.FULL
    )


def _move(request: Request, unit: Unit, member: Member, on: date) -> Step:
    before = _said(member.id, member.stage, member.full_on)
    person = roster.make_full(request.session, member.id, on, request.origin)
    directory.look_again(request.session, unit)
    after = _said(member.id, person.stage, person.full_on)
    journal.add_audit(
        request.session, unit.key, "stage", request.origin, before=before, after=after
    )
    return Step(person.name, person.stage, person.full_on, moved=True)


def _said(who: int, stage: Stage, full_on: date | None) -> str:
    said = None if full_on is None else full_on.isoformat()
    return json.dumps({"person": who, "stage": stage.value, "full_on": said})


def _standing(member: Member) -> Step:
    return Step(member.name, member.stage, member.full_on)
