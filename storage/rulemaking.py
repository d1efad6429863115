"""Laying down rules for a unit and all below it: an overlay, or the choice of a cadence."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from compliance.catalogue import CatalogueError, Requirement
from compliance.overlay import Overlay
from compliance.periods import Cadence
from compliance.policy import Policy
from storage import directory, journal, rules, tree
from storage.database import forget
from storage.journal import Origin
from storage.rulebooks import policies_of, policy_of
from storage.units import Unit


class NotOffered(Exception):  # noqa: N818 - it is an answer
    """The requirement does not come round like that; ``requirement`` says what may be chosen."""

    def __init__(self, requirement: Requirement) -> None:
        super().__init__(requirement.code)
        self.requirement = requirement


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice of a cadence, and the day from which it counts.

    Not ``new``: it was chosen already. ``runs``: the requirement comes round so today.
    """

    requirement: Requirement
    cadence: Cadence
    holds_from: date
    new: bool
    runs: bool = False


def load_overlay(
    session: Session, policy: Policy, unit: Unit, overlay: Overlay, origin: Origin
) -> None:
    """Lay an overlay down for a unit and all below it; ``policy`` is the one that ships.

    Raises CatalogueError when it does not fit what ships, or what a unit below it has laid down
    fits no more: nothing is to be committed then. What fitted no more before (``unfit``) is no
    reason: this may be how it is put right.
    """
    concerned = [unit, *_fitting_below(session, policy, unit)]
    before = _version(session, policy, unit, overlay.holds_from)
    row = rules.Overlay(
        unit_id=unit.key,
        version=overlay.version,
        holds_from=overlay.holds_from,
        text=overlay.text,
        loaded_by=origin.actor,
        loaded_at=origin.at,
    )
    session.add(row)
    session.flush()
    forget(session)
    _check(session, policy, concerned, overlay)
    after = _json(version=overlay.version, holds_from=overlay.holds_from, text=overlay.text)
    journal.add_audit(
        session, unit.key, "overlay_load", origin, before=_json(version=before), after=after
    )
    directory.plan_anew(session)


def _version(session: Session, policy: Policy, unit: Unit, day: date) -> str | None:
    """Answer the version in force for a unit on a day; None where its rules fit no more."""
    try:
        return policy_of(session, policy, unit).on(day).version
    except CatalogueError:
        return None


def _fitting_below(session: Session, policy: Policy, unit: Unit) -> list[Unit]:
    """Answer the units below one that have overlays of their own, and whose rules fit."""
    broken = {each.key for each, _ in unfit(session, policy)}
    return [
        each
        for each in _owners(session)
        if unit.key in tree.ancestors(session, each) and each.key not in broken
    ]


def _check(session: Session, policy: Policy, units: Sequence[Unit], overlay: Overlay) -> None:
    """Try the rules of these units."""
    try:
        policies_of(session, policy, units)
    except CatalogueError as error:
        if error.file != overlay.version:
            raise  # the overlay of a unit below no longer fits what lies beneath it
        raise CatalogueError(overlay.file, error.key, error.code, error.values) from error


def _owners(session: Session) -> list[Unit]:
    """Answer the units that have overlays of their own."""
    owners = session.exec(select(col(rules.Overlay.unit_id)).distinct()).all()
    return list(directory.units(session, owners).values())


def unfit(session: Session, policy: Policy) -> Iterator[tuple[Unit, CatalogueError]]:
    """Answer the units whose overlays do not fit what ships, as after an upgrade, and why."""
    for unit in _owners(session):
        try:
            policy_of(session, policy, unit)
        except CatalogueError as error:
            yield unit, error


def choose_cadence(
    session: Session,
    policy: Policy,
    unit: Unit,
    requirement: Requirement,
    *,
    cadence: Cadence,
    today: date,
    origin: Origin,
) -> Chosen:
    """Choose how often a requirement comes round at a unit and below it, as soon as can be.

    ``policy`` is the one that ships. It takes effect on the first day from ``today`` on (the
    unit's) that begins a period in both cadences. Raises ``NotOffered`` for a cadence that may not
    be chosen.
    """
    if cadence not in requirement.cadences:
        raise NotOffered(requirement)
    code = requirement.code
    rulebook = policy_of(session, policy, unit).rulebook
    holds_from = rulebook.takes_effect(code, cadence, today)
    before = rulebook.on(holds_from).requirement(code).cadence
    if before is cadence:
        running = (asked.cadence for asked, _ in rulebook.periods_of((code,), today, today))
        return Chosen(requirement, cadence, holds_from, new=False, runs=cadence in running)
    choice = rules.CadenceChoice(
        unit_id=unit.key,
        requirement=code,
        cadence=cadence,
        holds_from=holds_from,
        chosen_by=origin.actor,
        chosen_at=origin.at,
    )
    session.add(choice)
    session.flush()
    forget(session)
    after = _json(requirement=code, cadence=cadence, holds_from=holds_from)
    before_then = _json(requirement=code, cadence=before)
    journal.add_audit(session, unit.key, "cadence_choose", origin, before=before_then, after=after)
    directory.revise(session, unit.key)
    directory.plan_anew(session)
    return Chosen(requirement, cadence, holds_from, new=True)


def _json(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)
