"""The step of a guided form that asks who was away, with a tick for each name."""

from compliance.people import Member
from handlers.asking.shown import answered_by, shown
from handlers.forms.ticks import ticks
from handlers.grammar import Meeting
from handlers.request import Request
from storage import roster
from storage.drafts import Draft
from storage.messages import Button, Message
from storage.units import Unit

COMMITTEE = "committee_meeting"


def attendance(
    request: Request, unit: Unit, draft: Draft, reading: Meeting, page: int = 0
) -> Message:
    """Ask who was away: a name is ticked by a tap."""
    people = should_attend(request, unit, reading)
    away = [absence.name for absence in reading.absences]
    ticked = {each.id for each in people if each.name in away}
    begun = bool(away) or reading.expected is not None
    values = {
        "kinds": reading.kinds,
        "held_on": reading.held_on,
        "expected": expected(request, unit, reading),
        "away": away,
        "begun": begun,
    }
    rows = ticks(draft, [(each.id, each.name) for each in people], ticked, page)
    ends = _attended(draft, begun)
    return shown(draft, "form_attendance", values, *rows, ends)


def _attended(draft: Draft, begun: bool) -> tuple[Button, ...]:
    everyone = Button("form_all", answered_by(draft, "all"))
    none = Button("form_uncounted", answered_by(draft, "none"))
    further = Button("form_next", answered_by(draft, "next"))
    return (everyone, none, further) if begun else (everyone, none)


def should_attend(request: Request, unit: Unit, reading: Meeting) -> tuple[Member, ...]:
    """Answer the members of that day: of the party group if it is one that met."""
    groups = {group.name: group.key for group in roster.groups(request.session, unit.key)}
    group, day = groups.get(reading.group or ""), reading.held_on
    return tuple(
        member
        for member in roster.members(request.session, unit.key)
        if member.on_roster(day)
        and member.is_member(day)
        and (group is None or member.group_id == group)
    )


def expected(request: Request, unit: Unit, reading: Meeting) -> int | None:
    """Answer how many should have come: as said, else all who are members that day.

    Nobody can tell it of the committee, whose members the roster does not name.
    """
    if reading.expected is not None:
        return reading.expected
    committee = request.policy.catalogue.find(COMMITTEE)
    if committee is not None and set(reading.kinds) <= set(committee.kinds):
        return None
    return len(should_attend(request, unit, reading)) or None
