"""Findings as people read them: one line a requirement, subject and period.

A requirement that binds each member (dues) becomes one line with counts; who is behind is kept
apart, so that names can stay out of a group.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from compliance.assessment import SETTLED, SEVERITY, Finding, Reason, State
from compliance.catalogue import Requirement
from compliance.deadlines import REACH_AFTER
from compliance.periods import Span
from compliance.states import ADVISORY, ENOUGH, EXCUSED, FAILING, is_lapsed

__all__ = ["SETTLED", "Line", "failing_first", "lines"]


# What lacks something and yet does not fail: it is only advisory, or the superior's to do.
SUPERIOR = "superior"
ORDER = (
    State.MISSED,
    State.OVERDUE,
    State.DUE_SOON,
    State.OPEN,
    ADVISORY,
    SUPERIOR,
    State.MET_LATE,
    State.MET,
    State.WAIVED,
    State.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a status or a digest.

    ``done`` of ``required`` are records, or people where the requirement binds each member.
    ``subject_id`` is 0 for the unit itself. ``behind`` names the people who are not yet done.
    """

    requirement: Requirement
    subject_id: int
    subject: str
    period: Span
    due_on: date
    grace_ends: date
    state: State
    done: int
    required: int
    reason: Reason | None
    confirmed: bool
    records: tuple[int, ...]
    behind: tuple[str, ...] = ()

    @property
    def failing(self) -> bool:
        """Tell whether the deadline has passed and it is still not met, by the unit's own fault."""
        return self.standing in FAILING

    @property
    def lacking(self) -> bool:
        """Tell whether the deadline has passed without enough, held against the unit or not."""
        return self.failing or self.standing == ADVISORY

    @property
    def standing(self) -> str:
        """Answer under which head a reader finds it: its state, or why that does not fail."""
        if self.missing and self.requirement.by_superior and not self.subject_id:
            return SUPERIOR
        return ADVISORY if is_lapsed(self.reason) else self.state

    @property
    def to_do(self) -> bool:
        """Tell whether it is something that the unit itself can still do."""
        return self.missing and self.requirement.reminded and self.standing != SUPERIOR

    @property
    def missing(self) -> bool:
        """Tell whether something is still to be done, in time or not."""
        return self.state not in SETTLED

    @property
    def per_person(self) -> bool:
        """Tell whether done and required count people."""
        return self.requirement.per_person


def lines(findings: Iterable[Finding], unit_id: int) -> tuple[Line, ...]:
    """Turn findings into lines: those of the unit and its groups in their order, then the merged.

    The merged ones, of requirements that bind each member, come by requirement and period.
    """
    singles: list[Finding] = []
    of_members: list[Finding] = []
    for finding in findings:
        (of_members if finding.requirement.per_person else singles).append(finding)
    of_members.sort(key=_place)
    return tuple(
        [_single(f, 0 if f.subject_id == unit_id else f.subject_id) for f in singles]
        + [_merged(list(same)) for _, same in groupby(of_members, key=_place)]
    )


def _place(finding: Finding) -> tuple[str, date, date]:
    return finding.requirement.code, finding.period.start, finding.period.end


def _single(finding: Finding, subject_id: int) -> Line:
    return Line(
        requirement=finding.requirement,
        subject_id=subject_id,
        subject=finding.subject,
        period=finding.period,
        due_on=finding.due_on,
        grace_ends=finding.grace_ends,
        state=finding.state,
        done=finding.done,
        required=finding.required,
        reason=finding.reason,
        confirmed=finding.confirmed,
        records=finding.records,
    )


def _merged(findings: list[Finding]) -> Line:
    """Count the members a requirement binds; the worst of their states is the line's."""
    bound = [f for f in findings if f.state not in EXCUSED]
    worst = min(bound or findings, key=lambda f: SEVERITY.index(f.state))
    return Line(
        requirement=worst.requirement,
        subject_id=0,
        subject="",
        period=worst.period,
        due_on=worst.due_on,
        grace_ends=worst.grace_ends,
        state=worst.state,
        done=sum(f.state in ENOUGH for f in bound),
        required=len(bound),
        reason=_of_case(bound) if bound else _of_all(worst.reason),
        confirmed=all(f.confirmed for f in findings),
        records=tuple(number for f in findings for number in f.records),
        behind=tuple(f.subject for f in bound if f.state not in SETTLED),
    )


def _of_case(bound: list[Finding]) -> Reason | None:
    """Give the reason of a case that is the only one of its days: which papers it still lacks."""
    alone = len(bound) == 1 and bound[0].requirement.clock is not None
    return bound[0].reason if alone else None


def _of_all(reason: Reason | None) -> Reason | None:
    """Leave out on which ground one person was excused: a line may be read in a group."""
    if reason is None or not reason.values.get("of_one"):
        return reason
    return Reason("waived_for_one", {name: reason.values[name] for name in ("until", "number")})


def failing_first(found: Iterable[Line]) -> list[Line]:
    """Sort lines as a reader needs them: what fails first, then by the nearest deadline."""
    return sorted(found, key=lambda line: (ORDER.index(line.standing), line.due_on))


def asked_from(on: date) -> date:
    """Answer from which day on a unit is asked about to tell of the year so far: see ``so_far``."""
    return min(date(on.year, 1, 1), on - REACH_AFTER)


def so_far(found: Iterable[Line], on: date) -> list[Line]:
    """Pick what this year lacks, what runs now, and what of last year can still be entered."""
    new_year = date(on.year, 1, 1)
    return [
        line
        for line in found
        if line.period.contains(on)
        or (line.lacking and (line.period.start >= new_year or line.state is State.OVERDUE))
    ]
