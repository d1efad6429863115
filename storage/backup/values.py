"""Values between a database and a backup: the same value is the same text, whatever kept it."""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, LargeBinary, String, Time
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]


class Kind(StrEnum):
    """What a column holds, in the words of a backup; moments are UTC without an offset."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    FLOAT = "float"
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    BYTES = "bytes"


_FAMILIES: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, Kind.BOOLEAN),
    (Integer, Kind.INTEGER),
    (Float, Kind.FLOAT),
    (String, Kind.TEXT),
    (DateTime, Kind.DATETIME),
    (Date, Kind.DATE),
    (Time, Kind.TIME),
    (LargeBinary, Kind.BYTES),
)
# Booleans, integers and text are in JSON what they are in Python.
_WRITE: dict[Kind, Callable[[Any], object]] = {
    Kind.FLOAT: lambda value: value + 0.0,  # there is one zero: SQLite keeps no negative one
    Kind.DATE: date.isoformat,
    Kind.TIME: time.isoformat,
    Kind.DATETIME: datetime.isoformat,
    Kind.BYTES: bytes.hex,
}


def kind_of(of: TypeEngine[Any]) -> Kind:
    """Answer what a column of a type holds; TypeError for a type that a backup has no form for."""
    for family, kind in _FAMILIES:
        if isinstance(of, family):
            return kind
    raise TypeError(f"a backup has no form for a column of type {of!r}")


_dump = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False
).encode


def line(content: object) -> bytes:
    """Write JSON as one line, always in the same way: lines are compared by their bytes."""
    return _dump(content).encode() + b"\n"


def row_writer(kinds: Sequence[Kind]) -> Callable[[Sequence[Any]], bytes]:
    """Answer what writes a row of columns of these kinds as a line."""
    turned = [(place, _WRITE[kind]) for place, kind in enumerate(kinds) if kind in _WRITE]

    def write(row: Sequence[Any]) -> bytes:
        values = list(row)
        for place, turn in turned:
            if values[place] is not None:
                values[place] = turn(values[place])
        return line(values)

    return write


def row_reader(kinds: Sequence[Kind]) -> Callable[[bytes], Row]:
    """Answer what reads such a line back; it raises ValueError or TypeError for any other line."""
    turns = [_READ[kind] for kind in kinds]

    def read(text: bytes) -> Row:
        values = json.loads(text)
        pairs = zip(turns, values, strict=True)
        return tuple([None if value is None else turn(value) for turn, value in pairs])

    return read


def _exactly(wanted: type) -> Callable[[Any], object]:
    def check(value: object) -> object:
        if type(value) is not wanted:
            raise TypeError(f"{type(value).__name__} instead of {wanted.__name__}")
        return value

    return check


_READ: dict[Kind, Callable[[Any], object]] = {
    Kind.BOOLEAN: _exactly(bool),
    Kind.INTEGER: _exactly(int),
    Kind.FLOAT: _exactly(float),
    Kind.TEXT: _exactly(str),
    Kind.DATE: date.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.BYTES: bytes.fromhex,
}
