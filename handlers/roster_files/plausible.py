"""Days of one person that cannot all be true."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from compliance.people import Stage
from handlers.grammar import Problem
from storage.imports.rows import month_born

# In this order they come in anybody's life (发展党员工作细则).
_IN_ORDER = ("applied_on", "activist_on", "candidate_on", "admitted_on", "full_on")
_PAIRS = (("joined_on", "left_on"), ("admitted_on", "probation_until"))
_DONE = ("applied_on", "activist_on", "candidate_on", "admitted_on")


def impossible(values: Mapping[str, object], today: date | None) -> Iterator[tuple[str, Problem]]:
    """Answer the columns of a row whose days cannot be, each with why; without today none is late.

    A day on which somebody goes, or becomes a full member, may well be planned.
    """
    if today is not None:
        yield from _yet_to_come(values, today)
    known = [name for name in _IN_ORDER if name in values]
    for earlier, later in (*pairwise(known), *_PAIRS):
        yield from _before(values, earlier, later)
    yield from _unborn(values, today)


def _yet_to_come(values: Mapping[str, object], today: date) -> Iterator[tuple[str, Problem]]:
    done = (*_DONE, "full_on") if values.get("stage") is Stage.FULL else _DONE
    for name in done:
        day = values.get(name)
        if isinstance(day, date) and day > today:
            yield name, Problem("roster_to_come", day.isoformat())


def _before(
    values: Mapping[str, object], earlier: str, later: str
) -> Iterator[tuple[str, Problem]]:
    first, last = values.get(earlier), values.get(later)
    if isinstance(first, date) and isinstance(last, date) and last < first:
        yield later, _too_early(last, earlier, first)


def _too_early(day: date, than: str, first: object) -> Problem:
    return Problem("roster_too_early", day.isoformat(), {"than": than, "day": str(first)})


def _unborn(values: Mapping[str, object], today: date | None) -> Iterator[tuple[str, Problem]]:
    """Compare the month of birth with the first day on which anything happened, and today."""
    born = month_born(values.get("born"))
    if not isinstance(born, tuple):
        return
    if today is not None and born > (today.year, today.month):
        yield "born", Problem("roster_to_come", str(values["born"]))
    for name in (*_IN_ORDER, "joined_on"):
        day = values.get(name)
        if isinstance(day, date) and (day.year, day.month) < born:
            yield name, _too_early(day, "born", values["born"])
            return
