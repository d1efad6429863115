"""The rules units live by: ``catalogue check|show|load`` and ``holidays load|show``."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from bot.cli import fields
from bot.cli.office import (
    Refusal,
    administrator,
    day,
    office,
    tell,
    tell_json,
    today_at,
    unit_named,
)
from bot.cli.options import JsonOption, OnOption, UnitOption
from bot.clock import system_clock
from compliance import catalogue as catalogues
from compliance import holiday_notice, overlay
from compliance.calendar import WorkingDays
from compliance.catalogue import Catalogue, default
from compliance.differences import differences
from compliance.schema import Table, unreadable
from storage import directory, holidays
from storage.rulebooks import policy_of, sources
from storage.rulemaking import load_overlay
from storage.units import Unit

AnyUnitOption = Annotated[str | None, typer.Option("--unit", help="组织名称 · the unit's name")]
# A whole catalogue holds these; an overlay none of them.
_WHOLE = ("reminders", "record_kinds", "dues", "materials", "checklists")


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    rules = typer.Typer(no_args_is_help=True, help="制度条目 · what is required")
    rules.command("check")(catalogue_check)
    rules.command("show")(catalogue_show)
    rules.command("load")(catalogue_load)
    days = typer.Typer(no_args_is_help=True, help="放假安排 · public holidays")
    days.command("load")(holidays_load)
    days.command("show")(holidays_show)
    app.add_typer(rules, name="catalogue")
    app.add_typer(days, name="holidays")


# ---------------------------------------------------------------- the catalogue


def catalogue_check(file: Path) -> None:
    """检查条目文件 · Check a whole catalogue or an overlay; say what it changes."""
    text = _text(file)
    root = Table.parse(str(file), text)
    whole = any(root.has(key) for key in _WHOLE)
    if whole:
        checked = catalogues.read(root)
    else:
        checked = overlay.apply(overlay.read(str(file), text), default())
    tell("cli/catalogue_checked", {"file": str(file), "whole": whole, **_changes(checked)})


def catalogue_load(file: Path, unit: UnitOption) -> None:
    """载入条目文件 · Load an overlay for a unit and all below it."""
    read = overlay.read(str(file), _text(file))
    with office(writing=True) as (core, session):
        found = unit_named(session, unit)
        load_overlay(session, core.policy, found, read, administrator())
        in_force = policy_of(session, core.policy, found).on(read.holds_from)
        tell("cli/overlay_loaded", {"unit": found.name, "file": str(file), **_changes(in_force)})


def catalogue_show(
    unit: AnyUnitOption = None, on: OnOption = None, *, as_json: JsonOption = False
) -> None:
    """现行条目 · The rules in force for a unit on a day; of no unit, those that ship."""
    with office() as (core, session):
        found = None if unit is None else unit_named(session, unit)
        asked = day(on) or (system_clock().date() if found is None else today_at(found))
        own = core.policy if found is None else policy_of(session, core.policy, found)
        in_force = own.on(asked)
        rules = list(_rules(session, in_force, found, asked))
        if as_json:
            tell_json([fields.rule(rule, in_force.version) for rule in rules])
            return
        values = {"unit": unit, "on": asked, "catalogue": in_force, "rules": rules}
        tell("cli/catalogue_shown", values)


def _rules(
    session: Session, in_force: Catalogue, unit: Unit | None, on: date
) -> Iterator[fields.Rule]:
    found = {} if unit is None else sources(session, unit, on)
    names = directory.units(session, {source.unit_id for source in found.values()})
    for requirement in in_force.requirements:
        source = found.get(requirement.code)
        name = None if source is None else names[source.unit_id].name
        yield fields.Rule(requirement, None if source is None else source.rule, name)


def _changes(catalogue: Catalogue) -> dict[str, object]:
    """Say which version it is, and key by key how it differs from the one that ships."""
    return {
        "version": catalogue.version,
        "holds_from": catalogue.holds_from,
        "changes": [
            (each.key, _written(each.key, each.before), _written(each.key, each.after))
            for each in differences(default(), catalogue)
        ],
    }


def _written(key: str, value: object) -> str | None:
    if key.endswith(".due") and isinstance(value, tuple):
        return fields.month_day(value)
    return fields.written(value)


# ---------------------------------------------------------------- the holidays


def holidays_load(file: Path) -> None:
    """载入放假安排 · Load the State Council's holiday notice of a year."""
    notice = holiday_notice.read(str(file), _text(file))
    with office(writing=True) as (core, session):
        holidays.load_notice(session, notice, administrator())
        core.in_force.look(session)
        tell("cli/holidays_loaded", _calendar(core.policy.days, notice.year))


def holidays_show(year: int, *, as_json: JsonOption = False) -> None:
    """放假安排 · The holidays of a year, and the weekends that are worked."""
    if not 2000 <= year <= 2100:
        raise Refusal("cli/bad_period", {"read": str(year)})
    with office() as (core, session):
        if not core.policy.days.is_confirmed(date(year, 7, 1)):
            raise Refusal("cli/holidays_unknown", {"year": year})
        loaded = {notice.year: notice.title for notice in holidays.notices(session)}
        values = _calendar(core.policy.days, year)
        values |= {"loaded": year in loaded, "title": loaded.get(year) or None}
        if as_json:
            tell_json(values)
            return
        tell("cli/holidays_shown", values)


def _calendar(days: WorkingDays, year: int) -> dict[str, object]:
    """Answer the spans of days off that hold a weekday, and the weekend days that are worked."""
    count = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(count)]
    working = [str(each) for each in every if each.isoweekday() > 5 and days.is_working(each)]
    spans = [span for span in _off(days, every) if any(each.isoweekday() <= 5 for each in span)]
    off = [f"{span[0]}..{span[-1]}" if span[1:] else f"{span[0]}" for span in spans]
    return {"year": year, "off": off, "working": working}


def _off(days: WorkingDays, every: list[date]) -> Iterator[list[date]]:
    """Gather days off that follow one another."""
    span: list[date] = []
    for each in every:
        if not days.is_working(each):
            span.append(each)
        elif span:
            yield span
            span = []
    if span:
        yield span


def _text(file: Path) -> str:
    if not file.is_file():
        raise Refusal("cli/no_file", {"file": str(file)})
    try:
        return file.read_text(encoding="utf-8-sig")
    except ValueError as error:
        raise unreadable(str(file), error) from error
