"""``demo``: the whole bot on this machine, with no token."""

import typer


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
