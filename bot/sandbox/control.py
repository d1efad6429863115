"""The control API: another process, or a page, acts as people do and looks, under `/sandbox/`."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.errors import NotHereError
from bot.sandbox.fields import Json
from bot.sandbox.looking import QUESTIONS
from bot.sandbox.onlooking import events
from bot.sandbox.showing import content

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

Act = Callable[["Sandbox", Json], Any]
# A number where text belongs, or the reverse, is found out only where it is used.
_BAD = (ValueError, TypeError, KeyError, AttributeError)


async def control(sandbox: Sandbox, request: web.BaseRequest) -> web.StreamResponse:
    """Answer one control request: `{"ok": true, "result": …}`, or 400 with `error`.

    `request` may be one of another server on the same event loop that passes it on.
    """
    name = f"{request.method} {request.path.removeprefix('/sandbox/')}"
    try:
        if name in _VIEWS:
            return await _VIEWS[name](sandbox, request)
        if name in QUESTIONS:
            result = await QUESTIONS[name](sandbox, request.query)
        elif name in _ACTS:
            result = _act(sandbox, _ACTS[name], json.loads(await request.read() or b"{}"))
        else:
            raise NotHereError(f"no {name} here; see README.md")
    except _BAD as error:
        return _refused(404 if isinstance(error, NotHereError) else 400, str(error))
    except TimeoutError as error:
        return _refused(408, str(error))
    except web.HTTPRequestEntityTooLarge as error:
        return _refused(413, str(error.text))
    return web.json_response({"ok": True, "result": result})


def _refused(status: int, error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)


def _act(sandbox: Sandbox, act: Act, body: Json) -> Any:
    """One act, or each of those under `items`, in order."""
    if "items" in body:
        return [act(sandbox, item) for item in body["items"]]
    return act(sandbox, body)


def _send_file(sandbox: Sandbox, body: Json) -> int:
    return sandbox.send_file(**{**body, "content": _bytes(body["content"])})


def _bytes(content: str) -> bytes:
    return b64decode(content, validate=True)


def _send_album(sandbox: Sandbox, body: Json) -> list[int]:
    files = [(name, _bytes(content)) for name, content in body["files"]]
    return sandbox.send_album(**{**body, "files": files})


_ACTS: dict[str, Act] = {
    "POST users": lambda sandbox, body: sandbox.add_user(**body),
    "POST groups": lambda sandbox, body: sandbox.add_group(**body),
    "POST topics": lambda sandbox, body: sandbox.add_topic(**body),
    "POST say": lambda sandbox, body: sandbox.say(**body),
    "POST edit": lambda sandbox, body: sandbox.edit(**body),
    "POST tap": lambda sandbox, body: (
        sandbox.tap_label(**body) if "label" in body else sandbox.tap(**body)
    ),
    "POST file": _send_file,
    "POST album": _send_album,
    "POST deliver": lambda sandbox, body: sandbox.deliver(body),
    "POST fail": lambda sandbox, body: sandbox.fail(**body),
    "POST refuse": lambda sandbox, body: sandbox.refuse(**body),
    "POST language": lambda sandbox, body: sandbox.set_language(**body),
    "POST join": lambda sandbox, body: sandbox.join(**body),
    "POST leave": lambda sandbox, body: sandbox.leave(**body),
    "POST kick": lambda sandbox, body: sandbox.kick(**body),
    "POST add_bot": lambda sandbox, body: sandbox.add_bot(**body),
    "POST kick_bot": lambda sandbox, body: sandbox.kick_bot(**body),
    "POST block_bot": lambda sandbox, body: sandbox.block_bot(**body),
    "POST unblock_bot": lambda sandbox, body: sandbox.unblock_bot(**body),
    "POST rename": lambda sandbox, body: sandbox.rename(**body),
    "POST delete_topic": lambda sandbox, body: sandbox.delete_topic(**body),
    "POST migrate": lambda sandbox, body: sandbox.migrate(**body),
}
_VIEWS: dict[str, Callable[[Sandbox, web.BaseRequest], Awaitable[web.StreamResponse]]] = {
    "GET events": events,
    "GET content": content,
}
