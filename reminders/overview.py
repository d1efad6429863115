"""How all units below a superior stand, in few words: the exceptions first."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from compliance.assessment import State
from compliance.policy import Policy
from compliance.summary import SUPERIOR, Line
from storage import pauses, tree
from storage.overviews import overviews
from storage.units import Unit

_COUNTED = (State.MISSED, State.OVERDUE, State.DUE_SOON, SUPERIOR)
MOST = 40  # so many units are named in one message


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands: how many lines are missed, overdue, due soon, and the superior's to do."""

    unit: str
    missed: int = 0
    overdue: int = 0
    due_soon: int = 0
    superior: int = 0

    @property
    def fails(self) -> bool:
        """Tell whether a deadline has passed without enough."""
        return bool(self.missed or self.overdue)

    @property
    def badness(self) -> tuple[int, int, int]:
        """Answer by what units are ordered: the worst has the most."""
        return self.missed, self.overdue, self.due_soon


@dataclass(frozen=True, slots=True)
class Paused:
    """A unit that is not reminded until a day, and why."""

    unit: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Week:
    """How the units below stand: those that fail by name, the rest by their number.

    ``more`` are failing ones beyond those named.
    """

    failing: tuple[Standing, ...]
    more: int
    due_soon: int
    fine: int
    paused: tuple[Paused, ...]


def week_of(session: Session, policy: Policy, superior: Unit, now: datetime) -> Week:
    """Answer how the branches below a superior stand, as /status tells it: the worst first."""
    units = tree.branches_below(session, superior)
    found = list(_standings(session, policy, units, now))
    failing = worst_first(each for each in found if each.fails)
    left = [each for each in found if not each.fails]
    soon = sum(bool(each.due_soon) for each in left)
    return Week(
        tuple(failing[:MOST]),
        len(failing[MOST:]),
        soon,
        len(left) - soon,
        tuple(_paused(session, units, now)),
    )


def worst_first(found: Iterable[Standing]) -> list[Standing]:
    """Sort units by how they stand; of two that stand alike the one named first stays so."""
    return sorted(found, key=lambda standing: standing.badness, reverse=True)


def _standings(
    session: Session, policy: Policy, units: Collection[Unit], now: datetime
) -> Iterator[Standing]:
    found = overviews(session, policy, units, now)
    for unit in units:
        each = found[unit.key]
        yield Standing(unit.name, each.missed, each.overdue, each.due_soon)


def standing_of(unit: Unit, found: Iterable[Line]) -> Standing:
    """Count a unit's lines."""
    states = [line.standing for line in found]
    return Standing(unit.name, *(states.count(state) for state in _COUNTED))


def _paused(session: Session, units: Collection[Unit], now: datetime) -> Iterator[Paused]:
    if not units:
        return
    found = pauses.rests(session, units, min(unit.day_of(now) for unit in units))
    names: Mapping[int, str] = {unit.key: unit.name for unit in units}
    for unit_id, rests in found.items():
        for rest in rests:
            if rest.requirement is None and rest.covers(now):
                yield Paused(names[unit_id], rest.until_on, rest.reason)
