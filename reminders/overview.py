"""How all units below a superior stand, in few words: the exceptions first."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from compliance.assessment import State
from compliance.deadlines import REACH_AFTER, REACH_BEFORE
from compliance.policy import Policy
from compliance.summary import SUPERIOR, Line, lines
from storage import directory, pauses
from storage.rulebooks import policies_of
from storage.standing import Asked, findings_of
from storage.units import Unit

_COUNTED = (State.MISSED, State.OVERDUE, State.DUE_SOON, SUPERIOR)
MOST = 40  # so many units are named in one message


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands: how many lines are missed, overdue, due soon, and the superior's to do."""

    unit: str
    unit_id: int
    missed: int = 0
    overdue: int = 0
    due_soon: int = 0
    superior: int = 0

    @property
    def failing(self) -> int:
        """Answer how many deadlines have passed without enough."""
        return self.missed + self.overdue


@dataclass(frozen=True, slots=True)
class Paused:
    """A unit that is not reminded until a day, and why."""

    unit: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Overview:
    """How the units below stand: those that fail by name, the rest by their number.

    ``more`` are failing ones beyond those named.
    """

    failing: tuple[Standing, ...]
    more: int
    due_soon: int
    fine: int
    paused: tuple[Paused, ...]


def overview(session: Session, policy: Policy, units: Collection[Unit], now: datetime) -> Overview:
    """Answer how units stand on their days, the worst first."""
    found = list(_standings(session, policy, units, now))
    failing = sorted((each for each in found if each.failing), key=badness)
    left = [each for each in found if not each.failing]
    soon = sum(bool(each.due_soon) for each in left)
    return Overview(
        tuple(failing[:MOST]),
        len(failing[MOST:]),
        soon,
        len(left) - soon,
        tuple(_paused(session, units, now)),
    )


def badness(standing: Standing) -> tuple[int, int, int]:
    """Answer by what units are ordered, the worst first."""
    return -standing.missed, -standing.overdue, -standing.due_soon


def _standings(
    session: Session, policy: Policy, units: Collection[Unit], now: datetime
) -> Iterator[Standing]:
    """Count what is missing around today; of that which was missed, what is not long past."""
    own = policies_of(session, policy, units)
    asked = [_asked(own[unit.key], unit, unit.day_of(now)) for unit in units]
    answers = findings_of(session, policy, asked, any_member=True)
    for unit, found in zip(units, answers, strict=True):
        yield standing_of(unit, lines(found, unit.key))


def _asked(own: Policy, unit: Unit, on: date) -> Asked:
    return Asked(unit, on, own.wanted(on - REACH_AFTER, on + REACH_BEFORE))


def standing_of(unit: Unit, found: Iterable[Line]) -> Standing:
    """Count a unit's lines."""
    states = [line.standing for line in found]
    return Standing(unit.name, unit.key, *(states.count(state) for state in _COUNTED))


def _paused(session: Session, units: Collection[Unit], now: datetime) -> Iterator[Paused]:
    if not units:
        return
    found = pauses.rests(session, units, min(unit.day_of(now) for unit in units))
    names: Mapping[int, str] = {unit.key: unit.name for unit in units}
    for unit_id, rests in found.items():
        for rest in rests:
            if rest.requirement is None and rest.covers(now):
                yield Paused(names[unit_id], rest.until_on, rest.reason)


def overview_below(session: Session, policy: Policy, superior: Unit, now: datetime) -> Overview:
    """Answer how the branches below a superior stand."""
    return overview(session, policy, directory.branches_below(session, superior), now)
