"""Reading the parameters of a call: query, JSON, form or multipart."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox.errors import ApiError, bad
from bot.sandbox.fields import Json, Upload


@dataclass(slots=True)
class Parameters:
    """Raw parameters: form text or JSON values, and uploaded parts by name."""

    values: Json = field(default_factory=dict)
    form: bool = True
    uploads: dict[str, Upload] = field(default_factory=dict)


async def read_parameters(request: web.BaseRequest, query: str) -> Parameters:
    """Read what the request carries.

    Raises:
        ApiError: 400 for a body that is not what its content type says, 413 for one too large.

    """
    read = Parameters(dict(parse_qsl(query, keep_blank_values=True)) if query else {})
    if not request.can_read_body:
        return read
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            await _read_multipart(request, read)
            return read
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    if kind == "application/json":
        return _read_json(body, read)
    if kind == "application/x-www-form-urlencoded":
        read.values.update(parse_qsl(_decode(body), keep_blank_values=True))
        return read
    raise bad(f"can't parse request: unsupported content type {kind!r}")


def _read_json(body: bytes, read: Parameters) -> Parameters:
    try:
        values = json.loads(body) if body else {}
    except ValueError:
        raise bad("can't parse request: invalid JSON") from None
    if type(values) is not dict:
        raise bad("can't parse request: JSON object expected")
    if read.values:
        raise bad("parameters both in the URL and in a JSON body")
    return Parameters(values, form=False)


async def _read_multipart(request: web.BaseRequest, read: Parameters) -> None:
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            value.file.close()
            read.uploads[name] = Upload(value.filename, value.content_type, content)
        else:
            read.values[name] = value


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None
