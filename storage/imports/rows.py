"""What a roster file says: its rows, and by which of their columns two people are told apart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from compliance.people import DuesBasis
from storage.people import Person

# What stays the same of a person all their life.
LASTING = ("sex", "born", "ethnicity", "admitted_on", "applied_on")
_MONTH = re.compile(r"\s*(\d{4})\s*[-/.年]?\s*(\d{1,2})?")
Identity = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as a roster file gives them; ``group`` is a party group's name.

    ``said`` are the fields of a person that the row says; the rest stays open. A ``basis`` without
    a category keeps the one the person has. ``general_branch`` and ``branch`` are the names of the
    units above the person, where one file is of many units; ``line`` is the row's line.
    """

    said: Mapping[str, object]
    group: str | None
    basis: DuesBasis | None
    general_branch: str | None = field(default=None, kw_only=True)
    branch: str | None = field(default=None, kw_only=True)
    line: int = field(default=0, kw_only=True)

    @property
    def name(self) -> str:
        """Answer the name, with its mark if the file has one."""
        return str(self.said["name"])

    @property
    def person(self) -> Person:
        """Answer the person as somebody new, of no unit yet."""
        return Person.model_validate({"unit_id": 0, **self.said})


@dataclass(frozen=True, slots=True)
class Imported:
    """What taking a roster did."""

    added: int
    changed: int
    groups: tuple[str, ...]


def month_born(born: object) -> object:
    """Answer the year and month of a birth, however written; what is no date says itself."""
    match = _MONTH.match(born) if isinstance(born, str) else None
    if match is None:
        return born
    return int(match[1]), int(match[2] or 0)


def plainly(name: str, value: object) -> object:
    """Answer a field's value in a form in which it can be compared."""
    return month_born(value) if name == "born" else value


def identity(values: Mapping[str, object], group: object) -> Identity:
    """Answer by what two people of one name are told apart; None where nothing is known."""
    lasting = tuple(plainly(name, values.get(name)) for name in LASTING)
    return (*lasting, group)


def differ(one: Identity, other: Identity) -> bool:
    """Tell whether these are surely two people: something is known of both, and not the same."""
    pairs = zip(one, other, strict=True)
    return any(a is not None and b is not None and a != b for a, b in pairs)


def on_or_after(day: date | None, other: date | None) -> bool:
    """Tell whether both days are known and one does not come before the other."""
    return day is not None and other is not None and day >= other
