"""What a record should make one look at: quorum, votes and grades against the roster of its day."""

from collections.abc import Collection
from dataclasses import replace

from compliance.catalogue import Catalogue
from compliance.people import Member, Stage
from compliance.policy import Policy
from compliance.quorum import Flag, Rules, Sitting, flags
from compliance.requirement import ClockStart
from handlers.grammar.vocabulary import pattern
from storage.journal import RecordText

# With one of these a meeting has not decided what its record declares.
UNDECIDED = frozenset(("not_passed", "quorum_short"))


def flags_of(policy: Policy, members: Collection[Member], text: RecordText) -> tuple[Flag, ...]:
    """Answer the flags of a record; ``members`` is everyone ever on the unit's roster."""
    return _flags(policy, members, text, _sitting(text))


def decided(policy: Policy, members: Collection[Member], text: RecordText) -> bool:
    """Tell whether nothing in a record speaks against what its kinds declare.

    Without a resolution the declared kind is one, and the votes, if any, are to bear it.
    """
    if text.resolution and not _agreed(text.resolution):
        return False
    found = _flags(policy, members, text, replace(_sitting(text), agreed=True))
    return not UNDECIDED & {flag.code for flag in found}


def admitted(catalogue: Catalogue, text: RecordText) -> tuple[int, ...]:
    """Answer the ids of those whose probation a record closes (党章第七条)."""
    closing = {
        kind
        for requirement in catalogue.requirements
        if requirement.clock is not None and requirement.clock.starts is ClockStart.ADMISSION
        for kind in requirement.clock.closing
    }
    return tuple(who for who, _ in text.people) if closing & set(text.kinds) else ()


def _flags(
    policy: Policy, members: Collection[Member], text: RecordText, sitting: Sitting
) -> tuple[Flag, ...]:
    # Whoever that meeting admits in full does not vote in it yet.
    voteless = set(admitted(policy.catalogue, text))
    there = [
        replace(m, stage=Stage.PROBATIONARY)
        if m.id in voteless
        and m.stage is Stage.FULL
        and (m.full_on or text.held_on) >= text.held_on
        else m
        for m in members
    ]
    return flags(Rules.of(policy.catalogue, text.kinds), there, sitting)


def _agreed(resolution: str | None) -> bool:
    """Tell whether a resolution says that something was carried, and nothing that it was not."""
    said = (resolution or "").lower()
    carried = pattern("@agreed").search(said) is not None
    return carried and pattern("@not_agreed").search(said) is None


def _sitting(text: RecordText) -> Sitting:
    return Sitting(
        held_on=text.held_on,
        expected=text.expected,
        voting=text.voting,
        present=text.present,
        all_present=text.all_present,
        absent=tuple(name for name, _ in text.absences),
        votes=text.votes,
        agreed=_agreed(text.resolution),
        grades={who: grade for who, grade in text.people if grade is not None},
    )
