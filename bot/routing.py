"""Routing: python-telegram-bot's Application tells what an update is; nothing is done yet."""

import json
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.commands import COMMANDS
from bot.incoming import Incoming, Notice, from_message, from_tap, notice_of
from bot.transport import Caller
from storage.inbox import Waiting

Router = Application[Any, Any, Any, Any, Any, Any]


@dataclass
class Turn:
    """An update on its way: its inbox row, what was said or noticed in it, how it went wrong."""

    row: Waiting
    said: Incoming | None = None
    notice: Notice | None = None
    error: Exception | None = None

    @property
    def what(self) -> str:
        """Name what it is, for the log: a command, a button's verb, or the kind of event."""
        if self.error is not None:
            return "failed"
        if self.notice is not None:
            return "notice"
        if self.said is None:
            return "nothing"
        return self.said.command or self.said.verb or "words"


_turn: ContextVar[Turn] = ContextVar("turn")


def application(bot: Caller) -> Router:
    """Make an Application that neither fetches updates nor schedules anything."""
    return Application.builder().bot(bot).updater(None).job_queue(None).build()


class Routing:
    """Runs updates through the Application, whose handlers are made from the command table."""

    def __init__(self, router: Router) -> None:
        self._router = router
        for command in COMMANDS:
            router.add_handler(CommandHandler(command.names, self._on_message))
        words = filters.TEXT & filters.UpdateType.MESSAGES
        router.add_handler(MessageHandler(words, self._on_message))
        router.add_handler(CallbackQueryHandler(self._on_tap))
        router.add_handler(TypeHandler(Update, self._on_other))
        router.add_error_handler(self._on_error)

    async def read(self, row: Waiting) -> Turn:
        """Read a waiting update; one that cannot be read gives a turn with its error."""
        turn = Turn(row)
        token = _turn.set(turn)
        try:
            update = Update.de_json(json.loads(row.payload), self._router.bot)
            await self._router.process_update(update)
        except Exception as error:
            turn.error = error
        finally:
            _turn.reset(token)
        return turn

    async def _on_message(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, edited = update.effective_message, update.edited_message is not None
        if message is not None:
            _turn.get().said = from_message(
                message, self._router.bot.username, update_id=update.update_id, edited=edited
            )

    async def _on_tap(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query is not None:
            _turn.get().said = from_tap(update.callback_query, update.update_id)

    async def _on_other(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        _turn.get().notice = notice_of(update)

    async def _on_error(self, _: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        _turn.get().error = context.error
