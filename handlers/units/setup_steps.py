"""The steps of the form that founds a unit: what is asked next, and with which buttons."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import time

from compliance.applicability import COMMITTEE_THRESHOLD
from handlers.asking.question import note_asked
from handlers.asking.shown import answered_by, choosing, shown
from handlers.authority import is_owner
from handlers.grammar import Choice
from handlers.grammar.setting_up import Misread, Setup, read_setup
from handlers.grammar.setup_written import group_names, write_setup
from handlers.request import Request
from handlers.units import setup_checks
from handlers.units.setup_checks import Plan
from storage import directory
from storage.drafts import Draft
from storage.messages import Button, Message
from storage.units import Unit

# What a unit cannot be founded without; the rest is as a rule unless it is said.
REQUIRED = frozenset({"name", "existing", "kind", "superior", "founded", "own", "bind"})
_NEW = "new {}"  # accepted: a further unit of a name that another has
MOST_OFFERED = 24
MOST_TO_BIND = 6
_HOURS = (time(8, 30), time(9), time(14, 30), time(17))
_KINDS = ("branch", "general_branch", "leading_group")
_COUNTS = (2, 3, 4, 5)


def next_step(request: Request, plan: Plan, accepts: frozenset[str], *, all_: bool) -> str | None:
    """Answer what is to be asked next; None when all was said. ``all_``: also what may be left."""
    said = plan.said
    if "bind" in said.given:
        return "bind" if plan.unit is None else None
    for step in _steps(said):
        wanted = all_ or step in REQUIRED
        if step == "existing":
            if _NEW.format(said.name) not in accepts and setup_checks.manageable(
                request, said.name
            ):
                return step
        elif wanted and step not in said.given:
            return step
    return None


def _steps(said: Setup) -> Iterator[str]:
    yield from ("name", "existing", "kind", "superior", "founded")
    if said.kind == "branch":
        yield "size"
        if has_choice(said):
            yield "committee"
        yield "groups"
    yield from ("remind", "language", "own")


def has_choice(said: Setup) -> bool:
    """Tell whether the branch is so small that it may do without a committee."""
    return said.size is not None and said.size < COMMITTEE_THRESHOLD


def ask(request: Request, draft: Draft, plan: Plan, step: str, wrong: Sequence[Misread]) -> Message:
    """Ask for a step, below what could not be taken of what was said."""
    said = plan.said
    choices = [
        Choice(what, value, write_setup(then), accepts)
        for what, value, then, accepts in _OFFERED[step](request, said)
    ]
    note_asked(request.saying(write_setup(said)), draft, step, choices)
    values = {"step": step, "wrong": wrong, "said": said, "offered": len(choices)}
    return shown(draft, "setup_form", values, *choosing(draft, choices))


def confirm(request: Request, draft: Draft, plan: Plan, wrong: Sequence[Misread]) -> Message:
    """Show all of it before it is done."""
    note_asked(request.saying(write_setup(plan.said)), draft, "confirm")
    label = "setup_found" if plan.unit is None else "setup_bind"
    values = {**told(request, plan), "wrong": wrong}
    return shown(draft, "setup_confirm", values, (Button(label, answered_by(draft, "record")),))


def told(request: Request, plan: Plan) -> dict[str, object]:
    """Answer what is shown of a plan."""
    unit = plan.unit
    chats = () if unit is None else directory.chats_of(request.session, unit.key)
    above = plan.said.superior if unit is None else setup_checks.superior_of(request, unit)
    return {
        "said": plan.said,
        "groups": group_names(plan.said),
        "unit": None if unit is None else unit.name,
        "kind": plan.said.kind if unit is None else unit.kind,
        "above": above,
        "chats": sum(chat.id != request.chat_id for chat in chats),
        "topic": request.thread_id is not None,
        "threshold": COMMITTEE_THRESHOLD,
    }


# ---------------------------------------------------------------- what is offered

Offered = Iterator[tuple[str, object, Setup, str | None]]


def _names(request: Request, said: Setup) -> Offered:
    """Offer what the group is called, and to bind it to units that have none."""
    title = (request.title or "").strip()
    if title and _reads_as_name(request, title):
        yield "name", title, said.saying("name", title), None
    lacking = setup_checks.without_chat(request)
    for unit in sorted(lacking, key=lambda each: each.name != title)[:MOST_TO_BIND]:
        yield _binding(request, unit)


def _reads_as_name(request: Request, title: str) -> bool:
    """Tell whether a title is a name and nothing more, as it would be read."""
    said = Setup().saying("name", title)
    return read_setup(write_setup(said), request.now.date()) == (said, ())


def _binding(request: Request, unit: Unit) -> tuple[str, object, Setup, None]:
    bind = Setup().saying("bind", unit.name)
    if len(setup_checks.manageable(request, unit.name)) > 1:
        bind = bind.saying("superior", setup_checks.superior_of(request, unit))
    return "bind", (unit.name, setup_checks.superior_of(request, unit)), bind, None


def _existing(request: Request, said: Setup) -> Offered:
    for unit in setup_checks.manageable(request, said.name)[:MOST_TO_BIND]:
        yield _binding(request, unit)
    yield "setup", "new", said, _NEW.format(said.name)


def _bound(request: Request, said: Setup) -> Offered:
    for unit in setup_checks.to_bind(request, said)[:MOST_TO_BIND]:
        yield _binding(request, unit)


def _kinds(request: Request, said: Setup) -> Offered:
    for kind in _KINDS:
        if is_owner(request) or setup_checks.superiors(request, kind):
            yield "unit_kind", kind, said.saying("kind", kind), None


def _superiors(request: Request, said: Setup) -> Offered:
    for unit in setup_checks.superiors(request, said.kind)[:MOST_OFFERED]:
        yield "name", unit.name, said.saying("superior", unit.name), None
    if is_owner(request) and said.kind != "party_group":
        yield "setup", "none", said.saying("superior", ""), None


def _founded(_: Request, said: Setup) -> Offered:
    yield "setup", "unknown", said.saying("founded", None), None


def _size(_: Request, said: Setup) -> Offered:
    yield "setup", "skip", said.saying("size", None), None


def _committee(_: Request, said: Setup) -> Offered:
    yield "setup", "secretary_only", said.saying("committee", False), None
    yield "setup", "committee", said.saying("committee", True), None


def _groups(_: Request, said: Setup) -> Offered:
    yield "setup", "no_groups", said.saying("groups", ()), None
    for number in _COUNTS:
        yield "count", number, said.saying("groups", number), None


def _hours(_: Request, said: Setup) -> Offered:
    for hour in _HOURS:
        yield "time", hour, said.saying("remind", hour), None


def _languages(_: Request, said: Setup) -> Offered:
    for language in ("zh", "en"):
        yield "setup", language, said.saying("language", language), None


def _own(_: Request, said: Setup) -> Offered:
    yield "setup", "me", said.saying("own", True), None
    yield "setup", "other", said.saying("own", False), None


_OFFERED: Mapping[str, Callable[[Request, Setup], Offered]] = {
    "name": _names,
    "existing": _existing,
    "bind": _bound,
    "kind": _kinds,
    "superior": _superiors,
    "founded": _founded,
    "size": _size,
    "committee": _committee,
    "groups": _groups,
    "remind": _hours,
    "language": _languages,
    "own": _own,
}
