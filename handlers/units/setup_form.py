"""Setting up, as a form: its text is the command as it would be typed, and so it may be typed."""

from dataclasses import replace

from compliance.access import Action, who_may
from handlers.asking.question import draft_of
from handlers.authority import is_owned, may_found_any, require
from handlers.grammar.setting_up import labels_of, read_setup
from handlers.grammar.setup_written import field_line
from handlers.request import Refused, Reply, Request, in_place
from handlers.units import setup_done, setup_steps
from handlers.units.setup_bound import bound_here, taken_by
from handlers.units.setup_checks import Plan, checked
from storage import drafts
from storage.drafts import Draft
from storage.messages import Message
from storage.units import Unit

ELSEWHERE = "elsewhere"  # accepted: the chat is bound to a unit, and is to be bound to another
_NO_LABEL = {"confirm": "", "existing": "name"}  # whose typed answers are of no field of that name


def follow(request: Request, *, confirmed: bool = False) -> Reply:
    """Go on with what was said: ask for what lacks, show it all, or do it."""
    require_setup(request)
    draft = request.draft
    bound = taken_by(request)
    if bound is not None:
        if draft is None or ELSEWHERE not in draft.accepts:
            return _bound_meanwhile(request, draft)
        require(request, Action.UNITS, bound[0])
    today = Unit(name="", kind="branch").day_of(request.written_at)
    said, misread = read_setup(request.arguments, today)
    plan, unfit = checked(request, said)
    wrong = (*misread, *unfit)
    guided = draft is not None and draft.guided
    accepts = frozenset[str]() if draft is None else draft.accepts
    step = setup_steps.next_step(request, plan, accepts, all_=guided)
    if step is None and not wrong and (confirmed or not guided):
        return _done(request, draft, plan)
    draft = _guided(request, draft)
    if step is None:
        return (setup_steps.confirm(request, draft, plan, wrong),)
    return (setup_steps.ask(request, draft, plan, step, wrong),)


def require_setup(request: Request) -> None:
    """Refuse where nothing can be set up, and one who may not; says who may."""
    if request.private:
        raise Refused(Message("setup_in_group"))
    if not may_found_any(request):
        values = {"owned": is_owned(request), "roles": who_may(Action.UNITS)}
        raise Refused(Message("setup_refused", values))


def _bound_meanwhile(request: Request, draft: Draft | None) -> Reply:
    if draft is not None and draft.id is not None:
        drafts.close(request.session, draft)
    return (replace(bound_here(request), edits=True),)


def _guided(request: Request, draft: Draft | None) -> Draft:
    draft = draft or draft_of(request, "setup")
    draft.guided = True
    return draft


def _done(request: Request, draft: Draft | None, plan: Plan) -> Reply:
    """Do it; what began it is over."""
    if draft is not None and draft.id is not None:
        drafts.close(request.session, draft)
    return setup_done.carry_out(request, plan)


# ---------------------------------------------------------------- answers


def answered(_: Request, draft: Draft, text: str) -> str:
    """Answer what a setup says with what was typed: fields with their labels, or the one asked for.

    What was said of these fields before is said no longer.
    """
    label = _NO_LABEL.get(draft.step or "", draft.step or "")
    if label and not labels_of(text):
        text = field_line(label, text)
    anew = labels_of(text)
    if "bind" in anew or "name" in anew:
        anew |= {"bind", "name"}
    kept = [line for line in draft.said.splitlines() if not labels_of(line) & anew]
    return "\n".join([*kept, text])


def tap(request: Request, draft: Draft, what: str) -> Reply | str:
    """Do what the last step's button says."""
    if (draft.step, what) != ("confirm", "record"):
        raise Refused(Message("answered_already", toast=True))
    whole = replace(
        request,
        arguments=draft.said,
        draft=draft,
        message_id=draft.message_id,
        written_at=draft.written_at,
    )
    return in_place(follow(whole, confirmed=True))
