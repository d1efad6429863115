"""How a guided form begins: by a command that says nothing, or only a kind; by a kind's button."""

from collections.abc import Mapping
from dataclasses import replace

from compliance.access import Action
from handlers.asking.question import LACKING, draft_of
from handlers.authority import require
from handlers.forms.steps import groups_for, is_guided
from handlers.grammar import Problem, read_changes
from handlers.kinds import kinds_for, superiors_kinds
from handlers.meant import unit_for
from handlers.reading import context_for, if_readable
from handlers.request import Handler, Refused, Reply, Request
from storage import drafts
from storage.messages import Message
from storage.units import Unit

LONGEST_START = 40  # characters: a longer message says more than a kind
_RULES = ("meeting", "people", "anonymous", "graded")


def guided(command: str, handler: Handler) -> Handler:
    """Make a handler that asks one that leads through the whole record, when little was said."""

    def handle(request: Request) -> Reply:
        if not is_guided(request) and not request.edited and _says_little(request):
            draft = draft_of(request, command)
            draft.guided = True
            drafts.keep(request.session, draft)
            request = replace(request, draft=draft)
        return tuple(_as_step(request, each) for each in handler(request))

    return handle


def begun_with(handlers: Mapping[str, Handler]) -> Handler:
    """Make the handler of a kind's button: it begins a form of its own, below the message."""

    def begin(request: Request) -> Reply:
        known = request.policy.catalogue.record_kinds.get(request.arguments)
        said = ""
        if known is not None and known.name not in superiors_kinds(request):
            other = known.declared_with
            said = known.name if other is None else f"{other}+{known.name}"
        # It comes from no message of anybody's: the one that was tapped is the bot's.
        reply = handlers["meeting"](replace(request, arguments=said, message_id=None))
        return tuple(replace(message, edits=False) for message in reply)

    return begin


def _says_little(request: Request) -> bool:
    """Tell whether nothing was said but a kind and a party group, and by one who may record them.

    Raises ``Refused`` for one who may not: nobody is led through a form for nothing.
    """
    if len(request.arguments) > LONGEST_START:
        return False
    unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
    kinds: tuple[str, ...] = ()
    if request.arguments:
        said = if_readable(read_changes, request.arguments, context_for(request, unit))
        if said is None or not said.kinds or said.given - {"kinds", "group"}:
            return False
        kinds = said.kinds
    _require(request, unit, kinds)
    return True


def _require(request: Request, unit: Unit, kinds: tuple[str, ...]) -> None:
    if set(kinds) & superiors_kinds(request):
        raise Refused(Message("superior_records", {"unit": unit.name}))
    in_group = bool(groups_for(request, unit)) and set(kinds) <= set(kinds_for(request, unit))
    if not in_group:
        require(request, Action.RECORD, unit)


def _as_step(request: Request, message: Message) -> Message:
    """Put a question for what is lacking in a form's words: what may be said in one go, and how."""
    problem = message.values.get("problem")
    if message.template != "question" or not isinstance(problem, Problem):
        return message
    draft = request.draft
    if draft is None or not draft.guided or problem.code not in LACKING:
        return message
    if problem.code == "no_kind":
        return replace(message, template="ask_kind", values={})
    unit = unit_for(request, Action.STATUS, naming=Action.RECORD)
    said = if_readable(read_changes, draft.said, context_for(request, unit))
    if said is None or not said.kinds:
        return message
    return replace(
        message,
        template="form",
        values={"code": problem.code, **_of_kinds(request, said.kinds)},
    )


def _of_kinds(request: Request, kinds: tuple[str, ...]) -> dict[str, object]:
    """Answer the kinds, without those that another is declared with, and what they want said."""
    known = request.policy.catalogue.record_kinds
    rules = [known[kind] for kind in kinds]
    beside = {rule.declared_with for rule in rules}
    wanted = {name: any(getattr(rule, name) for rule in rules) for name in _RULES}
    return {"kinds": [kind for kind in kinds if kind not in beside], **wanted}
