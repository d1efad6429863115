"""How Telegram sees the bot: whether it takes the token, and where it posts updates."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr
from telegram.error import InvalidToken, TelegramError

from bot.transport import AiohttpRequest, Caller

READ_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What Telegram says: where it posts updates (nowhere: empty), how many wait, what failed.

    Or why it says nothing: ``refused`` the token, or ``unreachable``.
    """

    url: str = ""
    pending: int = 0
    error: str | None = None
    error_at: datetime | None = None
    refused: bool = False
    unreachable: str | None = None


async def look(token: SecretStr, base_url: str) -> Seen:
    """Ask Telegram. Raises nothing: that it does not answer is an answer too."""
    try:
        told = await _told(token, base_url, "getWebhookInfo")
    except InvalidToken:
        return Seen(refused=True)
    except TelegramError as error:
        return Seen(unreachable=error.message)
    failed = told.get("last_error_date")
    return Seen(
        url=told.get("url", ""),
        pending=told.get("pending_update_count", 0),
        error=told.get("last_error_message"),
        error_at=None if failed is None else datetime.fromtimestamp(failed, UTC),
    )


async def username(token: SecretStr, base_url: str) -> str | None:
    """Ask Telegram what the bot is called; None when it does not say."""
    try:
        told = await _told(token, base_url, "getMe")
    except TelegramError:
        return None
    return str(told["username"])


async def _told(token: SecretStr, base_url: str, method: str) -> Any:  # JSON, whatever it says
    """Call one method, without the bot's own life around it."""
    requests = AiohttpRequest(), AiohttpRequest(connections=1)
    bot = Caller(
        token.get_secret_value(),
        base_url=base_url,
        request=requests[0],
        get_updates_request=requests[1],
    )
    await requests[0].initialize()
    try:
        return await bot.call(method, {}, read_timeout=READ_SECONDS)
    finally:
        await requests[0].shutdown()
