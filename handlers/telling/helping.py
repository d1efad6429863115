"""First steps and help, from the table that routes commands."""

from compliance.access import Action
from handlers.authority import allowed
from handlers.grammar import vocabulary
from handlers.request import Handler, Reply, Request
from handlers.units.joining import join, looks_like_token
from storage import directory
from storage.messages import Message


def start(request: Request) -> Reply:
    """Greet, and say the one thing to do next: it depends on whether the person is known here."""
    if looks_like_token(request.arguments):
        return join(request)
    bound = directory.unit_of_chat(request.session, request.chat_id)
    known = directory.units_of(request.session, request.actor)
    records = any(allowed(request, Action.RECORD_GROUP, unit) for unit in known)
    values = {
        "unit": None if bound is None else bound[0].name,
        "known": bool(known),
        "records": records,
        "private": request.private,
        "actor": request.actor,
        "chat_id": request.chat_id,
    }
    return (Message("start", values),)


def help_with(names: tuple[str, ...]) -> Handler:
    """Make the help handler for the commands of those names, in their order."""

    def show_help(request: Request) -> Reply:
        """Explain one command, or list them all."""
        asked = request.arguments.strip().removeprefix("/").lower()
        name = vocabulary.commands().get(asked, asked)
        return (Message("help", {"names": names, "asked": name if name in names else None}),)

    return show_help
