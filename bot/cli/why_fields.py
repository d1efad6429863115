"""The JSON fields of ``why``. Scripts rely on their names: see docs/command-line.md."""

from datetime import date, datetime

from bot.cli import fields
from bot.words import Words
from compliance.deadline_story import DeadlineStory
from compliance.explanation import Counted, Explanation, NotCounted, Paper
from compliance.facts import Score
from handlers.telling.explaining import Explained
from storage.told import StepTold, Telling
from storage.why import Why


def line(why: Why, answer: Explained, words: Words) -> dict[str, object]:
    """Answer the fields of one line: its rule, its findings, its days and its reminders."""
    requirement = answer.requirement
    return {
        "code": requirement.code,
        "article": requirement.article,
        "title": words.called(requirement),
        "clause": requirement.clause,
        "basis": requirement.basis,
        "strictness": requirement.strictness.value,
        "version": answer.catalogue.version,
        "holds_from": _day(requirement.holds_from or answer.catalogue.holds_from),
        "period": why.line.period.code,
        "findings": [_part(part, answer, words) for part in why.parts],
        "deadline": _deadline(why.deadline),
        "reminders": [_step(told) for told in why.steps],
    }


def _part(part: Explanation, answer: Explained, words: Words) -> dict[str, object]:
    unit = answer.asked.unit
    score = part.finding.score
    return {
        **fields.finding(part.finding, unit, words),
        "counted": [_counted(each) for each in part.counted],
        "not_counted": [_not_counted(each) for each in part.not_counted],
        "rests_on": [fields.finding(each, unit, words) for each in part.rests_on],
        "papers": [_paper(paper) for paper in part.papers],
        "case": None if part.case is None else {"from": part.case.span.start.isoformat()},
        "score": None if score is None else _score(score),
    }


def _counted(each: Counted) -> dict[str, object]:
    return {
        "number": each.number,
        "on": each.on.isoformat(),
        "entered_on": each.entered_on.isoformat(),
        "late": each.late,
        "amount": None if each.amount is None else fields.money(each.amount),
    }


def _not_counted(each: NotCounted) -> dict[str, object]:
    return {
        "number": each.number,
        "on": each.on.isoformat(),
        "why": each.why.value,
        "by": each.by,
        "month": None if each.month is None else each.month.code,
    }


def _paper(paper: Paper) -> dict[str, object]:
    return {"code": paper.material.code, "records": list(paper.records), "there": paper.there}


def _score(score: Score) -> dict[str, object]:
    return {
        "number": score.number,
        "points": str(score.points),
        "comment": score.comment,
        "scored_on": score.scored_on.isoformat(),
    }


def _deadline(story: DeadlineStory) -> dict[str, object]:
    return {
        "due_on": story.due_on.isoformat(),
        "rule": story.rule.value,
        "grace_working_days": story.grace,
        "grace_ends": story.grace_ends.isoformat(),
        "days_off": [[first.isoformat(), last.isoformat()] for first, last in story.off],
        "made_up": [day.isoformat() for day in story.made_up],
        "unconfirmed_years": list(story.unconfirmed),
    }


def _step(told: StepTold) -> dict[str, object]:
    return {
        "step": told.step.code,
        "nominal": _day(told.step.nominal),
        "on": told.step.on.isoformat(),
        "told": [_telling(each) for each in told.tellings],
    }


def _telling(each: Telling) -> dict[str, object]:
    return {
        "fate": each.fate.value,
        "at": _day(each.at),
        "unit": each.to or None,
        "chat_id": each.chat_id,
    }


def _day(day: date | datetime | None) -> str | None:
    return None if day is None else day.isoformat()
