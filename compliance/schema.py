"""A typed reader of TOML tables that refuses everything it was not asked about."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)
# How the readers of TOML and of JSON end what they say when they know the place.
_PLACE = re.compile(r"line (\d+),? column \d+(?: \(char \d+\)|\))$")


class CatalogueError(ValueError):
    """A catalogue file is wrong: which file, under which key, and why.

    ``code`` says what is wrong, with ``values``; the templates put it into words.
    """

    def __init__(self, file: str, key: str, code: str, values: Mapping[str, object]) -> None:
        super().__init__(f"{file}: {key}: {code} {dict(values)}")
        self.file = file
        self.key = key
        self.code = code
        self.values = values


def unreadable(file: str, error: Exception, form: str = "TOML") -> CatalogueError:
    """Make the error of a file that cannot be read at all; the line is None if it is not known."""
    place = _PLACE.search(str(error))
    line = None if place is None else int(place[1])
    return CatalogueError(file, "", "unreadable", {"line": line, "form": form})


class Table:
    """One table of the file. Each reading method takes its key away; ``close`` refuses the rest.

    A key without a default must be there. Every method raises CatalogueError for a wrong value.
    """

    def __init__(self, file: str, name: str, values: Mapping[str, object]) -> None:
        self._file = file
        self._name = name
        self._left = dict(values)

    @classmethod
    def parse(cls, file: str, text: str) -> "Table":
        """Open the root of a TOML file, whose numbers with a point are exact."""
        try:
            return cls(file, "", tomllib.loads(text, parse_float=Decimal))
        except ValueError as error:
            raise unreadable(file, error) from error

    def shown(self, key: str) -> str:
        """Read a text that is not empty, and leave it for another reader."""
        self._left[key] = text = self.text(key)
        return text

    def error(self, key: str, code: str, **values: object) -> CatalogueError:
        """Make the error to raise about a key of this table."""
        return CatalogueError(self._file, self._path(key), code, values)

    def has(self, key: str) -> bool:
        """Tell whether the key is there and still unread."""
        return key in self._left

    def text(self, key: str) -> str:
        """Read a text that is not empty."""
        text = self._take(key, str, "not_text")
        if not text.strip():
            raise self.error(key, "empty")
        return text

    def flag(self, key: str) -> bool:
        """Read true or false; false when absent."""
        return self.has(key) and self._take(key, bool, "not_flag")

    def number(self, key: str, *, least: int = 0) -> int:
        """Read a whole number, not below ``least``."""
        return self._checked(key, self._take(key, int, "not_whole"), least)

    def numbers(self, key: str) -> tuple[int, ...]:
        """Read a list of whole numbers, none negative."""
        return tuple(self._checked(key, number, 0) for number in self._list(key, int, "not_wholes"))

    def decimal(self, key: str) -> Decimal:
        """Read an exact number, not negative (parse the file with ``parse_float=Decimal``)."""
        value = self._left.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            self._left[key] = Decimal(value)
        number = self._take(key, Decimal, "not_number")
        if not number.is_finite() or number < 0:
            raise self.error(key, "negative", read=number)
        return number

    def day(self, key: str) -> date:
        """Read a date without a time."""
        value = self._take(key, date, "not_date")
        if isinstance(value, datetime):
            raise self.error(key, "not_date", read=value)
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(self._list(key, str, "not_texts"))

    def choice(self, key: str, choices: type[_E]) -> _E:
        """Read one of an enumeration's values."""
        return self._one_of(key, self.text(key), choices)

    def choices(self, key: str, choices: type[_E]) -> tuple[_E, ...]:
        """Read a list of an enumeration's values."""
        return tuple(self._one_of(key, text, choices) for text in self.words(key))

    def _one_of(self, key: str, text: str, choices: type[_E]) -> _E:
        try:
            return choices(text)
        except ValueError:
            raise self.error(key, "not_one_of", read=text, allowed=tuple(choices)) from None

    def table(self, key: str) -> "Table":
        """Open the table under the key."""
        values: Mapping[str, object] = self._take(key, dict, "not_table")
        return Table(self._file, self._path(key), values)

    def tables(self, key: str, name: str) -> tuple["Table", ...]:
        """Open the tables under the key, each called by its value of ``name`` or its place."""
        rows: list[Mapping[str, object]] = self._list(key, dict, "not_tables")
        return tuple(
            Table(self._file, f"{self._path(key)}[{row.get(name, place)}]", row)
            for place, row in enumerate(rows, start=1)
        )

    def close(self) -> None:
        """Refuse what is left: a key nobody reads is a mistake in the file."""
        for key in self._left:
            raise self.error(key, "unknown_key")

    def _take(self, key: str, kind: type[_T], code: str) -> _T:
        """Take the value of this kind; ``code`` says that it is of another."""
        if key not in self._left:
            raise self.error(key, "missing")
        value = self._left.pop(key)
        if not _is(value, kind):
            raise self.error(key, code, read=value)
        return value  # type: ignore[return-value]  # _is has just looked

    def _list(self, key: str, kind: type[_T], code: str) -> list[_T]:
        values: list[object] = self._take(key, list, code)
        if not all(_is(value, kind) for value in values):
            raise self.error(key, code, read=values)
        return values  # type: ignore[return-value]  # every one was looked at

    def _checked(self, key: str, number: int, least: int) -> int:
        if number < least:
            raise self.error(key, "too_small", read=number, least=least)
        return number

    def _path(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key


def _is(value: object, kind: type) -> bool:
    """Check like isinstance, but true and false are no numbers."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
