"""How many units stand, in few numbers: reckoned once, and kept while all it rests on is the same.

What is kept is never taken for the truth: each is stamped with what it was reckoned from, and one
whose stamp would be another today is reckoned anew.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, and_, bindparam, select
from sqlmodel import Session, col

from compliance.assessment import State
from compliance.periods import Period
from compliance.policy import Policy
from compliance.summary import Line, asked_from, failing_first, lines, so_far
from storage.columns import table_of
from storage.database import defer, forget, run, upsert
from storage.reckoned import SO_FAR, OverviewRow
from storage.rulebooks import policies_of
from storage.standing import Asked, findings_of
from storage.units import Unit
from storage.what_rules import rules_known

_TOLD = (State.MISSED, State.OVERDUE, State.DUE_SOON)


@dataclass(frozen=True, slots=True)
class Overview:
    """How many lines of a unit's status are missed, overdue, due soon.

    ``failing`` are the codes of what is missed or overdue, the worst first.
    """

    missed: int = 0
    overdue: int = 0
    due_soon: int = 0
    failing: tuple[str, ...] = ()

    @property
    def badness(self) -> tuple[int, int, int]:
        """Answer by what units are ordered: the worst has the most."""
        return self.missed, self.overdue, self.due_soon

    @property
    def fails(self) -> bool:
        """Tell whether anything is missed or overdue."""
        return bool(self.missed or self.overdue)


def overview_of(found: Sequence[Line]) -> Overview:
    """Count the lines of a status."""
    standing = [line.standing for line in found]
    worst = dict.fromkeys(line.requirement.code for line in failing_first(found) if line.failing)
    missed, overdue, due_soon = (standing.count(state) for state in _TOLD)
    return Overview(missed, overdue, due_soon, tuple(worst))


def together(each: Iterable[Overview]) -> Overview:
    """Add overviews up; what fails stands in the order in which they come."""
    each = tuple(each)
    return Overview(
        sum(overview.missed for overview in each),
        sum(overview.overdue for overview in each),
        sum(overview.due_soon for overview in each),
        tuple(dict.fromkeys(code for overview in each for code in overview.failing)),
    )


def overviews(
    session: Session,
    policy: Policy,
    units: Collection[Unit],
    now: datetime,
    period: Period | None = None,
) -> dict[int, Overview]:
    """Answer how each unit stands on its day, by their ids: of the year so far, or of a period.

    One is reckoned as /status does; what is kept and still true is not reckoned anew.
    """
    span = SO_FAR if period is None else period.code
    days = {unit.key: unit.day_of(now) for unit in units}
    session.flush()
    forget(session)  # else what was read before the stamp could be older than it
    rows = run(session, _KEPT, {"units": list(days), "span": span}).all() if days else []
    rules = rules_known(session, policy, rows, days)
    stamps = {row.id: _stamp(row, days[row.id], rules[row.id]) for row in rows}
    found = {row.id: _of_row(row) for row in rows if row.stamp == stamps[row.id]}
    stale = [unit_id for unit_id in days if unit_id not in found]
    for unit_id, overview in _reckoned(session, policy, stale, days, period):
        found[unit_id] = overview
        row = _row(unit_id, span, days[unit_id], stamps[unit_id], overview)
        defer(session, _keep, row)
    return found


_UNIT, _OVERVIEW = table_of(Unit), table_of(OverviewRow)
# What the assessment reads of the unit itself stands in the stamp; of the rest, its revision.
_KEPT = (
    select(
        _UNIT.c.id,
        _UNIT.c.parent_id,
        _UNIT.c.last_number,
        _UNIT.c.revision,
        _UNIT.c.kind,
        _UNIT.c.founded,
        _UNIT.c.dissolved,
        _UNIT.c.committee,
        _UNIT.c.timezone,
        _OVERVIEW.c.stamp,
        _OVERVIEW.c.missed,
        _OVERVIEW.c.overdue,
        _OVERVIEW.c.due_soon,
        _OVERVIEW.c.failing,
    )
    .outerjoin(
        _OVERVIEW,
        and_(_OVERVIEW.c.unit_id == _UNIT.c.id, _OVERVIEW.c.span == bindparam("span")),
    )
    .where(_UNIT.c.id.in_(bindparam("units", expanding=True)))
)
_FRESH = select(Unit).where(col(Unit.id).in_(bindparam("units", expanding=True)))


def _stamp(row: Row[Any], day: date, rules: str) -> str:
    """Write down all that an overview rests on."""
    own = (row.last_number, row.revision, row.kind, row.founded, row.dissolved, row.committee)
    return " ".join(map(str, (day, *own, row.timezone, rules)))


def _of_row(row: Row[Any]) -> Overview:
    failing = tuple(json.loads(row.failing))
    return Overview(row.missed, row.overdue, row.due_soon, failing)


def _reckoned(
    session: Session,
    policy: Policy,
    unit_ids: Sequence[int],
    days: Mapping[int, date],
    period: Period | None,
) -> Iterator[tuple[int, Overview]]:
    """Reckon anew, in the order of the ids, from units as they are in the database."""
    if not unit_ids:
        return
    asked_of = {"units": sorted(unit_ids)}
    read = session.execute(_FRESH, asked_of, execution_options={"populate_existing": True})
    units = sorted(read.scalars(), key=lambda unit: unit.key)
    policies = policies_of(session, policy, units)
    asked = [_asked(unit, policies[unit.key], days[unit.key], period) for unit in units]
    for each, found in zip(
        asked, findings_of(session, policy, asked, any_member=True), strict=True
    ):
        of_unit = lines(found, each.unit.key)
        yield each.unit.key, overview_of(so_far(of_unit, each.on) if period is None else of_unit)


def _asked(unit: Unit, policy: Policy, on: date, period: Period | None) -> Asked:
    first, last = (asked_from(on), on) if period is None else (period.start, period.end)
    return Asked(unit, on, policy.wanted(first, last))


def _row(unit_id: int, span: str, day: date, stamp: str, overview: Overview) -> dict[str, object]:
    return {
        "unit_id": unit_id,
        "span": span,
        "on_day": day,
        "stamp": stamp,
        "missed": overview.missed,
        "overdue": overview.overdue,
        "due_soon": overview.due_soon,
        "failing": json.dumps(overview.failing),
    }


def _keep(session: Session, rows: list[dict[str, object]]) -> None:
    """Keep overviews, in one order: two who keep the same ones must not wait for each other."""
    once = {(row["unit_id"], row["span"]): row for row in rows}
    upsert(session, OverviewRow, sorted(once.values(), key=itemgetter("unit_id", "span")))
