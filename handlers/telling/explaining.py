"""Why a requirement stands as it does: its clause, what counted, its days and its reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from compliance.access import Action
from compliance.applicability import bound_kind
from compliance.catalogue import Catalogue
from compliance.deadlines import REACH_AFTER
from compliance.periods import Period
from compliance.policy import Policy
from compliance.requirement import Requirement
from compliance.summary import Line, failing_first
from handlers.authority import names_may_show
from handlers.grammar import find_requirements, resembling, split_period
from handlers.meant import unit_for
from handlers.reading import requirement_of
from handlers.request import Refused, Reply, Request
from handlers.telling.explaining_today import today
from storage import directory, tree
from storage.messages import Message
from storage.rulebooks import policies_of, policy_of
from storage.units import Unit
from storage.why import NOT_ASKED, Asked, Why, behind

# So many groups' or people's lines of one requirement are explained in one message.
MOST = 4


def why(request: Request) -> Reply:
    """Explain ``[unit] requirement [period]``; alone, why this chat was or was not reminded today.

    Without a period what fails goes first, then the period of today.
    """
    question = _read(request)
    if not question.said:
        return today(request)
    if not question.meant:
        return _no_requirement(request, question.said)
    unit = unit_for(request, Action.STATUS, question.unit)
    if len(question.meant) > 1:
        return (Message("why_which", {"requirements": question.meant}),)
    return (_explained(request, unit, question.meant[0]),)


@dataclass(frozen=True, slots=True)
class _Question:
    """What was said beside a period: perhaps a unit's name, and the requirements it may mean."""

    said: str
    unit: str | None = None
    meant: tuple[Requirement, ...] = ()


def _read(request: Request) -> _Question:
    """Read a requirement, behind the name of a unit or alone; by a part of its title at last."""
    _, said = split_period(request.arguments, request.now.date())
    known = _known(request)
    words = said.split()
    cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words))]
    for find in (find_requirements, resembling):
        for name, rest in cuts:
            if meant := find(rest, known):
                return _Question(said, name or None, meant)
    return _Question(said)


def _known(request: Request) -> tuple[Requirement, ...]:
    """Answer what may be meant: what ships, and what the chat's or the person's own units add."""
    bound = directory.unit_of_chat(request.session, request.chat_id)
    units = directory.units_of(request.session, request.actor) if bound is None else [bound[0]]
    own = policies_of(request.session, request.policy, units)
    known = (r for unit in units for r in own[unit.key].known_on(request.today(unit)))
    return tuple({r.code: r for r in (*request.policy.catalogue.requirements, *known)}.values())


def _no_requirement(request: Request, said: str) -> Reply:
    """Take what names no requirement as the name of a unit whose chat is asked about."""
    try:
        return today(request, said)
    except Refused as refused:
        if refused.message.template != "unknown_unit":
            raise
    unit_for(request, Action.STATUS)  # a stranger is told who may ask, and nothing else
    raise Refused(Message("why_unknown", {"read": said}))


def _explained(request: Request, unit: Unit, requirement: Requirement) -> Message:
    on = request.today(unit)
    requirement = requirement_of(request, unit, requirement.code) or requirement
    period, _ = split_period(request.arguments, on)
    asked = asked_about(unit, requirement, period, on)
    answer = explained(request.session, request.policy, asked, request.now)
    values = {
        **answer.values,
        "names": names_may_show(request, unit),
        "below": _below(request, unit, requirement),
    }
    return Message("why", values)


def _below(request: Request, unit: Unit, requirement: Requirement) -> tuple[str, ...]:
    """Answer the branches below a unit, where a requirement binds those and not the unit."""
    if unit.kind == bound_kind(requirement):
        return ()
    return tuple(branch.name for branch in tree.branches_below(request.session, unit))


def asked_about(unit: Unit, requirement: Requirement, period: Period | None, on: date) -> Asked:
    """Ask about a requirement in a period, or in this year so far, as of a day."""
    if period is not None:
        return Asked(unit, requirement, period.start, period.end, on)
    # Of last year also what may still be entered.
    return Asked(unit, requirement, min(date(on.year, 1, 1), on - REACH_AFTER), on, on)


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a requirement stands so in the period that matters most.

    ``catalogue`` is the version in force on that period's first day. ``others`` are the lines of
    the other periods asked about: all when they were asked for by name, else those that fail or run
    now; what fails first.
    """

    asked: Asked
    catalogue: Catalogue
    lines: Sequence[Why]
    others: Sequence[Line]

    @property
    def requirement(self) -> Requirement:
        """Answer the requirement as the version has it that judged the period."""
        return self.lines[0].line.requirement

    @property
    def unasked(self) -> bool:
        """Tell whether the unit's rules do not hold the requirement in any period asked about."""
        reason = self.lines[0].line.reason
        return reason is not None and reason.code == NOT_ASKED

    @property
    def values(self) -> dict[str, object]:
        """Answer what the message needs, but for who may see names and what is below."""
        return {
            "unit": self.asked.unit.name,
            "on": self.asked.on,
            "requirement": self.requirement,
            "catalogue": self.catalogue,
            "unasked": self.unasked,
            "lines": self.lines,
            "others": self.others,
        }


def explained(session: Session, policy: Policy, asked: Asked, now: datetime) -> Explained:
    """Explain how a requirement stands."""
    found, lines = behind(session, policy, asked, lambda lines: _chosen(lines, asked.on), now)
    told = [each.line for each in lines]
    others = [line for line in found if line not in told and _telling(line, asked)]
    judged_by = policy_of(session, policy, asked.unit).on(told[0].period.start)
    return Explained(asked, judged_by, lines, failing_first(others))


def _telling(line: Line, asked: Asked) -> bool:
    """Tell whether a line is worth a word: what goes on to today was not asked for by name."""
    return asked.last != asked.on or line.failing or line.period.contains(asked.on)


def _chosen(found: Sequence[Line], on: date) -> list[Line]:
    """Choose the period that fails, the latest of several, else that of today, else the last."""
    failing = [line for line in found if line.failing]
    running = [line for line in found if line.period.contains(on)]
    if failing:
        first = max(failing, key=lambda line: line.due_on)
    else:
        first = failing_first(running)[0] if running else found[-1]
    return [first, *(same for same in _beside(found, first) if same is not first)][:MOST]


def _beside(found: Sequence[Line], first: Line) -> list[Line]:
    """Answer the lines of the same period, of the other groups; the worst first."""
    return failing_first(line for line in found if line.period == first.period)
