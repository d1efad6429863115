"""Changing the roster: one message, one change in the audit, one button that takes it back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from compliance.people import Stage
from compliance.stages import ORDER, longest_probation
from handlers.asking.doubts import refuse_doubtful
from handlers.grammar import PersonSaid, Problem, RosterSaid, Unreadable, read_roster
from handlers.reading import context_for
from handlers.request import Reply, Request
from handlers.roster.doubts import of_newcomers, of_stages
from handlers.roster.travelling import announced, destination
from storage import namesakes, roster_changes, roster_history
from storage.messages import Button, Message
from storage.people import PERSONAL, Person
from storage.roster import groups, member_on
from storage.roster_changes import Changing
from storage.units import Unit

STAGE_DAYS = {
    Stage.APPLICANT: "applied_on",
    Stage.ACTIVIST: "activist_on",
    Stage.CANDIDATE: "candidate_on",
    Stage.PROBATIONARY: "admitted_on",
    Stage.FULL: "full_on",
}
_IN_ORDER = tuple(STAGE_DAYS.values())


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of one person; ``alike`` are the others of the name, as they are called now.

    ``undated`` is the field for the day of a stage that was not said: its clock does not run yet.
    """

    name: str
    said: PersonSaid
    on: date
    before: Mapping[str, object]
    after: Mapping[str, object]
    stage: Stage
    group: str | None = None
    alike: tuple[str, ...] = ()
    going_to: str | None = None
    undated: str | None = None


@dataclass(frozen=True, slots=True)
class _Change:
    """What the functions that change people are given."""

    request: Request
    unit: Unit
    making: Changing
    groups: Mapping[str, int]

    def keep(self, person: Person, values: Mapping[str, object], on: date) -> bool:
        """Let what is kept with its past be so from a day on."""
        session, origin = self.request.session, self.request.origin
        return roster_history.change(session, person, values, on, origin)


def change(request: Request, unit: Unit) -> Reply:
    """Do what is said, for everyone it is said of; what is in doubt is asked about first."""
    reading = read_roster(request.arguments, context_for(request, unit))
    people = _people(request, unit, reading)
    _require_sound(reading, people, request.today(unit))
    if reading.verb in ("add", "arrive"):
        refuse_doubtful(request, of_newcomers(request, unit, reading))
    if reading.verb == "stage":
        refuse_doubtful(request, of_stages(request, unit, reading))
    by_name = {group.name: group.key for group in groups(request.session, unit.key)}
    session, origin = request.session, request.origin
    known = [person for person in people if person is not None]
    with roster_changes.changing(session, unit, reading.verb, origin, known) as making:
        making.said = _told(reading)
        making_change = _Change(request, unit, making, by_name)
        done = [
            _BY_VERB[reading.verb](making_change, person or Person(unit_id=unit.key, name=""), one)
            for person, one in zip(people, reading.people, strict=True)
        ]
        if all(one is None for one in done):
            raise _problem("same_as_before", reading.people[0].name)
    changed = [one for one in done if one is not None]
    values = {"unit": unit.name, "verb": reading.verb, "changed": changed}
    undo = Button("undo", f"unroster:{unit.key}.{making.stamp}")
    # What personal fields held before is written nowhere, and cannot come back.
    for_good = any(not one.before.keys().isdisjoint(PERSONAL) for one in changed)
    echo = Message("roster_changed", values, buttons=() if for_good else ((undo,),))
    return echo, *(told for one in changed for told in announced(request, unit, one.name))


def _told(reading: RosterSaid) -> list[Mapping[str, str]]:
    """Answer, for the audit, what is said and has no place in it: whither, why, which fields."""
    told: list[Mapping[str, str]] = []
    for one in reading.people:
        said = {k: v for k in ("place", "text") if (v := getattr(one, k))}
        if personal := [name for name in one.fields if name in PERSONAL]:
            said["fields"] = ",".join(personal)
        if said:
            told.append({"name": one.name, **said})
    return told


def _people(request: Request, unit: Unit, reading: RosterSaid) -> list[Person | None]:
    """Answer the people who are named; None for each who is new."""
    if reading.verb in ("add", "arrive"):
        return [None] * len(reading.people)
    today, session = request.today(unit), request.session
    found = [member_on(session, unit.key, one.name, today).id for one in reading.people]
    return [session.get_one(Person, person_id) for person_id in found]


def _problem(code: str, read: str, **values: object) -> Unreadable:
    return Unreadable((Problem(code, read, values),))


def _require_sound(reading: RosterSaid, people: Sequence[Person | None], today: date) -> None:
    """Refuse a day before somebody came, and somebody who is named twice."""
    names = [one.name for one in reading.people]
    for one, person in zip(reading.people, people, strict=True):
        if names.count(one.name) > 1 and reading.verb != "add":
            raise _problem("duplicate_field", one.name)
        joined = None if person is None else person.joined_on
        if joined is not None and (one.on or today) < joined:
            raise _problem("before_joining", one.name, joined_on=joined)


def _echo(
    change: _Change, person: Person, said: PersonSaid, on: date, before: Mapping[str, object]
) -> Changed:
    by_id: dict[object, str] = {key: name for name, key in change.groups.items()}

    def shown(name: str, value: object) -> object:
        return by_id.get(value) if name == "group_id" else value

    was = {name: shown(name, value) for name, value in before.items()}
    now = {name: shown(name, getattr(person, name)) for name in before}
    group = by_id.get(person.group_id)
    return Changed(person.name, said, on, was, now, Stage(person.stage), group)


def _day(change: _Change, said: PersonSaid) -> date:
    return said.on or change.request.today(change.unit)


def _add(change: _Change, newcomer: Person, said: PersonSaid) -> Changed:
    """Put somebody on the roster; the day is that from which the stage counts."""
    on = _day(change, said)
    stage = said.stage or Stage.FULL
    newcomer.name, newcomer.stage, newcomer.letter_on = said.name, stage, said.letter_on
    newcomer.joined_on = on
    newcomer.group_id = change.groups[said.group] if said.group else None
    if said.on is not None and change.making.action == "add" and stage is not Stage.FULL:
        setattr(newcomer, STAGE_DAYS[stage], on)
    origin = change.request.origin
    try:
        others = roster_changes.add_person(change.making, newcomer, on, origin)
    except namesakes.TooManyAlikeError as error:
        raise _problem("too_many_alike", said.name) from error
    echo = _echo(change, newcomer, said, on, {})
    undated = None if stage is Stage.FULL or getattr(newcomer, STAGE_DAYS[stage]) else stage
    return replace(
        echo,
        alike=tuple(other.name for other in others),
        undated=undated and STAGE_DAYS[undated],
    )


def _depart(change: _Change, person: Person, said: PersonSaid) -> Changed:
    on = _day(change, said)
    going_to = destination(change.request, change.unit, said.place)
    person.left_on, person.letter_on = on, said.letter_on
    person.going_to_id = None if going_to is None else going_to.key
    echo = _echo(change, person, said, on, {})
    return replace(echo, going_to=None if going_to is None else going_to.name)


def _leave(change: _Change, person: Person, said: PersonSaid) -> Changed:
    person.left_on = on = _day(change, said)
    return _echo(change, person, said, on, {})


def _group(change: _Change, person: Person, said: PersonSaid) -> Changed | None:
    new = change.groups[said.group] if said.group else None
    return _kept(change, person, said, {"group_id": new})


def _floating(*, away: bool) -> Callable[[_Change, Person, PersonSaid], Changed | None]:
    def changed(change: _Change, person: Person, said: PersonSaid) -> Changed | None:
        return _kept(change, person, said, {"floating": away})

    return changed


def _kept(
    change: _Change, person: Person, said: PersonSaid, values: Mapping[str, object]
) -> Changed | None:
    on = _day(change, said)
    before = {name: getattr(person, name) for name in values}
    if not change.keep(person, values, on):
        return None
    return _echo(change, person, said, on, before)


def _rename(change: _Change, person: Person, said: PersonSaid) -> Changed | None:
    """Give somebody another name; a letter that told them from others goes with the old one."""
    on, session = _day(change, said), change.request.session
    before = {"name": person.name}
    bare = namesakes.bare(person)
    if said.text in (None, bare, person.name):
        return None
    others = [p for p in namesakes.alike(session, person.unit_id, said.text or "") if p != person]
    if others:
        raise _problem("name_taken", said.text or "")
    change.keep(person, {"name": said.text}, on)
    person.mark = None
    return _echo(change, person, said, on, before)


def _alter(change: _Change, person: Person, said: PersonSaid) -> Changed | None:
    """Set what is kept of somebody; a post has a past, and the days of stages an order."""
    on, values = _day(change, said), dict(said.fields)
    before = {
        name: getattr(person, name) for name in values if getattr(person, name) != values[name]
    }
    if not before:
        return None
    if "post" in values:
        change.keep(person, {"post": values.pop("post")}, on)
    for name, value in values.items():
        setattr(person, name, value)
    _require_order(person)
    longest = person.admitted_on and longest_probation(person.admitted_on)
    until = person.probation_until
    if until is not None and longest is not None and until > longest:
        raise _problem("probation_too_long", f"{until}", longest=longest)
    return _echo(change, person, said, on, before)


def _stage(change: _Change, person: Person, said: PersonSaid) -> Changed | None:
    """Let somebody be of a stage from a day on; a step back takes the later days off."""
    stage, on = said.stage or Stage(person.stage), _day(change, said)
    before: dict[str, object] = {"stage": Stage(person.stage)}
    back = ORDER.index(stage) < ORDER.index(Stage(person.stage))
    if stage is Stage(person.stage) or not change.keep(person, {"stage": stage}, on):
        return None
    for later in ORDER[ORDER.index(stage) + 1 :]:
        setattr(person, STAGE_DAYS[later], None)
    if not back or getattr(person, STAGE_DAYS[stage]) is None:
        setattr(person, STAGE_DAYS[stage], on)
    _require_order(person)
    return _echo(change, person, said, on, before)


def _require_order(person: Person) -> None:
    """Refuse days of stages of which a later stage's comes first."""
    days = [(day, name) for name in _IN_ORDER if (day := getattr(person, name)) is not None]
    for (first, before), (then, after) in pairwise(days):
        if then < first:
            values = {"before": before, "after": after, "first": first, "then": then}
            raise _problem("days_in_disorder", person.name, **values)


_BY_VERB: Mapping[str, Callable[[_Change, Person, PersonSaid], Changed | None]] = {
    "add": _add,
    "arrive": _add,
    "depart": _depart,
    "leave": _leave,
    "group": _group,
    "away": _floating(away=True),
    "back": _floating(away=False),
    "rename": _rename,
    "alter": _alter,
    "stage": _stage,
}
