"""Realistic values for the messages that explain, for each of the ways they may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from compliance.assessment import Finding, Reason, State
from compliance.cases import Case
from compliance.catalogue import Requirement, default
from compliance.deadline_story import DeadlineStory, DueRule, MovedStep
from compliance.explanation import Counted, Explanation, NotCounted, Paper, Uncounted
from compliance.facts import Score, UnitFacts
from compliance.periods import Cadence, Interval, Period
from compliance.requirement import SubjectKind
from compliance.summary import lines
from handlers.telling.explaining_today import Spoken
from storage.chat_days import ChatDayTold
from storage.pauses import Rest
from storage.told import Delivery, Fate, StepTold, Telling
from storage.why import Why
from tests.bot.phrase_values import Values

UNIT = 900
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CATALOGUE = default()
NOVEMBER = Period(Cadence.MONTHLY, 2026, 11)
OCTOBER = NOVEMBER.previous()
SPELL = Interval(date(2026, 9, 1), date(2026, 10, 1))
SUNDAY = date(2026, 11, 29)


def _finding(requirement: Requirement, text: str, **changes: object) -> Finding:
    made = Finding(
        requirement=requirement,
        subject_kind=SubjectKind.BRANCH,
        subject_id=UNIT,
        subject=text,
        period=NOVEMBER,
        due_on=NOVEMBER.end,
        grace_ends=date(2026, 12, 3),
        begins=date(2026, 11, 23),
        required=1,
        done=0,
        state=State.OPEN,
        reason=None,
        records=(),
        confirmed=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the names are the fields' names


STORY = DeadlineStory(
    due_on=NOVEMBER.end,
    rule=DueRule.PERIOD_END,
    grace=3,
    grace_ends=date(2027, 12, 3),
    off=((date(2026, 12, 5), date(2026, 12, 6)), (date(2026, 12, 12), date(2026, 12, 12))),
    made_up=(date(2026, 12, 13),),
    steps=(),
    unconfirmed=(2027,),
)


def _steps(text: str) -> tuple[StepTold, ...]:
    codes = ("-7", "-1", "0", "+1", "+8", "escalate")
    moved = [MovedStep(code, SUNDAY, SUNDAY if code == "-7" else TODAY) for code in codes]
    fates = [fate for fate in Fate if fate is not Fate.AHEAD]
    told = [Telling(fate, NOON, text, -100) for fate in fates]
    bare = Telling(Fate.NO_CHAT, None)
    ahead = Telling(Fate.AHEAD, NOON)
    return (
        *(StepTold(moved[0], (each, bare)) for each in told),
        *(StepTold(step, (bare,)) for step in moved),
        *(StepTold(step, (ahead,)) for step in moved),
    )


def _why(parts: Sequence[Explanation], steps: tuple[StepTold, ...] = ()) -> Why:
    (line,) = lines([part.finding for part in parts], UNIT)
    return Why(line, tuple(parts), STORY, steps)


def _other(text: str) -> tuple[NotCounted, ...]:
    return tuple(
        NotCounted(20 + n, TODAY, why, by=n or None, month=NOVEMBER if n % 2 else None)
        for n, why in enumerate(Uncounted)
    )


def _counted(many: int) -> tuple[Counted, ...]:
    late = Counted(9, TODAY, TODAY, late=True, amount=Decimal(50))
    return (late, *(Counted(40 + n, TODAY, TODAY, late=False) for n in range(many)))


def why_values(text: str) -> list[Values]:
    """The values of an explanation: of records, dues, cases, and what is scored or computed."""
    made = [
        _answer(code, text, [why], others=others, names=names)
        for code, why, others, names in (
            ("committee_meeting", _records(text), True, False),
            ("dues", _dues(text), True, True),
            ("committee_term", _case("committee_term", text), False, False),
            ("transfers", _people(text), False, True),
            ("decisions", _scored(text), False, False),
            ("decisions", _unscored(text), False, False),
            ("three_meetings", _derived(text), False, False),
            ("records_complete", _papers(text), False, False),
            ("opinions", _plain("opinions", text, State.NOT_APPLICABLE, "no_groups"), True, False),
            ("annual_assessment", _plain("annual_assessment", text, State.OPEN, None), 0, False),
            ("committee_meeting", _plain("committee_meeting", text, State.MET, None), 0, False),
        )
    ]
    gone = _plain("study", text, State.NOT_APPLICABLE, "not_asked")
    return made + [
        {**_answer("study", text, [gone], others=others, names=False), "unasked": True}
        for others in (True, False)
    ]


def _answer(code: str, text: str, found: list[Why], *, others: object, names: bool) -> Values:
    requirement = CATALOGUE.requirement(code)
    october = _finding(requirement, text, period=OCTOBER)
    return {
        "unit": text,
        "on": TODAY,
        "requirement": replace(requirement, holds_from=TODAY) if names else requirement,
        "catalogue": CATALOGUE,
        "unasked": False,
        "lines": [*found, *(found if others else ())],
        "others": lines([october], UNIT) if others else (),
        "names": names,
        "below": (text, *["第二支部"] * 20) if names else (),
    }


def _records(text: str) -> Why:
    values = {"text": text, "until": TODAY, "number": 5}
    finding = _finding(
        CATALOGUE.requirement("committee_meeting"),
        text,
        subject_id=3,
        state=State.WAIVED,
        reason=Reason("waived", values),
    )
    return _why([Explanation(finding, _counted(12), _other(text))], _steps(text))


def _dues(text: str) -> Why:
    dues = CATALOGUE.requirement("dues")
    first = _finding(dues, text, due=Decimal(50), paid=Decimal(50), state=State.MET, records=(9,))
    second = _finding(dues, text, subject_id=UNIT + 1)
    free = _finding(dues, text, subject_id=UNIT + 2, state=State.NOT_APPLICABLE)
    parts = [Explanation(first, _counted(0)), Explanation(second), Explanation(free)]
    return _why(parts, _steps(text)[:1])


def _case(code: str, text: str) -> Why:
    requirement = CATALOGUE.requirement(code)
    body = UnitFacts(UNIT, text)
    span = SPELL if code == "committee_term" else Interval(SPELL.start, SPELL.start)
    case = Case(body, span, ("换届选举", "转正"), most_on=TODAY, closed_on=TODAY)
    return _why([Explanation(_finding(requirement, text, period=span), case=case)])


def _people(text: str) -> Why:
    return _case("transfers", text)


def _scored(text: str) -> Why:
    score = Score("decisions", 2026, Decimal("87.5"), text, TODAY, number=8)
    finding = _finding(CATALOGUE.requirement("decisions"), text, score=score, state=State.MET)
    return _why([Explanation(finding)])


def _unscored(text: str) -> Why:
    return _why([Explanation(_finding(CATALOGUE.requirement("decisions"), text))])


def _derived(text: str) -> Why:
    codes = ("study", "group_meeting", "party_lecture")
    study, group, lecture = (CATALOGUE.requirement(code) for code in codes)
    rests_on = (
        _finding(study, text),
        _finding(study, text, period=OCTOBER, state=State.MET, done=1),
        _finding(group, text, state=State.NOT_APPLICABLE, reason=Reason("no_groups")),
        _finding(lecture, text, state=State.WAIVED),
    )
    finding = _finding(CATALOGUE.requirement("three_meetings"), text)
    return _why([Explanation(finding, rests_on=rests_on)])


def _papers(text: str) -> Why:
    first, second, third = CATALOGUE.materials[:3]
    papers = (
        Paper(first, (3, 4), there=True),
        Paper(second, (), there=True),
        Paper(third, (), there=False),
    )
    finding = _finding(CATALOGUE.requirement("records_complete"), text)
    return _why([Explanation(finding, papers=papers)])


def _plain(code: str, text: str, state: State, reason: str | None) -> Why:
    said = None if reason is None else Reason(reason)
    finding = _finding(CATALOGUE.requirement(code), text, state=state, reason=said)
    return _why([Explanation(finding)], _steps(text)[-1:])


def why_today_values(text: str) -> list[Values]:
    """The values of what a chat was told, or not, today."""
    study = CATALOGUE.requirement("study")
    spoken = Spoken(study, NOVEMBER, "-7", text, text)
    bare = Spoken(study, SPELL, "escalate")
    sent = Delivery(Fate.SENT, NOON, NOON)
    today = ChatDayTold(TODAY, (), (), sent)
    some: Values = {
        "unit": text,
        "on": TODAY,
        "zone": ZoneInfo("Asia/Shanghai"),
        "because": "told",
        "digest": sent,
        "silent": (spoken, bare),
        "last": today,
        "told": (spoken, bare) * 6,
        "next_at": NOON,
        "next": (spoken, bare),
        "paused": None,
        "put_off": (),
    }
    quiet: Values = {**some, "last": None, "told": (), "digest": None}
    earlier = ChatDayTold(date(2025, 12, 30), (), (), sent)
    never = ("no_chat", "nothing_missing")
    codes = ("told", "silent", "not_looked", "later_today", "no_step")
    return [
        some,
        {**some, "last": earlier, "next": ()},
        {**some, "last": ChatDayTold(OCTOBER.end, (), (), None), "because": "no_step"},
        {**some, "digest": Delivery(Fate.UNKNOWN, NOON, None)},
        {
            **some,
            "because": "paused",
            "paused": Rest(1, None, NOON, NOON, TODAY, text),
            "put_off": ((study, TODAY), (None, TODAY)),
        },
        *({**quiet, "because": code} for code in codes),
        *({**quiet, "because": c, "next_at": None, "next": ()} for c in never),
    ]
