"""The yearly assessment on the command line: ``report``."""

from decimal import Decimal

import typer

from bot.cli.office import Refusal, bookkeeper_named, day, office, period, tell, tell_json, today_at
from bot.cli.options import JsonOption, KnownOnOption, OnOption, PeriodOption, UnitOption
from bot.words import Words
from compliance.periods import Cadence, Period
from compliance.scoring import Excused, ScoredBlock, ScoredRequirement, Sheet, rounded
from storage.sheets import sheet
from storage.units import Unit


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("report")(report)


def report(
    unit: UnitOption,
    span: PeriodOption = None,
    on: OnOption = None,
    known_on: KnownOnOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """报告 · The sheet of the yearly assessment, with where every point comes from."""
    with office() as (core, session):
        found_unit = bookkeeper_named(session, unit)
        today = day(on) or today_at(found_unit)
        asked = period(span, Period.of(Cadence.YEARLY, today))
        if asked.cadence is not Cadence.YEARLY:
            raise Refusal("cli/not_a_year", {"read": asked.code})
        found = sheet(
            session, core.policy, found_unit, asked.year, on=today, known_on=day(known_on)
        )
        if as_json:
            tell_json(fields_of(found, found_unit, core.languages[found_unit.locale]))
            return
        tell("report", {"unit": unit, "on": today, "sheet": found, "full": True, "named": True})


def fields_of(found: Sheet, unit: Unit, words: Words) -> dict[str, object]:
    """Answer the fields of a sheet; points as decimal strings, those that do not count null."""
    return {
        "unit": unit.name,
        "year": found.year,
        "version": found.version,
        "total": _points(found.total),
        "grade": None if found.grade is None else found.grade.value,
        "provisional": found.provisional,
        "blocks": [_block(block, words) for block in found.blocks],
    }


def _block(scored: ScoredBlock, words: Words) -> dict[str, object]:
    return {
        "code": scored.block.code,
        "title": words.called(scored.block),
        "weight": scored.block.weight,
        "points": _points(scored.points),
        "requirements": [_requirement(each, words) for each in scored.requirements],
    }


def _requirement(scored: ScoredRequirement, words: Words) -> dict[str, object]:
    requirement, score = scored.requirement, scored.score
    return {
        "code": requirement.code,
        "article": requirement.article,
        "title": words.called(requirement),
        "kind": requirement.kind.value,
        "weight": requirement.weight,
        "points": _points(scored.earned),
        "met": scored.met,
        "decided": scored.decided,
        "open": scored.running,
        "score": None if score is None else str(score.points),
        "comment": None if score is None else score.comment,
        "score_number": None if score is None else score.number,
        "records": list(scored.records),
        "reason": _reason(scored, words),
        "excused": [_excused(each, words) for each in scored.excused],
    }


def _reason(scored: ScoredRequirement, words: Words) -> str | None:
    """Say why a requirement does not count, where none of it does."""
    if scored.earned is not None or scored.running or not scored.excused:
        return None
    return str(words.reason(scored.excused[0].reason)) or None


def _excused(each: Excused, words: Words) -> dict[str, object]:
    return {
        "period": each.period.code,
        "subject": each.subject,
        "state": each.state.value,
        "reason": str(words.reason(each.reason)) or None,
    }


def _points(points: Decimal | None) -> str | None:
    return None if points is None else str(rounded(points))
