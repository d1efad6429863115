"""What was recorded and how a unit stands: ``status``, ``records``, ``dues``."""

from datetime import date

import typer

from bot.cli import fields
from bot.cli.office import bookkeeper_named, day, office, period, tell, tell_json, today_at
from bot.cli.options import JsonOption, KnownOnOption, OnOption, PeriodOption, UnitOption
from compliance.periods import Cadence, Period
from compliance.summary import failing_first, lines
from handlers.records.flagging import flags_of
from storage import listing, roster
from storage.dues_book import dues_lines, reductions
from storage.rulebooks import policy_of
from storage.standing import findings


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("status")(status)
    app.command("records")(records)
    app.command("dues")(dues)


def status(
    unit: UnitOption,
    on: OnOption = None,
    known_on: KnownOnOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """状态 · How the unit stands: every period of the year up to a day."""
    with office() as (core, session):
        found_unit = bookkeeper_named(session, unit)
        today = day(on) or today_at(found_unit)
        found = findings(
            session,
            core.policy,
            found_unit,
            first=date(today.year, 1, 1),
            last=today,
            on=today,
            known_on=day(known_on),
        )
        words = core.languages[found_unit.locale]
        if as_json:
            own = policy_of(session, core.policy, found_unit, day(known_on))
            tell_json(
                [
                    fields.finding(each, found_unit, words)
                    | {"version": own.on(each.period.start).version}
                    for each in found
                ]
            )
            return
        ordered = failing_first(lines(found, found_unit.key))
        values = {"unit": unit, "on": today, "period": None, "lines": ordered, "names": True}
        values |= {"below": (), "left_out": None}
        tell("status", values)


def records(unit: UnitOption, span: PeriodOption = None, *, as_json: JsonOption = False) -> None:
    """台账 · The records of a period (this year), the earliest first."""
    with office() as (core, session):
        found_unit = bookkeeper_named(session, unit)
        asked = period(span, Period.of(Cadence.YEARLY, today_at(found_unit)))
        found = listing.records(session, core.policy, found_unit, asked.start, asked.end)
        members = roster.members(session, found_unit.key)
        people = listing.names_in(session, [each.text for each in found])
        flags = {each.number: flags_of(core.policy, members, each.text) for each in found}
        if as_json:
            tell_json(
                [fields.record(each, found_unit, people, flags[each.number]) for each in found]
            )
            return
        groups = {group.key: group.name for group in roster.groups(session, found_unit.key)}
        values = {"unit": unit, "period": asked, "kinds": (), "records": found, "more": 0}
        values |= {"groups": groups, "people": people}
        values["flagged"] = [number for number, found_flags in flags.items() if found_flags]
        tell("records", values)


def dues(unit: UnitOption, span: PeriodOption = None, *, as_json: JsonOption = False) -> None:
    """党费 · The dues of a month (this month) or a longer period, member by member."""
    with office() as (core, session):
        found_unit = bookkeeper_named(session, unit)
        today = today_at(found_unit)
        asked = period(span, Period.of(Cadence.MONTHLY, today))
        paid = listing.payments(session, found_unit, asked.start, asked.end)
        # What was entered ahead of the clock (say --at) counts here as everything that is listed.
        on = max([today, *(payment.paid_on for payment in paid)])
        found = dues_lines(
            session, core.policy, found_unit, first=asked.start, last=asked.end, on=on
        )
        if as_json:
            months = {line.month for line in found}
            reduced = {month: reductions(session, found_unit, month) for month in months}
            words = core.languages[found_unit.locale]
            granted = ((line, reduced[line.month].get(line.person_id)) for line in found)
            tell_json([fields.dues(line, reduction, words) for line, reduction in granted])
            return
        tell("cli/dues", {"unit": unit, "period": asked, "lines": found})
