"""The yearly assessment (section 四): from the findings of one unit and year to the sheet.

Pure. A countable requirement earns the share of its periods that were met, a qualitative one what
the superior gave, a mixed one half of each. What binds nobody leaves the sum. The sheet says for
every point where it comes from; it feeds 民主评议 and 述职, and decides nothing about a person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from compliance.catalogue import Assessment, Block, Catalogue
from compliance.facts import Score
from compliance.periods import Span
from compliance.requirement import SCORED, Evidence, Requirement, RuleKind, SubjectKind
from compliance.states import ENOUGH, EXCUSED, Finding, Reason, State

FULL = Decimal(100)
_CENT = Decimal("0.01")
_RUNNING = (State.OPEN, State.DUE_SOON)


class Rating(StrEnum):
    """What a year comes to."""

    GOOD = "good"  # 达标
    BASIC = "basic"  # 基本达标
    FAILING = "failing"  # 不达标


@dataclass(frozen=True, slots=True)
class Excused:
    """A period that is not asked for: waived, or not applicable, and why.

    ``subject`` names the group or member it would be asked of; empty for the unit itself.
    """

    period: Span
    subject: str
    state: State
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class ScoredRequirement:
    """What a requirement earned, and what that rests on.

    ``earned`` is out of its weight; None when it does not bind, or nothing of it is decided yet.
    ``met`` of ``decided`` are periods (of the papers of item 18: papers), ``running`` those that
    are still open; ``records`` are the numbers of the entries that count.
    """

    requirement: Requirement
    earned: Decimal | None
    met: int
    decided: int
    running: int
    records: tuple[int, ...]
    score: Score | None
    unscored: bool
    excused: tuple[Excused, ...]

    @property
    def lost(self) -> Decimal:
        """Answer the points that were there to earn and were not."""
        return Decimal(0) if self.earned is None else self.requirement.weight - self.earned

    @property
    def binds(self) -> bool:
        """Tell whether any of it is asked for, decided or not."""
        return self.earned is not None or self.running > 0

    @property
    def waived(self) -> bool:
        """Tell whether a superior has excused any of it."""
        return any(each.state is State.WAIVED for each in self.excused)


@dataclass(frozen=True, slots=True)
class ScoredBlock:
    """What a block earned of its weight; ``points`` is None when nothing in it binds."""

    block: Block
    points: Decimal | None
    requirements: tuple[ScoredRequirement, ...]

    @property
    def at_zero(self) -> bool:
        """Tell whether nothing was earned where something was to be, for good."""
        pending = any(scored.unscored or scored.running for scored in self.requirements)
        return self.points == 0 and not pending


@dataclass(frozen=True, slots=True)
class Sheet:
    """The assessment of one unit for one year, by one version of the catalogue.

    ``total`` is out of 100; None when nothing binds. ``unscored`` still want the superior's score,
    ``running`` still have open periods: while there are any of these, ``rating`` is None.
    ``at_zero`` are the blocks for which the year is failed whatever its total.
    """

    year: int
    version: str
    total: Decimal | None
    so_far: Rating | None
    blocks: tuple[ScoredBlock, ...]
    unscored: tuple[Requirement, ...]
    running: tuple[Requirement, ...]
    at_zero: tuple[Block, ...]

    @property
    def provisional(self) -> bool:
        """Tell whether something is still to be scored or decided."""
        return bool(self.unscored or self.running)

    @property
    def grade(self) -> Rating | None:
        """Answer the grade of the year; None while something is still to be scored or decided."""
        return None if self.provisional else self.so_far


def rounded(points: Decimal) -> Decimal:
    """Round points to two places, half up: for showing only."""
    return points.quantize(_CENT, ROUND_HALF_UP)


def sheet_of(catalogue: Catalogue, findings: Iterable[Finding], year: int, on: date) -> Sheet:
    """Make the sheet of a year from its findings as of a day, all of one unit.

    A case counts in the year in which it falls due.
    """
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.due_on.year == year:
            by_code[finding.requirement.code].append(finding)
    blocks = tuple(_block(block, catalogue, by_code, on) for block in catalogue.assessment.blocks)
    every = [scored for block in blocks for scored in block.requirements]
    total = _total(blocks)
    unscored = tuple(scored.requirement for scored in every if scored.unscored)
    running = tuple(scored.requirement for scored in every if scored.running)
    at_zero = tuple(block.block for block in blocks if block.at_zero)
    return Sheet(
        year=year,
        version=catalogue.version,
        total=total,
        so_far=_rating(catalogue.assessment, total, at_zero),
        blocks=blocks,
        unscored=unscored,
        running=running,
        at_zero=at_zero,
    )


def _rating(
    assessment: Assessment, total: Decimal | None, at_zero: Sequence[Block]
) -> Rating | None:
    """Rate a year: 80 points are 达标, 60 基本达标; a block at zero makes 不达标."""
    if total is None:
        return None
    if at_zero or total < assessment.basic:
        return Rating.FAILING
    return Rating.GOOD if total >= assessment.good else Rating.BASIC


def _total(blocks: Iterable[ScoredBlock]) -> Decimal | None:
    """Sum the points of the blocks in which something binds, out of 100."""
    bound = [(block.points, block.block.weight) for block in blocks if block.points is not None]
    weight = sum(weight for _, weight in bound)
    return FULL * sum((points for points, _ in bound), Decimal(0)) / weight if weight else None


def _block(
    block: Block, catalogue: Catalogue, by_code: Mapping[str, Sequence[Finding]], on: date
) -> ScoredBlock:
    """Spread a block's weight over those of its requirements that bind."""
    requirements = tuple(
        _scored(requirement, by_code.get(requirement.code, ()), on)
        for requirement in catalogue.requirements
        if requirement.block == block.code and requirement.weight
    )
    bound = [
        (scored.earned, scored.requirement.weight)
        for scored in requirements
        if scored.earned is not None
    ]
    weight = sum(weight for _, weight in bound)
    earned = sum((earned for earned, _ in bound), Decimal(0))
    return ScoredBlock(block, block.weight * earned / weight if weight else None, requirements)


def _scored(requirement: Requirement, findings: Sequence[Finding], on: date) -> ScoredRequirement:
    bound = [finding for finding in findings if finding.state not in EXCUSED]
    met, decided = _counted(requirement, bound)
    score = next((finding.score for finding in bound if finding.score is not None), None)
    return ScoredRequirement(
        requirement=requirement,
        earned=_earned(requirement, met, decided, score) if bound else None,
        met=met,
        decided=decided,
        running=sum(_is_running(finding, on) for finding in bound),
        records=tuple(sorted({number for finding in bound for number in finding.records})),
        score=score,
        unscored=bool(bound) and requirement.kind in SCORED and score is None,
        excused=tuple(
            Excused(finding.period, _whose(finding), finding.state, finding.reason)
            for finding in findings
            if finding.state in EXCUSED
        ),
    )


def _whose(finding: Finding) -> str:
    """Answer which group or member a finding is about; empty for the unit itself."""
    own = finding.requirement.per_person or finding.subject_kind is SubjectKind.PARTY_GROUP
    return finding.subject if own else ""


def _counted(requirement: Requirement, bound: Iterable[Finding]) -> tuple[int, int]:
    """Count what was met, of how much is decided: periods, or the papers of item 18."""
    if requirement.kind is RuleKind.QUALITATIVE:
        return 0, 0
    decided = [finding for finding in bound if not _is_open(finding)]
    if requirement.evidence is Evidence.MATERIALS:
        return sum(each.done for each in decided), sum(each.required for each in decided)
    return sum(each.state in ENOUGH for each in decided), len(decided)


def _earned(
    requirement: Requirement, met: int, decided: int, score: Score | None
) -> Decimal | None:
    """Answer the points earned: by count, by score, or half by each.

    What is not scored yet earns nothing so far; of what is not decided yet the score alone speaks.
    """
    weight = Decimal(requirement.weight)
    by_count = weight * met / decided if decided else None
    if requirement.kind not in SCORED:
        return by_count
    by_score = Decimal(0) if score is None else weight * score.points / FULL
    return by_score if by_count is None else (by_count + by_score) / 2


def _is_open(finding: Finding) -> bool:
    """Tell whether a period is undecided; what is advisory is decided once its deadline passed."""
    return finding.state in _RUNNING and not finding.lapsed


def _is_running(finding: Finding, on: date) -> bool:
    """Tell whether a period can still be met in time: it runs, or what was held can be entered."""
    if finding.requirement.kind is RuleKind.QUALITATIVE:
        return False
    in_grace = finding.state is State.OVERDUE and on <= finding.grace_ends
    return in_grace or _is_open(finding)
