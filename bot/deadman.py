"""The dead man's switch: an address that is called after each good tick, and misses us if not."""

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout

SECONDS = 10.0

log = structlog.get_logger(__name__)


async def call(url: str) -> None:
    """Call the address; a failure is logged without it, since it is as good as a password."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=SECONDS)) as session,
            session.get(url) as answer,
        ):
            if answer.status >= 400:
                log.warning("heartbeat_refused", status=answer.status)
    except (ClientError, TimeoutError, ValueError) as error:
        log.warning("heartbeat_failed", error=type(error).__name__)
