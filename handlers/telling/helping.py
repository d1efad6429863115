"""Help, from the table that routes commands."""

from collections.abc import Mapping

from handlers.grammar import vocabulary
from handlers.request import Handler, Reply, Request
from storage.messages import Message


def help_with(topics: Mapping[str, tuple[str, ...]]) -> Handler:
    """Make the help handler for commands by their names, in the order of their topics."""
    names = [name for of_topic in topics.values() for name in of_topic]

    def show_help(request: Request) -> Reply:
        """Explain one command, or list them all."""
        asked = request.arguments.strip().removeprefix("/").lower()
        name = vocabulary.commands().get(asked, asked)
        return (Message("help", {"topics": topics, "asked": name if name in names else None}),)

    return show_help
