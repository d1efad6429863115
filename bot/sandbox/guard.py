"""Who may speak to a server on this machine: its own programs, and no page of elsewhere.

A browser on this machine can be led to the loopback address by any page it shows: by a name that
somebody else made lead here, or by a form, a picture or a script. Programs send none of the headers
by which a browser tells where a request comes from.
"""

from __future__ import annotations

from aiohttp import web

_NAMES = frozenset({"127.0.0.1", "localhost"})
_OUR_SITES = frozenset({"same-origin", "none"})  # `none`: the address was typed


def by_own_name(request: web.BaseRequest) -> bool:
    """Tell whether a request calls this machine by a name of its own, at whatever port."""
    return _host(request).partition(":")[0] in _NAMES


def from_elsewhere(request: web.BaseRequest) -> bool:
    """Tell whether a browser sends it for a page of another address, be it on this machine."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site not in _OUR_SITES or origin not in {None, f"http://{_host(request)}"}


def _host(request: web.BaseRequest) -> str:
    return request.headers.get("Host", "").lower()
