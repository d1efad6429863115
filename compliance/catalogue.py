"""The policy as data: what is required, how often, of whom, and on which words it rests.

The catalogue that ships beside this module states the policy; ``load`` reads any other file of the
same shape.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from compliance.catalogue_file import (
    read_block,
    read_checklists,
    read_dues,
    read_grace,
    read_material,
    read_record_kind,
    read_reminders,
    read_requirement,
)
from compliance.dues import DuesRules
from compliance.people import Stage
from compliance.periods import Period, periods_between
from compliance.requirement import (
    ARTICLES,
    Block,
    Evidence,
    Material,
    RecordKind,
    Reminders,
    Requirement,
    RuleKind,
    Strictness,
    SubjectKind,
)
from compliance.schema import CatalogueError, Table, unreadable

__all__ = [
    "ARTICLES",
    "Assessment",
    "Block",
    "Catalogue",
    "CatalogueError",
    "Evidence",
    "Material",
    "RecordKind",
    "Reminders",
    "Requirement",
    "RuleKind",
    "Strictness",
    "SubjectKind",
    "Versions",
    "Wanted",
    "default",
    "load",
    "read",
]


# Requirements, each with the periods that are asked about, oldest first.
Wanted = Sequence[tuple[Requirement, tuple[Period, ...]]]


class Versions(Protocol):
    """The policy through time: one catalogue, or several of which each holds from its date."""

    def on(self, day: date) -> "Catalogue":
        """Give the version in force on a day."""

    def periods_of(self, codes: Collection[str], first: date, last: date) -> Wanted:
        """Ask about some requirements, in every period with a day in [first, last]."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The yearly assessment (section 四): its blocks, 100 points in all, and its grades.

    From ``good`` points on a unit has reached its goals (达标), from ``basic`` on basically
    (基本达标).
    """

    blocks: tuple[Block, ...]
    good: int
    basic: int


@dataclass(frozen=True, slots=True, eq=False)  # two are one only if they are the same object
class Catalogue:
    """One version of the policy, in force from ``holds_from`` (None: always).

    ``requirements`` keep the policy's order. ``recording_grace`` counts working days after a
    deadline within which an entry is still in time. ``record_kinds`` go by their Chinese names.
    ``checklists`` are the papers to be on file for each stage on the way into the Party.
    """

    version: str
    holds_from: date | None
    requirements: tuple[Requirement, ...]
    reminders: Reminders
    recording_grace: int
    record_kinds: Mapping[str, RecordKind]
    dues: DuesRules
    assessment: Assessment
    materials: tuple[Material, ...]
    checklists: Mapping[Stage, tuple[str, ...]]

    def requirement(self, code: str) -> Requirement:
        """Find the requirement with this code; KeyError when the catalogue has none."""
        if (found := self.find(code)) is None:
            raise KeyError(f"the catalogue has no requirement {code!r}")
        return found

    def find(self, code: str) -> Requirement | None:
        """Find the requirement with this code, if the catalogue has it."""
        return next((found for found in self.requirements if found.code == code), None)

    @property
    def elections(self) -> tuple[str, ...]:
        """List the record kinds that elect, and so begin a term."""
        return tuple(kind.name for kind in self.record_kinds.values() if kind.election)

    @property
    def superiors_kinds(self) -> frozenset[str]:
        """Give the record kinds that only the superior enters: the yearly assessment's."""
        return frozenset(kind for r in self.requirements if r.by_superior for kind in r.kinds)

    def on(self, _: date) -> "Catalogue":
        """Give the version in force on a day: where it is the only one, it holds always."""
        return self

    def periods_of(self, codes: Collection[str], first: date, last: date) -> Wanted:
        """Ask about some requirements, in every period with a day in [first, last]."""
        asked = (found for found in self.requirements if found.code in codes)
        return [(found, periods_between(found.cadence, first, last)) for found in asked]

    def satisfied_by(self, kind: str) -> tuple[Requirement, ...]:
        """List the requirements that a record of this kind (its Chinese name) counts for."""
        return tuple(found for found in self.requirements if kind in found.kinds)


@cache
def default() -> Catalogue:
    """Give the catalogue that ships with the bot, read once."""
    return load(files("compliance") / "catalogue.toml")


def load(path: Path | Traversable) -> Catalogue:
    """Read a catalogue file; a wrong one raises CatalogueError with file, key, code and values."""
    return read(Table.parse(str(path), _text(path)))


def read(root: Table) -> Catalogue:
    """Read a whole catalogue from the root of a file; a wrong one raises CatalogueError."""
    holds_from = root.day("holds_from") if root.has("holds_from") else None
    catalogue = Catalogue(
        version=root.text("version"),
        holds_from=holds_from,
        requirements=_requirements(root, holds_from),
        reminders=read_reminders(root.table("reminders")),
        recording_grace=read_grace(root),
        record_kinds=_record_kinds(root),
        dues=read_dues(root.table("dues")),
        assessment=_assessment(root.table("assessment")),
        materials=tuple(map(read_material, root.tables("materials", "code"))),
        checklists=read_checklists(root.table("checklists")),
    )
    check(root, catalogue)
    root.close()
    return catalogue


def _assessment(table: Table) -> Assessment:
    """Read the ``[assessment]`` table."""
    blocks = tuple(map(read_block, table.tables("blocks", "code")))
    assessment = Assessment(blocks, table.number("good"), table.number("basic"))
    _check_unique(table, "blocks", (block.code for block in blocks))
    if not 0 < assessment.basic < assessment.good <= 100:
        good, basic = assessment.good, assessment.basic
        raise table.error("basic", "grades_unfit", good=good, basic=basic)
    table.close()
    return assessment


def _text(path: Path | Traversable) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise unreadable(str(path), error) from error


def _requirements(root: Table, holds_from: date | None) -> tuple[Requirement, ...]:
    tables = root.tables("requirements", "code")
    requirements = tuple(read_requirement(table, holds_from) for table in tables)
    _check_unique(root, "requirements", (found.code for found in requirements))
    return requirements


def _record_kinds(root: Table) -> Mapping[str, RecordKind]:
    kinds = tuple(map(read_record_kind, root.tables("record_kinds", "name")))
    _check_unique(root, "record_kinds", (kind.name for kind in kinds))
    return MappingProxyType({kind.name: kind for kind in kinds})


def _check_unique(root: Table, key: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise root.error(f"{key}[{code}]", "twice")
        seen.add(code)


def check(root: Table, catalogue: Catalogue) -> None:
    """Refuse a catalogue whose parts do not fit one another; raises CatalogueError."""
    _check_kinds(root, catalogue)
    _check_derived(root, catalogue)
    _check_weights(root, catalogue)


def _check_kinds(root: Table, catalogue: Catalogue) -> None:
    named = {f"requirements[{r.code}].kinds": r.kinds for r in catalogue.requirements}
    named |= {f"materials[{m.code}].kinds": m.kinds for m in catalogue.materials}
    for kind in catalogue.record_kinds.values():
        if kind.declared_with is not None:
            named[f"record_kinds[{kind.name}].declared_with"] = (kind.declared_with,)
    for key, kinds in named.items():
        for name in kinds:
            if name not in catalogue.record_kinds:
                raise root.error(
                    key, "not_one_of", read=name, allowed=tuple(catalogue.record_kinds)
                )


def _check_derived(root: Table, catalogue: Catalogue) -> None:
    counted = {r.code for r in catalogue.requirements if not r.derived_from}
    for requirement in catalogue.requirements:
        for code in requirement.derived_from:
            if code not in counted:
                key = f"requirements[{requirement.code}].derived_from"
                raise root.error(key, "not_counted", read=code)


def _check_weights(root: Table, catalogue: Catalogue) -> None:
    """Have the points of every requirement add up to its block's, and the blocks' to 100."""
    shared = {block.code: 0 for block in catalogue.assessment.blocks}
    for requirement in catalogue.requirements:
        key = f"requirements[{requirement.code}]"
        if (requirement.block or requirement.weight) and requirement.block not in shared:
            read, allowed = requirement.block, tuple(shared)
            raise root.error(f"{key}.block", "not_one_of", read=read, allowed=allowed)
        if requirement.block:
            shared[requirement.block] += requirement.weight
    for block in catalogue.assessment.blocks:
        if shared[block.code] != block.weight:
            key = f"assessment.blocks[{block.code}].weight"
            raise root.error(key, "points_differ", read=block.weight, points=shared[block.code])
    total = sum(block.weight for block in catalogue.assessment.blocks)
    if total != 100:
        raise root.error("assessment.blocks", "not_a_hundred", read=total)
