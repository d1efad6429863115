"""A superior's scores for the yearly assessment, and the record that ends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.access import Action
from compliance.catalogue import Catalogue
from compliance.facts import Score
from compliance.requirement import SCORED, Requirement
from compliance.scoring import Sheet, rounded
from handlers.authority import require
from handlers.corrections.pointing import span_of
from handlers.grammar import vocabulary
from handlers.grammar.scores import ScoreLine, only_year, read_finish, read_scores
from handlers.meant import branch_seen
from handlers.reading import rules_for
from handlers.request import Refused, Reply, Request
from storage import entries, journal, listing
from storage.journal import RecordText, ScoreText
from storage.ledger import Entry
from storage.ledgers import ledger
from storage.messages import Button, Message
from storage.needs import needs_for
from storage.sheets import sheet
from storage.units import Unit

ASSESSMENT = "annual_assessment"
LAST_MONTH = 12  # in which a year may be assessed although it still runs


def score(request: Request) -> Reply:
    """Score requirements of a branch for a year; with nothing said, list the scores.

    ``完成`` ends the assessment: its total and grade become a record of the branch's.
    """
    unit, said = branch_seen(request, naming=Action.SCORE)
    today = request.today(unit)
    year = only_year(said, today) if said else today.year
    if year is not None:
        return (_listing(request, unit, year),)
    require(request, Action.SCORE, unit)
    if request.edited:
        raise Refused(Message("ruling_edited"))
    if (ending := read_finish(said, today)) is not None:
        return (_finish(request, unit, ending),)
    lines = read_scores(said, today, rules_for(request, unit).requirements)
    return (_enter(request, unit, lines),)


@dataclass(frozen=True, slots=True)
class Entered:
    """A score just entered, and the one it takes the place of."""

    number: int
    line: ScoreLine
    before: Score | None


def _enter(request: Request, unit: Unit, lines: Sequence[ScoreLine]) -> Message:
    years = {line.year for line in lines}
    before = {year: _scores(request, unit, year) for year in years}
    entered = [
        _entered(request, unit, line, before[line.year].get(line.requirement.code))
        for line in lines
    ]
    span = span_of([each.number for each in entered])
    sheets = {year: _sheet(request, unit, year) for year in years}
    values = {
        "unit": unit.name,
        "entered": entered,
        "idle": [e.number for e in entered if not _counts(sheets[e.line.year], e.line)],
        "left": sheets[lines[-1].year].unscored,
    }
    return Message("scored", values, buttons=((Button("undo", f"undo:@{unit.key} {span}"),),))


def _entered(request: Request, unit: Unit, line: ScoreLine, before: Score | None) -> Entered:
    text = ScoreText(line.requirement.code, line.year, int(line.points * 10), line.comment)
    number = journal.add_score(request.session, unit.key, text, request.origin)
    return Entered(number, line, before)


def _sheet(request: Request, unit: Unit, year: int) -> Sheet:
    return sheet(request.session, request.policy, unit, year, on=request.today(unit))


def _counts(found: Sheet, line: ScoreLine) -> bool:
    """Tell whether a requirement binds the branch in the year it is scored for."""
    every = (scored for block in found.blocks for scored in block.requirements)
    return any(s.requirement.code == line.requirement.code and s.binds for s in every)


def _scores(request: Request, unit: Unit, year: int) -> dict[str, Score]:
    """Answer the scores of a year that count, by requirement: of several the newest."""
    catalogue = rules_for(request, unit)
    needs = needs_for((catalogue,), _scorable(catalogue))
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = ledger(request.session, unit, first, last, needs=needs).scores
    return {each.requirement: each for each in found if each.year == year}


def _scorable(catalogue: Catalogue) -> tuple[Requirement, ...]:
    return tuple(r for r in catalogue.requirements if r.kind in SCORED)


def _listing(request: Request, unit: Unit, year: int) -> Message:
    """List what is scored by the superior, with the scores there are and what is left."""
    scores = _scores(request, unit, year)
    values = {
        "unit": unit.name,
        "year": year,
        "scores": [(r, scores.get(r.code)) for r in _scorable(rules_for(request, unit))],
        "left": _sheet(request, unit, year).unscored,
    }
    return Message("scores", values)


def _finish(request: Request, unit: Unit, year: int) -> Message:
    """Enter the year's total and grade as a record; finishing again amends it.

    A year that is over is assessed as of its last day, and entered late if it is.
    """
    today = request.today(unit)
    found = _sheet(request, unit, year)
    too_early = bool(found.running) and today < date(year, LAST_MONTH, 1)
    if found.unscored or too_early or found.total is None:
        values = {"unit": unit.name, "sheet": found, "too_early": too_early}
        raise Refused(Message("not_finished", values))
    held_on = min(today, date(year, 12, 31))
    kinds = request.policy.catalogue.requirement(ASSESSMENT).kinds
    text = RecordText(kinds=kinds, held_on=held_on, content=_content(year, found.total, found))
    before = _earlier(request, unit, text)
    number = journal.add_record(request.session, unit.key, text, request.origin, before)
    values = {
        "unit": unit.name,
        "number": number,
        "sheet": found,
        "before": None if before is None else before.number,
    }
    return Message("finished", values, buttons=((Button("undo", f"undo:@{unit.key} {number}"),),))


def _earlier(request: Request, unit: Unit, text: RecordText) -> Entry | None:
    """Answer the live record of the same year's assessment, if it was ended before."""
    year = text.held_on.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = listing.records(request.session, request.policy, unit, first, last)
    numbers = [each.number for each in found if each.live and each.text.kinds == text.kinds]
    if not numbers:
        return None
    return entries.entry_numbered(request.session, unit.key, max(numbers))


def _content(year: int, total: Decimal, found: Sheet) -> str:
    """Write the total and the grade as the record keeps them, in the words of the policy."""
    words = vocabulary.table("ratings")
    rating = [] if found.so_far is None else [words[found.so_far][0]]
    pending = [words["provisional"][0]] if found.provisional else []
    return " ".join([str(year), f"{rounded(total)}/100", *rating, *pending])
