"""Patience: a step that fails for a reason that passes is taken again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram.error import BadRequest, InvalidToken

from bot import waiting

LONGEST_WAIT = 10.0

log = structlog.get_logger(__name__)


async def patiently(
    step: Callable[[], Awaitable[None]],
    waited_for: type[Exception] | tuple[type[Exception], ...],
    stop: asyncio.Event,
) -> bool:
    """Take a step, again and again while it fails like that; False when told to stop before.

    What another try cannot mend is raised at once: a token or an address that Telegram refuses.
    """
    wait = 0.5
    while not stop.is_set():
        try:
            await step()
        except (InvalidToken, BadRequest):
            raise
        except waited_for as error:
            # What a database says of itself names no secret; a Bot API error may.
            problem = str(getattr(error, "orig", type(error).__name__)).partition("\n")[0]
            log.warning("start_waits", problem=problem, seconds=wait)
            await waiting.wait(stop, wait)
            wait = min(wait * 2, LONGEST_WAIT)
        else:
            return True
    return False
