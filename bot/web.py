"""The bot's own HTTP face: Telegram's webhook, health, readiness and metrics."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.intake import Intake, numbered
from bot.settings import Hook, Listen

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
# Telegram's updates are far smaller; what is larger is none.
LARGEST_BODY = 1024 * 1024
READ_SECONDS = 10.0
CLOSE_SECONDS = 3.0
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

log = structlog.get_logger(__name__)


class Web:
    """Answers ``/healthz``, ``/readyz``, ``/metrics`` and, in webhook mode, Telegram.

    ``ready`` tells whether the database answers; ``metrics`` writes them down for Prometheus.
    """

    def __init__(
        self,
        listen: Listen,
        intake: Intake,
        hook: Hook | None,
        ready: Callable[[], Awaitable[bool]],
        metrics: Callable[[], Awaitable[bytes]],
    ) -> None:
        self._listen = listen
        self._intake = intake
        self._hook = hook
        self._ready = ready
        self._metrics = metrics
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; OSError when the address is taken or is not this machine's."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/healthz", self._on_health)
        app.router.add_get("/readyz", self._on_readiness)
        app.router.add_get("/metrics", self._on_metrics)
        if self._hook is not None:
            app.router.add_post(self._hook.path, self._on_update)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._listen.host, self._listen.port).start()
        log.info("listening", host=self._listen.host, port=self._listen.port)

    async def stop(self) -> None:
        """Answer what is under way, and listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _on_update(self, request: web.Request) -> web.Response:
        """Take one update in: 200 only once it is committed; on anything else it comes again."""
        if self._hook is None or not _same(request.headers.get(SECRET_HEADER), self._hook.secret):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        except (ConnectionError, web.RequestPayloadError):  # hung up, or garbled
            return web.Response(status=400)
        return web.Response(status=await self._take(body))

    async def _take(self, body: bytes) -> int:
        """Take what was posted in, if it is an update; answer the status that says so."""
        try:
            update = json.loads(body)
            if not isinstance(update, dict) or numbered(update) is None:
                return 400
            await self._intake.take([update])
        except (ValueError, RecursionError):  # no JSON, or nested too deeply to be kept
            return 400
        except SQLAlchemyError as error:
            log.warning("intake_waits", error=type(error).__name__)
            return 503
        return 200

    async def _on_health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _on_readiness(self, _: web.Request) -> web.Response:
        if await self._ready():
            return web.Response(text="ready\n")
        return web.Response(status=503, text="not ready\n")

    async def _on_metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=await self._metrics(), headers={"Content-Type": METRICS_TYPE})


def _same(given: str | None, secret: str) -> bool:
    """Compare in a time that tells nothing of the secret."""
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), secret.encode())
