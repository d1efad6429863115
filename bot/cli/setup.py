"""Units: ``unit add``, ``unit set``."""

import json
from datetime import time
from typing import Annotated

import typer
from sqlmodel import Session

from bot.cli import tree
from bot.cli.office import (
    Refusal,
    administrator,
    day,
    office,
    settings,
    tell,
    today_at,
    unit_named,
)
from bot.words import LOCALES
from compliance.policy import Policy
from handlers.grammar.normalise import clean
from handlers.units.reminding import is_superior
from handlers.units.settings import cadence_named, requirement_named
from storage import directory, journal, reorganising
from storage.rulebooks import policy_of
from storage.rulemaking import Chosen, NotOffered, choose_cadence
from storage.tree_rules import Impossible
from storage.units import Unit

KINDS = ("leading_group", "general_branch", "branch", "party_group")


WEEKLY = ("1", "2", "3", "4", "5", "6", "7", "none")


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    unit = typer.Typer(no_args_is_help=True, help="组织 · units")
    unit.command("add")(unit_add)
    unit.command("set")(unit_set)
    tree.add_to(unit)
    app.add_typer(unit, name="unit")


def unit_add(
    name: str,
    kind: Annotated[str, typer.Option(help="|".join(KINDS))] = "branch",
    parent: Annotated[str | None, typer.Option(help="上级名称 · the unit above")] = None,
    chat: Annotated[int | None, typer.Option(help="Telegram chat id")] = None,
    founded: Annotated[str | None, typer.Option(help="YYYY-MM-DD")] = None,
    *,
    locale: Annotated[str, typer.Option(help="|".join(LOCALES))] = "zh",
) -> None:
    """添加组织 · Add a unit, and bind a chat to it."""
    _one_of(kind, KINDS)
    _one_of(locale, LOCALES)
    name = clean(name).strip()
    with office(writing=True) as (_, session):
        above = None if parent is None else unit_named(session, parent)
        new = Unit(
            name=name,
            kind=kind,
            founded=day(founded),
            timezone=settings().timezone,
            locale=locale,
        )
        try:
            added = reorganising.found(session, new, above, administrator())
        except Impossible as why:
            raise Refusal("unit_impossible", {"code": why.code, **why.values}) from why
        if chat is not None:
            _bind(session, chat, added)
            _audit(session, added, "unit_set", _settings_of(session, added))
        tell("cli/unit_added", {"unit": added, "parent": above, "chat": chat})


def _bind(session: Session, chat: int, unit: Unit) -> None:
    bound = directory.unit_of_chat(session, chat)
    if bound is not None:
        raise Refusal("cli/chat_bound", {"chat": chat, "unit": bound[0].name})
    directory.bind_chat(session, chat, unit.key)


def _settings_of(session: Session, unit: Unit) -> str:
    """Write a unit's settings and chats for the audit."""
    chats = [chat.id for chat in directory.chats_of(session, unit.key)]
    return json.dumps(unit.model_dump(mode="json") | {"chats": chats}, ensure_ascii=False)


def unit_set(
    name: str,
    chat: Annotated[int | None, typer.Option(help="Telegram chat id")] = None,
    locale: Annotated[str | None, typer.Option(help="|".join(LOCALES))] = None,
    remind_at: Annotated[str | None, typer.Option(help="HH:MM")] = None,
    quiet: Annotated[str | None, typer.Option(help="HH:MM-HH:MM")] = None,
    *,
    committee: Annotated[
        bool | None, typer.Option(help="设支委会 · has a committee below seven full members")
    ] = None,
    workdays_only: Annotated[
        bool | None,
        typer.Option("--workdays-only/--every-day", help="只在工作日提醒 · on working days only"),
    ] = None,
    weekly: Annotated[
        str | None, typer.Option(help="1-7|none 每周总览 · weekly overview, 1 is Monday")
    ] = None,
    cadence: Annotated[
        list[str] | None, typer.Option(help="organisational_life=quarterly · 组织生活会=每季度")
    ] = None,
) -> None:
    """改组织的设置 · Change a unit's settings."""
    with office(writing=True) as (core, session):
        unit = unit_named(session, name)
        before = _settings_of(session, unit)
        if locale is not None:
            _one_of(locale, LOCALES)
            unit.locale = locale
        if committee is not None:
            unit.committee = committee
        if remind_at is not None:
            unit.remind_at = _time(remind_at)
        if quiet is not None:
            begin, _, end = quiet.partition("-")
            unit.quiet_from, unit.quiet_until = _time(begin), _time(end)
        if workdays_only is not None:
            unit.workdays_only = workdays_only
        if weekly is not None:
            _one_of(weekly, WEEKLY)
            unit.weekly_on = _weekday(unit, weekly)
        session.add(unit)
        if chat is not None:
            _bind(session, chat, unit)
        directory.revise(session, unit.key)
        directory.plan_anew(session)
        _audit(session, unit, "unit_set", _settings_of(session, unit), before)
        chosen = [_choose(session, core.policy, unit, typed) for typed in cadence or ()]
        tell("cli/unit_set", {"unit": unit, "superior": is_superior(unit), "chosen": chosen})


def _weekday(unit: Unit, typed: str) -> int | None:
    """Answer the day of the weekly overview: only a superior has units to be told about."""
    if typed == "none":
        return None
    if not is_superior(unit):
        raise Refusal("weekly_for_superiors", {"unit": unit.name})
    return int(typed)


def _choose(session: Session, policy: Policy, unit: Unit, typed: str) -> Chosen:
    """Choose how often a requirement comes round: ``CODE=quarterly``."""
    today = today_at(unit)
    name, _, often = typed.partition("=")
    requirement = requirement_named(policy_of(session, policy, unit).on(today), name)
    cadence = cadence_named(often)
    if requirement is None or cadence is None:
        raise Refusal("cli/bad_choice", {"read": typed})
    try:
        return choose_cadence(
            session, policy, unit, requirement, cadence=cadence, today=today, origin=administrator()
        )
    except NotOffered as not_offered:
        values = {"requirement": not_offered.requirement, "cadence": cadence}
        raise Refusal("cadence_not_offered", values) from not_offered


def _audit(
    session: Session, unit: Unit, action: str, after: str, before: str | None = None
) -> None:
    journal.add_audit(session, unit.key, action, administrator(), before=before, after=after)


def _one_of(value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Refusal("cli/not_one_of", {"read": value, "allowed": allowed})


def _time(typed: str) -> time:
    try:
        return time.fromisoformat(typed.strip())
    except ValueError as error:
        raise Refusal("cli/bad_time", {"read": typed}) from error
