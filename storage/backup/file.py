"""The file of a backup: gzipped lines of JSON, which a person can read with ``zcat``.

A header; for each table a line with its name and columns, then its rows as arrays; a footer with
the count and SHA-256 of each table's rows, and the SHA-256 of every line before the footer.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from gzip import GzipFile
from hashlib import sha256
from typing import Any, BinaryIO, Self

from storage.backup.values import Kind, line

FORMAT = "sanhui-backup"
VERSION = 1
_LEVEL = 6


class BadBackup(Exception):  # noqa: N818 - it says what the file is
    """A file that is no backup, or not a whole one.

    ``problem`` is ``not_a_backup``, ``cut_short``, ``damaged`` or ``more_after_end``.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class NewerBackup(Exception):  # noqa: N818 - it says what the file is
    """A backup that a newer program made, which alone can read it; the text is its version."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a backup comes from: program version, revision of the tables, moment, kind of base."""

    program: str
    revision: str
    created_at: datetime
    database: str

    def written(self) -> dict[str, object]:
        """Answer the header's line as JSON."""
        about = asdict(self) | {"created_at": self.created_at.isoformat()}
        return {"format": FORMAT, "version": VERSION, **about}

    @classmethod
    def read(cls, found: dict[str, Any]) -> Self:
        """Read the header's line; KeyError, ValueError or TypeError when it is none."""
        return cls(
            program=str(found["program"]),
            revision=str(found["revision"]),
            created_at=datetime.fromisoformat(found["created_at"]),
            database=str(found["database"]),
        )


@dataclass(frozen=True, slots=True)
class Layout:
    """The name of a table and its columns, in the order of the values in its rows."""

    table: str
    columns: dict[str, Kind]

    @classmethod
    def read(cls, found: dict[str, Any]) -> Self:
        """Read a table's line; KeyError, ValueError or AttributeError when it is none."""
        columns = {name: Kind(kind) for name, kind in found["columns"].items()}
        return cls(str(found["table"]), columns)


@dataclass(slots=True)
class Tally:
    """How many rows there were, and the checksum of their lines."""

    rows: int = 0
    _sum: Any = field(default_factory=sha256)

    def add(self, row: bytes) -> None:
        """Count a row in."""
        self.rows += 1
        self._sum.update(row)

    def written(self) -> dict[str, object]:
        """Answer both as JSON: this is what is compared."""
        return {"rows": self.rows, "sha256": self._sum.hexdigest()}


class Writer:
    """Writes a backup line by line, so that it never needs to be in memory."""

    def __init__(self, out: BinaryIO, header: Header) -> None:
        # No name and no time of its own: the same rows make the same bytes.
        self._file = GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0)
        self._sum = sha256()
        self.tallies: dict[str, Tally] = {}
        self._add(line(header.written()))

    def add_table(self, layout: Layout, rows: Iterable[bytes]) -> None:
        """Write a table and its rows' lines."""
        self._add(line(asdict(layout)))
        tally = self.tallies[layout.table] = Tally()
        for row in rows:
            tally.add(row)
            self._add(row)

    def finish(self) -> None:
        """Write the footer; without it a file is no backup."""
        tables = {name: tally.written() for name, tally in self.tallies.items()}
        self._file.write(line({"tables": tables, "sha256": self._sum.hexdigest()}))
        self._file.close()

    def _add(self, text: bytes) -> None:
        self._sum.update(text)
        self._file.write(text)
