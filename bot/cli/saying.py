"""``say``: a message on the command line, by the same path as one from Telegram."""

import asyncio
import json
import time
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.cli.office import moment, settings, tell_json
from bot.clock import system_clock
from bot.core import Core, core
from bot.dispatch import Dispatch
from bot.handling import Handling
from bot.intake import arrival
from bot.offline import OfflineRequest
from bot.render import plain
from bot.routing import Routing, application
from bot.runtime import Runtime
from bot.transport import Caller
from bot.worker import Worker
from storage import inbox, outbox
from storage.inbox import Waiting
from storage.outbox import Owed
from storage.queues import OutboxState


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("say")(say)


def say(
    text: str,
    speaker: Annotated[int, typer.Option("--as", help="Telegram id")],
    chat: Annotated[int, typer.Option("--chat", help="Telegram chat id")],
    at: Annotated[str | None, typer.Option(help="2026-03-05T10:00")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON · JSON only")] = False,
) -> None:
    """说一句 · Say something as a Telegram user; prints the replies instead of sending them."""
    now = moment(at, system_clock())
    opened = core(settings())
    try:
        replies = asyncio.run(_say(opened, update(text, speaker, chat, now), now))
    finally:
        opened.engine.dispose()
    if as_json:
        tell_json(replies)
        return
    for reply in replies:
        typer.echo(reply["text"])
        for row in reply["buttons"]:
            typer.echo(" ".join(f"[{label}]" for label in row))


def update(text: str, speaker: int, chat: int, now: datetime) -> dict[str, object]:
    """Make an update as Telegram would; its numbers are negative, so they never meet real ones."""
    number = -time.time_ns() // 1000
    kind = "private" if chat > 0 else "supergroup"
    name = {"title": str(chat)} if chat < 0 else {"first_name": str(chat)}
    message: dict[str, object] = {
        "message_id": number,
        "date": int(now.timestamp()),
        "chat": {"id": chat, "type": kind, **name},
        "from": {"id": speaker, "is_bot": False, "first_name": str(speaker)},
        "text": text,
    }
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(first)}]
    return {"update_id": number, "message": message}


async def _say(opened: Core, said: dict[str, object], now: datetime) -> list[dict[str, Any]]:
    """Take an update in, handle it, and answer what was to be sent."""
    replies: list[dict[str, Any]] = []

    def put(session: Session, owed: Owed, at: datetime) -> int:
        replies.append(_shown(owed))
        return outbox.put(session, owed, at, OutboxState.SENT)

    worker = Worker()
    bot = Caller("0:offline", request=OfflineRequest(), get_updates_request=OfflineRequest())
    dispatch = Dispatch(
        opened.in_force,
        opened.renderer,
        owners=settings().owner_ids,
        locale=settings().locale,
        put=put,
    )
    runtime = Runtime(opened.engine, worker, lambda: now)
    router = application(bot)
    await router.initialize()
    try:
        ours = arrival(said)
        await runtime.write(inbox.take_in, [ours], now)

        # Only what was said here: what else may wait is for the running bot to answer.
        def take(session: Session, _: int) -> list[Waiting]:
            return inbox.take_one(session, ours.happening)

        handling = Handling(Routing(router), dispatch, runtime, lambda: None, take=take)
        await handling.drain()
    finally:
        await router.shutdown()
        worker.close()
    return replies


def _shown(owed: Owed) -> dict[str, Any]:
    call = json.loads(owed.payload)
    rows = call.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "chat_id": owed.chat_id,
        "text": plain(call.get("text", "")),
        "buttons": [[button["text"] for button in row] for row in rows],
    }
