"""``demo``: the whole bot on this machine, with no token."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.office import Refusal, leave_nothing_behind, settings


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("demo")(demo)


def demo(script: Annotated[Path | None, typer.Option(hidden=True)] = None) -> None:
    """演示 · Try everything on this machine: no token, nothing to set up, nothing left behind."""
    from bot import demo as theatre  # noqa: PLC0415 - the other commands start without it

    leave_nothing_behind()
    try:
        theatre.run(settings().locale, *(() if script is None else (script,)))
    except theatre.Unexpected as unexpected:
        raise Refusal(
            "demo/failed",
            {
                "at": unexpected.scene.at,
                "said": unexpected.scene.say or unexpected.scene.reply or unexpected.scene.tap,
                "problem": unexpected.problem,
                "detail": unexpected.detail,
            },
        ) from unexpected
