"""Why a requirement stands as it does: ``why``."""

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.cli import why_fields
from bot.cli.office import Refusal, bookkeeper_named, day, office, period, tell, tell_json
from bot.cli.options import JsonOption, OnOption, PeriodOption, UnitOption
from bot.clock import system_clock
from compliance.periods import Cadence, Period
from compliance.requirement import Requirement
from handlers.grammar import find_requirements, resembling
from handlers.telling.explaining import asked_about, explained
from storage.rulebooks import policy_of


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("why")(why)


def why(
    code: Annotated[str, typer.Argument(help="名称、类别、条目或代码 · title, kind, item or code")],
    unit: UnitOption,
    span: PeriodOption = None,
    on: OnOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """为什么 · Why a requirement stands as it does: clause, entries, deadline, reminders."""
    with office() as (core, session):
        found = bookkeeper_named(session, unit)
        now = system_clock()
        today = day(on) or found.day_of(now)
        requirement = _requirement(code, policy_of(session, core.policy, found).known_on(today))
        asked_for = None if span is None else period(span, Period.of(Cadence.YEARLY, today))
        asked = asked_about(found, requirement, asked_for, today)
        answer = explained(session, core.policy, asked, now)
        if as_json:
            words = core.languages[found.locale]
            tell_json([why_fields.line(each, answer, words) for each in answer.lines])
            return
        tell("why", {**answer.values, "names": True, "below": ()})


def _requirement(code: str, known: Sequence[Requirement]) -> Requirement:
    """Find the one requirement that is meant; raises ``Refusal`` for none, or more than one."""
    found = find_requirements(code, known) or resembling(code, known)
    if len(found) != 1:
        codes = [requirement.code for requirement in found or known]
        raise Refusal("cli/not_one_of", {"read": code, "allowed": codes})
    return found[0]
