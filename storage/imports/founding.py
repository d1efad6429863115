"""Founding the units and party groups that a roster names and nobody has entered yet."""

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import insert
from sqlmodel import Session

from storage import journal
from storage.chain import canonical
from storage.columns import table_of
from storage.database import forget, run
from storage.imports.comparing import Comparison
from storage.imports.placing import Place
from storage.imports.rows import RosterRow
from storage.journal import Origin
from storage.units import Unit

_UNIT = table_of(Unit)
# The ids come back in the order of the rows.
_INSERT = insert(_UNIT).returning(_UNIT.c.id, sort_by_parameter_order=True)
_KEPT = ("timezone", "locale", "founded")


def found(
    session: Session, target: Unit, places: Sequence[Place], origin: Origin | None
) -> list[tuple[Unit, Sequence[RosterRow]]]:
    """Answer the units of some places with their rows; those not there yet are founded."""
    general = _general_branches(session, target, places, origin)
    new = [place for place in places if place.unit is None]
    rows = [
        _row(place.path.branch or "", "branch", place.above or general[place.path.general_branch])
        for place in new
    ]
    branches = iter(_founded(session, rows, origin))
    return [(place.unit or next(branches), place.rows) for place in places]


def _general_branches(
    session: Session, target: Unit, places: Sequence[Place], origin: Origin | None
) -> dict[str | None, Unit]:
    lacking = (p.path.general_branch for p in places if p.unit is None and p.above is None)
    names = list(dict.fromkeys(lacking))
    rows = [_row(name or "", "general_branch", target) for name in names]
    return dict(zip(names, _founded(session, rows, origin), strict=True))


def _founded(
    session: Session, rows: Sequence[dict[str, object]], origin: Origin | None
) -> list[Unit]:
    units = [
        Unit.model_validate({**row, "id": unit_id})
        for unit_id, row in zip(_inserted(session, rows), rows, strict=True)
    ]
    if origin is not None:
        for unit in units:
            after = canonical({"unit": [unit.model_dump()]})
            journal.add_audit(session, unit.key, "unit_add", origin, after=after)
    return units


def groups(
    session: Session, compared: Iterable[Comparison], origin: Origin | None
) -> dict[tuple[int, str], int]:
    """Found the party groups that rows name; answer all groups by their branch and name."""
    known: dict[tuple[int, str], int] = {}
    named: list[tuple[int, str]] = []
    rows: list[dict[str, object]] = []
    for each in compared:
        if each.unit is None:
            continue
        unit = each.unit
        known |= {(unit.key, name): group_id for name, group_id in each.groups.items()}
        named += [(unit.key, name) for name in each.new_groups]
        rows += [_row(name, "party_group", unit) for name in each.new_groups]
    new = _founded(session, rows, origin)
    return known | dict(zip(named, (group.key for group in new), strict=True))


def _row(name: str, kind: str, above: Unit) -> dict[str, object]:
    """Answer the row of a unit that is as the one above it in all that is not said."""
    said = {"name": name, "kind": kind, "parent_id": above.key}
    return {**_defaults(), **said, **{name: getattr(above, name) for name in _KEPT}}


@cache
def _defaults() -> dict[str, object]:
    return Unit(name="", kind="").model_dump(exclude={"id"})


def _inserted(session: Session, rows: Sequence[dict[str, object]]) -> Sequence[int]:
    if not rows:
        return ()
    ids: Sequence[int] = run(session, _INSERT, rows).scalars().all()
    forget(session)
    return ids
