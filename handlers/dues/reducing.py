"""A superior's reductions of a member's dues: for some months, with a reason, never for oneself.

《关于中国共产党党费收缴、使用和管理的规定》(中组发〔2008〕3号)第七条: 交纳党费确有困难的党员,
经党支部研究,报上一级党委批准后,可以少交或免交党费。
"""

from decimal import Decimal

from compliance import dues
from compliance.access import Action
from compliance.people import DuesBasis, Member
from handlers.authority import names_may_show, other_chats, require
from handlers.grammar import Grant, Reduction, read_reduction
from handlers.meant import branch_seen
from handlers.reading import context_for
from handlers.request import Refused, Reply, Request
from storage import bases, journal, roster
from storage.journal import WaiverText
from storage.messages import Button, Message
from storage.units import Unit


def reduce(request: Request) -> Reply:
    """Reduce one member's dues for some months, excuse the member from them, or end a reduction."""
    unit, said = branch_seen(request, naming=Action.REDUCE)
    require(request, Action.REDUCE, unit)
    if request.edited:
        raise Refused(Message("dues_edited"))
    read = read_reduction(said, context_for(request, unit))
    member = _member(request, unit, read.name)
    if read.grant is Grant.EXEMPT:
        return _exempt(request, unit, member, read)
    if read.grant is Grant.ENDED:
        return (_end(request, unit, member, read),)
    return _reduce(request, unit, member, read)


def _member(request: Request, unit: Unit, name: str) -> Member:
    person_id = roster.member_on(request.session, unit.key, name, request.today(unit)).id
    people = bases.people(request.session, unit.key)
    return next(member for member in people if member.id == person_id)


def _reduce(request: Request, unit: Unit, member: Member, read: Reduction) -> Reply:
    """Set the reduced amount; what it reduces stays, and holds again afterwards.

    Refuses more than what is due: that is no reduction. How much is due only a private chat hears.
    """
    last = read.last or read.first
    before = member.assessed_on(read.first.end)
    due = dues.amount_due(request.policy.catalogue.dues, before)
    amount = read.amount or Decimal(0)
    if due is not None and amount > due:
        known = due if names_may_show(request, unit) else None
        raise Refused(Message("reduces_nothing", {"unit": unit.name, "read": read, "due": known}))
    category = "" if before is None else before.category
    basis = DuesBasis(
        read.first.start,
        category,
        fixed=read.amount,
        holds_until=last.end,
        reason=read.reason,
    )
    bases.add_basis(request.session, unit.key, member, basis, request.origin)
    told = _told(unit, read, number=None, no_less=amount == due)
    return (told, *_to_branch(request, unit, read))


def _exempt(request: Request, unit: Unit, member: Member, read: Reduction) -> Reply:
    """Waive the member's dues: an entry, which can be taken back."""
    last = read.last or read.first
    text = WaiverText(dues.CODE, member.id, read.first.start, last.end, read.reason)
    number = journal.add_waiver(request.session, unit.key, text, request.origin)
    told = _told(unit, read, number=number, no_less=False)
    return (told, *_to_branch(request, unit, read))


def _to_branch(request: Request, unit: Unit, read: Reduction) -> Reply:
    """Tell the branch's other chats that something was granted: not to whom, how much, or why."""
    granted = {"unit": unit.name, "grant": read.grant, "month": read.first}
    return tuple(
        Message("dues_eased", granted, chat_id=chat_id) for chat_id in other_chats(request, unit)
    )


def _end(request: Request, unit: Unit, member: Member, read: Reduction) -> Message:
    """End the reductions that hold in a month or later: from then on, or before they began."""
    running = member.reductions(read.first.start)
    if not running:
        raise Refused(Message("no_reduction", {"name": read.name, "month": read.first}))
    for reduction in running:
        ended = DuesBasis(
            max(read.first.start, reduction.holds_from or read.first.start),
            reduction.category,
            holds_until=reduction.holds_until,
            reason=read.reason or None,
        )
        bases.add_basis(request.session, unit.key, member, ended, request.origin)
    return _told(unit, read, number=None, no_less=False)


def _told(unit: Unit, read: Reduction, *, number: int | None, no_less: bool) -> Message:
    undo = () if number is None else ((Button("undo", f"undo:@{unit.key} {number}"),),)
    values = {"unit": unit.name, "read": read, "number": number, "no_less": no_less}
    return Message("dues_reduced", values, buttons=undo)
