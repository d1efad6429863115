"""`GET /sandbox/content`: the bytes of a file, given to a browser without harm."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.errors import ImpossibleError, NotHereError

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

# What a person sent may be a page with a script in it: it is never shown as what it says it is.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",  # ids begin anew with each sandbox
}
_PICTURES = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
)
_SAVED = "application/octet-stream"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_ATTR_CHARS = "!#$&+-.^_`|~"  # RFC 5987 leaves them as they are


async def content(sandbox: Sandbox, request: web.BaseRequest) -> web.StreamResponse:
    """Answer a picture to be shown, by its first bytes; anything else to be saved."""
    file_id = request.query.get("file_id")
    if file_id is None:
        raise ImpossibleError("file_id is missing")
    file = sandbox.world.files.by_id(file_id)
    if file is None:
        raise NotHereError(f"no file {file_id[:40]!r} in the sandbox")
    found = next((kind for kind, magic in _PICTURES if magic.match(file.content)), _SAVED)
    way = "attachment" if found == _SAVED else "inline"
    headers = {
        **_HEADERS,
        "Content-Type": found,
        "Content-Disposition": f"{way}; {_named(file.name)}",
    }
    return web.Response(body=file.content, headers=headers)


def _named(name: str) -> str:
    """Name a file in RFC 5987's way, for old and new readers, without folders and tricks."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip(" .") or "file"
    plain = _UNSAFE.sub("_", shown)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe=_ATTR_CHARS)}"
