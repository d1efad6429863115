"""What Telegram shows while the bot is busy with something that takes a while."""

from contextlib import suppress

from telegram.error import TelegramError

from bot.transport import Caller

PATIENCE_SECONDS = 3.0


async def show_typing(bot: Caller, chat_id: int) -> None:
    """Show in a chat that an answer is on its way; a courtesy, which fails in silence."""
    with suppress(TelegramError):
        asked = {"chat_id": chat_id, "action": "typing"}
        await bot.call("sendChatAction", asked, read_timeout=PATIENCE_SECONDS)
