"""``remind``: one tick, or what one would tell."""

from datetime import UTC
from typing import Annotated

import typer

from bot.cli.office import moment, settings, tell, tell_json
from bot.clock import system_clock
from bot.core import core
from storage import directory
from storage.database import snapshot


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("remind")(remind)


def remind(
    at: Annotated[str | None, typer.Option(help="2026-03-05T09:00")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预览 · preview only")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON · JSON only")] = False,
) -> None:
    """提醒 · One tick: queue the digests that are due, and print what is told to whom."""
    now = moment(at, system_clock()).astimezone(UTC)
    chosen = settings()
    opened = core(chosen)
    try:
        told = opened.ticking.preview(now) if dry_run else opened.ticking.tick(now)
        shown = []
        with snapshot(opened.engine) as session:
            for message in told:
                chat_id = message.chat_id or 0
                bound = directory.unit_of_chat(session, chat_id)
                locale = directory.locale_of(session, chat_id, chosen.locale)
                shown.append(
                    {
                        "chat_id": chat_id,
                        "unit": None if bound is None else bound[0].name,
                        "text": opened.renderer.plain_text(message, locale),
                    }
                )
    finally:
        opened.engine.dispose()
    if as_json:
        tell_json(shown)
        return
    tell("cli/reminded", {"digests": shown, "dry_run": dry_run})
