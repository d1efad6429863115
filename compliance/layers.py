"""From what units have laid down, each for itself and all below, to the rulebook of one of them.

Of each unit the overlay with the latest date counts, as a whole; a nearer unit's lies over those
above it. Choices of a cadence come last, each as long as its requirement allows the cadence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance.catalogue import Catalogue, Requirement
from compliance.overlay import Overlay, apply
from compliance.periods import Cadence
from compliance.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Choice:
    """From a day on a requirement comes round as a unit chose among what it may choose."""

    requirement: str
    cadence: Cadence
    holds_from: date


@dataclass(frozen=True, slots=True)
class Layer:
    """What one unit has laid down, in the order in which it did: the later counts."""

    overlays: tuple[Overlay, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def days(self) -> set[date]:
        """Give the days from which something new holds."""
        return {each.holds_from for each in self.overlays} | {c.holds_from for c in self.choices}

    def overlay_on(self, day: date) -> Overlay | None:
        """Give the overlay with the latest date in force on a day, if any."""
        in_force = [each for each in self.overlays if each.holds_from <= day]
        in_force.sort(key=lambda each: each.holds_from)
        return in_force[-1] if in_force else None  # of two of one date the one laid down later

    def choices_on(self, day: date) -> dict[str, Choice]:
        """Give the choice in force on a day for each requirement: the last that was made."""
        return {each.requirement: each for each in self.choices if each.holds_from <= day}


def rulebook(shipped: Catalogue, layers: Sequence[Layer]) -> Rulebook:
    """Make the rulebook of a unit from the layers above it and its own, the topmost first.

    Raises CatalogueError where an overlay does not fit what lies beneath it.
    """
    days = sorted({day for layer in layers for day in layer.days})
    return Rulebook((shipped, *(_version(shipped, layers, day) for day in days)))


def _version(shipped: Catalogue, layers: Sequence[Layer], day: date) -> Catalogue:
    """Give what is in force from a day on."""
    found = shipped
    for layer in layers:
        overlay = layer.overlay_on(day)
        found = found if overlay is None else apply(overlay, found)
    chosen = {code: each for layer in layers for code, each in layer.choices_on(day).items()}
    requirements = tuple(_as_chosen(each, chosen.get(each.code)) for each in found.requirements)
    return replace(found, holds_from=day, requirements=requirements)


def _as_chosen(requirement: Requirement, choice: Choice | None) -> Requirement:
    if choice is None or choice.cadence not in requirement.cadences:
        return requirement
    # A day of the year goes with a yearly one.
    due = requirement.due if choice.cadence is Cadence.YEARLY else None
    return replace(requirement, cadence=choice.cadence, due=due)
