"""From one unit of the tree to another: whoever left is on the way until the other confirms."""

import re
from collections.abc import Iterator
from dataclasses import replace

from compliance.access import Action
from handlers.authority import allowed
from handlers.grammar import Problem, Unreadable
from handlers.request import Refused, Reply, Request
from storage import directory, roster_changes
from storage.messages import Button, Message
from storage.people import Person
from storage.roster import people_named
from storage.units import Unit

_ARRIVAL = re.compile(r"(\d{1,18})\.(\d{1,18})")


def destination(request: Request, unit: Unit, place: str | None) -> Unit | None:
    """Answer the unit of the tree that somebody goes to; None for a place outside of it."""
    if place is None:
        return None
    named = directory.units_named(request.session, place)
    found = [one for one in named if one.kind != "party_group" and one.dissolved is None]
    if len(found) > 1 or unit.key in {one.key for one in found}:
        raise Unreadable((Problem("unit_unclear", place, {"own": unit.name == place}),))
    return found[0] if found else None


def announced(request: Request, unit: Unit, name: str) -> Iterator[Message]:
    """Tell the unit that somebody goes to, which confirms the arrival by a button."""
    for person in people_named(request.session, unit.key, name):
        if person.going_to_id is None:
            continue
        values = {"name": name, "unit": unit.name, "letter_on": person.letter_on}
        button = Button("arrived", f"arrive:{person.key}.{person.going_to_id}", {"name": name})
        for chat in directory.chats_of(request.session, person.going_to_id):
            yield Message("roster_coming", values, buttons=((button,),), chat_id=chat.id)


def arrive(request: Request) -> Reply:
    """Put somebody who is on the way on the roster of the unit that they came to."""
    person, unit = _coming(request)
    home = directory.unit(request.session, person.unit_id)
    session, origin, today = request.session, request.origin, request.today(unit)
    with roster_changes.changing(session, unit, "arrived", origin, [person]) as making:
        making.beside.append(home)
        newcomer = roster_changes.arrive(making, person, unit, today, origin)
    values = {"name": newcomer.name, "unit": unit.name, "home": home.name, "on": today}
    undo = Button("undo", f"unroster:{unit.key}.{making.stamp}")
    echo = Message("roster_arrived", values, buttons=((undo,),), edits=True)
    told = Message("roster_arrived", values)
    chats = directory.chats_of(session, home.key)
    return echo, *(replace(told, chat_id=chat.id) for chat in chats if chat.id != request.chat_id)


def _coming(request: Request) -> tuple[Person, Unit]:
    """Answer who is on the way, and the unit; nobody else learns whether anybody is."""
    match = _ARRIVAL.fullmatch(request.arguments)
    unit = directory.units(request.session, [int(match[2])]).get(int(match[2])) if match else None
    if match is None or unit is None or not allowed(request, Action.ROSTER_EDIT, unit):
        raise Refused(Message("roster_gone", toast=True))
    person = request.session.get(Person, int(match[1]))
    if person is None or person.going_to_id != unit.id:
        raise Refused(Message("roster_gone", toast=True))
    return person, unit
