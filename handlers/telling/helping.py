"""Help, from the table that routes commands."""

from handlers.grammar import vocabulary
from handlers.request import Handler, Reply, Request
from storage.messages import Message


def help_with(names: tuple[str, ...]) -> Handler:
    """Make the help handler for the commands of those names, in their order."""

    def show_help(request: Request) -> Reply:
        """Explain one command, or list them all."""
        asked = request.arguments.strip().removeprefix("/").lower()
        name = vocabulary.commands().get(asked, asked)
        return (Message("help", {"names": names, "asked": name if name in names else None}),)

    return show_help
