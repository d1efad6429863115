"""The door to the roster: it is looked at, or something of it is changed."""

from compliance.access import Action
from handlers.authority import branch_named, unit_for
from handlers.grammar import is_change, speaking_after
from handlers.request import Refused, Reply, Request
from handlers.roster.changing import change
from handlers.roster.showing import card, counted, listed
from handlers.roster.whose import read_asked
from storage.messages import Message
from storage.units import Unit


def roster(request: Request) -> Reply:
    """Tell who is on the roster, or change it: 添加 张三 积极分子 · 转出 李四 11月20日.

    Names and all that is kept of people are told in private alone.
    """
    unit, head, said = _named(request)
    with speaking_after(head):
        if is_change(said):
            return _changed(request, unit, said)
        unit = unit or unit_for(request, Action.ROSTER)
        name, day = read_asked(request.saying(said), unit)
        today = request.today(unit)
        if not request.private:
            return (counted(request, unit, min(day or today, today)),)
        if name is not None:
            return (card(request, unit, name),)
        return (listed(request, unit, day or today, 0),)


def _changed(request: Request, unit: Unit | None, said: str) -> Reply:
    unit = unit or unit_for(request, Action.ROSTER_EDIT)
    if not request.private:
        raise Refused(Message("roster_private"))
    if request.edited:
        raise Refused(Message("roster_edited"))
    return change(request, unit, said)


def _named(request: Request) -> tuple[Unit | None, str, str]:
    """Answer the branch that the first word names, if it does, with it and the rest of it all."""
    said = request.arguments.lstrip()
    word, separator, rest = said.partition(" ")
    found = branch_named(request, Action.ROSTER, word) if word else None
    if found is None:
        return None, request.arguments[: len(request.arguments) - len(said)], said
    head = request.arguments[: len(request.arguments) - len(rest)] if separator else said
    return found, head, rest
