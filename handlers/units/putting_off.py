"""Putting one requirement off (推迟): a few days without its reminders, before its deadline."""

import json
from datetime import date, timedelta

from compliance.deadlines import ESCALATE, REACH_AFTER, REACH_BEFORE, steps
from compliance.requirement import Requirement
from compliance.summary import Line, lines
from handlers.grammar.reminding import PuttingOff
from handlers.request import Refused, Reply, Request
from storage import directory, journal, pauses
from storage.messages import Message
from storage.pauses import Pause
from storage.rulebooks import policy_of
from storage.standing import findings
from storage.units import Unit

MOST_DAYS = 7
_DAY = timedelta(days=1)


def put_off(request: Request, unit: Unit, meant: PuttingOff) -> Reply:
    """Leave a requirement be for at most a week, once a period, and never past its last step.

    The deadline stays, and so does what the superior hears.
    """
    requirement = _one(meant)
    line = _next_line(request, unit, requirement)
    last = _last_day(request, unit, line)
    today = request.today(unit)
    until = meant.until
    values: dict[str, object] = {"requirement": requirement, "line": line, "on": today}
    values |= {"last": last, "until": until, "most": MOST_DAYS}
    if until is None:
        raise Refused(Message("put_off_wrong", {**values, "wrong": "days"}))
    if last < today:
        raise Refused(Message("put_off_wrong", {**values, "wrong": "near"}))
    if not today <= until <= last:
        raise Refused(Message("put_off_wrong", {**values, "wrong": "far"}))
    since = line.period.start
    if pauses.put_off_since(request.session, unit.key, requirement.code, since):
        raise Refused(Message("put_off_wrong", {**values, "wrong": "twice"}))
    _begin(request, unit, requirement, until, meant.reason or "")
    return (Message("put_off", {**values, "unit": unit.name, "reason": meant.reason}),)


def _begin(
    request: Request, unit: Unit, requirement: Requirement, until: date, reason: str
) -> None:
    pause = Pause(
        unit_id=unit.key,
        requirement=requirement.code,
        from_on=request.today(unit),
        until_on=until,
        reason=reason,
        entered_by=request.actor,
        entered_at=request.now,
    )
    pauses.begin(request.session, pause)
    after = {"requirement": requirement.code, "until": until.isoformat(), "reason": reason}
    written = json.dumps(after, ensure_ascii=False)
    journal.add_audit(request.session, unit.key, "remind_put_off", request.origin, after=written)
    directory.look_again(request.session, unit)


def _one(meant: PuttingOff) -> Requirement:
    reminded = [each for each in meant.meant if each.reminded and not each.by_superior]
    if len(reminded) > 1:
        raise Refused(Message("why_which", {"requirements": tuple(reminded)}))
    if not reminded:
        raise Refused(Message("put_off_what", {"read": meant.said}))
    return reminded[0]


def _next_line(request: Request, unit: Unit, requirement: Requirement) -> Line:
    """Answer the next deadline of what the unit still lacks; what is overdue is not put off."""
    on = request.today(unit)
    found = findings(
        request.session,
        request.policy,
        unit,
        first=on - REACH_AFTER,
        last=on + REACH_BEFORE,
        on=on,
        only=lambda each: each.code == requirement.code,
    )
    ahead = [line for line in lines(found, unit.key) if line.missing and line.due_on >= on]
    if not ahead:
        values = {"requirement": requirement, "unit": unit.name}
        raise Refused(Message("put_off_nothing", values))
    return min(ahead, key=lambda line: line.due_on)


def _last_day(request: Request, unit: Unit, line: Line) -> date:
    """Answer the last day without a reminder: that before the last step up to the deadline."""
    policy = policy_of(request.session, request.policy, unit)
    found = steps(policy.on(line.period.start), line.requirement, line.due_on, policy.days)
    before = [step.on for step in found if step.code != ESCALATE and step.on <= line.due_on]
    week = request.today(unit) + (MOST_DAYS - 1) * _DAY
    return min(week, before[-1] - _DAY)
