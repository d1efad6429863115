"""``say``: a message on the command line, by the same path as one from Telegram."""

import asyncio
import itertools
import json
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.cli import updates
from bot.cli.office import Refusal, moment, settings, tell_json
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
from storage.database import snapshot
from storage.inbox import Waiting
from storage.messages import Document
from storage.outbox import Owed, Said
from storage.queues import OutboxKind, OutboxState


def add_to(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("say")(say)


def say(
    text: str,
    speaker: Annotated[int, typer.Option("--as", help="Telegram id")],
    chat: Annotated[int, typer.Option("--chat", help="Telegram chat id")],
    at: Annotated[str | None, typer.Option(help="2026-03-05T10:00")] = None,
    *,
    tap: Annotated[bool, typer.Option("--tap", help="点按钮 · TEXT is a button's label")] = False,
    reply: Annotated[bool, typer.Option("--reply", help="回复 · TEXT is a reply")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON · JSON only")] = False,
) -> None:
    """说一句 · Say something as a Telegram user; prints the replies instead of sending them.

    --tap 和 --reply 对着机器人在这里的上一条 · both are of what the bot said last in that chat.
    """
    if tap and reply:
        raise typer.BadParameter("--tap, --reply")
    now = moment(at, system_clock())
    opened = core(settings())
    try:
        on = _last_said(opened, chat) if tap or reply else None
        if tap and on is not None:
            made = updates.tap(text, speaker, chat, now, on)
        else:
            made = updates.update(text, speaker, chat, now, on)
        replies = asyncio.run(_say(opened, made, now))
    finally:
        opened.engine.dispose()
    _tell(replies, as_json=as_json)


def _last_said(opened: Core, chat: int) -> Said:
    """Answer the bot's last message in a chat; raises ``Refusal`` where it never spoke."""
    with snapshot(opened.engine) as session:
        found = outbox.last_said(session, chat)
    if found is None:
        raise Refusal("cli/nothing_said", {"chat_id": chat})
    return found


def _tell(replies: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        tell_json(replies)
        return
    for reply in replies:
        for file in reply["files"]:
            typer.echo("📎 {name} · {bytes} B".format(**file))
        if reply["text"]:
            typer.echo(reply["text"])
        for row in reply["buttons"]:
            typer.echo(" ".join(f"[{label}]" for label in row))


async def _say(opened: Core, said: dict[str, object], now: datetime) -> list[dict[str, Any]]:
    """Take an update in, handle it, and answer what was to be sent."""
    replies: list[dict[str, Any]] = []
    fresh = itertools.count(updates.number(), -1)

    def put(session: Session, owed: Owed, at: datetime) -> int:
        call = json.loads(owed.payload)
        if call.get("text") or owed.document is not None:  # an answer to a tap may say nothing
            replies.append(_shown(owed.chat_id, call, owed.document))
        number = None if owed.kind is OutboxKind.ANSWER else call.get("message_id", next(fresh))
        return outbox.put(session, owed, at, OutboxState.SENT, number)

    worker = Worker()
    bot = Caller("0:offline", request=OfflineRequest(), get_updates_request=OfflineRequest())
    dispatch = Dispatch(
        opened.in_force,
        opened.renderer,
        owners=settings().owner_ids,
        locale=settings().locale,
        put=put,
        keeping=settings().keeping,
    )
    runtime = Runtime(opened.engine, worker, lambda: now)
    router = application(bot)
    await router.initialize()
    opened.renderer.introduce(bot.username)
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


def _shown(chat_id: int, call: dict[str, Any], file: Document | None) -> dict[str, Any]:
    """Answer what is printed of a message: of a file its name and size, and nothing is written."""
    rows = call.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "chat_id": chat_id,
        "text": plain(call.get("text") or call.get("caption", "")),
        "files": [] if file is None else [{"name": file.name, "bytes": len(file.content)}],
        "buttons": [[button["text"] for button in row] for row in rows],
    }
