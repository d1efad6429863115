"""The roster of a day, by party group, and what is kept about one person."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlmodel import Session

from compliance.access import Action
from compliance.people import Member, Stage
from compliance.stages import ORDER, next_clock
from handlers.authority import allowed
from handlers.request import Refused, Reply, Request, in_place
from handlers.roster.whose import person_named
from storage import bases, directory, roster_changes, roster_history
from storage.messages import Button, Message
from storage.people import Person, PersonWas
from storage.roster import groups, rosters
from storage.units import Unit

PER_PAGE = 40
_SHOWN = tuple(reversed(ORDER))
_PAGE = re.compile(r"(\d{1,18})\.(\d{4}-\d{2}-\d{2})\.(\d{1,4})")


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A party group's people on a page, and how many it has; ``name`` None: in no group."""

    name: str | None
    size: int
    people: tuple[Member, ...]

    @property
    def stages(self) -> tuple[tuple[Stage, tuple[Member, ...]], ...]:
        """Answer those on the page by their stage, members of the Party first."""
        found = [(stage, tuple(p for p in self.people if p.stage is stage)) for stage in _SHOWN]
        return tuple((stage, people) for stage, people in found if people)


def counted(request: Request, unit: Unit, day: date) -> Message:
    """Tell a group how many there are of each stage: no names."""
    there = on_roster(request.session, unit, day)
    return Message("roster_counts", {"unit": unit.name, "day": day, "counts": counts_of(there)})


def listed(request: Request, unit: Unit, day: date, page: int) -> Message:
    """Tell who was on the roster on a day, by group; one page of it."""
    there = on_roster(request.session, unit, day)
    grouped = by_group(request.session, unit, there)
    ordered = [(name, person) for name, people in grouped.items() for person in people]
    pages = max(1, -(-len(ordered) // PER_PAGE))
    page = min(page, pages - 1)
    on_page = ordered[page * PER_PAGE : (page + 1) * PER_PAGE]
    shown = [
        GroupShown(name, len(people), tuple(p for of, p in on_page if of == name))
        for name, people in grouped.items()
        if any(of == name for of, _ in on_page)
    ]
    edits = allowed(request, Action.ROSTER_EDIT, unit)
    coming = roster_changes.travellers(request.session, unit.key)
    values = {
        "unit": unit.name,
        "day": day,
        "today": request.today(unit),
        "counts": counts_of(there),
        "groups": shown,
        "page": page + 1,
        "pages": pages,
        "coming": [_coming(request, person) for person in coming],
        "edits": edits,
    }
    arrivals = [_arrival(person, unit) for person in coming] if edits else []
    return Message("roster", values, buttons=(*arrivals, *_turning(unit, day, page, pages)))


def turn(request: Request) -> Reply:
    """Show another page of a roster."""
    match = _PAGE.fullmatch(request.arguments)
    unit = directory.units(request.session, [int(match[1])]).get(int(match[1])) if match else None
    if match is None or unit is None or not request.private:
        raise Refused(Message("roster_gone", toast=True))
    if not allowed(request, Action.ROSTER, unit):  # answered like one that is not there
        raise Refused(Message("roster_gone", toast=True))
    try:
        day, page = date.fromisoformat(match[2]), int(match[3])
    except ValueError as error:
        raise Refused(Message("roster_gone", toast=True)) from error
    return in_place((listed(request, unit, day, page),))


def on_roster(session: Session, unit: Unit, day: date) -> list[Member]:
    """Answer who was on a unit's roster on a day, as they were then."""
    people = rosters(session, [unit.key]).get(unit.key, ())
    return [member.as_of(day) for member in people if member.on_roster(day)]


def counts_of(there: Sequence[Member]) -> dict[str, int]:
    """Answer how many there are of each stage, in all, and away."""
    counts: Counter[Stage] = Counter(member.stage for member in there)
    found = {stage.value: counts[stage] for stage in _SHOWN if counts[stage]}
    floating = sum(member.floating for member in there)
    return {"all": len(there), **found, **({"floating": floating} if floating else {})}


def by_group(
    session: Session, unit: Unit, there: Sequence[Member]
) -> Mapping[str | None, list[Member]]:
    """Answer the people of each group in the groups' order; those in none stand last."""
    names = {group.key: group.name for group in groups(session, unit.key)}
    found: dict[str | None, list[Member]] = {name: [] for name in (*names.values(), None)}
    for member in there:
        found[names.get(member.group_id or 0)].append(member)
    for people in found.values():
        people.sort(key=lambda member: -ORDER.index(member.stage))
    return {name: people for name, people in found.items() if people}


def _coming(request: Request, person: Person) -> Mapping[str, object]:
    come_from = directory.unit(request.session, person.unit_id)
    return {"name": person.name, "unit": come_from.name, "letter_on": person.letter_on}


def _arrival(person: Person, unit: Unit) -> tuple[Button, ...]:
    data = f"arrive:{person.key}.{unit.key}"
    return (Button("arrived", data, {"name": person.name}),)


def _turning(unit: Unit, day: date, page: int, pages: int) -> tuple[tuple[Button, ...], ...]:
    turns = {"form_earlier": page - 1, "form_later": page + 1}
    row = tuple(
        Button(label, f"roster:{unit.key}.{day}.{to}")
        for label, to in turns.items()
        if 0 <= to < pages
    )
    return (row,) if row else ()


def card(request: Request, unit: Unit, name: str) -> Message:
    """Tell all that is kept about one person who is or was on the roster."""
    today = request.today(unit)
    person = person_named(request, unit, name, today)
    people = bases.people(request.session, unit.key)
    member = next(member for member in people if member.id == person.key)
    rows = roster_history.rows_of(request.session, [person.key])[person.key]
    names = {group.key: group.name for group in groups(request.session, unit.key)}
    basis = member.basis_on(today)
    values = {
        "unit": unit.name,
        "person": person,
        "member": member,
        "there": member.on_roster(today),
        "group": names.get(person.group_id or 0),
        "stages": [(s, d) for s in ORDER if (d := member.stage_on(s)) is not None],
        "clock": next_clock(member),
        "basis": basis,
        "category": basis and request.policy.catalogue.dues.category(basis.category),
        "going": person.going_to_id and directory.unit(request.session, person.going_to_id).name,
        "history": _history(person, rows, names),
        "edits": allowed(request, Action.ROSTER_EDIT, unit),
    }
    return Message("roster_card", values)


def _history(
    person: Person, rows: Sequence[PersonWas], groups_named: Mapping[int, str]
) -> list[tuple[date, str, object, object]]:
    """Answer each change: from which day, of what, what it was and what it was then."""
    found = []
    for row, after in pairwise([*rows, person]):
        until = row.until_on if isinstance(row, PersonWas) else date.max
        for name in roster_history.KEPT:
            old, new = getattr(row, name), getattr(after, name)
            if old != new:
                if name == "group_id":
                    old, new = groups_named.get(old), groups_named.get(new)
                found.append((until, name, old, new))
    return found
