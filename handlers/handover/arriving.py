"""Who opens the link of a handover: the other side says first whether that is the one meant."""

from handlers.handover import telling
from handlers.request import Refused, Reply, Request
from storage import handovers
from storage.messages import Message


def arrived(request: Request, number: int) -> Reply:
    """Note who came to take over; the pack goes to them when the other side has said yes.

    A link may have been forwarded: names of people, and of who has not paid, are for the next
    secretary alone.
    """
    one = handovers.find(request.session, number)
    if one is None or not handovers.is_open(one, request.now):
        raise Refused(Message("handover_over"))
    if request.actor == one.from_id:
        raise Refused(Message("handover_own_link"))
    handovers.arrive(request.session, one, request.origin)
    values = telling.named(request, one)
    asked = Message("handover_came", values)
    sides = [(one.from_id, "from"), (one.begun_by, "above")]
    told = [
        Message(asked.template, asked.values, buttons=telling.buttons(one, side), chat_id=who)
        for who, side in dict(reversed(sides)).items()
        if who != request.actor
    ]
    return (Message("handover_arrived", values), *told)
