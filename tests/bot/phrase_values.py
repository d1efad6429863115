"""Realistic values for every problem, reason and symptom, and for the other phrases with values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache

from bot.doctor import Symptom
from compliance.assessment import Reason
from compliance.catalogue import default
from compliance.people import Stage
from compliance.periods import Cadence
from compliance.quorum import Flag
from compliance.schema import CatalogueError
from handlers.grammar import ASKABLE, Problem
from storage.inbox import SetAside
from storage.proof import Kind
from tests.bot.asking_values import asking_buttons, doubts
from tests.bot.file_values import file_buttons
from tests.bot.roster_file_values import problems as roster_problems
from tests.bot.setup_values import setup_phrases
from tests.bot.unit_values import unit_buttons

Values = Mapping[str, object]


def waived(text: str) -> Reason:
    """A superior's waiver, with the reason given."""
    return Reason("waived", {"text": text, "until": date(2026, 12, 31), "number": 7})


def problems(text: str) -> tuple[Problem, ...]:
    """Every problem, with each of the values it may come with."""
    return tuple(Problem(code, read, values) for code, read, values in _problems(text))


def _problems(text: str) -> list[tuple[str, str, Values]]:
    friday, later = date(2026, 11, 20), date(2026, 11, 13)
    near = {"suggestions": (text, "李四")}
    none: Values = {"suggestions": ()}
    numbers: Values = {"expected": 8, "present": 9, "absent": 1}
    silent: Values = {"expected": None, "present": None, "absent": None}
    of_lists: Values = {"counted": None, "all_present": False}
    amounts = ("zero", "currency", "negative", "decimals", "too_much", "two", "runs_together")
    ballots = ("number_unknown", "not_unanimous", "no_favour", "no_numbers")
    return [
        *((code, text, {}) for code in _PLAIN),
        ("no_name", "", {}),
        ("roster_column", "", {}),
        *roster_problems(text),
        ("too_long", "", {"length": 5000, "longest": 4000}),
        ("absent_alone", "", {"absent": 2}),
        ("nobody_there", "", {"expected": 0, "present": 0}),
        ("nobody_there", "", {"expected": None, "present": 0}),
        ("voting_over_expected", text, {"voting": 9, "expected": 8}),
        ("ambiguous_time", text, {"readings": (time(3), time(15))}),
        ("two_times", text, {"times": (time(14), time(15, 30))}),
        ("unknown_kind", text, {"suggestions": ("党课", "转正")}),
        ("unknown_kind", text, none),
        ("future_date", text, {"date": friday, "suggest": later}),
        ("future_date", "", {"date": friday, "suggest": None, "time": time(20)}),
        ("ambiguous_date", text, {"readings": (friday, later)}),
        ("ambiguous_date", text, {"readings": ()}),
        ("two_dates", text, {"dates": (friday, later), "weekday": None}),
        ("too_many_days", text, {"first": friday, "last": date(2026, 12, 31), "longest": 31}),
        ("two_dates", text, {"dates": (friday,), "weekday": 3}),
        ("attendance_contradiction", text, {**numbers, **of_lists}),
        ("attendance_contradiction", text, {**silent, **of_lists}),
        ("attendance_contradiction", text, {**numbers, "counted": 2, "all_present": True}),
        ("present_over_expected", text, numbers),
        ("unknown_name", text, near),
        ("unknown_name", text, none),
        ("unknown_group", text, near),
        ("unknown_group", text, none),
        ("group_needed", text, {"groups": (text, "第二小组")}),
        ("empty_field", text, {"field": "topics"}),
        ("duplicate_field", text, {"field": "dues", "name": text}),
        ("ambiguous_name", text, {"name": text}),
        *(("bad_amount", text, {"reason": reason}) for reason in amounts),
        ("bad_amount", text, {"reason": "not_even", "months": 3}),
        ("bad_amount", text, {"reason": "total", "counted": Decimal("80.5")}),
        ("each_or_all", text, {"amount": Decimal(50)}),
        ("bad_month", text, {"reason": "whose"}),
        ("whose_month", "", {"month": text}),
        *(("bad_month", text, {"reason": reason}) for reason in ("two", "one_month", "past")),
        ("bad_month", text, {"reason": "too_far", "year": 2027}),
        *(
            (code, read, {"form": form})
            for code in ("no_name", "no_amount", "no_month")
            for read in (text, "")
            for form in DUES_FORMS
        ),
        *(("bad_amount", text, {"reason": "two", "form": form}) for form in DUES_FORMS),
        *(("bad_month", text, {"reason": "one_month", "form": form}) for form in DUES_FORMS),
        ("bad_amount", text, {"reason": "no_rate", "form": "dues_basis"}),
        *(("no_figure", text, {"bare": bare}) for bare in (True, False)),
        ("no_reason", "", {}),
        *(("bad_votes", text, {"reason": reason}) for reason in ballots),
        ("bad_votes", text, {"reason": "too_many", "cast": 9, "most": 8}),
        ("people_needed", "转正", {"kind": "转正"}),
        ("off_roster", text, {"day": friday}),
        ("no_opinions", text, {"kind": "征求意见"}),
        ("unknown_paper", text, {**near, "papers": (text, "公示")}),
        ("unknown_paper", text, {**none, "papers": ()}),
        ("papers_unwanted", text, {"kinds": ("发展材料",)}),
        ("declared_with", "报告工作", {"kind": "报告工作", "other": "党员大会"}),
        *_of_rulings(text),
        *_of_the_roster(text),
    ]


def _of_the_roster(text: str) -> list[tuple[str, str, Values]]:
    """What may be wrong with a change of the roster."""
    friday = date(2026, 11, 20)
    days = {"before": "activist_on", "after": "candidate_on", "first": friday, "then": friday}
    codes = ("no_field_day", "no_letter_day", "roster_future", "roster_lacks_stage")
    more = ("roster_newcomer", "roster_lacks_rename", "roster_lacks_alter", "roster_lacks_leave")
    return [
        *((code, text, {}) for code in (*codes, *more, "roster_no_verb")),
        *((code, text, {}) for code in ("name_taken", "same_as_before", "too_many_alike")),
        ("bad_name", text, {"longest": 20}),
        ("roster_nobody", "", {"verb": "add"}),
        ("roster_nobody", "", {"verb": "group"}),
        ("roster_lacks_group", text, {"groups": (text, "第二小组")}),
        ("roster_lacks_group", text, {"groups": ()}),
        ("before_joining", text, {"joined_on": friday}),
        ("probation_too_long", text, {"longest": friday}),
        ("days_in_disorder", text, days),
        ("unit_unclear", text, {"own": True}),
        ("unit_unclear", text, {"own": False}),
    ]


def _of_rulings(text: str) -> list[tuple[str, str, Values]]:
    """What may be wrong with a waiver or a score."""
    meeting, caring = (default().requirement(code) for code in ("three_meetings", "caring"))
    one: Values = {"requirement": meeting}
    return [
        ("no_requirement", "", {}),
        ("unknown_requirement", text, {"suggestions": (meeting, caring)}),
        ("unknown_requirement", text, {"suggestions": ()}),
        ("which_requirement", text, {"among": (meeting, caring)}),
        ("no_post", "", {}),
        ("one_post", text, {}),
        ("post_words", text, {}),
        *(("post_group", "", {"groups": groups}) for groups in ((text,), ())),
        ("acting_end", "", {}),
        ("post_too_long", "", {}),
        ("no_end", "", {}),
        ("ends_before", "", {"first": date(2026, 12, 1), "last": date(2026, 11, 1)}),
        ("no_grounds", "", {}),
        ("too_long_waived", "", {"years": 3}),
        ("one_at_a_time", text, {}),
        ("not_of_subject", text, one),
        ("derived", "", {**one, "instead": (caring,)}),
        ("derived", "", {**one, "instead": ()}),
        ("own_duty", "", one),
        ("no_score", text, {}),
        ("bad_score", text, {}),
        ("bad_score_year", text, {"year": 2026}),
        ("no_comment", text, {}),
        ("not_scored", "", one),
        ("scored_twice", "", one),
        ("bad_report_year", text, {"year": 2026}),
    ]


# What may be said of dues, each in a form of its own.
DUES_FORMS = ("dues", "dues_basis", "dues_reduction", "dues_remittance")

# The problems that come with nothing but what was read.
_PLAIN = (
    "impossible_time",
    "impossible_date",
    "no_kind",
    "no_date",
    "not_understood",
    "nothing_said",
    "no_amount",
    "no_name",
    "bad_month",
    "ambiguous_month",
    "ambiguous_name",
    "duplicate_field",
    "roster_too_large",
    "roster_empty",
    "roster_encoding",
    "roster_column",
    "roster_no_name",
    "roster_cells",
    "roster_cell",
    "roster_mixed",
    "roster_old_office",
    "roster_locked",
    "roster_no_workbook",
    "roster_macros",
    "roster_embeds",
    "roster_damaged",
    "roster_bomb",
    "roster_sheets",
    "roster_header_twice",
    "roster_formula",
    "roster_no_such_day",
    "roster_to_come",
    "roster_too_many_alike",
    "roster_no_branch",
    "people_unwanted",
    "grade_needed",
    "grades_unwanted",
)


def flags(text: str) -> tuple[Flag, ...]:
    """Everything a record may be flagged for."""
    came = {"voters": 8, "present": 3, "needed": 5}
    differing = {"said": 9, "roster": 8}
    names: list[Values] = [{"names": (text,)}, {"names": (text, "李四")}]
    return (
        *(Flag(f"{what}_{how}", came) for what in ("quorum", "election") for how in _SHORT),
        Flag("voting_differs", differing),
        Flag("expected_differs", differing),
        Flag("too_many_votes", {"cast": 9, "present": 8}),
        Flag("not_passed", {"favour": 3, "needed": 5}),
        Flag("not_elected", {"favour": 3, "needed": 5}),
        Flag("committee_short", {"expected": 5, "present": 2, "needed": 3}),
        Flag("too_many_excellent", {"excellent": 4, "graded": 8}),
        *(Flag(code, each) for code in ("without_grade", "graded_no_member") for each in names),
    )


_SHORT = ("short", "unsure")


def reasons(text: str) -> tuple[Reason, ...]:
    """Every reason."""
    day = date(2026, 6, 15)
    return (
        Reason("no_committee", {"full_members": 6, "threshold": 7}),
        Reason("no_committee", {"full_members": 1, "threshold": 7}),
        Reason("no_groups"),
        Reason("no_members"),
        Reason("no_basis"),
        Reason("not_in_force", {"holds_from": day}),
        Reason("founded_in_period", {"founded": day}),
        Reason("not_yet_founded", {"founded": day}),
        Reason("dissolved", {"dissolved": day}),
        Reason("left", {"left_on": day}),
        Reason("joined_later", {"joined_on": day}),
        Reason("not_admitted", {"admitted_on": None}),
        Reason("partial", {"paid": Decimal(20), "due": Decimal("30.5")}),
        Reason("paid_elsewhere", {"places": (text,)}),
        Reason("partly_elsewhere", {"places": (text, "第二支部"), "left": Decimal("10.5")}),
        waived(text),
        Reason("waived_for_one", {"until": day, "number": 7}),
        *(Reason(code) for code in NOBODY),
        Reason("no_start_date", {"count": 1}),
        Reason("no_start_date", {"count": 3}),
        *(Reason("binds_others", {"kind": kind}) for kind in ("branch", "general_branch")),
        Reason("binds_others", {"kind": "leading_group"}),
        Reason("materials_missing", {"materials": default().materials[:2]}),
        Reason("papers_missing", {"papers": (text, "公示")}),
        Reason("held_on", {"held_on": day}),
        Reason("stage_too_early", {"on": day, "earliest": date(2026, 9, 1)}),
    )


NOBODY = (
    "advisory",
    "no_floating",
    "no_election",
    "no_transfers",
    "no_activists",
    "no_probationary",
    "no_candidates",
    "derived_of_none",
    "not_asked",
)


LATE = ("inbox_waits", "outbox_waits", "tick_late", "planning_lags")


def symptoms(text: str) -> tuple[Symptom, ...]:
    """Everything the doctor may say."""
    aside = [SetAside(number, datetime(2026, 11, 22, tzinfo=UTC), text) for number in (7, 8)]
    refused = [(text, 2), ("Forbidden", 1)]
    flaws: list[Values] = [
        {"rows": 5, "row": 6, "unit": unit, "number": 3} for unit in (text, None)
    ]
    counts = {"waiting": 0, "done": 7, "queued": 1, "sent": 9}
    return (
        Symptom("queues", values=counts),
        *(
            Symptom("kept", values={"days": 90, "years": 3, "came": at, "said": at, "left": 2})
            for at in (datetime(2026, 9, 1, tzinfo=UTC), None)
        ),
        Symptom("no_token", wrong=True),
        Symptom("token_refused", wrong=True),
        Symptom("telegram_silent", wrong=True, values={"problem": text}),
        Symptom("telegram", values={"pending": 1}),
        Symptom("telegram", wrong=True, values={"pending": 250}),
        Symptom("webhook_differs", wrong=True, values={"url": text, "wanted": ""}),
        Symptom("webhook_differs", wrong=True, values={"url": "", "wanted": text}),
        Symptom("webhook_fails", wrong=True, values={"error": text}),
        Symptom("little_space", wrong=True, values={"free": 12}),
        *(Symptom(code, wrong=True, values={"minutes": 7}) for code in LATE),
        *(Symptom("files_unhashed", wrong=True, values={"count": count}) for count in (1, 2)),
        Symptom("set_aside", wrong=True, values={"updates": aside}),
        Symptom("set_aside", wrong=True, values={"updates": aside[:1]}),
        Symptom("failed", wrong=True, values={"problems": refused}),
        Symptom("unknown", wrong=True, values={"problems": refused}),
        Symptom("history", values={"rows": 5, "seal": "0123456789abcdef"}),
        *(Symptom(kind.value, wrong=True, values=flaw) for kind in Kind for flaw in flaws),
        Symptom("unguarded", wrong=True, values={"tables": ("entry", "audit")}),
        Symptom("no_units", wrong=True),
        Symptom("no_chat", wrong=True, values={"unit": text}),
        Symptom("no_roster", wrong=True, values={"unit": text}),
        Symptom("no_secretary", wrong=True, values={"unit": text}),
        *(
            Symptom(
                "rules_unfit",
                wrong=True,
                values={"unit": text, "error": error},
            )
            for error in file_errors(text)
        ),
        Symptom("calendar", wrong=True, values={"year": 2027}),
    )


def file_errors(text: str) -> tuple[CatalogueError, ...]:
    """Every error of a file of rules or holidays, with each of the values it may come with."""
    found = (CatalogueError(text, text, code, values) for code, values in _file_errors(text))
    return (*found, CatalogueError(text, "", "unreadable", {"line": None, "form": "TOML"}))


def _file_errors(text: str) -> list[tuple[str, Values]]:
    typed: tuple[object, ...] = (text, True, 3, Decimal("0.5"), [1, text], {"a": date(2026, 1, 1)})
    plain = ("empty", "missing", "unknown_key", "twice", "kinds_or_roster", "closing_unfit")
    bare = ("fixed_beside_bands", "bands_unfit", "no_basis", "no_days_off")
    kinds = ("not_text", "not_texts", "not_flag", "not_whole", "not_wholes", "not_number")
    more = ("not_date", "not_table", "not_tables")
    days = (21, 7, 0)
    return [
        *((code, {}) for code in (*plain, *bare)),
        *((code, {"read": read}) for code in (*kinds, *more) for read in typed),
        *((code, {"read": days}) for code in ("not_counting_down", "not_rising")),
        *((code, {"read": text}) for code in ("name_twice", "not_month_day", "not_counted")),
        ("unreadable", {"line": 7, "form": "JSON"}),
        ("not_one_of", {"read": text, "allowed": (text, "C")}),
        ("too_small", {"read": 0, "least": 1}),
        ("too_large", {"read": 16, "most": 15}),
        ("negative", {"read": Decimal(-1)}),
        ("closing_unknown", {"allowed": (text, "回执")}),
        ("needed_for_clock", {"starts": "letter"}),
        ("evidence_unfit", {"read": "scores", "kind": "C", "allowed": ("records", "payments")}),
        *(
            (f"{key}_unfit", {"evidence": evidence})
            for key in ("kinds", "derived_from")
            for evidence in ("records", "requirements")
        ),
        *((f"{key}_unfit", {"subject": "branch"}) for key in ("payments", "floating")),
        *(("clock_unfit", {"kind": kind}) for kind in ("P", "C")),
        *((f"{key}_unfit", {"cadence": "monthly"}) for key in ("due", "cadences")),
        ("grades_unfit", {"good": 60, "basic": 80}),
        ("points_differ", {"read": 28, "points": 34}),
        ("not_a_hundred", {"read": 99}),
        ("unknown_requirement", {"read": text}),
        ("off_and_working", {"read": date(2027, 2, 12)}),
        ("not_a_span", {"read": text, "most": 15}),
        ("not_a_day", {"read": text, "year": 2027}),
        ("other_year", {"read": date(2030, 1, 1), "year": 2027}),
    ]


def _questions(text: str) -> dict[tuple[str, str], list[Values]]:
    """The values of the questions, and of the payments that they show."""
    told: dict[tuple[str, str], list[Values]] = {}
    for problem in (*problems(text), *doubts(text)):
        if problem.code in ASKABLE:
            values = {"read": problem.read, **problem.values}
            told.setdefault(("question", problem.code), []).append(values)
    told["said", "payments"] = [
        problem.values for problem in doubts(text) if "lines" in problem.values
    ]
    return told


@cache
def phrases(text: str) -> dict[tuple[str, str], list[Values]]:
    """The values of the phrases that take some; every other phrase takes none."""
    told: dict[tuple[str, str], list[Values]] = {}
    for problem in problems(text):
        told.setdefault(("problem", problem.code), []).append(
            {"read": problem.read, **problem.values}
        )
    told |= _questions(text)
    for reason in reasons(text):
        told.setdefault(("reason", reason.code), []).append(reason.values)
    for error in file_errors(text):
        told.setdefault(("catalogue_error", error.code), []).append(error.values)
    for symptom in symptoms(text):
        told.setdefault(("symptom", symptom.code), []).append(symptom.values)
    for cadence in Cadence:
        last = 12 // cadence.months
        told["period", cadence] = [{"year": 2026, "index": i + 1} for i in range(last)]
        spans: list[Values] = [{"year": 2026, "indexes": [1]}, {"year": 2026, "indexes": [1, last]}]
        for key in (cadence.value, f"{cadence}-of-year"):
            told["periods", key] = spans
    told["period", "case"] = [{"first": date(2026, 3, 1), "last": date(2026, 8, 31)}]
    told["period", "day"] = [{"first": date(2026, 3, 1), "last": date(2026, 3, 1)}]
    told["article", "item"] = [{"number": "12"}]
    told["article", "section"] = [{"number": "二"}]
    told["button", "kind"] = [{"kind": text}]
    told["button", "choose_unit"] = [{"name": text}]
    told["page", "handover"] = [{"unit": text, "on": date(2026, 11, 22)}]
    told["button", "uninvite"] = [{"role": "deputy", "name": name} for name in (text, None)]
    told["button", "arrived"] = [{"name": text}]
    told["button", "choose_stage"] = [{"value": Stage.ACTIVIST}]
    for clock in ("receipt", "trained", "converted"):
        told["roster_clock", clock] = [{"due": date(2026, 12, 18)}]
    told["button", "urge"] = [{"unit": text}]
    told["button", "all_above"] = [{"name": text}]
    told["file_wrong", "too_large"] = [{"most": 20}]
    for label, values in {**asking_buttons(text), **file_buttons(), **unit_buttons(text)}.items():
        told["button", label] = values
    for flag in flags(text):
        told.setdefault(("flag", flag.code), []).extend(
            {**flag.values, "private": private} for private in (True, False)
        )
    graded: Values = {"grade": "优秀", "number": 2, "names": text}
    told["said", "graded"] = [graded, {**graded, "names": ""}]
    told["said", "absence"] = [{"name": text, "reason": text}, {"name": text, "reason": None}]
    told |= setup_phrases(text)
    told["said", "votes"] = [{"favour": 17, "against": 0, "abstain": 1}]
    return told
