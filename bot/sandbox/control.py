"""The control API: another process acts as people do, through JSON under `/sandbox/`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.errors import ImpossibleError
from bot.sandbox.fields import Json

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

Act = Callable[["Sandbox", Json], Any]
_LONGEST_WAIT = 600.0


async def control(sandbox: Sandbox, request: web.BaseRequest) -> web.Response:
    """Answer one control request: `{"ok": true, "result": …}` or 400 with `error`."""
    name = f"{request.method} {request.path.removeprefix('/sandbox/')}"
    try:
        if name in _ACTS:
            result = _act(sandbox, _ACTS[name], json.loads(await request.read() or b"{}"))
        elif name in _QUESTIONS:
            result = await _QUESTIONS[name](sandbox, dict(request.query))
        else:
            return _answer(404, {"ok": False, "error": f"no {name} here; see README.md"})
    except (ImpossibleError, TypeError, ValueError, KeyError) as error:
        return _answer(400, {"ok": False, "error": str(error)})
    except TimeoutError as error:
        return _answer(408, {"ok": False, "error": str(error)})
    return _answer(200, {"ok": True, "result": result})


def _answer(status: int, body: Json) -> web.Response:
    return web.json_response(body, status=status)


def _act(sandbox: Sandbox, act: Act, body: Json) -> Any:
    """One act, or each of those under `items`, in order."""
    if "items" in body:
        return [act(sandbox, item) for item in body["items"]]
    return act(sandbox, body)


def _send_file(sandbox: Sandbox, body: Json) -> int:
    import base64  # noqa: PLC0415  (only here)

    return sandbox.send_file(**{**body, "content": base64.b64decode(body["content"])})


def _send_album(sandbox: Sandbox, body: Json) -> list[int]:
    import base64  # noqa: PLC0415  (only here)

    files = [(name, base64.b64decode(content)) for name, content in body["files"]]
    return sandbox.send_album(**{**body, "files": files})


async def _messages(sandbox: Sandbox, query: dict[str, str]) -> Any:
    return sandbox.messages(int(query["chat_id"]))


async def _calls(sandbox: Sandbox, query: dict[str, str]) -> Any:
    since, method = int(query.get("since", 0)), query.get("method")
    return [
        call.told()
        for call in sandbox.calls
        if call.number > since and method in {None, call.method}
    ]


async def _state(sandbox: Sandbox, _query: dict[str, str]) -> Any:
    return {
        "unconfirmed": sandbox.unconfirmed,
        "sent": sandbox.sent,
        "calls": sandbox.calls_made,
        "answered": len(sandbox.answers),
        "webhook": sandbox.webhook.info(),
        **sandbox.refusals.told(),
    }


async def _answers(sandbox: Sandbox, _query: dict[str, str]) -> Any:
    return sandbox.answers


async def _wait(sandbox: Sandbox, query: dict[str, str]) -> Any:
    """Until the bot sent that many, answered that many queries, left that few unconfirmed."""
    sent, answered = int(query.get("sent", 0)), int(query.get("answered", 0))
    unconfirmed = int(query["unconfirmed"]) if "unconfirmed" in query else None
    timeout = min(float(query.get("timeout", 10)), _LONGEST_WAIT)
    await sandbox.wait_until(
        lambda: (
            sandbox.sent >= sent
            and len(sandbox.answers) >= answered
            and (unconfirmed is None or sandbox.unconfirmed <= unconfirmed)
        ),
        timeout,
    )
    return await _state(sandbox, query)


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
_QUESTIONS: dict[str, Callable[[Sandbox, dict[str, str]], Awaitable[Any]]] = {
    "GET messages": _messages,
    "GET calls": _calls,
    "GET state": _state,
    "GET answers": _answers,
    "GET wait": _wait,
}
