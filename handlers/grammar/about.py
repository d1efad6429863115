"""Whom a record is about, the grades an appraisal gave them, and the papers it puts on file."""

import re

from rapidfuzz import fuzz, process

from handlers.grammar import absences, kinds, lists, names_before, normalise, vocabulary
from handlers.grammar.fields import Field
from handlers.grammar.grading import Grading
from handlers.grammar.nearness import MOST_SUGGESTIONS
from handlers.grammar.result import Context
from handlers.grammar.roster import Roster
from handlers.grammar.scanner import Scanner

NEAR = 50.0  # of 100: papers have long names, of which only a part may be typed
_BEGINS = (
    r"[ \n]?:? ?(?:(?:@relative_days|(?:@relative_weeks)? ?@week@weekdays|@n ?@month ?@n ?@day"
    r"|[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2})[ \n,;]{1,2})?"
)
_OTHER = " ?(?:@fields__host|@fields__recorder|@absent)"  # what the name before is named for
_HANDED_IN = r" ?@handed_in ?$"
_LONGEST_VERB = 6  # characters between the names and the kind
_MORE = re.compile(" ?、 ?")
_PAPER = re.compile(r"[ 、,;/.。《》]*(?P<paper>[^ 、,;:。()《》\n\0]+)》?")


def read(scanner: Scanner, context: Context, known: Roster, found: list[Field]) -> lists.Told:
    """Take the lists of people, of grades and of papers; ``known`` is everyone ever on the roster.

    Names right after a kind that is about people are taken where no label says them. Refuses a
    name, a grade or a paper that nobody knows, and one that is there twice.
    """
    told = lists.Told()
    for one in found:
        if one.code == "about":
            _people(scanner, known, told, one)
        elif one.code == "grades" or one.code in vocabulary.table("grades"):
            Grading(scanner, known, told, one).read()
    if "people" not in told.said:
        _find_bare(scanner, context, known, told)
    for one in found:
        if one.code == "materials":
            _papers(scanner, context, told, one)
    return told


def _find_bare(scanner: Scanner, context: Context, known: Roster, told: lists.Told) -> None:
    for kind, (start, at) in kinds.said(scanner, context):
        rule = context.rules.get(kind)
        if rule is not None and rule.people:
            _bare(scanner, known, told, at)
            if "people" not in told.said:
                _before(scanner, known, told, start)


def _bare(scanner: Scanner, known: Roster, told: lists.Told, at: int) -> None:
    text = scanner.open
    if begins := vocabulary.pattern(_BEGINS).match(text, at):
        at = begins.end()
    other = vocabulary.pattern(_OTHER)
    while names := known.all_of(text[at : lists.word_end(text, known, at, len(text))]):
        end = lists.word_end(text, known, at, len(text))
        if other.match(text, end):
            return
        for name in names:
            lists.add_named(scanner, told, known, name, (at, end))
        scanner.take(at, end)
        more = _MORE.match(text, end)
        at = end if more is None else more.end()
        if more is None:
            break


def _before(scanner: Scanner, known: Roster, told: lists.Told, kind: int) -> None:
    """Take the names of those who are said to have handed in what begins at a place."""
    text = scanner.open
    verb = vocabulary.pattern(_HANDED_IN).search(text, max(0, kind - _LONGEST_VERB), kind)
    names = names_before.ending_at(text, known, verb.start()) if verb else []
    for span in names:
        lists.add_named(scanner, told, known, scanner.source.text[slice(*span)], span)
    if verb and names:
        scanner.take(names[0][0], verb.end())


def _people(scanner: Scanner, known: Roster, told: lists.Told, found: Field) -> None:
    told.said.add("people")
    text = scanner.open
    for start, end in lists.words(scanner, known, found):
        names = known.all_of(text[start:end])
        if names is None and text[start:end] not in vocabulary.table("grammar")["none"]:
            lists.refuse_unknown(scanner, known, start, end)
        for name in names or ():
            lists.add_named(scanner, told, known, name, (start, end))


def _papers(scanner: Scanner, context: Context, told: lists.Told, found: Field) -> None:
    told.said.add("materials")
    papers = [paper for papers in context.checklists.values() for paper in papers]
    known = {normalise.word(paper): paper for paper in papers}
    text, at = scanner.open, found.text
    while token := _PAPER.match(text, at, found.end):
        typed, span = token["paper"], token.span("paper")
        if typed not in known and absences.ends_list(text, span[0]):
            return
        at = token.end()
        scanner.take(found.text, at)
        if typed in known and known[typed] not in told.materials:
            told.materials.append(known[typed])
        elif typed in known:
            scanner.refuse("duplicate_field", *span, field="materials")
        elif typed not in vocabulary.table("grammar")["none"]:
            near, asked = _near_papers(typed, known), _asked_of(context, told)
            scanner.refuse("unknown_paper", *span, suggestions=near, papers=asked)


def _near_papers(typed: str, known: dict[str, str]) -> tuple[str, ...]:
    found = process.extract(
        typed[:40], list(known), scorer=fuzz.ratio, limit=MOST_SUGGESTIONS, score_cutoff=NEAR
    )
    return tuple(known[paper] for paper, _, _ in found)


def _asked_of(context: Context, told: lists.Told) -> tuple[str, ...]:
    """Answer the papers of the present stages of those the record is about."""
    stages = dict.fromkeys(m.stage for m in context.members if m.name in told.people)
    return tuple(paper for stage in stages for paper in context.checklists.get(stage, ()))
