"""People as the policy sees them: their stage, and the days on which they belong to the branch.

Dates are calendar dates in the unit's zone; an unknown date (None) restricts nothing.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Stage(StrEnum):
    """How far a person is on the way into the Party (发展党员工作细则)."""

    APPLICANT = "applicant"  # 申请人
    ACTIVIST = "activist"  # 积极分子
    CANDIDATE = "candidate"  # 发展对象
    PROBATIONARY = "probationary"  # 预备党员
    FULL = "full"  # 正式党员


_MEMBERS = (Stage.PROBATIONARY, Stage.FULL)


@dataclass(frozen=True, slots=True)
class DuesBasis:
    """What a member's monthly dues are reckoned from, from ``holds_from`` on (None: always).

    ``category`` is a name the catalogue's dues rules know (在职, 离退休…), empty for the usual one;
    ``base`` (党费基数) and ``fixed`` (月应交) are yuan a month, None when not given.
    ``holds_until`` is the last day of a reduction that a superior granted, and ``reason`` why;
    None for what holds until something else does. A reduction without ``fixed`` ends the one that
    holds on its days.
    """

    holds_from: date | None
    category: str
    base: Decimal | None = None
    fixed: Decimal | None = None
    holds_until: date | None = None
    reason: str | None = None

    @property
    def reduced(self) -> bool:
        """Tell whether a superior granted it for a time."""
        return self.holds_until is not None


@dataclass(frozen=True, slots=True)
class Was:
    """What was true of a person until a change; ``until`` is the first day it was no longer so."""

    until: date
    name: str
    stage: Stage
    group_id: int | None
    floating: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A person on the roster, in or on the way into the Party.

    ``stage`` is the present stage; ``admitted_on`` (入党日期) and ``full_on`` (转正日期) tell what
    held before. ``joined_on`` is the first day on the branch's roster, ``left_on`` the first day
    no longer on it, so that a transfer within one day leaves a person on exactly one roster.
    ``applied_on``, ``activist_on`` and ``candidate_on`` are the days of the stages before the
    admission; ``probation_until`` is the end of a probation that was extended (党章第七条);
    ``letter_on`` is the date of the letter (介绍信) with which the person comes or goes;
    ``arrived_on`` is the first day on the roster of the unit that the person went to;
    ``floating`` tells that the member is away from the branch (流动党员).
    ``came_from_id`` is the id that the person had on the roster of the branch they came from, and
    ``same`` are all ids that the person has or had on any other: read with what dues rest on.
    Name, stage, group and floating are those of today; ``was`` tells what they were before, the
    oldest first.
    """

    id: int
    name: str
    stage: Stage
    admitted_on: date | None = None
    full_on: date | None = None
    joined_on: date | None = None
    left_on: date | None = None
    group_id: int | None = None
    applied_on: date | None = None
    activist_on: date | None = None
    candidate_on: date | None = None
    probation_until: date | None = None
    letter_on: date | None = None
    floating: bool = False
    arrived_on: date | None = None
    came_from_id: int | None = None
    bases: tuple[DuesBasis, ...] = ()
    was: tuple[Was, ...] = ()
    same: tuple[int, ...] = ()

    def as_of(self, day: date) -> "Member":
        """Answer the person with the name, stage, group and floating that held on the day."""
        then = next((was for was in self.was if day < was.until), None)
        if then is None:
            return self
        return replace(
            self,
            name=then.name,
            stage=then.stage,
            group_id=then.group_id,
            floating=then.floating,
            was=(),
        )

    @property
    def moved(self) -> bool:
        """Tell whether the person came from another roster that is kept here, or went to one."""
        return self.came_from_id is not None or self.arrived_on is not None

    def comes_after(self, day: date) -> bool:
        """Tell whether the person came only after the day, and no letter told of it before."""
        return not _reached(self.joined_on, day) and not (self.letter_on and self.letter_on <= day)

    def not_yet_left(self, day: date) -> "Member":
        """Answer the person without a leaving that came only after the day."""
        if self.left_on is None or self.left_on <= day:
            return self
        letter = self.letter_on if self.letter_on and self.letter_on <= day else None
        return replace(self, left_on=None, arrived_on=None, letter_on=letter)

    def floats_in(self, first: date, last: date) -> bool:
        """Tell whether the member was away from the branch on any day from the first to the last.

        Only days on the branch's roster are asked about.
        """
        first = max(first, self.joined_on or first)
        since = date.min
        for was in self.was:
            if was.floating and since <= last and first < was.until:
                return True
            since = was.until
        return self.floating and since <= last

    def on_roster(self, day: date) -> bool:
        """Tell whether the branch's roster holds the person on the day."""
        return _reached(self.joined_on, day) and not (self.left_on and self.left_on <= day)

    def is_member(self, day: date) -> bool:
        """Tell whether the person is a party member, probationary or full, on the day.

        Probation begins with the admission (党章第七条); before it there are no dues to pay.
        """
        return self.stage_at(day) in _MEMBERS and _reached(self.admitted_on, day)

    def is_full(self, day: date) -> bool:
        """Tell whether the person is a full member, who votes, on the day."""
        stage = self.stage_at(day)
        return stage is Stage.FULL and self.is_member(day) and _reached(self.full_on, day)

    def stage_at(self, day: date) -> Stage:
        """Answer the stage that held on the day, as far as the changes tell."""
        for was in self.was:
            if day < was.until:
                return was.stage
        return self.stage

    def basis_on(self, day: date) -> DuesBasis | None:
        """Find the dues basis in force on the day, the one that began last; None without any.

        Of two that begin together the later in ``bases`` holds: it was entered as a correction. A
        reduction goes before what it reduces for as long as it holds.
        """
        assessed, since = None, date.min
        reduction, reduced_since = None, date.min
        for basis in self.bases:
            begins = basis.holds_from or date.min
            if begins > day:
                continue
            if basis.holds_until is None:
                if begins >= since:
                    assessed, since = basis, begins
            elif day <= basis.holds_until and begins >= reduced_since:
                reduction, reduced_since = basis, begins
        ended = reduction is None or reduction.fixed is None
        return assessed if ended else reduction

    def assessed_on(self, day: date) -> DuesBasis | None:
        """Find the basis that would be in force on the day without any reduction."""
        bases = tuple(basis for basis in self.bases if not basis.reduced)
        return replace(self, bases=bases).basis_on(day)

    def reductions(self, since: date) -> tuple[DuesBasis, ...]:
        """List the reductions that hold on the day or later, in the order granted."""
        return tuple(
            basis
            for basis in self.bases
            if basis.holds_until is not None
            and basis.holds_until >= since
            and basis.fixed is not None
        )

    def stage_on(self, stage: Stage) -> date | None:
        """Answer the day on which the person reached a stage, if it is known."""
        days = {
            Stage.APPLICANT: self.applied_on,
            Stage.ACTIVIST: self.activist_on,
            Stage.CANDIDATE: self.candidate_on,
            Stage.PROBATIONARY: self.admitted_on,
            Stage.FULL: self.full_on,
        }
        return days[stage]


def _reached(since: date | None, day: date) -> bool:
    return since is None or since <= day
