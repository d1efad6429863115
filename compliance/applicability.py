"""Whom a requirement binds, and why it does not bind a subject in a period."""

from collections.abc import Iterable, Iterator
from datetime import date

from compliance import dues
from compliance.facts import Group, UnitFacts, Waiver
from compliance.people import Member
from compliance.periods import Period, Span
from compliance.requirement import Requirement, SubjectKind
from compliance.states import Reason

Subject = UnitFacts | Group | Member

# 《中国共产党支部工作条例(试行)》第二十条: a branch of 7 full members or more elects a committee.
COMMITTEE_THRESHOLD = 7

_UNITS = {
    kind.value: kind
    for kind in (SubjectKind.LEADING_GROUP, SubjectKind.GENERAL_BRANCH, SubjectKind.BRANCH)
}


def bound_kind(requirement: Requirement) -> str:
    """Answer the kind of unit whose books a requirement is kept in."""
    kind = requirement.subject.value
    return kind if kind in _UNITS else SubjectKind.BRANCH.value


def binds_other_units(requirement: Requirement, unit: UnitFacts) -> Reason | None:
    """Say why a requirement binds units of another kind; None when it binds this one's."""
    kind = bound_kind(requirement)
    return None if unit.kind == kind else Reason("binds_others", {"kind": kind})


def subjects_of(
    requirement: Requirement, unit: UnitFacts, periods: tuple[Period, ...]
) -> Iterator[Subject]:
    """Find the unit, or those of its groups or members whom any of the periods has known.

    A group that had gone before, or a person who never had to pay here in these periods, is none;
    nor is one who was never away, where those who are away are asked about.
    """
    if requirement.subject is SubjectKind.PARTY_GROUP:
        return (group for group in unit.groups if _existed(group, periods))
    if requirement.subject is SubjectKind.MEMBER:
        return (
            member
            for member in unit.members
            if (not requirement.floating or _ever_away(member, periods))
            and _ever_owed(member, periods)
        )
    return iter((unit,))


def kind_of(subject: Subject) -> SubjectKind:
    """Tell what kind of subject this is."""
    if isinstance(subject, Member):
        return SubjectKind.MEMBER
    return SubjectKind.PARTY_GROUP if isinstance(subject, Group) else _UNITS[subject.kind]


def no_subject(requirement: Requirement) -> Reason:
    """Say why a requirement with nobody to bind does not apply."""
    if requirement.subject is SubjectKind.MEMBER:
        return Reason("no_floating" if requirement.floating else "no_members")
    return Reason("no_groups")


def why_not(
    requirement: Requirement, unit: UnitFacts, subject: Subject, period: Span, on: date
) -> Reason | None:
    """Say why the requirement does not bind the subject in the period; None when it does."""
    return (
        not_in_force(requirement, period)
        or lifetime_reason(unit, period)
        or _subject_reason(requirement, subject, period)
        or _committee(requirement, unit, min(period.end, on))
    )


def waived(
    waivers: Iterable[Waiver], requirement: Requirement, subject_id: int, due: date, on: date
) -> Reason | None:
    """Find the waiver in force for this deadline, granted by the day asked about.

    A waiver covers the deadlines that fall on its days, however long their periods are.
    """
    for waiver in waivers:
        fits = waiver.requirement == requirement.code and waiver.subject_id in (None, subject_id)
        if fits and waiver.granted_on <= on and waiver.first <= due <= waiver.last:
            said = {"text": waiver.reason, "until": waiver.last, "number": waiver.number}
            return Reason("waived", {**said, "of_one": waiver.subject_id is not None})
    return None


def _existed(group: Group, periods: tuple[Period, ...]) -> bool:
    begun = group.founded is None or group.founded <= periods[-1].end
    return begun and (group.dissolved is None or group.dissolved > periods[0].start)


def _ever_owed(member: Member, periods: tuple[Period, ...]) -> bool:
    return any(dues.applies(member, period) for period in periods)


def not_in_force(requirement: Requirement, period: Span) -> Reason | None:
    """Bind no period that begins before the requirement is in force."""
    holds_from = requirement.holds_from
    if holds_from is None or holds_from <= period.start:
        return None
    return Reason("not_in_force", {"holds_from": holds_from})


def _ever_away(member: Member, periods: tuple[Period, ...]) -> bool:
    return member.floats_in(periods[0].start, periods[-1].end)


def _subject_reason(requirement: Requirement, subject: Subject, period: Span) -> Reason | None:
    if not isinstance(subject, Member):
        return lifetime_reason(subject, period)
    reason = _roster(subject, period)
    if reason is None and requirement.floating and not subject.floats_in(period.start, period.end):
        return Reason("not_floating")
    return reason


def lifetime_reason(body: UnitFacts | Group, period: Span) -> Reason | None:
    """Bind only a period that the body lived through from its first day to its last."""
    if body.founded is not None and body.founded > period.start:
        code = "founded_in_period" if period.contains(body.founded) else "not_yet_founded"
        return Reason(code, {"founded": body.founded})
    if body.dissolved is not None and body.dissolved <= period.end:
        return Reason("dissolved", {"dissolved": body.dissolved})
    return None


def _roster(member: Member, period: Span) -> Reason | None:
    if dues.applies(member, period):
        return None
    if member.left_on is not None and member.left_on <= period.end:
        return Reason("left", {"left_on": member.left_on})
    if not member.on_roster(period.end):
        return Reason("joined_later", {"joined_on": member.joined_on})
    return Reason("not_admitted", {"admitted_on": member.admitted_on})


def _committee(requirement: Requirement, unit: UnitFacts, day: date) -> Reason | None:
    """Excuse a known roster of 1 to 6 full members; an empty one excuses nothing."""
    if not requirement.needs_committee or unit.committee_declared:
        return None
    full = sum(member.on_roster(day) and member.is_full(day) for member in unit.members)
    if not 0 < full < COMMITTEE_THRESHOLD:
        return None
    return Reason("no_committee", {"full_members": full, "threshold": COMMITTEE_THRESHOLD})
