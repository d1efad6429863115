"""``demo``: the whole bot on this machine, with no token."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.office import Refusal, leave_nothing_behind, settings


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("demo")(demo)


def demo(
    terminal: Annotated[
        bool, typer.Option("--terminal", help="在终端里演一遍 · play in the terminal")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="8080,占用则顺延 · 8080, or the next that is free"),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="样例数据不删 · keep the sample data")
    ] = False,
    script: Annotated[Path | None, typer.Option(hidden=True)] = None,
) -> None:
    """演示 · Try everything on this machine: no token, nothing to set up, nothing left behind."""
    locale = settings().locale
    if terminal or script is not None:
        _play(locale, script)
        return
    # In its place: the page needs a small part of what a command loads.
    asked = ["--locale", locale, *(["--keep"] if keep else [])]
    asked += [] if port is None else ["--port", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", "bot.demo", *asked])  # noqa: S606 - ourselves


def _play(locale: str, script: Path | None) -> None:
    from bot.demo import terminal as theatre  # noqa: PLC0415 - the other commands start without it

    leave_nothing_behind()
    try:
        theatre.run(locale, *(() if script is None else (script,)))
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
