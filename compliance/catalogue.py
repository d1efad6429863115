"""The policy as data: what is required, how often, of whom, and on which words it rests.

The catalogue that ships beside this module states the policy; ``load`` reads any other file of the
same shape.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

from compliance.catalogue_file import (
    read_dues,
    read_record_kind,
    read_reminders,
    read_requirement,
)
from compliance.dues import DuesRules
from compliance.requirement import (
    ARTICLES,
    Evidence,
    RecordKind,
    Reminders,
    Requirement,
    RuleKind,
    Strictness,
    SubjectKind,
)
from compliance.schema import CatalogueError, Table

__all__ = [
    "ARTICLES",
    "Catalogue",
    "CatalogueError",
    "Evidence",
    "RecordKind",
    "Reminders",
    "Requirement",
    "RuleKind",
    "Strictness",
    "SubjectKind",
    "default",
    "load",
]


@dataclass(frozen=True, slots=True, eq=False)  # two are one only if they are the same object
class Catalogue:
    """One version of the policy, in force from ``holds_from`` (None: always).

    ``requirements`` keep the policy's order. ``recording_grace`` counts working days after a
    deadline within which an entry is still in time. ``record_kinds`` go by their Chinese names.
    """

    version: str
    holds_from: date | None
    requirements: tuple[Requirement, ...]
    reminders: Reminders
    recording_grace: int
    record_kinds: Mapping[str, RecordKind]
    dues: DuesRules

    def requirement(self, code: str) -> Requirement:
        """Find the requirement with this code; KeyError when the catalogue has none."""
        for requirement in self.requirements:
            if requirement.code == code:
                return requirement
        raise KeyError(f"the catalogue has no requirement {code!r}")

    def satisfied_by(self, kind: str) -> tuple[Requirement, ...]:
        """List the requirements that a record of this kind (its Chinese name) counts for."""
        return tuple(found for found in self.requirements if kind in found.kinds)


@cache
def default() -> Catalogue:
    """Give the catalogue that ships with the bot, read once."""
    return load(files("compliance") / "catalogue.toml")


def load(path: Path | Traversable) -> Catalogue:
    """Read a catalogue file; a wrong one raises CatalogueError with file, key and reason."""
    root = Table(str(path), "", _parse(path))
    holds_from = root.day("holds_from") if root.has("holds_from") else None
    catalogue = Catalogue(
        version=root.text("version"),
        holds_from=holds_from,
        requirements=_requirements(root, holds_from),
        reminders=read_reminders(root.table("reminders")),
        recording_grace=root.number("recording_grace_working_days"),
        record_kinds=_record_kinds(root),
        dues=read_dues(root.table("dues")),
    )
    _check_kinds(root, catalogue)
    root.close()
    return catalogue


def _parse(path: Path | Traversable) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise CatalogueError(str(path), "", f"cannot be read: {error}") from error


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
            raise root.error(f"{key}[{code}]", "is there twice")
        seen.add(code)


def _check_kinds(root: Table, catalogue: Catalogue) -> None:
    for requirement in catalogue.requirements:
        for kind in requirement.kinds:
            if kind not in catalogue.record_kinds:
                key = f"requirements[{requirement.code}].kinds"
                raise root.error(key, f"name {kind!r}, which is no record kind of this file")
