"""Realistic values for every template, around a text that a person typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache

from bot.commands import COMMANDS, HELPED
from bot.settings import Settings
from compliance.access import Role
from compliance.appraisal import Grade
from compliance.assessment import Reason, State
from compliance.catalogue import Requirement, default
from compliance.people import Stage
from compliance.periods import Cadence, Period
from compliance.requirement import SubjectKind
from compliance.states import Elsewhere
from compliance.summary import Line
from handlers.grammar import DuesLine, Problem
from handlers.records.stages import Step
from handlers.roster_files.misfits import Misfit
from reminders.overview import Paused, Standing, Week
from storage.dues_book import DuesLine as Owed
from storage.journal import RecordText
from storage.listing import Listed, PaymentView
from storage.units import Unit
from tests.bot.above_values import above_templates
from tests.bot.asking_values import asking_templates
from tests.bot.correcting_values import SEALED, correcting_templates
from tests.bot.dues_values import arrears, balances, dues_templates, eased, undone_rulings
from tests.bot.file_values import file_templates, filed
from tests.bot.form_values import form_templates
from tests.bot.keeping_values import keeping_templates
from tests.bot.overview_values import overview_templates
from tests.bot.phrase_values import Values, flags, problems, symptoms, waived
from tests.bot.post_values import away, post_templates
from tests.bot.roster_file_values import roster_file_templates
from tests.bot.roster_values import roster_templates
from tests.bot.rule_values import choices, rule_templates
from tests.bot.ruling_values import ruling_templates
from tests.bot.setup_values import setup_templates
from tests.bot.unit_values import unit_templates
from tests.bot.why_values import why_today_values, why_values

TODAY = date(2026, 11, 22)
CATALOGUE = default()
NOVEMBER = Period(Cadence.MONTHLY, 2026, 11)
YEAR = Period(Cadence.YEARLY, 2026, 1)


def line(code: str, state: State, period: Period, **changes: object) -> Line:
    """A line of a status; due on the last day of its period."""
    requirement = CATALOGUE.requirement(code)
    made = Line(
        requirement=requirement,
        subject_id=0,
        subject="",
        period=period,
        due_on=period.end,
        grace_ends=period.end,
        state=state,
        done=int(state in (State.MET, State.MET_LATE)),
        required=8 if requirement.subject is SubjectKind.MEMBER else 1,
        reason=None,
        confirmed=True,
        records=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the names are the fields' names


def months(code: str, state: State, *indexes: int, **changes: object) -> list[Line]:
    """Lines of a monthly requirement for several months of this year."""
    return [line(code, state, Period(Cadence.MONTHLY, 2026, i), **changes) for i in indexes]


def own(requirement: Requirement, year: int) -> Period:
    """The first period of a requirement in a year."""
    return Period(requirement.cadence, year, 1)


def every_line(text: str) -> list[Line]:
    """Lines in every state, of every cadence, of this year and the last one, worst first."""
    quarter, half = Period(Cadence.QUARTERLY, 2026, 3), Period(Cadence.HALF_YEARLY, 2026, 2)
    met = [line(r.code, State.MET, own(r, 2025)) for r in CATALOGUE.requirements]
    return [
        *months("study", State.MISSED, 1, 2, 3, 5),
        *months("dues", State.MISSED, 9, 10, behind=(text, "李四")),
        line("annual_plan", State.MISSED, YEAR),
        line("party_lecture", State.OVERDUE, quarter, due_on=date(2026, 11, 20)),
        line("dues", State.DUE_SOON, NOVEMBER, behind=(text,)),
        line("study", State.DUE_SOON, NOVEMBER, due_on=TODAY),
        line("integrity_education", State.OPEN, half, confirmed=False),
        line("group_meeting", State.OPEN, NOVEMBER, subject_id=3, subject=text),
        *months("study", State.MET_LATE, 6, 7),
        *met,
        line("party_lecture", State.WAIVED, quarter, reason=waived(text)),
        line("group_meeting", State.NOT_APPLICABLE, NOVEMBER, reason=Reason("no_groups")),
    ]


def record(text: str) -> RecordText:
    """A record that says everything a record can say."""
    return RecordText(
        kinds=("党员大会", "党课"),
        held_on=date(2026, 11, 20),
        held_at=time(14, 30),
        ends_at=time(16, 30),
        group_id=3,
        place=text,
        host=text,
        recorder=text,
        expected=20,
        voting=19,
        present=18,
        all_present=True,
        absences=((text, text), ("李四", None)),
        observers=text,
        topics=text * 100,
        content=text,
        votes=(17, 0, 1),
        resolution=text,
        people=((1, Grade.EXCELLENT), (2, Grade.POOR), (3, None)),
        materials=("公示", "入党志愿书"),
        late_reason=text,
    )


BARE = RecordText(kinds=("工作计划",), held_on=date(2026, 11, 20))


def listed(text: RecordText, number: int, **changes: object) -> Listed:
    """An entry of the ledger."""
    made = Listed(
        number=number,
        text=text,
        entered_by=1,
        entered_at=datetime(2026, 11, 22, tzinfo=UTC),
        late=False,
        reversed=False,
        amends=None,
        amended_by=None,
        chat_id=None,
        message_id=None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the names are the fields' names


def owed(name: str, due: str | None, paid: str, state: State = State.OPEN) -> Owed:
    """A member's dues of November."""
    amount = None if due is None else Decimal(due)
    return Owed(1, name, NOVEMBER, amount, Decimal(paid), state, ())


@cache
def templates(text: str) -> dict[str, list[Values]]:
    """The values of every template, for each of the ways it may go."""
    return {
        **_chat(text),
        **ruling_templates(text),
        **unit_templates(text),
        **_command_line(text),
        **rule_templates(text),
        **post_templates(text),
    }


def _chat(text: str) -> dict[str, list[Values]]:
    names = tuple(command.name for command in COMMANDS)
    found = every_line(text)
    echo: Values = {
        "number": 12,
        "text": record(text),
        "group": text,
        "amends": 9,
        "before": BARE,
        "lines": found,
        "twins": (7, 8),
        "late": True,
        "people": {1: text, 2: "李四", 3: text},
        "private": True,
        "flags": flags(text),
        "steps": _steps(text),
        "files": 2,
        "album": "doubtful",
        "left_off": 5,
        "most_files": 30,
    }
    bare = {
        **echo,
        "text": BARE,
        "before": BARE,
        "group": None,
        "lines": (),
        "twins": (),
        "late": False,
        "flags": (),
        "steps": (),
        "files": 0,
        "album": None,
        "left_off": 0,
    }
    before = replace(record(text), all_present=False, votes=None, people=())
    more = {**echo, "before": before, "private": False}
    due = {"absent": (), "unit": text, "on": TODAY, "days": 30, "until": date(2026, 12, 22)}
    missing = [each for each in found if each.missing]
    status: Values = {"unit": text, "on": TODAY, "period": None, "lines": found}
    status = {**status, "left_out": None, "names": True, "below": (text, "第二支部")}
    return {
        "amended": [echo, bare, more, {**more, **SEALED}],
        "ask_amend": [{"number": 12, "kind": kind} for kind in ("record", "payment")],
        "bad_days": [{"read": text, "most": 366}],
        "chat_gone": [{"unit": text}],
        "dead_entry": [
            {"number": 12, "by": by, "reversed": gone}
            for by, gone in ((None, True), (15, True), (15, False))
        ],
        "digest": _digests(text, missing),
        "due": [
            {**due, "lines": missing},
            {**due, "lines": []},
            {**due, "lines": missing, "days": 1},
            {**due, "lines": missing, "absent": away(text)},
        ],
        "dues_edited": [{}],
        **above_templates(text, missing),
        **correcting_templates(text),
        **dues_templates(text),
        **asking_templates(text),
        **roster_templates(text),
        **file_templates(text),
        **roster_file_templates(text),
        **form_templates(text, record(text)),
        **setup_templates(text, missing[0]),
        **keeping_templates(text),
        **overview_templates(text),
        "dues_month": _dues_month(text),
        "failed": [{}],
        "edited_undone": [{}],
        "help": [{"topics": HELPED, "asked": asked} for asked in (None, *names)],
        "no_entry": [{"number": 12, "unit": text, "branch": branch} for branch in (None, text)],
        "nothing_to_restore": [{"number": 12}],
        "no_number": [{"read": text}, {"read": ""}],
        "nobody_owes": [{"month": NOVEMBER}],
        "not_allowed": [{"roles": tuple(Role)}],
        "not_understood": [{"read": text}],
        "nothing_to_undo": [{}],
        "paid": _paid(text),
        "place_taken": [{"number": 8, "rival": 10}],
        "recorded": [echo, bare],
        "records": _records(text),
        "status": [
            status,
            {**status, "period": NOVEMBER, "names": False, "below": ()},
            {**status, "below": (text,) * 21},
            {**status, "lines": []},
            {**status, "lines": [], "left_out": "rest"},
            {**status, "left_out": "earlier"},
        ],
        "no_unit_yet": [{}],
        "roster_undo_how": [{}],
        "unbound_chat": [{}],
        "unclear": [{"problems": problems(text)}],
        "undo_edited": [{}],
        "undone": _undone(text),
        "unknown_unit": [
            {"name": text, "roles": (Role.SECRETARY,), "timed": timed} for timed in (True, False)
        ],
        "undo_span": [{"read": text, "most": 100}],
        "unreadable": [{"problems": problems(text), "kept": kept} for kept in ((), (2,), (2, 3))],
        "which_unit": [{"names": (text, "第二支部")}, {"names": (text,) * 21}],
        "why": why_values(text),
        "why_today": why_today_values(text),
        "why_unknown": [{"read": text}],
        "why_which": [{"requirements": CATALOGUE.requirements[:3]}],
    }


def _steps(text: str) -> tuple[Step, ...]:
    """Where people stand after their admission in full was recorded, or taken back."""
    return (
        Step(text, Stage.FULL, TODAY, moved=True),
        Step(text, Stage.FULL, TODAY),
        Step(text, Stage.FULL, None),
        Step(text, Stage.PROBATIONARY, None),
    )


def _dues_month(text: str) -> list[Values]:
    behind = [owed(text, "30.5", "20"), owed("李四", "50", "0"), owed("王五", None, "0")]
    moved = replace(behind[0], elsewhere=Elsewhere((text, "第二支部"), Decimal(5)))
    some: Values = {
        "unit": text,
        "month": NOVEMBER,
        "bound": 8,
        "behind": 3,
        "unknown": 1,
        "due": Decimal(400),
        "paid": Decimal("320.5"),
        "beside": Decimal(10),
        "of_those_gone": Decimal(40),
        "for_others": Decimal(60),
        "names": behind,
        "settled_elsewhere": 1,
        "elsewhere": [moved],
        "left_behind": 2,
        "names_behind": [replace(each, asked_by=text) for each in (*behind, moved)],
        **eased(text),
    }
    return [
        some,
        *({**some, **values} for values in balances()),
        {**some, "reduced": [], "waived": []},
        {**some, "names": [moved]},
        {**some, "names": [], "beside": Decimal(0), "elsewhere": [], "names_behind": []},
        {**some, **dict.fromkeys(("of_those_gone", "for_others"), Decimal(0))},
        {**some, "elsewhere": [], "settled_elsewhere": 0, "left_behind": 0, "names_behind": []},
        {**some, "names": [], "behind": 0, "unknown": 0},
        {**some, "names": [], "bound": 0, "behind": 0, "unknown": 0},
    ]


def _paid(text: str) -> list[Values]:
    def states(paid: str) -> dict[tuple[str, date], Owed]:
        return {(text, NOVEMBER.start): owed(text, "50", paid)}

    one = (12, DuesLine(text, Decimal("30.5"), NOVEMBER))
    two = (13, DuesLine("李四", Decimal(50), NOVEMBER))
    entered: Values = {
        "entered": [one, two],
        "total": Decimal("80.5"),
        "states": {},
        "named": True,
        "earlier": {},
        "elsewhere": {},
        "left": frozenset({text}),
        "unknown": 0,
        "today": TODAY,
    }
    ahead = {"today": date(2026, 10, 1)}
    return [
        entered,
        {**entered, **ahead},
        {**entered, "named": False},
        {**entered, **ahead, "named": False},
        {**entered, "earlier": {(text, NOVEMBER.start): (3, 4)}, "unknown": 2},
        {**entered, "elsewhere": {(text, NOVEMBER.start): (text, "第二支部")}},
        *({**entered, "entered": [one], "states": states(paid)} for paid in ("30.5", "50", "61")),
    ]


def _digests(text: str, missing: list[Line]) -> list[Values]:
    none: Values = {"on": TODAY, "units": [], "brief": [], "more": 0, "week": None}
    none = {**none, "arrears": [], "named": False}
    failing = Standing(text, 1, 3, 2, 1)
    paused = Paused(text, TODAY, text)
    week = Week((failing,), 3, 2, 1, (paused,))
    below = {**none, "named": True, "brief": [failing, failing]}
    return [
        {**none, "units": [((text,), missing)]},
        {
            **none,
            "named": True,
            "units": [((text,), missing), (("第二支部", *[text] * 31), missing[:1])],
            "arrears": arrears(text),
        },
        {**none, "named": True, "arrears": arrears(text)},
        below,
        {**below, "more": 12, "week": week},
        {**none, "week": Week((), 0, 0, 0, ())},
    ]


def _records(text: str) -> list[Values]:
    some: Values = {
        "unit": text,
        "period": NOVEMBER,
        "kinds": ("支委会",),
        "groups": {3: text},
        "people": {1: text, 2: "李四", 3: text},
        "flagged": [12],
        "records": [
            listed(record(text), 12, late=True, attachments=filed(text)),
            listed(BARE, 11, reversed=True),
            listed(BARE, 10, amended_by=11),
        ],
        "more": 5,
    }
    return [some, {**some, "kinds": (), "records": [], "more": 0}]


def _undone(text: str) -> list[Values]:
    shown = {"number": 9, "restored": 0, "text": record(text), "steps": _steps(text)}
    payment = PaymentView(text, NOVEMBER, Decimal("30.5"))
    return [
        {
            "numbers": [12, 13, 14, 15],
            "payments": Decimal("80.5"),
            "entries": [
                {**shown, "kind": "record"},
                {**shown, "kind": "record", "restored": 4, "steps": ()},
                {"number": 10, "kind": "payment", "restored": 0, "payment": payment},
                {"number": 11, "kind": "payment", "restored": 9, "payment": None},
                {"number": 11, "kind": "reversal", "restored": 3},
                *undone_rulings(),
            ],
        },
        {"numbers": [12], "payments": None, "entries": [{**shown, "kind": "record"}], **SEALED},
    ]


def _command_line(text: str) -> dict[str, list[Values]]:
    unit = Unit(name=text, kind="branch", founded=date(2026, 1, 1), committee=True)
    plain = Unit(name=text, kind="branch")
    weekly = Unit(name=text, kind="general_branch", workdays_only=True, weekly_on=1)
    misfits = [
        *(Misfit(3, "stage", problem) for problem in problems(text)),
        Misfit(0, "", Problem("roster_empty", "")),
    ]
    digest = {"chat_id": -100, "unit": text, "text": text}
    database = {"kind": "SQLite", "name": text}
    kept = {"file": text, "entries": 3, "rows": 40}
    return {
        "cli/backed_up": [{**kept, "database": database, "bytes": 1_234_567}],
        "cli/backup_exists": [{"file": text}],
        "cli/backup_needs_file": [{}],
        "cli/bad_backup": [
            {"file": text, "problem": problem}
            for problem in ("not_a_backup", "cut_short", "more_after_end", "damaged")
        ],
        "cli/bad_date": [{"read": text}],
        "cli/bad_moment": [{"read": text}],
        "cli/bad_period": [{"read": text}],
        "cli/bad_time": [{"read": text}],
        "cli/bad_token": [{}],
        "cli/system_failed": [{"error": "Address already in use"}],
        "cli/webhook_refused": [{"error": text}],
        "cli/chat_bound": [{"chat": -100, "unit": text}],
        "cli/database_failed": [{"error": text}],
        "cli/doctor": [{"symptoms": symptoms(text)}, {"symptoms": symptoms(text)[:1]}],
        "cli/dues": [
            {
                "unit": text,
                "period": NOVEMBER,
                "lines": [owed(text, due, "0", state) for due in ("50", None) for state in State],
            },
            {"unit": text, "period": NOVEMBER, "lines": []},
        ],
        "cli/file_failed": [
            {"file": text, "problem": problem}
            for problem in ("no_folder", "not_allowed", "full", "Input/output error")
        ],
        "cli/migrated": [{"before": "0001"}, {"before": None}],
        "cli/newer_backup": [{"file": text, "program": "9.9"}],
        "cli/newer_database": [{"revision": "9999"}],
        "cli/no_file": [{"file": text}],
        "cli/no_token": [{}],
        "cli/no_button": [{"label": text, "labels": labels} for labels in ((), (text, "撤销"))],
        "cli/no_unit": [{"name": text}],
        "cli/nothing_said": [{"chat_id": -100}],
        "cli/not_alone": [{}],
        "cli/no_books": [{"name": text}],
        "cli/not_empty": [{"database": database, "table": "entry"}],
        "cli/not_one_of": [{"read": text, "allowed": ("zh", "en")}],
        "cli/nothing_to_keep": [{"database": database}],
        "cli/reminded": [
            {"digests": [digest, {**digest, "unit": None}], "dry_run": False},
            *({"digests": [], "dry_run": dry_run} for dry_run in (True, False)),
        ],
        "cli/restored": [kept],
        "cli/restored_unlike": [{"table": "entry"}],
        "cli/restoring": [{"file": text, "database": database}],
        "cli/role_granted": [
            {"id": 7, "role": role, "unit": text, "new": new} for role in Role for new in (0, 1)
        ],
        "cli/roster_unfit": [
            {"misfits": misfits[:3], "sheet": text},
            {"misfits": misfits, "sheet": ""},
        ],
        "cli/settings_wrong": [{"names": list(Settings.model_fields)}],
        "cli/unit_added": [
            {"unit": unit, "parent": plain, "chat": -100},
            {"unit": plain, "parent": None, "chat": None},
        ],
        "cli/unit_set": [
            {"unit": unit, "superior": False, "chosen": []},
            {"unit": plain, "superior": True, "chosen": choices()},
            {"unit": weekly, "superior": True, "chosen": []},
        ],
        "cli/units_alike": [{"name": text, "count": 2}],
    }
