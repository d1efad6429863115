"""Setting what dues rest on, from a month on, and showing what they rest on now."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.access import Action
from compliance.dues import DuesCategory, DuesRules, amount_due, unusual
from compliance.people import DuesBasis, Member
from compliance.periods import Cadence, Period
from handlers.authority import names_may_show
from handlers.corrections.sealing import require_open
from handlers.grammar import BasisLine, Problem, Unreadable, read_bases
from handlers.meant import unit_for
from handlers.reading import context_for
from handlers.request import Refused, Reply, Request
from storage import bases, roster
from storage.messages import Message
from storage.units import Unit

FORM = "dues_basis"


@dataclass(frozen=True, slots=True)
class Assessed:
    """What one person's dues rest on from a month on, and the yuan due for it.

    ``category`` is None for a word the rules do not know. ``bounds`` is the category whose usual
    bounds a set amount lies outside of. ``reduction`` is the one in force, if any.
    ``carried``: the base was not said but goes on from before, so that no group is to hear it.
    """

    name: str
    basis: DuesBasis
    category: DuesCategory | None
    due: Decimal | None
    holds_from: Period
    bounds: DuesCategory | None
    reduction: DuesBasis | None = None
    carried: bool = False


def assess(request: Request) -> Reply:
    """Set what people's dues rest on; with nothing said, show what they rest on."""
    if not request.arguments:
        return (_shown(request),)
    unit = unit_for(request, Action.PAY)
    if request.edited:
        raise Refused(Message("dues_edited"))
    said = read_bases(request.arguments, context_for(request, unit))
    today = request.today(unit)
    people = {member.id: member for member in bases.people(request.session, unit.key)}
    assessed = []
    for line in said:
        person_id = roster.member_on(request.session, unit.key, line.name, today).id
        assessed.append(_set(request, unit, people[person_id], line))
    values = {
        "assessed": assessed,
        "dues_may_show": names_may_show(request, unit),
        "ask_above": _rules(request).ask_above,
    }
    return (Message("dues_assessed", values),)


def _rules(request: Request) -> DuesRules:
    return request.policy.catalogue.dues


def _set(request: Request, unit: Unit, member: Member, line: BasisLine) -> Assessed:
    """Set what one person's dues rest on; refuses what gives no amount."""
    rules = _rules(request)
    today = request.today(unit)
    month = line.holds_from or _usual_month(member, today)
    # It holds in all the years from then on, and so does what each month of them owes.
    require_open(request, unit, [date(each, 1, 1) for each in range(month.year, today.year + 1)])
    basis = _basis(rules, member.assessed_on(month.start), line, month)
    bases.add_basis(request.session, unit.key, member, basis, request.origin)
    carried = basis.base is not None and line.base is None
    return replace(_assessed(rules, member, basis, month), carried=carried)


def _usual_month(member: Member, today: date) -> Period:
    """Answer this January where nothing was set for this year yet, else this month.

    Dues are set each January, from the wages of then (中组发〔2008〕3号第二条).
    """
    set_this_year = any(
        basis.holds_from is not None and basis.holds_from.year == today.year
        for basis in member.bases
        if not basis.reduced
    )
    return Period(Cadence.MONTHLY, today.year, today.month if set_this_year else 1)


def _basis(rules: DuesRules, before: DuesBasis | None, line: BasisLine, month: Period) -> DuesBasis:
    """Lay what was said over what held before; a base goes on until another, or an amount, is set.

    Raises ``Unreadable`` where the category has no rate for the base, or nothing to reckon with.
    """
    code = line.category or ("" if before is None else before.category)
    category = rules.category(code)
    if line.base is not None and (category is None or not category.bands):
        values = {"reason": "no_rate", "form": FORM}
        raise Unreadable((Problem("bad_amount", line.name, values),))
    base = line.base
    if base is None and line.fixed is None and before is not None:
        base = before.base
    basis = DuesBasis(month.start, code, base, line.fixed)
    if amount_due(rules, basis) is None:
        raise Unreadable((Problem("no_figure", line.name, {"bare": False}),))
    return basis


def _assessed(rules: DuesRules, member: Member, basis: DuesBasis, month: Period) -> Assessed:
    return Assessed(
        name=member.name,
        basis=basis,
        category=rules.category(basis.category),
        due=amount_due(rules, basis),
        holds_from=month,
        bounds=unusual(rules, basis),
    )


def _shown(request: Request) -> Message:
    """Tell for how many the amount is known; each person's only in private, where it may be."""
    unit = unit_for(request, Action.STATUS, naming=Action.PAY)
    today = request.today(unit)
    month = Period.of(Cadence.MONTHLY, today)
    found = [
        _present(_rules(request), member, month)
        for member in bases.people(request.session, unit.key)
        if member.on_roster(today) and member.is_member(today)
    ]
    return Message(
        "dues_bases",
        {
            "unit": unit.name,
            "month": month,
            "bound": len(found),
            "unknown": sum(each.due is None for each in found),
            "reduced": sum(each.reduction is not None for each in found),
            "people": found if names_may_show(request, unit) else [],
        },
    )


def _present(rules: DuesRules, member: Member, month: Period) -> Assessed:
    assessed = _assessed(rules, member, member.assessed_on(month.end) or DuesBasis(None, ""), month)
    now = member.basis_on(month.end)
    reduction = now if now is not None and now.reduced else None
    return replace(assessed, due=amount_due(rules, now), reduction=reduction)
