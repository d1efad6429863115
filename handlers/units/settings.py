"""A unit's own choices: how often a requirement comes round, where the policy leaves it open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from compliance.access import Action
from compliance.catalogue import Catalogue, Requirement
from compliance.periods import Cadence
from compliance.policy import Policy
from handlers.grammar import find_requirements, normalise, vocabulary
from handlers.meant import unit_for
from handlers.request import Refused, Reply, Request
from storage.messages import Message
from storage.rulebooks import policy_of
from storage.rulemaking import NotOffered, choose_cadence
from storage.units import Unit

_CHOICE = r"(?P<name>.+?) ?@becomes? ?(?P<cadence>@cadences)"


@dataclass(frozen=True, slots=True)
class Offer:
    """A requirement whose cadence may be chosen: how it runs, and what follows from which day."""

    requirement: Requirement
    cadence: Cadence
    follows: Cadence | None = None
    follows_from: date | None = None


def settings(request: Request) -> Reply:
    """Tell what the unit has chosen and what it may choose; or choose: 组织生活会 每季度."""
    unit = unit_for(request, Action.SETTINGS)
    if request.arguments.strip():
        return (_chosen(request, unit),)
    own = policy_of(request.session, request.policy, unit)
    offers = tuple(_offers(own, request.today(unit)).values())
    return (Message("settings", {"unit": unit.name, "offers": offers}),)


def _offers(own: Policy, today: date) -> Mapping[str, Offer]:
    """Answer what may be chosen, by code, from today to the end of next year."""
    found: dict[str, Offer] = {}
    for requirement, periods in own.wanted(today, date(today.year + 1, 12, 31)):
        before, code = found.get(requirement.code), requirement.code
        if before is None and requirement.cadences:
            found[code] = Offer(requirement, requirement.cadence)
        elif before and not before.follows and before.cadence is not requirement.cadence:
            found[code] = Offer(requirement, before.cadence, requirement.cadence, periods[0].start)
    return found


def _chosen(request: Request, unit: Unit) -> Message:
    today = request.today(unit)
    own = policy_of(request.session, request.policy, unit)
    read = vocabulary.pattern(_CHOICE).fullmatch(normalise.word(request.arguments))
    requirement = read and requirement_named(own.on(today), read["name"])
    cadence = read and cadence_named(read["cadence"])
    if requirement is None or cadence is None:
        offers = tuple(_offers(own, today).values())
        raise Refused(Message("unclear_setting", {"read": request.arguments, "offers": offers}))
    try:
        chosen = choose_cadence(
            request.session,
            request.policy,
            unit,
            requirement,
            cadence=cadence,
            today=today,
            origin=request.origin,
        )
    except NotOffered as not_offered:
        values = {"requirement": not_offered.requirement, "cadence": cadence}
        raise Refused(Message("cadence_not_offered", values)) from not_offered
    return Message("setting_chosen", {"unit": unit.name, "chosen": chosen})


def requirement_named(catalogue: Catalogue, typed: str) -> Requirement | None:
    """Find the requirement a text names; of several, one that leaves a choice goes first."""
    found = find_requirements(typed, catalogue.requirements)
    return min(found, key=lambda requirement: not requirement.cadences, default=None)


def cadence_named(typed: str) -> Cadence | None:
    """Find a cadence by any of its words."""
    code = vocabulary.look_up("cadences", typed)
    return None if code is None else Cadence(code)
