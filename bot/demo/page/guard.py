"""Who may speak to the page's server, and what a browser may do with what it answers."""

from collections.abc import Awaitable, Callable

from aiohttp import web

HOSTS = ("127.0.0.1", "localhost")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer this machine's own page alone.

    Another site's page in the same browser must not act here: not by a name of its own that leads
    to this machine, nor by a form.
    """
    if not _by_its_own_name(request):
        raise web.HTTPForbidden(text="only by this machine's own address\n")
    if request.method != "GET" and not _from_the_page(request):
        raise web.HTTPForbidden(text="only from this page, as application/json\n")
    return await handler(request)


async def protect(_: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on an answer that has none of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def _by_its_own_name(request: web.Request) -> bool:
    return request.url.host in HOSTS and request.headers.get("Host") == request.url.authority


def _from_the_page(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    same = origin is None or origin == str(request.url.origin())
    return same and request.content_type == "application/json"
