"""Sealed years: what the superior has assessed, the branch itself changes no more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.access import Action
from compliance.deadlines import grace_ends
from compliance.sealing import is_sealed
from handlers.authority import allowed
from handlers.request import Refused, Request
from storage.messages import Message
from storage.rulebooks import policy_of
from storage.sealing import assessed
from storage.units import Unit


@dataclass(frozen=True, slots=True)
class Seal:
    """A year that is sealed, and the number of the entry that holds its assessment."""

    year: int
    number: int


def seal_of(request: Request, unit: Unit, days: Iterable[date]) -> Seal | None:
    """Answer the seal of the first sealed year of some days; no year that still runs has one."""
    today = request.today(unit)
    past = sorted({day.year for day in days if day.year < today.year})
    found = (_seal(request, unit, year, today) for year in past)
    return next((seal for seal in found if seal is not None), None)


def require_open(
    request: Request,
    unit: Unit,
    days: Iterable[date],
    *,
    correcting: bool = False,
    entering: bool = False,
) -> None:
    """Refuse to change what a sealed year holds; ``correcting`` it is the superior's to do.

    ``entering``: nothing stands yet, and the refusal says so.
    """
    seal = seal_of(request, unit, days)
    if seal is None or (correcting and allowed(request, Action.CORRECT_SEALED, unit)):
        return
    values = {"unit": unit.name, "year": seal.year, "number": seal.number, "entering": entering}
    raise Refused(Message("sealed", values))


def _seal(request: Request, unit: Unit, year: int, today: date) -> Seal | None:
    kinds = request.policy.catalogue.superiors_kinds
    found = assessed(request.session, unit.key, year, kinds)
    if found is None:
        return None
    policy, year_end = policy_of(request.session, request.policy, unit), date(year, 12, 31)
    grace = grace_ends(year_end, policy.days, policy.on(year_end).recording_grace)
    if not is_sealed(year, unit.day_of(found.entered_at), grace, today):
        return None
    return Seal(year, found.number)
