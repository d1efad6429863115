"""A superior's waivers: granted with a reason and an end, listed, and told to the branch."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from compliance.access import Action
from compliance.assessment import Finding, State
from compliance.facts import Waiver
from compliance.periods import months_after
from compliance.requirement import Requirement, SubjectKind
from handlers.authority import names_may_show, other_chats, require
from handlers.grammar.waiving import LONGEST_YEARS, Waiving, read_waiver
from handlers.meant import branch_seen, branches_within
from handlers.reading import context_for, requirement_of, rules_for
from handlers.records.recording import group_ids
from handlers.request import Refused, Reply, Request
from storage import directory, journal, roster
from storage.journal import WaiverText
from storage.ledgers import ledgers
from storage.messages import Button, Message
from storage.needs import needs_for
from storage.rulebooks import laid_down
from storage.standing import findings
from storage.units import Unit


def waive(request: Request) -> Reply:
    """Excuse a branch from deadlines of a requirement; with nothing said, list its waivers.

    A superior who names no branch is told those of all.
    """
    several = () if request.arguments else branches_within(request, Action.STATUS)
    if len(several) > 1:
        return (_listing(request, several),)
    unit, said = branch_seen(request, naming=Action.WAIVE)
    if not said:
        return (_listing(request, (unit,)),)
    require(request, Action.WAIVE, unit)
    if request.edited:
        raise Refused(Message("ruling_edited"))
    known = rules_for(request, unit).requirements
    reading = read_waiver(said, context_for(request, unit), known)
    return _grant(request, unit, reading)


def _grant(request: Request, unit: Unit, reading: Waiving) -> Reply:
    """Enter a waiver, and show it here and in the branch's own chats."""
    text = WaiverText(
        requirement=reading.requirement.code,
        subject_id=_subject_id(request, unit, reading),
        first_on=reading.first,
        last_on=reading.last,
        reason=reading.reason,
    )
    number = journal.add_waiver(request.session, unit.key, text, request.origin)
    excused = _excused(request, unit, text, number)
    if not excused:
        raise Refused(Message("waives_nothing", _said(reading)))
    told = {
        "number": number,
        "unit": unit.name,
        "on": request.today(unit),
        "excused": excused,
        "person": reading.person is not None,
        "named": True,
        **_said(reading),
    }
    undo = ((Button("undo", f"undo:@{unit.key} {number}"),),)
    others = other_chats(request, unit)
    # What a superior said of someone's need is not spoken of in another group.
    hiding = {**told, "named": False}
    return (
        Message("waived", told, buttons=undo),
        *(Message("waived", hiding, chat_id=chat_id) for chat_id in others),
    )


def _said(reading: Waiving) -> dict[str, object]:
    return {
        "requirement": reading.requirement,
        "subject": reading.group or reading.person,
        "first": reading.first,
        "last": reading.last,
        "reason": reading.reason,
    }


def _subject_id(request: Request, unit: Unit, reading: Waiving) -> int | None:
    if reading.group is not None:
        return group_ids(request, unit)[reading.group]
    if reading.person is None:
        return None
    today = request.today(unit)
    return roster.member_on(request.session, unit.key, reading.person, today).id


def _excused(request: Request, unit: Unit, text: WaiverText, number: int) -> tuple[Finding, ...]:
    """Answer the deadlines that a waiver excuses, each period once, the earliest first."""
    found = findings(
        request.session,
        request.policy,
        unit,
        first=text.first_on,
        last=text.last_on,
        on=request.today(unit),
        only=lambda each: each.code == text.requirement,
    )
    excused = {f.period.code: f for f in found if _by(f, number)}
    return tuple(sorted(excused.values(), key=lambda finding: finding.due_on))


def _by(finding: Finding, number: int) -> bool:
    reason = finding.reason if finding.state is State.WAIVED else None
    return reason is not None and reason.values.get("number") == number


@dataclass(frozen=True, slots=True)
class Granted:
    """A waiver for the list; ``requirement`` is None when the catalogue knows it no more.

    ``subject`` is the name of the group, or of the member if ``person``.
    """

    waiver: Waiver
    requirement: Requirement | None
    subject: str | None
    person: bool


@dataclass(frozen=True, slots=True)
class Waived:
    """What is waived for a branch: in force or still to come, and expired this year.

    ``named``: members may be named here.
    """

    unit: str
    in_force: tuple[Granted, ...]
    expired: tuple[Granted, ...]
    named: bool


def _listing(request: Request, units: Collection[Unit]) -> Message:
    """List the waivers in force, and those that expired this year."""
    last = months_after(request.now.date(), 24 * LONGEST_YEARS)
    first = min(_new_year(request, unit) for unit in units)
    needs = needs_for((), ())
    laid_down(request.session, units)  # of all at once
    granted = ledgers(request.session, units, first, last, needs=needs)
    listed = [_listed(request, unit, granted[unit.key].waivers) for unit in units]
    return Message("waivers", {"branches": listed, "year": first.year})


def _new_year(request: Request, unit: Unit) -> date:
    return date(request.today(unit).year, 1, 1)


def _listed(request: Request, unit: Unit, granted: Iterable[Waiver]) -> Waived:
    today = request.today(unit)
    waivers = [each for each in granted if each.last >= _new_year(request, unit)]
    return Waived(
        unit.name,
        tuple(_granted(request, unit, each) for each in waivers if each.last >= today),
        tuple(_granted(request, unit, each) for each in waivers if each.last < today),
        named=names_may_show(request, unit),
    )


def _granted(request: Request, unit: Unit, waiver: Waiver) -> Granted:
    """Answer a waiver with what is waived, and for which group or member if not for all."""
    requirement = requirement_of(request, unit, waiver.requirement)
    if waiver.subject_id is None or requirement is None:
        return Granted(waiver, requirement, None, person=False)
    if requirement.subject is SubjectKind.PARTY_GROUP:
        group = directory.unit(request.session, waiver.subject_id)
        return Granted(waiver, requirement, group.name, person=False)
    people = roster.members(request.session, unit.key)
    names = {member.id: member.name for member in people}
    return Granted(waiver, requirement, names.get(waiver.subject_id), person=True)
