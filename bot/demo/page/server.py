"""The page's server, on the loopback address alone: the page, its files, and what it speaks."""

from pathlib import Path

from aiohttp import web

from bot.demo.page.guard import guard, protect
from bot.demo.page.routes import Routes
from bot.demo.page.words import LOCALES, page
from bot.demo.stage import Stage
from bot.sandbox.control import control
from bot.sandbox.server import LARGEST_BODY

STATIC = Path(__file__).with_name("static")
HOST = "127.0.0.1"
PORT, PORTS = 8080, 20


class Server:
    """Serves one stage. ``address`` is known once it is started."""

    def __init__(self, stage: Stage, locale: str) -> None:
        self.address = ""
        self._stage = stage
        self._routes = Routes(stage, locale)
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)

    async def start(self, port: int | None = None) -> None:
        """Listen at that port, or at 8080 or the first after it that is free.

        OSError when there is none.
        """
        await self._runner.setup()
        site = await self._listen([port] if port is not None else range(PORT, PORT + PORTS))
        self.address = site.name + "/"
        self._routes.begin()

    async def stop(self) -> None:
        """Send those who look on away, answer no more, and then end what was set going."""
        self._stage.sandbox.feed.end()
        await self._runner.cleanup()
        await self._routes.end()

    async def _listen(self, ports: range | list[int]) -> web.TCPSite:
        for port in ports:
            site = web.TCPSite(self._runner, HOST, port)
            try:
                await site.start()
            except OSError:
                await site.stop()
                if port == ports[-1]:
                    raise
            else:
                return site
        raise OSError("no port")

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_BODY)
        app.on_response_prepare.append(protect)
        app.router.add_get("/", self._on_page)
        app.router.add_static("/static", STATIC)
        app.router.add_route("*", "/sandbox/{act}", self._on_sandbox)
        app.router.add_routes(self._routes.table())
        return app

    async def _on_page(self, request: web.Request) -> web.Response:
        asked, spoken = request.query.get("lang"), self._routes.locale
        locale = asked if asked in LOCALES else spoken
        return web.Response(text=page(locale), content_type="text/html")

    async def _on_sandbox(self, request: web.Request) -> web.StreamResponse:
        return await control(self._stage.sandbox, request)
