"""Two of the same name in one unit: each has a capital letter behind the name (张伟A, 张伟B)."""

from collections.abc import Iterable
from datetime import date
from string import ascii_uppercase

from sqlmodel import Session, col, or_, select

from storage import roster_history
from storage.database import forget
from storage.journal import Origin
from storage.people import Person

STILL_KNOWN_MONTHS = 12  # for so long someone who left may still be named


class TooManyAlikeError(ValueError):
    """More people of one name than there are letters."""


def bare(person: Person) -> str:
    """Answer the name without the letter that tells it from another."""
    return person.name.removesuffix(person.mark) if person.mark else person.name


def alike(session: Session, unit_id: int, name: str) -> list[Person]:
    """Answer all ever on the unit's roster so called but for the letter, oldest first."""
    marked = [f"{name}{letter}" for letter in ascii_uppercase]
    query = select(Person).where(
        Person.unit_id == unit_id, or_(Person.name == name, col(Person.name).in_(marked))
    )
    found = [person for person in session.exec(query) if bare(person) == name]
    return sorted(found, key=lambda person: (person.joined_on or date.min, person.key))


def free_letter(people: Iterable[Person]) -> str:
    """Answer the first letter that none of them has; TooManyAlikeError when there is none."""
    taken = {person.mark for person in people}
    found = next((letter for letter in ascii_uppercase if letter not in taken), None)
    if found is None:
        raise TooManyAlikeError
    return found


def tell_apart(session: Session, newcomer: Person, on: date, origin: Origin) -> list[Person]:
    """Give a newcomer, not stored yet, a letter if others of the unit are called the same.

    The earlier ones that have none get one too, from the day on; all others of the name that may
    still be spoken of are answered.
    """
    known = alike(session, newcomer.unit_id, newcomer.name)
    others = [person for person in known if spoken_of(person.left_on, on)]
    if not others:
        return []
    for person in others:
        if person.mark is None:
            letter = free_letter(known)
            roster_history.change(session, person, {"name": person.name + letter}, on, origin)
            person.mark = letter
            session.add(person)
    newcomer.mark = free_letter(known)
    newcomer.name += newcomer.mark
    session.flush()
    forget(session)
    return others


def spoken_of(left_on: date | None, on: date) -> bool:
    """Tell whether someone is on the roster, or left so late that dues may still be entered."""
    return left_on is None or (on - left_on).days <= 31 * STILL_KNOWN_MONTHS
