"""Scores: requirement, points and a comment, one a line; one message in, data out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.requirement import SCORED, Requirement
from compliance.scoring import FULL
from handlers.grammar import labels, requirement_said, vocabulary
from handlers.grammar.problems import Problem, Unreadable
from handlers.grammar.scanner import Scanner

LAST_YEAR_UNTIL = 3  # the month up to which last year may still be scored
# A number that is not the one of an item, nor of a year.
_POINTS = (
    r"(?<![0-9.])(?<!item )(?P<n>-?[0-9]{1,6}(?:\.[0-9]{1,6})?)(?![0-9.]| ?(?:@item)| ?(?:@year))"
)
_AFTER = r"\x00 ?(?:@points)?[ ,:;。]*(?P<said>[^\x00]+)$"
_YEAR = r"(?P<y>20[0-9]{2}) ?@year|(?P<w>@relative_years)"


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A score as it was said, with the year it is for."""

    requirement: Requirement
    year: int
    points: Decimal
    comment: str


def read_scores(typed: str, today: date, known: Sequence[Requirement]) -> tuple[ScoreLine, ...]:
    """Read scores, one a line; raises ``Unreadable`` with all that is wrong or missing.

    A year said alone on a line holds for the lines after it.
    """
    year = today.year
    lines: list[ScoreLine] = []
    problems: list[Problem] = []
    for line in filter(str.strip, typed.splitlines()):
        try:
            alone = only_year(line, today)
            if alone is None:
                lines.append(_score(line, year, today, known))
            year = alone or year
        except Unreadable as unreadable:
            problems += unreadable.problems
    problems += _twice(lines)
    if problems:
        raise Unreadable(tuple(problems))
    return tuple(lines)


def only_year(typed: str, today: date) -> int | None:
    """Read a text that is a year and nothing else; None for any other text.

    Raises ``Unreadable`` for a year that cannot be scored (any more, or yet).
    """
    scanner = Scanner(typed)
    year = _year(scanner, today)
    if any(requirement_said.words(scanner)):
        return None
    scanner.finish()
    return year


def read_finish(typed: str, today: date) -> int | None:
    """Read that the assessment is finished, of this year or the one said; None if it is not.

    Raises ``Unreadable`` as ``only_year`` does.
    """
    scanner = Scanner(typed)
    said = scanner.take_all(vocabulary.pattern("@ruling_words__finish"))
    year = _year(scanner, today)
    if len(said) != 1 or any(requirement_said.words(scanner)):
        return None
    scanner.finish()
    return year or today.year


def _year(scanner: Scanner, today: date) -> int | None:
    match = vocabulary.pattern(_YEAR).search(scanner.open)
    if match is None:
        return None
    scanner.take(*match.span())
    ahead = vocabulary.meanings("relative_years")
    year = int(match["y"]) if match["y"] else today.year + int(ahead[match["w"]])
    late = year == today.year - 1 and today.month <= LAST_YEAR_UNTIL
    if year != today.year and not late:
        scanner.refuse("bad_score_year", *match.span(), year=today.year)
    return year


def _score(typed: str, year: int, today: date, known: Sequence[Requirement]) -> ScoreLine:
    scanner = Scanner(typed)
    comment = labels.find(scanner, "comment")
    said = _year(scanner, today)
    scored = [r for r in known if r.kind in SCORED]
    number, points = _points(scanner)
    if comment is None:
        comment = _bare_comment(scanner)
    requirement = requirement_said.find(scanner, known, scored)
    if not number and requirement is not None:
        scanner.lack("no_score", typed.strip())
    requirement_said.refuse_rest(scanner)
    if not comment:
        scanner.lack("no_comment", typed.strip())
    if requirement is not None and requirement.kind not in SCORED:
        scanner.lack("not_scored", "", requirement=requirement)
    scanner.finish()
    if requirement is None or points is None or comment is None:
        raise Unreadable(())
    return ScoreLine(requirement, said or year, points, comment)


def _points(scanner: Scanner) -> tuple[bool, Decimal | None]:
    """Take the points: whether any were said, and what they are if they can be."""
    match = vocabulary.pattern(_POINTS).search(scanner.open)
    if match is None:
        return False, None
    scanner.take(*match.span())
    points = Decimal(match["n"])
    if not 0 <= points <= FULL or points != round(points, 1):
        scanner.refuse("bad_score", *match.span())
        return True, None
    return True, points


def _bare_comment(scanner: Scanner) -> str | None:
    """Take what stands behind the points, with no label before it, for the comment."""
    text = scanner.source.text
    match = vocabulary.pattern(_AFTER).search(scanner.open)
    if match is None or not match["said"].strip():
        return None
    scanner.take(*match.span("said"))
    return scanner.source.quote(match.start("said"), len(text)) or None


def _twice(lines: Sequence[ScoreLine]) -> Iterator[Problem]:
    seen: set[tuple[str, int]] = set()
    for line in lines:
        key = (line.requirement.code, line.year)
        if key in seen:
            yield Problem("scored_twice", "", {"requirement": line.requirement})
        seen.add(key)
