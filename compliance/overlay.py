"""An organisation's own rules over the catalogue: a file of what differs, and since when.

It is written as the catalogue is. A table of ``[[requirements]]`` that names a known ``code``
changes the keys it holds, or takes the requirement away with ``removed = true``, and must name its
``basis``; one with a new code is a whole requirement. The blocks of ``[assessment]`` take new
weights. What comes out is checked as the catalogue itself is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from compliance.access import Role
from compliance.catalogue import Catalogue, Requirement, check
from compliance.catalogue_file import (
    GRACE,
    check_requirement,
    countdown,
    read_due,
    read_grace,
    read_requirement,
)
from compliance.periods import Cadence
from compliance.requirement import ARTICLES, Block, Strictness
from compliance.schema import Table

_READERS: Mapping[str, Callable[[Table, str], object]] = {
    **dict.fromkeys(("title", "title_en", "clause", "basis", "block"), Table.text),
    "strictness": lambda table, key: table.choice(key, Strictness),
    "cadence": lambda table, key: table.choice(key, Cadence),
    "cadences": lambda table, key: table.choices(key, Cadence),
    "count": lambda table, key: table.number(key, least=1),
    "due": lambda table, _: read_due(table),
    "steps": countdown,
    "recorder": lambda table, key: table.choice(key, Role),
    "kinds": Table.words,
    "needs_committee": Table.flag,
    "advisory": Table.flag,
    "weight": Table.number,
}


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """One version of an organisation's own rules, in force from ``holds_from``.

    ``codes`` are the requirements it names; ``file`` is what an error calls it.
    """

    file: str
    version: str
    holds_from: date
    codes: frozenset[str]
    text: str


def read(file: str, text: str) -> Overlay:
    """Read which version a file is; raises CatalogueError where that much is wrong already."""
    root = Table.parse(file, text)
    named = root.tables("requirements", "code") if root.has("requirements") else ()
    codes = frozenset(table.text("code") for table in named)
    return Overlay(file, root.text("version"), root.day("holds_from"), codes, text)


def apply(overlay: Overlay, base: Catalogue) -> Catalogue:
    """Lay the overlay over a catalogue; CatalogueError tells its file, key, code and values."""
    root = Table.parse(overlay.file, overlay.text)
    catalogue = replace(
        base,
        version=f"{base.version}+{root.text('version')}",
        holds_from=root.day("holds_from"),
        requirements=_requirements(root, base, overlay.holds_from),
        recording_grace=read_grace(root) if root.has(GRACE) else base.recording_grace,
        assessment=replace(base.assessment, blocks=_blocks(root, base)),
    )
    check(root, catalogue)
    root.close()
    return catalogue


def _requirements(root: Table, base: Catalogue, holds_from: date) -> tuple[Requirement, ...]:
    """Change, take away and add requirements, in the policy's order."""
    found = {requirement.code: requirement for requirement in base.requirements}
    seen: set[str] = set()
    for table in root.tables("requirements", "code") if root.has("requirements") else ():
        code = table.shown("code")
        if code in seen:
            raise table.error("code", "twice")
        seen.add(code)
        known = found.pop(code, None)
        laid = _added(table, holds_from) if known is None else _changed(table, known)
        if laid is not None:
            found[code] = laid
    places = {requirement.code: place for place, requirement in enumerate(base.requirements)}
    last = len(places)
    in_place = sorted(found.values(), key=lambda r: places.get(r.code, last))
    return tuple(sorted(in_place, key=lambda r: ARTICLES.index(r.article)))


def _added(table: Table, holds_from: date) -> Requirement:
    if table.has("removed") or not table.has("kind"):
        raise table.error("code", "unknown_requirement", read=table.text("code"))
    return read_requirement(table, holds_from)


def _changed(table: Table, known: Requirement) -> Requirement | None:
    """Answer the requirement as changed; None when it is taken away."""
    table.text("code")
    if not table.has("basis"):
        raise table.error("basis", "no_basis")
    if table.flag("removed"):
        table.text("basis")
        table.close()
        return None
    values = {key: read(table, key) for key, read in _READERS.items() if table.has(key)}
    if values.get("cadence", known.cadence) is not Cadence.YEARLY:
        values.setdefault("due", None)  # a day of the year goes with a yearly one
    changed: Requirement = replace(known, **values)  # type: ignore[arg-type]  # one reader a field
    check_requirement(table, changed)
    table.close()
    return changed


def _blocks(root: Table, base: Catalogue) -> tuple[Block, ...]:
    """Give blocks of the yearly assessment new weights."""
    blocks = {block.code: block for block in base.assessment.blocks}
    if not root.has("assessment"):
        return base.assessment.blocks
    assessment = root.table("assessment")
    for table in assessment.tables("blocks", "code"):
        code = table.text("code")
        if code not in blocks:
            raise table.error("code", "not_one_of", read=code, allowed=tuple(blocks))
        blocks[code] = replace(blocks[code], weight=table.number("weight"))
        table.close()
    assessment.close()
    return tuple(blocks.values())
