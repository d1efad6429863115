"""Counting what was done: records for most requirements, payments for dues."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

from compliance.cases import Case
from compliance.facts import Held, Paid, Score
from compliance.requirement import Requirement
from compliance.states import Elsewhere, Reason


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts for a requirement in a period.

    ``done`` is everything, ``in_time`` what of it was entered within the grace; ``records`` are
    entry numbers. ``due`` and ``paid`` are yuan; ``shortfall`` says why it is not enough, ``late``
    why it was done too late. ``elsewhere`` counts too, and is neither in ``paid`` nor ``records``.
    """

    done: int = 0
    in_time: int = 0
    records: tuple[int, ...] = ()
    due: Decimal | None = None
    paid: Decimal = Decimal(0)
    shortfall: Reason | None = None
    late: Reason | None = None
    elsewhere: Elsewhere | None = None


NOTHING = Tally()


def tally_records(
    requirement: Requirement, held: Sequence[Held], grace_ends: date, on: date
) -> Tally:
    """Count the records of the requirement's kinds that were held in a period, up to ``on``.

    A record counts once however many of the kinds it declares, from the first of them entered.
    """
    if not held:
        return NOTHING
    counted = [
        (record.number, entered_on)
        for record in held
        if record.held_on <= on
        and (entered_on := record.first_entered(requirement.kinds)) is not None
    ]
    return Tally(
        done=len(counted),
        in_time=sum(entered_on <= grace_ends for _, entered_on in counted),
        records=tuple(sorted(number for number, _ in counted)),
    )


def tally_case(case: Case, held: Iterable[Held], grace_ends: date, on: date) -> Tally:
    """Count the records that were held for a case, up to ``on``; in time when held by its deadline.

    Of papers each counts once, from the first record that files it.
    """
    counted = [
        (record, entered_on)
        for record in sorted(held, key=lambda record: (record.held_on, record.number))
        if record.held_on <= on
        and case.takes(record.held_on)
        and (entered_on := record.first_entered(case.kinds)) is not None
    ]
    if case.papers:
        return _tally_papers(case, counted, grace_ends)
    in_time = sum(r.held_on <= case.due_on and at <= grace_ends for r, at in counted)
    if not counted and case.closed_on is not None and case.closed_on <= on:
        in_time = int(case.closed_on <= case.due_on)
        return Tally(done=1, in_time=in_time, late=_late(case, case.closed_on))
    return Tally(
        done=len(counted),
        in_time=in_time,
        records=tuple(sorted(record.number for record, _ in counted)),
        late=_late(case, counted[0][0].held_on) if counted and not in_time else None,
    )


def _late(case: Case, held_on: date) -> Reason | None:
    """Say when it was done, if that was after the deadline rather than entered late."""
    return Reason("held_on", {"held_on": held_on}) if held_on > case.due_on else None


def _tally_papers(case: Case, counted: Sequence[tuple[Held, date]], grace_ends: date) -> Tally:
    filed: dict[str, tuple[Held, date]] = {}
    for record, entered_on in counted:
        for paper in record.materials:
            if paper in case.papers:
                filed.setdefault(paper, (record, entered_on))
    missing = tuple(paper for paper in case.papers if paper not in filed)
    return Tally(
        done=len(filed),
        in_time=sum(r.held_on <= case.due_on and at <= grace_ends for r, at in filed.values()),
        records=tuple(sorted({record.number for record, _ in filed.values()})),
        shortfall=Reason("papers_missing", {"papers": missing}) if missing else None,
    )


def tally_scores(scores: Sequence[Score], grace_ends: date) -> Tally:
    """Count what the superior scored, newest last: it is done once it is scored at all.

    The newest counts. What was in time stays so when it is scored again.
    """
    if not scores:
        return Tally()
    in_time = any(score.scored_on <= grace_ends for score in scores)
    return Tally(done=1, in_time=int(in_time), records=(scores[-1].number,))


def tally_payments(
    due: Decimal | None, payments: Iterable[Paid], grace_ends: date, on: date
) -> Tally:
    """Set one member's payments for one month, up to ``on``, against the yuan due for it.

    Done when the amount due is reached, in time by the entry that reached it. Without a basis
    (``due`` is None) any payment will do.
    """
    nothing_due = due == 0
    known = [paid for paid in payments if paid.paid_on is None or paid.paid_on <= on]
    if not known:
        done = int(nothing_due)
        return Tally(done, done, due=due, shortfall=None if done else _shortfall(due, Decimal(0)))
    known.sort(key=lambda paid: (paid.entered_on, paid.number))
    own, elsewhere = [paid for paid in known if paid.place is None], _elsewhere(known)
    total = _sum(known)
    reached_on = _reached_on(due, known)
    reached = nothing_due or reached_on is not None
    in_time = nothing_due or (reached_on is not None and reached_on <= grace_ends)
    return Tally(
        done=int(reached),
        in_time=int(in_time),
        records=tuple(sorted(paid.number for paid in own)),
        due=due,
        paid=_sum(own),
        shortfall=None if reached else _shortfall(due, total, elsewhere),
        elsewhere=elsewhere,
    )


def _sum(payments: Iterable[Paid]) -> Decimal:
    return sum((paid.amount for paid in payments), Decimal(0))


def _elsewhere(known: Sequence[Paid]) -> Elsewhere | None:
    """Answer what of the payments stands in the books of other branches."""
    places = {paid.place: None for paid in known if paid.place is not None}
    amount = _sum(paid for paid in known if paid.place is not None)
    return Elsewhere(tuple(places), amount) if places else None


def _reached_on(due: Decimal | None, known: Sequence[Paid]) -> date | None:
    """Find the day of the entry with which the running total first covers the amount due."""
    totals = accumulate(paid.amount for paid in known)
    for paid, total in zip(known, totals, strict=True):
        if total > 0 and (due is None or total >= due):
            return paid.entered_on
    return None


def _shortfall(
    due: Decimal | None, paid: Decimal, elsewhere: Elsewhere | None = None
) -> Reason | None:
    if due is None:
        return Reason("no_basis")
    if elsewhere is not None:  # how much it was is between the person and that branch
        return Reason("partly_elsewhere", {"places": elsewhere.places, "left": due - paid})
    return Reason("partial", {"paid": paid, "due": due}) if paid > 0 else None
