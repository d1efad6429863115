"""The phrases of a language: states, reasons, roles, problems, and how dates and money are said."""

import json
import tomllib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import fields
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from bot import roster_words
from compliance.appraisal import Grade
from compliance.assessment import Reason
from compliance.catalogue import Block, Catalogue, Material, RecordKind, Requirement
from compliance.periods import Interval, Period, Span
from compliance.quorum import Flag
from compliance.schema import CatalogueError
from compliance.scoring import rounded
from compliance.states import State
from compliance.summary import Line
from handlers.grammar import Problem, late_reason_code, normalise
from storage.filing import Filed
from storage.journal import RecordText
from storage.told import StepTold, Telling

TEMPLATES = Path(__file__).parent / "templates"
LOCALES = ("zh", "en")
About = tuple[tuple[int, Grade | None], ...]  # as a record keeps whom it is about
LINE = 40  # characters of a value that is shown as it was written
KEPT = 256  # of the phrases that are said again and again, kept for each language


class _Environment(Environment):
    """Gives each template its globals as one dictionary: they are copied for every rendering."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Lay a template's own globals over those of all."""
        return {**self.globals, **(d or {})}


class Words:
    """One language: its templates, and the filters they use.

    ``StrictUndefined`` turns a value that a template misses into an error instead of a gap.
    """

    def __init__(self, locale: str, kinds: Mapping[str, RecordKind]) -> None:
        folder = TEMPLATES / locale
        self.locale = locale
        self.username = ""  # the bot's own, once Telegram has told it
        self._kinds = kinds
        self._words = tomllib.loads((folder / "words.toml").read_text("utf-8"))
        self._commands = tomllib.loads((folder / "commands.toml").read_text("utf-8"))
        self.environment = _Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
            auto_reload=False,
        )
        self.environment.globals.update(
            word=self.word,
            word_of=self.word_of,
            command=self._commands.__getitem__,
            link=self.link,
        )
        self.environment.filters.update(self._filters())
        self.environment.filters.update(roster_words.filters(self))
        self._sayings: dict[str, Callable[[Any], object]] = {
            "kinds": lambda kinds: self.names(tuple(self.kind(name) for name in kinds)),
            "held_on": self.day,
            "held_at": clock,
            "ends_at": clock,
            "held_until": self.day,
            "absences": self._absences,
            "votes": self._votes,
            "all_present": lambda said: self.word("said", "yes" if said else "no"),
            "materials": self.names,
            "late_reason": self.late_reason,
        }

    def _filters(self) -> dict[str, object]:
        return {
            "about": self.about,
            "article": self.article,
            "as_written": as_written,
            "behind": behind,
            "by_fate": by_fate,
            "by_requirement": by_requirement,
            "by_state": by_state,
            "called": self.called,
            "changes": self.changes,
            "clock": clock,
            "day": self.day,
            "file": self.file,
            "flag": self.flag,
            "grades": self.grades,
            "kind": self.kind,
            "late_reason": self.late_reason,
            "moment": moment,
            "material": self.called,
            "money": money,
            "month": month,
            "months": self.months,
            "names": self.names,
            "period": self.period,
            "periods": self.periods,
            "problem": self.problem,
            "question": self.question,
            "reason": self.reason,
            "short_day": self.short_day,
            "role": lambda role: self.word("role", role),
            "points": rounded,
            "title": self.title,
            "wrong": self.wrong,
        }

    def text(self, template: str, values: Mapping[str, object]) -> str:
        """Render a message as HTML; jinja2 errors for an unknown template or a missing value.

        Whoever wrote a value, and wherever it was kept: nothing in it turns a line around.
        """
        rendered = self.environment.get_template(f"{template}.j2").render(values)
        return normalise.visible(rendered).strip()

    def word(self, section: str, key: object, **values: object) -> Markup:
        """Answer a phrase, with its values filled in and escaped."""
        phrase: str = self._words[section][str(key)]
        if "{{" not in phrase and "{%" not in phrase:
            return Markup(phrase)  # noqa: S704 - our own file, without a value
        return Markup(self._compiled(phrase).render(values))  # noqa: S704 - escaped by jinja2

    def word_of(self, section: str, key: object, values: Mapping[str, object]) -> Markup:
        """Answer a phrase whose values come as data; an unknown key is empty."""
        known = str(key) in self._words[section]
        return self.word(section, key, **values) if known else Markup("")

    def link(self, token: str = "") -> str:
        """Answer the address that opens the bot, and hands it a token if there is one."""
        return f"https://t.me/{self.username}" + (f"?start={token}" if token else "")

    @cache  # noqa: B019 - one Words per language lives as long as the program
    def _compiled(self, phrase: str) -> Template:
        return self.environment.from_string(phrase)

    def summary(self, command: str) -> str:
        """Say in a few words what a command does."""
        entry = self._commands[command]
        if entry["word"].lower() == command:
            return str(entry["does"])
        return f"{entry['word']}: {entry['does']}"

    def day(self, day: date) -> Markup:
        """Say a date with its weekday."""
        return escape(f"{day.isoformat()} ") + self.word("weekday", day.isoweekday())

    @lru_cache(maxsize=KEPT)  # noqa: B019 - as above; the same few are said again and again
    def period(self, period: Span) -> Markup:
        """Say a period: 2026年11月, 2026年三季度; or the days of a case."""
        if isinstance(period, Interval):
            of_days = "day" if period.start == period.end else "case"
            return self.word("period", of_days, first=period.start, last=period.end)
        return self.word("period", period.cadence, year=period.year, index=period.index)

    def periods(self, lines: list[Line], on: date) -> Markup:
        """Say the periods of lines of one requirement: runs of them as a span, this year's short.

        ``1–3月、5月`` within the year of ``on``, else ``2025年1–3月``.
        """
        spans = [line.period for line in lines]
        of_calendar = [span for span in spans if isinstance(span, Period)]
        runs = [self._run(run[0], run[-1], on.year) for run in _runs(of_calendar)]
        cases = [self.period(span) for span in spans if isinstance(span, Interval)]
        return self.word("join", "names").join([*runs, *cases])

    def months(self, months: tuple[Period, ...]) -> Markup:
        """Say months with their years: runs of them as a span."""
        return self.word("join", "names").join(
            self._run(run[0], run[-1], 0) for run in _runs(list(months))
        )

    @lru_cache(maxsize=KEPT)  # noqa: B019 - as above
    def _run(self, first: Period, last: Period, year: int) -> Markup:
        cadence = first.cadence if first.year == year else f"{first.cadence}-of-year"
        indexes = [first.index] if first == last else [first.index, last.index]
        return self.word("periods", cadence, year=first.year, indexes=indexes)

    def short_day(self, day: date, on: date) -> Markup:
        """Say a date with its weekday, without the year when it is that of ``on``."""
        said = day.strftime("%m-%d") if day.year == on.year else day.isoformat()
        return escape(f"{said} ") + self.word("weekday", day.isoweekday())

    @lru_cache(maxsize=KEPT)  # noqa: B019 - as above
    def article(self, number: str) -> Markup:
        """Say which item of the policy: 第12条."""
        return self.word("article", "item" if number.isdigit() else "section", number=number)

    def kind(self, name: str) -> str:
        """Say a kind of record; in Chinese, or outside the catalogue, its name says itself."""
        known = None if self.locale == "zh" else self._kinds.get(name)
        return name if known is None else known.title_en

    def called(self, thing: Requirement | Block | Material) -> str:
        """Say which requirement, block or papers are meant."""
        return thing.title if self.locale == "zh" else thing.title_en

    def title(self, line: Line) -> str:
        """Say what a line is about: the requirement, and the party group if it is one's."""
        title = self.called(line.requirement)
        return f"{title} {line.subject}" if line.subject_id else title

    def names(self, names: tuple[object, ...]) -> Markup:
        """Join names as the language does."""
        return self.word("join", "names").join(escape(name) for name in names)

    def problem(self, problem: Problem) -> Markup:
        """Say what was read, what is wrong with it, and what to type instead."""
        return self.word("problem", problem.code, **{"read": problem.read, **problem.values})

    def question(self, problem: Problem) -> Markup:
        """Ask about what is in doubt."""
        return self.word("question", problem.code, **{"read": problem.read, **problem.values})

    def late_reason(self, reason: str | None) -> object:
        """Say why something was entered late: a common reason in one's own language."""
        code = None if reason is None else late_reason_code(reason)
        return shortened(reason) if code is None else self.word("late_reason", code)

    def wrong(self, error: CatalogueError) -> Markup:
        """Say what is wrong in a file of rules or holidays, and what to write instead."""
        return self.word("catalogue_error", error.code, **error.values)

    def reason(self, reason: Reason | None) -> Markup:
        """Say why a finding is as it is."""
        return Markup("") if reason is None else self.word("reason", reason.code, **reason.values)

    def changes(
        self, before: RecordText, after: RecordText, people: Mapping[int, str], *, private: bool
    ) -> list[tuple[str, object, object]]:
        """Answer the fields an amendment changed: name, before, after.

        ``people`` are names by their ids. In a group, grades are only counted.
        """

        def shown(name: str, value: Any) -> object:
            if name == "people" and value:
                return self._people(value, people, private=private)
            return self._shown(name, value)

        return [
            (field.name, shown(field.name, old), shown(field.name, new))
            for field in fields(before)
            if (old := getattr(before, field.name)) != (new := getattr(after, field.name))
        ]

    def grades(self, said: About, people: Mapping[int, str], *, private: bool) -> Markup:
        """Say the grades of an appraisal: whose they are in private, in a group only how many."""
        by_grade: dict[Grade, list[str]] = {grade: [] for grade in Grade}
        for who, grade in said:
            if grade is not None:
                by_grade[grade].append(people[who])
        return self.word("join", "phrases").join(
            self.word(
                "said",
                "graded",
                grade=self.word("grade", grade),
                number=len(names),
                names=self.names(tuple(names)) if private else "",
            )
            for grade, names in by_grade.items()
            if names
        )

    def about(self, said: About, people: Mapping[int, str]) -> Markup:
        """Say whom a record is about, beside those it only grades."""
        return self.names(tuple(people[who] for who, grade in said if grade is None))

    def _people(self, said: About, people: Mapping[int, str], *, private: bool) -> Markup:
        parts = self.about(said, people), self.grades(said, people, private=private)
        return self.word("join", "phrases").join(part for part in parts if part)

    def flag(self, flag: Flag, *, private: bool = True) -> Markup:
        """Say what to look at, and under which clause; in a group people are only counted."""
        return self.word("flag", flag.code, private=private, **flag.values)

    def file(self, file: Filed) -> Markup:
        """Say a file: its name, or what it is when it has none, and its size."""
        name = file.name or self.word("file", file.kind)
        return escape(name) if file.size is None else escape(f"{name} ") + bytesize(file.size)

    def _shown(self, name: str, value: Any) -> object:
        """Say a field's value as the echo does."""
        if value is None or value == ():
            return self.word("field", "none")
        return self._sayings.get(name, shortened)(value)

    def _absences(self, absences: tuple[tuple[str, str | None], ...]) -> Markup:
        said = [self.word("said", "absence", name=who, reason=why) for who, why in absences]
        return self.names(tuple(said))

    def _votes(self, votes: tuple[int, int, int]) -> Markup:
        favour, against, abstain = votes
        return self.word("said", "votes", favour=favour, against=against, abstain=abstain)


def shortened(value: object) -> object:
    """Cut a long text; a change of it is shown beside the whole record."""
    return f"{value[:99]}…" if isinstance(value, str) and len(value) > 100 else value


def as_written(value: object) -> str:
    """Write a value much as a file of rules has it, cut to what fits a line."""
    listed = isinstance(value, bool | list | tuple | dict)
    text = json.dumps(value, ensure_ascii=False, default=str) if listed else str(value)
    return text if len(text) <= LINE else f"{text[: LINE - 1]}…"


def clock(at: time) -> str:
    """Say a time of day."""
    return at.strftime("%H:%M")


def money(amount: Decimal) -> str:
    """Say an amount in yuan, always with two places."""
    return f"¥{amount:.2f}"


def bytesize(size: int) -> str:
    """Say a size in bytes: 1.2MB, 340KB, 12B."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f}MB"
    return f"{size // 1000}KB" if size >= 1000 else f"{size}B"


def moment(at: datetime, on: date) -> str:
    """Say a moment, without the year when it is that of ``on``."""
    return at.strftime("%m-%d %H:%M" if at.year == on.year else "%Y-%m-%d %H:%M")


def month(day: date) -> str:
    """Say the month of a date as one would type it."""
    return day.strftime("%Y-%m")


def behind(lines: list[Line]) -> tuple[str, ...]:
    """Answer who is behind in any of the lines, each once."""
    return tuple(dict.fromkeys(name for line in lines for name in line.behind))


def by_fate(steps: list[StepTold]) -> list[tuple[tuple[Telling, ...], list[StepTold]]]:
    """Gather runs of reminder steps of which the same became, apart from those that were sent."""
    return [(fates, list(same)) for fates, same in groupby(steps, lambda step: step.fates)]


def by_state(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Group lines that are in order of how they stand."""
    return [(standing, list(same)) for standing, same in groupby(lines, lambda line: line.standing)]


def by_requirement(lines: list[Line]) -> list[list[Line]]:
    """Group lines of one requirement and subject, in the order in which the first of each came.

    What two waivers excuse is two groups: each has a reason of its own.
    """
    groups: dict[tuple[str, int, object], list[Line]] = {}
    for line in lines:
        excuse = line.reason if line.state is State.WAIVED else None
        waiver = excuse and excuse.values.get("number")
        groups.setdefault((line.requirement.code, line.subject_id, waiver), []).append(line)
    return list(groups.values())


def _runs(periods: list[Period]) -> list[list[Period]]:
    """Gather periods, oldest first, into runs without a gap that stay within one year."""
    runs: list[list[Period]] = []
    for period in sorted(periods):
        last = runs[-1][-1] if runs else None
        if last is not None and last.next() == period and last.year == period.year:
            runs[-1].append(period)
        else:
            runs.append([period])
    return runs


def speak(catalogue: Catalogue) -> dict[str, Words]:
    """Answer every language the bot speaks."""
    return {locale: Words(locale, catalogue.record_kinds) for locale in LOCALES}
