"""The HTTP face: `/bot<token>/<method>`, `/file/bot<token>/<path>`, `/sandbox/…`."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from bot.sandbox.answering import ANSWERS
from bot.sandbox.control import control
from bot.sandbox.errors import ApiError, forbidden
from bot.sandbox.faults import DOWNLOAD, Fault
from bot.sandbox.fields import Json, check
from bot.sandbox.guard import by_own_name, from_elsewhere
from bot.sandbox.methods import METHODS
from bot.sandbox.pace import PACED
from bot.sandbox.reading import Parameters, read_parameters
from bot.sandbox.sending import UPLOADS

if TYPE_CHECKING:
    from bot.sandbox.sandbox import Sandbox

LARGEST_BODY = 60 * 1024 * 1024  # above the 50 MB of a document, so that its 413 is ours
_JSON_TYPE = {"Content-Type": "application/json"}


class Server:
    """Answers requests for one sandbox. Uses aiohttp's low-level server: no router to pass."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._api = f"/bot{sandbox.token}/"
        self._files = f"/file/bot{sandbox.token}/"
        self._runner: web.ServerRunner | None = None

    async def start(self, port: int) -> int:
        """Listen on the loopback address only; answers the port."""
        # Cancellation: a poller that went away must not take a 409 meant for a living one.
        server = web.Server(
            self._handle, request_factory=_request, handler_cancellation=True, access_log=None
        )
        self._runner = web.ServerRunner(server, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        listening: int = self._runner.addresses[0][1]
        return listening

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if not by_own_name(request) or from_elsewhere(request):
            return _error(forbidden("only this machine's own programs are answered"))
        path, _, query = request.raw_path.partition("?")
        if not path.startswith(self._api) and "%" in path:
            path = unquote(path)
        if path.startswith(self._api):
            return await self._call(request, path[len(self._api) :], query)
        if path.startswith(self._files):
            return await self._download(request, path[len(self._files) :])
        if path.startswith("/sandbox/"):
            return await control(self._sandbox, request)
        wrong_token = path.startswith(("/bot", "/file/bot"))
        return _error(ApiError(401, "Unauthorized") if wrong_token else ApiError(404, "Not Found"))

    async def _call(self, request: web.BaseRequest, method: str, query: str) -> web.Response:
        params: Json = {}
        fault: Fault | None = None
        status = 200
        answer: Json
        try:
            raw = await read_parameters(request, query)
            params = _checked(method, raw)
            if self._sandbox.faults.ordered:
                fault = self._sandbox.faults.take(method, params.get("chat_id"))
                if fault and fault.mode == "drop_before":
                    return await self._drop(request, fault, method, params, None)
                if fault and fault.mode == "answer" and fault.error_code != 200:
                    raise fault.error()
            answer = {"ok": True, "result": await self._execute(method, params)}
        except ApiError as error:
            status, answer = error.code, _failure(error)
        if fault and fault.mode == "drop_after":
            return await self._drop(request, fault, method, params, answer)
        self._sandbox.record(method, params, status, answer)
        # Slept after the call is executed: one that came in is done even if the bot dies meanwhile.
        if delay := self._sandbox.delay + (fault.delay if fault else 0):
            await asyncio.sleep(delay)
        return _json(answer, status)

    async def _execute(self, method: str, params: Json) -> Any:
        sandbox = self._sandbox
        if method in PACED:
            sandbox.refusals.check(params.get("chat_id"))
            if sandbox.pace:
                sandbox.pace.spend(params.get("chat_id"))
        if answer := ANSWERS.get(method):
            return answer(sandbox.world, params)
        if method == "getUpdates":
            return await sandbox.updates.poll(params)
        if method == "setWebhook":
            return await sandbox.webhook.set(params)
        if method == "deleteWebhook":
            return await sandbox.webhook.delete(params)
        return sandbox.webhook.info()

    async def _drop(
        self,
        request: web.BaseRequest,
        fault: Fault,
        method: str,
        params: Json,
        answer: Json | None,
    ) -> web.Response:
        """Cut the connection; status 0 in the record: the bot got no answer."""
        self._sandbox.record(method, params, 0, answer)
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if request.transport:
            request.transport.abort()
        return web.Response()  # goes nowhere

    async def _download(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        file = self._sandbox.world.files.by_path(path)
        if file is None:
            return _error(ApiError(404, "Not Found"))
        fault = self._sandbox.faults.take(DOWNLOAD, None)
        if fault is None:
            return web.Response(body=file.content, content_type="application/octet-stream")
        if fault.mode == "answer":
            return _error(fault.error())
        return await self._cut(request, file.content if fault.mode == "drop_after" else b"")

    @staticmethod
    async def _cut(request: web.BaseRequest, content: bytes) -> web.StreamResponse:
        """Begin to send a file, and cut the connection in its middle."""
        begun = web.StreamResponse()
        begun.content_length = len(content)
        if content:
            await begun.prepare(request)
            await begun.write(content[: len(content) // 2])
        if request.transport:
            request.transport.abort()
        return begun


def _checked(method: str, raw: Parameters) -> Json:
    shape = METHODS.get(method)
    if shape is None:
        raise ApiError(404, "Not Found")
    if not raw.uploads:
        return check(shape, raw.values, form=raw.form)
    named = {name: part for name, part in raw.uploads.items() if name in shape.form}
    params = check(shape, {**raw.values, **named}, form=True)
    params[UPLOADS] = raw.uploads
    return params


def _failure(error: ApiError) -> Json:
    answer: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        answer["parameters"] = error.parameters
    return answer


def _error(error: ApiError) -> web.Response:
    return _json(_failure(error), error.code)


def _json(answer: Json, status: int) -> web.Response:
    return web.Response(body=json.dumps(answer).encode(), status=status, headers=_JSON_TYPE)


def _request(*parts: Any) -> web.BaseRequest:
    message, payload, protocol, writer, task = parts
    return web.BaseRequest(
        message,
        payload,
        protocol,
        writer,
        task,
        asyncio.get_running_loop(),
        client_max_size=LARGEST_BODY,
    )
