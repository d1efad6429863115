"""Naming the unit: one who looks after several is told in private which of them it is about."""

import re
from dataclasses import replace

from handlers.request import Reply, Request
from storage import directory
from storage.messages import Message

_POINTING = re.compile(r"(undo|amend|doc|late):(\d.*)")


def naming(request: Request, reply: Reply) -> Reply:
    """Let a reply name the unit that was chosen, and its buttons point there."""
    if request.unit_id is None or not request.private:
        return reply
    unit = directory.units(request.session, [request.unit_id]).get(request.unit_id)
    if unit is None:
        return reply
    return tuple(
        message if message.chat_id is not None else _pointed(message, unit.name, unit.key)
        for message in reply
    )


def _pointed(message: Message, name: str, key: int) -> Message:
    place = f"@{key} "
    rows = tuple(
        tuple(replace(each, data=_POINTING.sub(rf"\1:{place}\2", each.data)) for each in row)
        for row in message.buttons
    )
    prompt = message.prompt
    if prompt is not None and prompt.startswith("/amend #"):
        prompt = f"/amend {place}{prompt.removeprefix('/amend ')}"
    told = message.values.get("unit") == name
    return replace(message, about=None if told else name, buttons=rows, prompt=prompt)
