"""A guided form: a record is made up step by step, each answer a line of the message it will be.

What a record cannot do without is asked for by its problems, as ``asking`` asks: kind, day, party
group, person. What it may do without is asked here, of what does not say it yet: who was there,
about what; in the end all of it is shown.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from compliance.access import Action
from handlers.asking.question import LACKING, note_asked
from handlers.asking.shown import answered_by, shown
from handlers.authority import allowed, groups_led
from handlers.forms.attendance import attendance
from handlers.grammar import Choice, Context, Meeting, Problem, Unreadable, writing
from handlers.kinds import kinds_for
from handlers.request import Request
from storage import directory, listing, roster
from storage.drafts import Draft
from storage.journal import RecordText
from storage.messages import Button, Message
from storage.units import Unit

DAYS_OFFERED = 3
MOST_NAMES = 72  # that are offered; others can be typed
# What a record may do without, in the order it is asked for.
OPTIONAL = ("attendance", "topics", "confirm")
STEPS = (*LACKING, *OPTIONAL)


def is_guided(request: Request) -> bool:
    """Tell whether the request goes on with a guided form."""
    return request.draft is not None and request.draft.guided


# ---------------------------------------------------------------- what is lacking


def asked(request: Request, unit: Unit, context: Context, unread: Unreadable) -> Unreadable:
    """Give what a guided form lacks answers to offer."""
    if not is_guided(request):
        return unread
    return Unreadable(tuple(_offering(request, unit, context, each) for each in unread.problems))


def _offering(request: Request, unit: Unit, context: Context, problem: Problem) -> Problem:
    offer = _OFFERED.get(problem.code)
    if offer is None:
        return problem
    said = request.arguments
    choices = tuple(
        Choice(what, value, f"{said}\n{text}".strip())
        for what, value, text in offer(request, unit, context)
    )
    return replace(problem, choices=choices)


Offered = Iterator[tuple[str, object, str]]


def _kinds(request: Request, unit: Unit, context: Context) -> Offered:
    for kind in kinds_for(request, unit):
        other = context.rules[kind].declared_with
        yield "kind", kind, kind if other is None else f"{other}+{kind}"


def _days(_: Request, __: Unit, context: Context) -> Offered:
    for back in range(DAYS_OFFERED):
        day = context.today - timedelta(days=back)
        yield "day", day, day.isoformat()


def _groups(request: Request, unit: Unit, _: Context) -> Offered:
    return (("name", group.name, group.name) for group in groups_for(request, unit))


def groups_for(request: Request, unit: Unit) -> list[Unit]:
    """Answer the party groups whose meetings a person may record."""
    if allowed(request, Action.RECORD, unit):
        return roster.groups(request.session, unit.key)
    return groups_led(request, unit, Action.RECORD_GROUP)


def _people(_: Request, __: Unit, context: Context) -> Offered:
    return (
        ("name", name, writing.field("about", name))
        for name in dict.fromkeys(context.names[:MOST_NAMES])
    )


_OFFERED: dict[str, Callable[[Request, Unit, Context], Offered]] = {
    "no_kind": _kinds,
    "no_date": _days,
    "group_needed": _groups,
    "people_needed": _people,
}


# ---------------------------------------------------------------- what may be left out


def next_step(request: Request, unit: Unit, reading: Meeting, text: RecordText) -> Message | None:
    """Answer the next step of a guided form; None when it is to be recorded.

    That is when the last step was answered, or an answer said more than was asked: whoever writes
    it all at once is not led through it.
    """
    draft = request.draft
    if draft is None or not draft.guided or _says_more(reading, draft):
        return None
    meets = any(request.policy.catalogue.record_kinds[kind].meeting for kind in reading.kinds)
    for step in OPTIONAL if meets else OPTIONAL[-1:]:
        if step not in draft.accepts and not is_said(reading, step):
            break
    else:
        return None
    note_asked(request, draft, step)
    if step == "attendance":
        return attendance(request, unit, draft, reading)
    return _topics(draft, reading) if step == "topics" else _confirm(request, draft, text)


def is_said(reading: Meeting, step: str) -> bool:
    """Tell whether a step need not be asked."""
    match step:
        case "people_needed":
            return bool(reading.people)
        case "attendance":
            return reading.all_present or reading.present is not None
        case "topics":
            said = (reading.topics, reading.content, reading.resolution, reading.votes)
            return any(each is not None for each in said)
    return False


def _says_more(reading: Meeting, draft: Draft) -> bool:
    shown = -1 if draft.step is None else STEPS.index(draft.step)
    return any(is_said(reading, step) for step in STEPS[shown + 1 :])


def _topics(draft: Draft, reading: Meeting) -> Message:
    """Ask what it was about."""
    skip = Button("form_skip", answered_by(draft, "skip"))
    values = {"kinds": reading.kinds, "held_on": reading.held_on}
    return shown(draft, "form_topics", values, (skip,))


def _confirm(request: Request, draft: Draft, text: RecordText) -> Message:
    record = Button("form_record", answered_by(draft, "record"))
    group = None if text.group_id is None else directory.unit(request.session, text.group_id).name
    values = {
        "text": text,
        "group": group,
        "people": listing.names_in(request.session, [text]),
        "private": request.private,
    }
    return shown(draft, "form_confirm", values, (record,))
