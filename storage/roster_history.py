"""The roster of any day: what was true of people until each change.

A change holds from its day until the next one of the same field: one that is entered later for an
earlier day lets what was entered for later days stand.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import bindparam, delete
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from compliance.people import Was
from storage.columns import table_of
from storage.database import run
from storage.journal import Origin
from storage.people import Person, PersonWas

KEPT = ("name", "group_id", "stage", "floating", "post")
Spell = Person | PersonWas  # a time in which nothing that is kept changed; the person is the last

_PERSON, _WAS = table_of(Person), table_of(PersonWas)
_OF_UNITS = (
    columns(
        _WAS.c.person_id,
        _WAS.c.until_on,
        _WAS.c.name,
        _WAS.c.stage,
        _WAS.c.group_id,
        _WAS.c.floating,
    )
    .join(_PERSON, _PERSON.c.id == _WAS.c.person_id)
    .where(_PERSON.c.unit_id.in_(bindparam("units", expanding=True)))
    .order_by(_WAS.c.until_on, _WAS.c.id)
)


def histories(session: Session, unit_ids: Collection[int]) -> Mapping[int, tuple[Was, ...]]:
    """Answer what was true of the people of some units, the oldest first, by their ids.

    One to whom nothing happened is left out.
    """
    found: dict[int, list[Was]] = defaultdict(list)
    for person_id, *was in run(session, _OF_UNITS, {"units": unit_ids}).all():
        found[person_id].append(Was(*was))
    return {person_id: tuple(spells) for person_id, spells in found.items()}


def rows_of(session: Session, people: Collection[int]) -> dict[int, list[PersonWas]]:
    """Answer the rows of some people, the oldest first, by their ids: an empty list for none."""
    found: dict[int, list[PersonWas]] = {person_id: [] for person_id in people}
    query = select(PersonWas).where(col(PersonWas.person_id).in_(people))
    for row in session.exec(query.order_by(col(PersonWas.until_on), col(PersonWas.id))):
        found[row.person_id].append(row)
    return found


def change(
    session: Session,
    person: Person,
    values: Mapping[str, object],
    on: date,
    origin: Origin,
    *,
    rows: list[PersonWas] | None = None,
) -> bool:
    """Let what is kept of a person be so from a day on; tell whether that changes anything.

    ``values`` are fields of ``KEPT``. ``rows`` are the person's, as ``rows_of`` answers them, for
    whoever changes many people and has them at hand; it is kept up to date. Nothing is flushed.
    """
    rows = rows_of(session, [person.key])[person.key] if rows is None else rows
    spells: list[Spell] = [*rows, person]
    place = next((n for n, row in enumerate(rows) if on < row.until_on), len(rows))
    values = {name: new for name, new in values.items() if getattr(spells[place], name) != new}
    if not values:
        return False
    if _begins_before(person, rows, place, on):
        before = _row(person.key, spells[place], on, origin)
        session.add(before)
        rows.insert(place, before)
        place += 1
    later: list[Spell] = [*rows[place:], person]
    for name, new in values.items():
        _set(later, name, new)
    _join(session, rows, person)
    return True


def _begins_before(person: Person, rows: Sequence[PersonWas], place: int, on: date) -> bool:
    """Tell whether the spell began before the day: what was so until then must be kept."""
    if person.joined_on is not None and on <= person.joined_on:
        return False
    return place == 0 or rows[place - 1].until_on < on


def _row(person_id: int, spell: Spell, until: date, origin: Origin) -> PersonWas:
    values = {name: getattr(spell, name) for name in KEPT}
    return PersonWas(
        person_id=person_id,
        until_on=until,
        entered_by=origin.actor,
        entered_at=origin.at,
        **values,
    )


def _set(spells: Sequence[Spell], name: str, new: object) -> None:
    """Set a field from the first spell on, until another change of it."""
    old = getattr(spells[0], name)
    for spell in spells:
        if getattr(spell, name) != old:
            return
        setattr(spell, name, new)


def _join(session: Session, rows: list[PersonWas], person: Person) -> None:
    """Drop a row that tells nothing, since all that is kept went on as it was."""
    following: Spell = person
    for row in reversed(tuple(rows)):
        if all(getattr(row, name) == getattr(following, name) for name in KEPT):
            rows.remove(row)
            if row in session.new:
                session.expunge(row)
            else:
                session.delete(row)
        else:
            following = row


def drop(session: Session, people: Collection[int]) -> None:
    """Forget what was true of people before."""
    session.execute(delete(PersonWas).where(col(PersonWas.person_id).in_(people)))
