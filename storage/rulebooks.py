"""Which rules a unit lives by: what ships, and what it and the units above have laid down.

A unit that has nothing of the kind has the very policy object that ships; units under the same
rules share one too: what is reckoned by a policy is kept by it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, bindparam, literal, null, select, type_coerce
from sqlmodel import Session

from compliance.layers import Choice, Layer, rulebook
from compliance.overlay import Overlay, read
from compliance.policy import Policy
from storage import rules
from storage.columns import table_of
from storage.database import remembered, run
from storage.ledgers import end_of
from storage.tree import HIGHEST
from storage.units import Unit

# So many sets of rules are kept made: an organisation has a handful.
KEPT = 256


@dataclass(frozen=True, slots=True)
class LaidDown:
    """An overlay or a choice that counts for a unit; ``level`` 0 is its own, 1 that right above."""

    level: int
    unit_id: int
    rule: Overlay | Choice
    at: datetime


def policy_of(session: Session, policy: Policy, unit: Unit, known_on: date | None = None) -> Policy:
    """Answer the policy of a unit; ``policy`` is the one that ships.

    ``known_on`` leaves out what was laid down after that day (in the unit's zone): what was then
    known. Raises CatalogueError when an overlay does not fit what lies beneath it.
    """
    before = None if known_on is None else end_of(known_on, ZoneInfo(unit.timezone))
    return policies_of(session, policy, [unit], before)[unit.key]


def policies_of(
    session: Session, policy: Policy, units: Collection[Unit], before: datetime | None = None
) -> dict[int, Policy]:
    """Answer what ``policy_of`` does for many units, by their ids.

    ``before`` leaves out what was laid down at that moment or later.
    """
    found = laid_down(session, units, before)
    return {unit.key: _policy(policy, _layers(found.get(unit.key, ()))) for unit in units}


def laid_down(
    session: Session, units: Collection[Unit], before: datetime | None = None
) -> Mapping[int, Sequence[LaidDown]]:
    """Answer all that counts for units, by their ids: of each the highest level comes first.

    Of a level in the order in which it was laid down. A unit for which nothing counts is left out.
    """
    known: dict[int, Sequence[LaidDown]] = remembered(session, "laid_down", dict)
    if missing := [unit.key for unit in units if unit.key not in known]:
        known.update(dict.fromkeys(missing, ()) | _read(session, missing))
    found = {unit.key: known[unit.key] for unit in units if known[unit.key]}
    if before is None:
        return found
    return {unit_id: [each for each in of if each.at < before] for unit_id, of in found.items()}


def sources(session: Session, unit: Unit, on: date) -> dict[str, LaidDown]:
    """Answer, by requirement, what last laid down how a unit is bound on a day; else it ships so.

    An overlay that was taken the place of, or a choice, is none any more.
    """
    laid = laid_down(session, [unit]).get(unit.key, ())
    layers = _layers(laid)
    overlays = {overlay for layer in layers if (overlay := layer.overlay_on(on)) is not None}
    choices = {code: each for layer in layers for code, each in layer.choices_on(on).items()}
    found = {
        code: each
        for each in laid
        if isinstance(each.rule, Overlay) and each.rule in overlays
        for code in each.rule.codes
    }
    for each in laid:
        if isinstance(each.rule, Choice) and choices.get(each.rule.requirement) == each.rule:
            found[each.rule.requirement] = each
    return found


_UNIT = table_of(Unit)
_OVERLAY, _CHOICE = table_of(rules.Overlay), table_of(rules.CadenceChoice)
_UNITS: BindParameter[int] = bindparam("units", expanding=True)
_OWN = (
    select(_UNIT.c.id.label("start"), _UNIT.c.id, _UNIT.c.parent_id, literal(0).label("level"))
    .where(_UNIT.c.id.in_(_UNITS))
    .cte("above", recursive=True)
)
_ABOVE = _OWN.union_all(
    select(_OWN.c.start, _UNIT.c.id, _UNIT.c.parent_id, _OWN.c.level + 1)
    .join(_OWN, _UNIT.c.id == _OWN.c.parent_id)
    .where(_OWN.c.level < HIGHEST)
)
_TEXT, _CODE = _OVERLAY.c.version.type, _CHOICE.c.cadence.type
_LAID_DOWN = (
    select(
        _ABOVE.c.start,
        _ABOVE.c.level,
        _OVERLAY.c.unit_id,
        _OVERLAY.c.id,
        _OVERLAY.c.holds_from,
        _OVERLAY.c.loaded_at.label("at"),
        _OVERLAY.c.version,
        _OVERLAY.c.text,
        type_coerce(null(), _TEXT).label("requirement"),
        type_coerce(null(), _CODE).label("cadence"),
    )
    .join(_OVERLAY, _OVERLAY.c.unit_id == _ABOVE.c.id)
    .union_all(
        select(
            _ABOVE.c.start,
            _ABOVE.c.level,
            _CHOICE.c.unit_id,
            _CHOICE.c.id,
            _CHOICE.c.holds_from,
            _CHOICE.c.chosen_at,
            null(),
            null(),
            _CHOICE.c.requirement,
            _CHOICE.c.cadence,
        ).join(_CHOICE, _CHOICE.c.unit_id == _ABOVE.c.id)
    )
)


def _read(session: Session, unit_ids: Sequence[int]) -> dict[int, Sequence[LaidDown]]:
    found: dict[int, list[LaidDown]] = defaultdict(list)
    rows = run(session, _LAID_DOWN, {"units": unit_ids}).all()
    for row in sorted(rows, key=lambda row: (-row.level, row.id)):
        rule: Overlay | Choice
        if row.text is None:
            rule = Choice(row.requirement, row.cadence, row.holds_from)
        else:
            rule = _overlay(row.version, row.text)
        found[row.start].append(LaidDown(row.level, row.unit_id, rule, row.at))
    return dict(found)


def _layers(found: Iterable[LaidDown]) -> tuple[Layer, ...]:
    """Gather what was laid down by the units that did, the highest first."""
    return tuple(_layer(of) for _, of in groupby(found, key=lambda each: each.level))


def _layer(found: Iterable[LaidDown]) -> Layer:
    laid = [each.rule for each in found]
    return Layer(
        overlays=tuple(rule for rule in laid if isinstance(rule, Overlay)),
        choices=tuple(rule for rule in laid if isinstance(rule, Choice)),
    )


@lru_cache(maxsize=KEPT)
def _overlay(version: str, text: str) -> Overlay:
    return read(version, text)


@lru_cache(maxsize=KEPT)
def _policy(shipped: Policy, layers: tuple[Layer, ...]) -> Policy:
    """Make the policy under these rules: once, so that all units under them share it."""
    if not layers:
        return shipped
    return replace(shipped, own=rulebook(shipped.catalogue, layers))
