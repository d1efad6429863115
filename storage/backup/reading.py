"""Reading a backup, line by line, and finding out whether all of it is there and as written."""

import json
import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO

from storage.backup.file import FORMAT, VERSION, BadBackup, Header, Layout, NewerBackup, Tally
from storage.backup.values import Row, row_reader
from storage.migrate import known_revisions

_MAGIC = b"\x1f\x8b"
_CHUNK = 16 * 1024  # inflates to 16 MB at the very most
_LONGEST_LINE = 64 * 1024 * 1024
# What reading a line raises that is not as it was written.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def check(stream: BinaryIO) -> Header:
    """Read a backup from beginning to end; answer its header.

    Raises ``BadBackup`` unless every byte is as it was written, ``NewerBackup`` when only a newer
    program can restore it.
    """
    reader = Reader(stream)
    if reader.header.revision not in known_revisions():
        raise NewerBackup(reader.header.program)
    for _ in reader.tables():
        pass
    return reader.header


class Reader:
    """Reads a backup once through; only at the end of ``tables`` is it known to be whole.

    Making one raises ``BadBackup`` for a file that is none, ``NewerBackup`` for a later format.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = _inflated(stream)
        self._sum = sha256()
        self._after: dict[str, Any] = {}
        self.tallies: dict[str, Tally] = {}
        self.header = self._header()

    def tables(self) -> Iterator[tuple[Layout, Iterator[Row]]]:
        """Give each table's layout and its rows, to be read in this order; all are counted.

        Raises ``BadBackup`` where something is not as it was written, at the latest in the end.
        """
        found = self._object(self._line())
        while "table" in found:
            layout = _layout(found)
            rows = self._rows(layout)
            yield layout, rows
            for _ in rows:  # those that were not asked for
                pass
            found = self._after
        self._check_footer(found)

    def _header(self) -> Header:
        text = self._line()
        try:
            found = json.loads(text)
            if found["format"] != FORMAT:
                raise BadBackup("not_a_backup")
            if found["version"] != VERSION:
                raise NewerBackup(str(found["program"]))
            self._sum.update(text)
            return Header.read(found)
        except _UNREADABLE as error:
            raise BadBackup("not_a_backup") from error

    def _rows(self, layout: Layout) -> Iterator[Row]:
        """Give the rows up to the next line that is none; that one is kept as ``_after``."""
        read = row_reader(tuple(layout.columns.values()))
        tally = self.tallies[layout.table] = Tally()
        while (text := self._line()).startswith(b"["):
            try:
                row = read(text)
            except _UNREADABLE as error:
                raise BadBackup("damaged") from error
            self._sum.update(text)
            tally.add(text)
            yield row
        self._after = self._object(text)

    def _object(self, text: bytes) -> dict[str, Any]:
        """Read the line of a table, or the footer, which alone is not part of the sum."""
        try:
            found: dict[str, Any] = json.loads(text)
            if "table" in found:
                self._sum.update(text)
        except _UNREADABLE as error:
            raise BadBackup("damaged") from error
        return found

    def _check_footer(self, found: dict[str, Any]) -> None:
        tables = {name: tally.written() for name, tally in self.tallies.items()}
        if found != {"tables": tables, "sha256": self._sum.hexdigest()}:
            raise BadBackup("damaged")
        for _ in self._lines:
            raise BadBackup("more_after_end")

    def _line(self) -> bytes:
        for text in self._lines:
            return text
        raise BadBackup("cut_short")


def _layout(found: dict[str, Any]) -> Layout:
    try:
        return Layout.read(found)
    except _UNREADABLE as error:
        raise BadBackup("damaged") from error


def _inflated(stream: BinaryIO) -> Iterator[bytes]:
    """Give the lines of one gzip stream; ``BadBackup`` unless it is sound, whole, and alone.

    ``GzipFile`` will not do: it lets a second stream or zeros follow the first.
    """
    if stream.read(len(_MAGIC)) != _MAGIC:
        raise BadBackup("not_a_backup")
    stream.seek(-len(_MAGIC), 1)
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS + 16)
    rest = b""
    while not inflate.eof:
        try:
            *lines, rest = (rest + inflate.decompress(_read(stream))).split(b"\n")
        except zlib.error as error:
            raise BadBackup("damaged") from error
        if len(rest) > _LONGEST_LINE:
            raise BadBackup("damaged")
        for text in lines:
            yield text + b"\n"
    if rest:
        raise BadBackup("cut_short")
    if inflate.unused_data or stream.read(1):
        raise BadBackup("more_after_end")


def _read(stream: BinaryIO) -> bytes:
    chunk = stream.read(_CHUNK)
    if not chunk:
        raise BadBackup("cut_short")
    return chunk
