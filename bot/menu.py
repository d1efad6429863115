"""The command menus that Telegram shows, made from the command table."""

from collections.abc import Iterator, Mapping

import structlog
from telegram.error import TelegramError

from bot.commands import COMMANDS, Command, Scope
from bot.transport import Caller
from bot.words import Words

log = structlog.get_logger(__name__)
DEFAULT = "zh"
Call = dict[str, object]


async def publish(bot: Caller, languages: Mapping[str, Words]) -> None:
    """Tell Telegram the menu of each scope and language; Chinese is what everybody else sees.

    To tell it again changes nothing. The menu is a convenience: a failure is logged, and mended at
    the next start.
    """
    try:
        for call in calls(languages):
            await bot.call("setMyCommands", call)
    except TelegramError as error:
        log.warning("menu_not_published", error=type(error).__name__)


def calls(languages: Mapping[str, Words]) -> Iterator[Call]:
    """Give the parameters of every call, that without a scope first.

    Telegram looks for a scope's menu in the person's language, then in none, before it looks in a
    wider scope: so every scope has one without a language, and Chinese needs no other.
    """
    for scope in (None, *Scope):
        shown = [each for each in COMMANDS if scope is None or scope in each.menus]
        named: Call = {} if scope is None else {"scope": {"type": scope}}
        yield {"commands": _lines(languages[DEFAULT], shown), **named}
        for locale in languages.keys() - {DEFAULT}:
            words = languages[locale]
            yield {"commands": _lines(words, shown), **named, "language_code": locale}


def _lines(words: Words, shown: list[Command]) -> list[Call]:
    return [
        {"command": command.name, "description": words.summary(command.name)} for command in shown
    ]
