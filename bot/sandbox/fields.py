"""Parameters of the Bot API: their notation, and strict readers compiled from it.

`"chat_id!: Integer|String"` is a required parameter of two possible types. Values come as JSON
or as form text (where objects and arrays are JSON in a string); Telegram takes both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.sandbox.errors import bad

Json = dict[str, Any]
Reader = Callable[[Any], Any]
ARRAY = "Array of "
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_BOOLEANS = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}


class WrongTypeError(Exception):
    """A value of another type than the field has."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in a multipart request."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of a method or one field of an object."""

    name: str
    types: tuple[str, ...]
    required: bool


def fields(*lines: str) -> tuple[Field, ...]:
    """Read the notation: `name: Type|Type`, with `!` after the name when it is required."""
    made = []
    for line in lines:
        name, types = line.split(": ")
        made.append(Field(name.rstrip("!"), tuple(types.split("|")), name.endswith("!")))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Shape:
    """Compiled fields of a method or an object."""

    fields: tuple[Field, ...]
    json: dict[str, Reader]
    form: dict[str, Reader]
    required: tuple[str, ...]


def shape(listed: tuple[Field, ...]) -> Shape:
    """Compile the readers once, so that a request only looks them up."""
    return Shape(
        listed,
        {field.name: json_reader(field.types) for field in listed},
        {field.name: form_reader(field.types) for field in listed},
        tuple(field.name for field in listed if field.required),
    )


@cache
def json_reader(types: tuple[str, ...]) -> Reader:
    """Make the reader of a value that came as JSON."""
    items = tuple(name.removeprefix(ARRAY) for name in types if name.startswith(ARRAY))
    if items:
        read_item = json_reader(items)

        def read_array(value: Any) -> list[Any]:
            if type(value) is not list:
                raise WrongTypeError
            return [read_item(item) for item in value]

        return read_array
    if scalar := _SCALARS.get(frozenset(types)):
        return scalar

    def read_object(value: Any) -> Json:
        if type(value) is not dict:
            raise WrongTypeError
        from bot.sandbox.objects import read_as  # noqa: PLC0415  (objects hold fields: a circle)

        return read_as(types, value)

    return read_object


@cache
def form_reader(types: tuple[str, ...]) -> Reader:
    """Make the reader of a value that came as form text or as an uploaded part."""
    if text := _FORM_SCALARS.get(frozenset(types)):
        return text
    inner = json_reader(types)

    def read_json_text(value: Any) -> Any:
        if type(value) is not str:
            raise WrongTypeError
        try:
            return inner(json.loads(value))
        except json.JSONDecodeError:
            raise WrongTypeError from None

    return read_json_text


def check(owner: Shape, raw: Json, *, form: bool, where: str = "") -> Json:
    """Read every value strictly.

    Raises:
        ApiError: 400 naming the parameter that is unknown, of a wrong type, or missing.

    """
    readers = owner.form if form else owner.json
    read: Json = {}
    for name, value in raw.items():
        reader = readers.get(name)
        if reader is None:
            raise bad(f'unknown parameter "{where}{name}"')
        if value is None:
            continue
        try:
            read[name] = reader(value)
        except WrongTypeError:
            types = next(field.types for field in owner.fields if field.name == name)
            raise bad(f'parameter "{where}{name}" must be of type {" or ".join(types)}') from None
    for name in owner.required:
        if name not in read:
            raise bad(_MISSING.get(where + name, f'parameter "{where}{name}" is required'))
    return read


_MISSING = {"chat_id": "chat_id is empty", "text": "message text is empty"}


def _integer(value: Any) -> int:
    if type(value) is int:
        return value
    raise WrongTypeError


def _string(value: Any) -> str:
    if type(value) is not str:
        raise WrongTypeError
    try:
        value.isascii() or value.encode()
    except UnicodeEncodeError:  # a lone surrogate, written as an escape in JSON
        raise bad("strings must be encoded in UTF-8") from None
    return value


def _boolean(value: Any) -> bool:
    if type(value) is bool:
        return value
    raise WrongTypeError


def _chat_id(value: Any) -> int | str:
    if type(value) is int:
        return value
    text = _string(value)
    return int(text) if _WHOLE.fullmatch(text) else text


def _form_integer(value: Any) -> int:
    if type(value) is str and _WHOLE.fullmatch(value):
        return int(value)
    raise WrongTypeError


def _form_boolean(value: Any) -> bool:
    if type(value) is str and value in _BOOLEANS:
        return _BOOLEANS[value]
    raise WrongTypeError


def _upload(value: Any) -> Upload:
    if isinstance(value, Upload):
        return value
    raise WrongTypeError


def _upload_or_string(value: Any) -> Upload | str:
    return value if isinstance(value, Upload) else _string(value)


_FILES: dict[frozenset[str], Reader] = {
    frozenset({"InputFile"}): _upload,
    frozenset({"InputFile", "String"}): _upload_or_string,
}
_SCALARS: dict[frozenset[str], Reader] = {
    frozenset({"Integer"}): _integer,
    frozenset({"String"}): _string,
    frozenset({"Boolean"}): _boolean,
    frozenset({"Integer", "String"}): _chat_id,
    **_FILES,
}
_FORM_SCALARS: dict[frozenset[str], Reader] = {
    **_SCALARS,
    frozenset({"Integer"}): _form_integer,
    frozenset({"Boolean"}): _form_boolean,
}
