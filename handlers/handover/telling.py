"""What is said of a handover: to either side in private, and to the chats once it is done."""

from collections.abc import Iterable

from compliance.access import Role
from handlers.handover.pack import Pack, pack_of
from handlers.request import Request
from storage import accounts, directory, handovers
from storage.accounts import Handover
from storage.messages import Button, Message, Page
from storage.units import Unit


def named(request: Request, one: Handover) -> dict[str, object]:
    """Answer who hands over to whom at which unit, as every message of a handover says it."""
    session = request.session
    ids = [each for each in (one.from_id, one.to_id) if each is not None]
    names = accounts.names_of(session, ids)
    invited = handovers.invitation_of(session, one)
    to_name = names.get(one.to_id or 0) or (invited.name if invited is not None else None)
    unit = directory.unit(session, one.unit_id)
    return {
        "unit": unit.name,
        "role": Role.SECRETARY,
        "from_name": names.get(one.from_id),
        "from_id": one.from_id,
        "to_name": to_name,
        "to_id": one.to_id,
        "until": unit.day_of(one.begun_at + handovers.LASTS),
    }


def buttons(one: Handover, side: str) -> tuple[tuple[Button, ...], ...]:
    """Offer to confirm, as one of the two sides or in place of the former, and to call it off.

    While nobody has come to take over there is nothing to confirm yet.
    """
    off = Button("handover_no", f"handover:{one.key}.no")
    if one.to_id is None:
        return ((off,),)
    return ((Button(f"handover_{side}", f"handover:{one.key}.yes"), off),)


def pack_for(request: Request, unit: Unit) -> tuple[Pack, Page]:
    """Answer the pack of a unit, and the document that has the whole of it."""
    pack = pack_of(request, unit)
    named = {"unit": unit.name, "on": pack.on}
    return pack, Page("handover", {"pack": pack}, "handover", named)


def parcel(
    request: Request, one: Handover, pack: Pack, page: Page, *, to: int | None, side: str
) -> tuple[Message, ...]:
    """Hand someone the pack: the document, and below it what it says in short, with the buttons.

    They are two messages, since a document cannot give way to what is said when it is tapped.
    """
    values = {**named(request, one), "pack": pack, "side": side}
    return (
        Message("handover_page", {"unit": pack.unit.name}, chat_id=to, document=page),
        Message("handover", values, buttons=buttons(one, side), chat_id=to),
    )


def to_each(people: Iterable[int | None], request: Request, message: Message) -> list[Message]:
    """Address a message to some people in private, but to whoever asks for this right now."""
    others = dict.fromkeys(each for each in people if each not in (None, request.actor))
    return [Message(message.template, message.values, chat_id=who) for who in others]
