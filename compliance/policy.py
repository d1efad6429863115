"""The policy in force: the catalogue and the working days it is read by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from compliance.calendar import WorkingDays
from compliance.catalogue import Catalogue, Requirement, Versions, Wanted
from compliance.rulebook import Rulebook


@dataclass(frozen=True, slots=True, eq=False)  # two are one only if they are the same object
class Policy:
    """What an assessment needs beside the facts.

    ``catalogue`` is the one that ships: the policy of every unit that has laid down nothing of its
    own and stands below none that has. ``own`` are the rules through time of one that has.
    """

    catalogue: Catalogue
    days: WorkingDays
    own: Rulebook | None = None
    chosen: frozenset[str] | None = None

    @property
    def rulebook(self) -> Rulebook:
        """Give the rules through time."""
        return self.own or Rulebook((self.catalogue,))

    @property
    def rules(self) -> Versions:
        """Give what an assessment goes by: the catalogue alone where nothing else is laid down."""
        return self.own or self.catalogue

    def on(self, day: date) -> Catalogue:
        """Give the version in force on a day."""
        return self.rules.on(day)

    def known_on(self, day: date) -> tuple[Requirement, ...]:
        """List what is in force on a day, and as it ships what was taken away by then."""
        both = (self.catalogue, self.on(day))
        return tuple({r.code: r for each in both for r in each.requirements}.values())

    def wanted(self, first: date, last: date) -> Wanted:
        """Ask about every requirement, in every period with a day in [first, last]."""
        found = self.rulebook.wanted(first, last)
        if self.chosen is None:
            return found
        return [
            (requirement, spans) for requirement, spans in found if requirement.code in self.chosen
        ]

    def only(self, wanted: Callable[[Requirement], bool]) -> "Policy":
        """Give the same policy, asking about some of its requirements alone."""
        return replace(self, chosen=frozenset(r.code for r in self._requirements() if wanted(r)))

    def _requirements(self) -> Iterator[Requirement]:
        return (r for version in self.rulebook.versions for r in version.requirements)
