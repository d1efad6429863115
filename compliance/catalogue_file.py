"""From the tables of a catalogue file to the things of the catalogue, each checked on its own."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from compliance.access import Role
from compliance.dues import DuesBand, DuesCategory, DuesRules
from compliance.people import Stage
from compliance.periods import Cadence
from compliance.requirement import (
    ARTICLES,
    Block,
    Clock,
    ClockStart,
    Evidence,
    Material,
    RecordKind,
    Reminders,
    Requirement,
    RuleKind,
    Strictness,
    SubjectKind,
)
from compliance.schema import Table

_ANY_COMMON_YEAR = 2025
GRACE = "recording_grace_working_days"
# Reminders look no further around a day than these reach: 40 days back, whatever holidays lie in
# between, and 60 ahead. (A case is looked at for as long as it runs.)
LONGEST_GRACE = 15
LONGEST_STEP = 60
# What each kind of rule rests on; the first is the usual one.
_EVIDENCE = {
    RuleKind.COUNTABLE: (Evidence.RECORDS, Evidence.PAYMENTS),
    RuleKind.MIXED: (Evidence.RECORDS,),
    RuleKind.QUALITATIVE: (Evidence.SCORES,),
    RuleKind.DERIVED: (Evidence.REQUIREMENTS, Evidence.MATERIALS),
    RuleKind.PER_CASE: (Evidence.RECORDS,),
}
# Without these a clock would stand still, and its cases never end.
_NEEDED = {
    ClockStart.ELECTION: ("months",),
    ClockStart.LETTER: ("days",),
    ClockStart.ACTIVIST: ("every",),
    ClockStart.ADMISSION: ("months", "every"),
    ClockStart.STAGE: (),
}


def read_record_kind(table: Table) -> RecordKind:
    """Read one ``[[record_kinds]]`` table."""
    kind = RecordKind(
        name=table.text("name"),
        title_en=table.text("title_en"),
        meeting=table.flag("meeting"),
        people=table.flag("people"),
        anonymous=table.flag("anonymous"),
        graded=table.flag("graded"),
        voting=table.flag("voting"),
        election=table.flag("election"),
        declared_with=table.text("declared_with") if table.has("declared_with") else None,
    )
    table.close()
    return kind


def read_block(table: Table) -> Block:
    """Read one ``[[assessment.blocks]]`` table."""
    block = Block(
        table.text("code"), table.text("title"), table.text("title_en"), table.number("weight")
    )
    table.close()
    return block


def read_material(table: Table) -> Material:
    """Read one ``[[materials]]`` table: records of some kinds, or people on the roster."""
    material = Material(
        code=table.text("code"),
        title=table.text("title"),
        title_en=table.text("title_en"),
        kinds=table.words("kinds") if table.has("kinds") else (),
        roster=table.choices("roster", Stage) if table.has("roster") else (),
        development=table.flag("development"),
    )
    if bool(material.kinds) == bool(material.roster):
        raise table.error("kinds", "kinds_or_roster")
    table.close()
    return material


def read_checklists(table: Table) -> Mapping[Stage, tuple[str, ...]]:
    """Read the ``[checklists]`` table: the papers of each stage on the way into the Party."""
    found = {stage: table.words(stage) for stage in Stage if table.has(stage)}
    table.close()
    return MappingProxyType(found)


def read_requirement(table: Table, holds_from: date | None) -> Requirement:
    """Read one ``[[requirements]]`` table; ``holds_from`` is the catalogue's own, its default."""
    cadence = table.choice("cadence", Cadence)
    kind = table.choice("kind", RuleKind)
    usual = _EVIDENCE[kind][0]
    requirement = Requirement(
        code=table.text("code"),
        article=_article(table),
        title=table.text("title"),
        title_en=table.text("title_en"),
        clause=table.text("clause"),
        strictness=table.choice("strictness", Strictness),
        basis=table.text("basis"),
        kind=kind,
        cadence=cadence,
        count=table.number("count", least=1) if table.has("count") else 1,
        subject=table.choice("subject", SubjectKind),
        recorder=table.choice("recorder", Role),
        evidence=table.choice("evidence", Evidence) if table.has("evidence") else usual,
        kinds=table.words("kinds") if table.has("kinds") else (),
        due=read_due(table) if table.has("due") else None,
        needs_committee=table.flag("needs_committee"),
        holds_from=table.day("holds_from") if table.has("holds_from") else holds_from,
        advisory=table.flag("advisory"),
        cadences=table.choices("cadences", Cadence) if table.has("cadences") else (),
        steps=countdown(table, "steps") if table.has("steps") else None,
        floating=table.flag("floating"),
        clock=_clock(table.table("clock")) if table.has("clock") else None,
        derived_from=table.words("derived_from") if table.has("derived_from") else (),
        block=table.text("block") if table.has("block") else "",
        weight=table.number("weight") if table.has("weight") else 0,
    )
    check_requirement(table, requirement)
    table.close()
    return requirement


def _article(table: Table) -> str:
    article = table.text("article")
    if article not in ARTICLES:
        raise table.error("article", "not_one_of", read=article, allowed=ARTICLES)
    return article


def _clock(table: Table) -> Clock:
    """Read the ``clock`` of a per-case requirement."""
    clock = Clock(
        starts=table.choice("starts", ClockStart),
        months=table.number("months") if table.has("months") else 0,
        days=table.number("days") if table.has("days") else 0,
        most_days=table.number("most_days") if table.has("most_days") else 0,
        every=table.number("every") if table.has("every") else 0,
        least=table.number("least") if table.has("least") else 0,
        closing=table.words("closing") if table.has("closing") else (),
    )
    if bool(clock.closing) != bool(clock.months or clock.days):
        raise table.error("closing", "closing_unfit")
    for key in _NEEDED[clock.starts]:
        if not getattr(clock, key):
            raise table.error(key, "needed_for_clock", starts=clock.starts)
    if clock.most_days and clock.most_days < clock.days:
        raise table.error("most_days", "too_small", read=clock.most_days, least=clock.days)
    table.close()
    return clock


def read_due(table: Table) -> tuple[int, int]:
    """Read ``MM-DD``, a day of every year, in the one period of a yearly requirement."""
    text = table.text("due")
    try:
        day = date.fromisoformat(f"{_ANY_COMMON_YEAR}-{text}")
    except ValueError:
        raise table.error("due", "not_month_day", read=text) from None
    return day.month, day.day


def check_requirement(table: Table, requirement: Requirement) -> None:
    """Refuse what contradicts itself; raises CatalogueError."""
    _check_rhythm(table, requirement)
    evidence, kind = requirement.evidence, requirement.kind
    if evidence not in _EVIDENCE[kind]:
        allowed = _EVIDENCE[kind]
        raise table.error("evidence", "evidence_unfit", read=evidence, kind=kind, allowed=allowed)
    if (evidence is Evidence.RECORDS) != bool(requirement.kinds):
        raise table.error("kinds", "kinds_unfit", evidence=evidence)
    if (evidence is Evidence.REQUIREMENTS) != bool(requirement.derived_from):
        raise table.error("derived_from", "derived_from_unfit", evidence=evidence)
    paid_by = requirement.subject is SubjectKind.MEMBER
    if evidence is Evidence.PAYMENTS and not paid_by:
        raise table.error("evidence", "payments_unfit", subject=requirement.subject)
    if (kind is RuleKind.PER_CASE) != (requirement.clock is not None):
        raise table.error("clock", "clock_unfit", kind=kind)
    if requirement.clock and not set(requirement.clock.closing) <= set(requirement.kinds):
        raise table.error("clock", "closing_unknown", allowed=requirement.kinds)
    if requirement.floating and not paid_by:
        raise table.error("floating", "floating_unfit", subject=requirement.subject)


def _check_rhythm(table: Table, requirement: Requirement) -> None:
    if requirement.due and requirement.cadence is not Cadence.YEARLY:
        raise table.error("due", "due_unfit", cadence=requirement.cadence)
    if requirement.cadences and requirement.cadence not in requirement.cadences:
        raise table.error("cadences", "cadences_unfit", cadence=requirement.cadence)
    steps = requirement.steps
    if steps and requirement.clock is None and steps[0] > LONGEST_STEP:
        raise table.error("steps", "too_large", read=steps[0], most=LONGEST_STEP)


def read_reminders(table: Table) -> Reminders:
    """Read the ``[reminders]`` table."""
    before = table.table("before")
    steps = {cadence: countdown(before, cadence) for cadence in Cadence}
    before.close()
    reminders = Reminders(
        before=MappingProxyType(steps),
        after_first=table.number("after_first", least=1),
        after_every=table.number("after_every", least=1),
        escalate_after_working_days=table.number("escalate_after_working_days", least=1),
    )
    table.close()
    return reminders


def read_grace(root: Table) -> int:
    """Read the recording grace in working days."""
    grace = root.number(GRACE)
    if grace > LONGEST_GRACE:
        raise root.error(GRACE, "too_large", read=grace, most=LONGEST_GRACE)
    return grace


def countdown(table: Table, key: str) -> tuple[int, ...]:
    """Read days before a deadline, each once, the longest first."""
    steps = table.numbers(key)
    if not steps or list(steps) != sorted(set(steps), reverse=True):
        raise table.error(key, "not_counting_down", read=steps)
    return steps


def read_dues(table: Table) -> DuesRules:
    """Read the ``[dues]`` table."""
    rules = DuesRules(
        categories=tuple(map(_dues_category, table.tables("categories", "code"))),
        usual=table.text("usual"),
        ask_above=table.decimal("ask_above"),
        ask_months_back=table.number("ask_months_back"),
        arrears=table.numbers("arrears") if table.has("arrears") else (),
    )
    if list(rules.arrears) != sorted(set(rules.arrears) - {0}):
        raise table.error("arrears", "not_rising", read=rules.arrears)
    _check_categories(table, rules)
    table.close()
    return rules


def _check_categories(table: Table, rules: DuesRules) -> None:
    names = [name for category in rules.categories for name in (category.code, *category.names)]
    for name in names:
        if names.count(name) > 1:
            raise table.error("categories", "name_twice", read=name)
    if rules.category(rules.usual) is None:
        codes = tuple(category.code for category in rules.categories)
        raise table.error("usual", "not_one_of", read=rules.usual, allowed=codes)


def _dues_category(table: Table) -> DuesCategory:
    category = DuesCategory(
        code=table.text("code"),
        names=table.words("names"),
        title_en=table.text("title_en"),
        bands=_bands(table) if table.has("bands") else (),
        fixed=table.decimal("fixed") if table.has("fixed") else None,
        least=table.decimal("least") if table.has("least") else None,
        most=table.decimal("most") if table.has("most") else None,
    )
    if category.bands and category.fixed is not None:
        raise table.error("fixed", "fixed_beside_bands")
    if category.least is not None and category.most is not None and category.least > category.most:
        raise table.error("most", "too_small", read=category.most, least=category.least)
    table.close()
    return category


def _bands(table: Table) -> tuple[DuesBand, ...]:
    bands = tuple(map(_band, table.tables("bands", "up_to")))
    bounds = [band.up_to for band in bands]
    closed = [bound for bound in bounds if bound is not None]
    if not bands or bounds != [*sorted(set(closed)), None]:
        raise table.error("bands", "bands_unfit")
    return bands


def _band(table: Table) -> DuesBand:
    bound = table.decimal("up_to") if table.has("up_to") else None
    band = DuesBand(bound, table.decimal("rate"))
    table.close()
    return band
