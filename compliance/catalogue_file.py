"""From the tables of a catalogue file to the things of the catalogue, each checked on its own."""

from datetime import date
from types import MappingProxyType

from compliance.access import Role
from compliance.dues import DuesBand, DuesCategory, DuesRules
from compliance.periods import Cadence
from compliance.requirement import (
    ARTICLES,
    Evidence,
    RecordKind,
    Reminders,
    Requirement,
    RuleKind,
    Strictness,
    SubjectKind,
)
from compliance.schema import Table

_COUNTED = (RuleKind.COUNTABLE, RuleKind.MIXED)
_ANY_COMMON_YEAR = 2025


def read_record_kind(table: Table) -> RecordKind:
    """Read one ``[[record_kinds]]`` table."""
    kind = RecordKind(table.text("name"), table.text("title_en"), table.flag("meeting"))
    table.close()
    return kind


def read_requirement(table: Table, holds_from: date | None) -> Requirement:
    """Read one ``[[requirements]]`` table; ``holds_from`` is the catalogue's own, its default."""
    cadence = table.choice("cadence", Cadence)
    requirement = Requirement(
        code=table.text("code"),
        article=_article(table),
        title=table.text("title"),
        title_en=table.text("title_en"),
        clause=table.text("clause"),
        strictness=table.choice("strictness", Strictness),
        basis=table.text("basis"),
        kind=_rule_kind(table),
        cadence=cadence,
        count=table.number("count", least=1),
        subject=table.choice("subject", SubjectKind),
        recorder=table.choice("recorder", Role),
        evidence=table.choice("evidence", Evidence),
        kinds=table.words("kinds") if table.has("kinds") else (),
        due=_due(table, cadence) if table.has("due") else None,
        needs_committee=table.flag("needs_committee"),
        holds_from=table.day("holds_from") if table.has("holds_from") else holds_from,
        advisory=table.flag("advisory"),
    )
    _check_evidence(table, requirement)
    table.close()
    return requirement


def _article(table: Table) -> str:
    article = table.text("article")
    if article not in ARTICLES:
        raise table.error("article", f"is {article!r}, which is no item of the policy")
    return article


def _rule_kind(table: Table) -> RuleKind:
    kind = table.choice("kind", RuleKind)
    if kind not in _COUNTED:
        raise table.error("kind", f"is {kind.value!r}, which is not judged by counting")
    return kind


def _due(table: Table, cadence: Cadence) -> tuple[int, int]:
    """Read ``MM-DD``, a day of every year, in the one period of a yearly requirement."""
    text = table.text("due")
    if cadence is not Cadence.YEARLY:
        raise table.error("due", f"is for yearly requirements, not for {cadence} ones")
    try:
        day = date.fromisoformat(f"{_ANY_COMMON_YEAR}-{text}")
    except ValueError:
        raise table.error("due", f"is {text!r}, which is no MM-DD of every year") from None
    return day.month, day.day


def _check_evidence(table: Table, requirement: Requirement) -> None:
    by_records = requirement.evidence is Evidence.RECORDS
    if by_records != bool(requirement.kinds):
        raise table.error("kinds", "are needed for records, and for nothing else")
    if by_records == (requirement.subject is SubjectKind.MEMBER):
        raise table.error("evidence", f"cannot be {requirement.evidence} for this subject")


def read_reminders(table: Table) -> Reminders:
    """Read the ``[reminders]`` table."""
    before = table.table("before")
    steps = {cadence: _countdown(before, cadence) for cadence in Cadence}
    before.close()
    reminders = Reminders(
        before=MappingProxyType(steps),
        after_first=table.number("after_first", least=1),
        after_every=table.number("after_every", least=1),
        escalate_after_working_days=table.number("escalate_after_working_days", least=1),
    )
    table.close()
    return reminders


def _countdown(table: Table, cadence: Cadence) -> tuple[int, ...]:
    steps = table.numbers(cadence)
    if not steps or list(steps) != sorted(set(steps), reverse=True):
        raise table.error(cadence, "must count down, each day once")
    return steps


def read_dues(table: Table) -> DuesRules:
    """Read the ``[dues]`` table."""
    rules = DuesRules(
        categories=tuple(map(_dues_category, table.tables("categories", "code"))),
        usual=table.text("usual"),
        ask_above=table.decimal("ask_above"),
        ask_months_back=table.number("ask_months_back"),
    )
    _check_categories(table, rules)
    table.close()
    return rules


def _check_categories(table: Table, rules: DuesRules) -> None:
    names = [name for category in rules.categories for name in (category.code, *category.names)]
    for name in names:
        if names.count(name) > 1:
            raise table.error("categories", f"use the name {name!r} twice")
    if rules.category(rules.usual) is None:
        raise table.error("usual", f"is {rules.usual!r}, which is no category")


def _dues_category(table: Table) -> DuesCategory:
    category = DuesCategory(
        code=table.text("code"),
        names=table.words("names"),
        title_en=table.text("title_en"),
        bands=_bands(table) if table.has("bands") else (),
        fixed=table.decimal("fixed") if table.has("fixed") else None,
    )
    if category.bands and category.fixed is not None:
        raise table.error("fixed", "cannot stand beside bands")
    table.close()
    return category


def _bands(table: Table) -> tuple[DuesBand, ...]:
    bands = tuple(map(_band, table.tables("bands", "up_to")))
    bounds = [band.up_to for band in bands]
    closed = [bound for bound in bounds if bound is not None]
    if not bands or bounds != [*sorted(set(closed)), None]:
        raise table.error("bands", "must rise, and the last must have no bound")
    return bands


def _band(table: Table) -> DuesBand:
    bound = table.decimal("up_to") if table.has("up_to") else None
    band = DuesBand(bound, table.decimal("rate"))
    table.close()
    return band
