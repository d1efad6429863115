"""Routing: python-telegram-bot's Application tells what an update asks for; nothing is done yet."""

import json
from collections.abc import Collection
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from telegram.ext import Application, BaseHandler, ContextTypes, TypeHandler

from bot.commands import COMMANDS
from bot.incoming import Incoming, Notice, from_update
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


class Commanded(BaseHandler[Any, Any, Any]):
    """Takes what a command of some names says: a ``CommandHandler`` for what is read already."""

    def __init__(self, names: Collection[str], callback: Any) -> None:
        super().__init__(callback)
        self._names = frozenset(names)

    def check_update(self, update: object) -> bool:
        """Tell whether it is one of the commands."""
        return isinstance(update, Incoming) and update.command in self._names


class Routing:
    """Runs updates through the Application, whose handlers are made from the command table.

    They run as types of our own, which the Application takes as well: making the library's objects
    of an update, with all the fields that the Bot API knows, costs more than all the rest here.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        for command in COMMANDS:
            router.add_handler(Commanded(command.names, self._on_said))
        router.add_handler(TypeHandler(Incoming, self._on_said))  # other words, and taps
        router.add_handler(TypeHandler(Notice, self._on_notice))
        router.add_error_handler(self._on_error)

    async def read(self, row: Waiting) -> Turn:
        """Read a waiting update; one that cannot be read gives a turn with its error."""
        turn = Turn(row)
        token = _turn.set(turn)
        try:
            update = from_update(json.loads(row.payload), self._router.bot.username)
            if update is not None:
                await self._router.process_update(update)
        except Exception as error:
            turn.error = error
        finally:
            _turn.reset(token)
        return turn

    async def _on_said(self, said: Incoming, _: ContextTypes.DEFAULT_TYPE) -> None:
        _turn.get().said = said

    async def _on_notice(self, notice: Notice, _: ContextTypes.DEFAULT_TYPE) -> None:
        _turn.get().notice = notice

    async def _on_error(self, _: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        _turn.get().error = context.error
