"""Who may speak to the page's server, and what a browser may do with what it answers."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.guard import by_own_name, from_elsewhere

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
_READING = ("GET", "HEAD")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer this machine's own page alone; the page itself may be come to from anywhere."""
    if not by_own_name(request):
        raise web.HTTPForbidden(text="only by this machine's own address\n")
    if request.path != "/" and from_elsewhere(request):
        raise web.HTTPForbidden(text="only from this page\n")
    if request.method not in _READING and request.content_type != "application/json":
        raise web.HTTPForbidden(text="only as application/json\n")  # no form can be that
    return await handler(request)


async def protect(_: web.Request, response: web.StreamResponse) -> None:
    """Put the headers on an answer that has none of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
