"""The guided form of dues: month, who paid, how much, and all of it shown before it is recorded.

What it says is the message it will be: the month, then a line for each person, at first the name
alone and then with the sum.
"""

from collections.abc import Sequence
from dataclasses import replace

from compliance.access import Action
from compliance.periods import Period
from handlers.asking.question import draft_of
from handlers.dues.month import book
from handlers.forms.dues_steps import ask_payers, confirm, months, owing, payers, read_month, sums
from handlers.forms.ticks import PER_PAGE, typed_names
from handlers.grammar import Context, Problem, Unreadable, read_dues
from handlers.meant import unit_for
from handlers.reading import context_for, if_readable
from handlers.request import Refused, Reply, Request
from storage import drafts
from storage.drafts import Draft
from storage.messages import Message
from storage.units import Unit


def begin(request: Request) -> Reply:
    """Begin the form; the message whose button was tapped stays."""
    unit = unit_for(request, Action.PAY)
    # It comes from no message of anybody's: the one that was tapped is the bot's.
    request = replace(request, arguments="", message_id=None)
    draft = draft_of(request, "dues")
    draft.guided = True
    drafts.keep(request.session, draft)
    message = months(request, unit, draft)
    return (replace(message, edits=False),)


def follow(request: Request, unit: Unit, draft: Draft) -> Message | None:
    """Answer the next step; None when the form is to be recorded as it reads now.

    Whoever writes names and sums before they are asked for is not led through the rest.
    """
    context = context_for(request, unit)
    if not request.arguments:
        return months(request, unit, draft)
    first, *rest = request.arguments.splitlines()
    found = read_month(request, unit, first)
    whole = if_readable(read_dues, request.arguments, context) is not None
    if found is None and not whole and len(request.arguments.split()) == 1:
        raise Unreadable((Problem("bad_month", first),))
    if found is None or (whole and "payers" not in draft.accepts):
        read_dues(request.arguments, context)  # raises what is wrong with it
        return None
    ticked, typed = _told(rest, context)
    if typed:
        return _counted(request, draft, context, _with_sums(found, ticked, typed, context))
    asked = sums if "payers" in draft.accepts else ask_payers
    return asked(request.saying("\n".join([found.code, *ticked])), unit, draft, ticked)


def _counted(request: Request, draft: Draft, context: Context, said: str) -> Message | None:
    lines = read_dues(said, context)
    if "confirm" in draft.accepts or not isinstance(lines, tuple):
        return None
    return confirm(request.saying(said), draft, lines)


def _told(lines: Sequence[str], context: Context) -> tuple[list[str], list[str]]:
    """Split the lines below the month into names alone, each once, and what else was typed."""
    ticked: list[str] = []
    typed: list[str] = []
    for line in lines:
        words = [line] if line in context.names else typed_names(line)
        if set(words) <= set(context.names):
            ticked += words
        else:
            typed.append(line)
    return list(dict.fromkeys(ticked)), typed


def _with_sums(month: Period, ticked: list[str], typed: list[str], context: Context) -> str:
    """Write each name with its sum: with the one sum that was typed, or with what is beside it."""
    head = month.code
    if len(typed) == 1 and ticked:
        each = [f"{name} {typed[0]}" for name in ticked]
        if all(if_readable(read_dues, f"{head}\n{line}", context) is not None for line in each):
            return "\n".join([head, *each])
    alone = [name for name in ticked if not any(name in line for line in typed)]
    return "\n".join([head, *typed, *alone])


# ---------------------------------------------------------------- the buttons


def tap(request: Request, draft: Draft, what: str) -> Reply | str:
    """Do what a button of a step says: answer the step as it is now, or what the form says then.

    Raises ``Refused`` for a button that this step does not have.
    """
    unit = unit_for(request, Action.PAY)
    context = context_for(replace(request, draft=draft, written_at=draft.written_at), unit)
    first, *rest = draft.said.splitlines() or [""]
    ticked, _ = _told(rest, context)
    month = read_month(request, unit, first)
    if month is not None and draft.step == "payers" and what.lstrip("p").isdecimal():
        people = {line.person_id: line.person for line in owing(request, unit, month)}
        if what.startswith("p"):
            return (payers(request, unit, draft, ticked, int(what[1:])),)
        now = _tick(draft, month, ticked, people.get(int(what)))
        page = list(people).index(int(what)) // PER_PAGE
        return (payers(request, unit, draft, now, page),)
    if (draft.step, what) not in _ENDS:
        raise Refused(Message("answered_already", toast=True))
    drafts.accept(draft, _ENDS[draft.step, what])
    if what == "due" and month is not None:
        return "\n".join([month.code, *_by_due(request, unit, month, ticked)])
    return draft.said


_ENDS: dict[tuple[str | None, str], str] = {
    ("payers", "next"): "payers",
    ("sum", "due"): "due",
    ("confirm", "record"): "confirm",
}


def _tick(draft: Draft, month: Period, ticked: list[str], name: str | None) -> list[str]:
    """Tick a person as one who paid, or no longer; answer who is ticked now."""
    if name is None:
        raise Refused(Message("answered_already", toast=True))
    now = [each for each in ticked if each != name] if name in ticked else [*ticked, name]
    drafts.tick(draft, "\n".join([month.code, *now]))
    return now


def _by_due(request: Request, unit: Unit, month: Period, ticked: list[str]) -> list[str]:
    """Write what each still owes; refuses where that is nothing, or is not known, of all."""
    lines = [
        f"{line.person} {line.left}"
        for line in book(request, unit, [month])
        if line.person in ticked and line.left
    ]
    if not lines:
        raise Refused(Message("form_no_due", toast=True))
    return lines
