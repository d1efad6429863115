"""The door to the roster: it is looked at, or something of it is changed."""

from compliance.access import Action
from handlers.grammar import is_change, vocabulary
from handlers.meant import unit_for
from handlers.request import Refused, Reply, Request
from handlers.roster.changing import change
from handlers.roster.showing import card, counted, listed
from handlers.roster.whose import read_asked
from handlers.roster_files.words import about_files
from storage.messages import Message


def roster(request: Request) -> Reply:
    """Tell who is on the roster, or change it: 添加 张三 积极分子 · 转出 李四 11月20日.

    Or take it from a file, and send it as one: 导入 · 导出.

    Names and all that is kept of people are told in private alone.
    """
    if _asks_back(request.arguments):
        raise Refused(Message("roster_undo_how"))
    file = about_files(request)
    if file is not None:
        return file
    if is_change(request.arguments):
        return _changed(request)
    unit = unit_for(request, Action.ROSTER)
    name, day = read_asked(request, unit)
    today = request.today(unit)
    if not request.private:
        return (counted(request, unit, min(day or today, today)),)
    if name is not None:
        return (card(request, unit, name),)
    return (listed(request, unit, day or today, 0),)


def _changed(request: Request) -> Reply:
    unit = unit_for(request, Action.ROSTER_EDIT)
    if not request.private:
        raise Refused(Message("roster_private"))
    if request.edited:
        raise Refused(Message("roster_edited"))
    return change(request, unit)


def _asks_back(said: str) -> bool:
    """Tell whether somebody types that a change be taken back, or that somebody be deleted."""
    return any(vocabulary.look_up("roster_back", word) for word in said.split(maxsplit=1)[:1])
