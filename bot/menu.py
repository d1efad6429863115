"""The command menu that Telegram shows, made from the command table."""

from collections.abc import Mapping

import structlog
from telegram.error import TelegramError

from bot.commands import COMMANDS
from bot.transport import Caller
from bot.words import Words

log = structlog.get_logger(__name__)
DEFAULT = "zh"


async def publish(bot: Caller, languages: Mapping[str, Words]) -> None:
    """Tell Telegram the menu of each language; Chinese is what everybody else sees.

    The menu is a convenience: a failure is logged, and mended at the next start.
    """
    try:
        for locale, words in languages.items():
            commands = [
                {"command": command.name, "description": words.summary(command.name)}
                for command in COMMANDS
            ]
            await bot.call("setMyCommands", {"commands": commands, "language_code": locale})
            if locale == DEFAULT:
                await bot.call("setMyCommands", {"commands": commands})
    except TelegramError as error:
        log.warning("menu_not_published", error=type(error).__name__)
