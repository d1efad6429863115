"""A file that is not wholly as it was written is refused, wherever the damage is."""

import gzip
import json
import sqlite3
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from storage.backup import BadBackup, NewerBackup, check
from storage.backup.file import Header, Layout
from storage.backup.reading import Reader
from storage.backup.values import Kind
from tests.storage.kept import NOW, OLDEST, made_of

UNITS = Layout("unit", {"id": Kind.INTEGER, "name": Kind.TEXT, "founded": Kind.DATE})
ROWS = [(1, "第一支部", NOW.date()), (2, "第二支部", None), (3, "第三\n支部", None)]


def small() -> bytes:
    return made_of((UNITS, ROWS)).getvalue()


def problem_of(content: bytes) -> str:
    with pytest.raises(BadBackup) as refused:
        check(BytesIO(content))
    return refused.value.problem


def content_of(content: bytes) -> object:
    reader = Reader(BytesIO(content))
    return reader.header, [(layout, list(rows)) for layout, rows in reader.tables()]


def test_a_whole_file_is_taken() -> None:
    assert check(BytesIO(small())) == Header("0.1.0", "0001", NOW, "sqlite")
    assert content_of(small()) == (check(BytesIO(small())), [(UNITS, ROWS)])
    with OLDEST.open("rb") as stream:
        assert check(stream).revision == "0001"


@pytest.mark.parametrize("change", [0xFF, 0x01, 0x80])
def test_a_changed_byte_is_found_wherever_it_is(change: int) -> None:
    """But for gzip's time and system and the bits that fill a last byte: they say nothing."""
    whole = small()
    wanted, without_meaning = content_of(whole), 0
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= change
        try:
            found = content_of(bytes(damaged))
        except BadBackup:
            continue
        assert found == wanted
        without_meaning += 1
    assert without_meaning <= 8


def test_a_file_cut_anywhere_is_found() -> None:
    whole = small()
    problems = {problem_of(whole[:size]) for size in range(len(whole))}
    assert problems == {"not_a_backup", "cut_short"}


@pytest.mark.parametrize("more", [b"x", b"\0" * 512, b"\n", gzip.compress(b"", mtime=0), small()])
def test_anything_after_the_end_is_found(more: bytes) -> None:
    assert problem_of(small() + more) == "more_after_end"


def test_what_is_no_backup_is_told_so(tmp_path: Path) -> None:
    database = tmp_path / "some.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE some (id)")
    connection.close()
    others = (
        b"",
        b"\x1f",
        "姓名,类别\n".encode(),
        database.read_bytes(),
        gzip.compress(b"hello\n"),
        gzip.compress(b"[1]\n"),
        gzip.compress(b'{"format":"other","version":1}\n'),
        gzip.compress(b'{"format":"sanhui-backup","version":1}\n'),
    )
    assert {problem_of(other) for other in others} == {"not_a_backup"}


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a value": lambda lines: [line.replace("第二".encode(), "第五".encode()) for line in lines],
    "a row gone": lambda lines: lines[:3] + lines[4:],
    "a row twice": lambda lines: [*lines[:3], *lines[2:]],
    "rows exchanged": lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
    "a value too many": lambda lines: [*lines[:2], b'[1,"x",null,2]\n', *lines[3:]],
    "another type": lambda lines: [*lines[:2], b'["1","x",null]\n', *lines[3:]],
    "no date": lambda lines: [*lines[:2], b'[1,"x","2026-02-30"]\n', *lines[3:]],
    "no JSON": lambda lines: [*lines[:2], b"[1,\n", *lines[3:]],
    "an unknown kind": lambda lines: [line.replace(b'"date"', b'"era"') for line in lines],
    "columns no object": lambda lines: [lines[0], b'{"table":"unit","columns":3}\n', *lines[2:]],
    "another header": lambda lines: [lines[0].replace(b"sqlite", b"oracle"), *lines[1:]],
    "another count": lambda lines: [*lines[:-1], lines[-1].replace(b'"rows":3', b'"rows":4')],
    "a number for a line": lambda lines: [*lines[:-1], b"7\n"],
    "a nest": lambda lines: [*lines[:2], b"[" * 100_000 + b"\n", *lines[3:]],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_though_the_file_was_packed_anew(change: str) -> None:
    lines = gzip.decompress(small()).splitlines(keepends=True)
    changed = CHANGES[change](lines)
    assert changed != lines
    assert problem_of(gzip.compress(b"".join(changed))) == "damaged"


def test_a_missing_end_is_found_though_the_file_was_packed_anew() -> None:
    lines = gzip.decompress(small()).splitlines(keepends=True)
    for kept in range(1, len(lines)):
        assert problem_of(gzip.compress(b"".join(lines[:kept]))) == "cut_short"
    assert problem_of(gzip.compress(b"".join(lines)[:-1])) == "cut_short"
    assert problem_of(gzip.compress(b"".join([*lines, lines[2]]))) == "more_after_end"


def test_a_backup_of_a_newer_program_is_told_so() -> None:
    header = Header("9.9", "9999", NOW, "sqlite")
    with pytest.raises(NewerBackup, match=r"9\.9"):
        check(made_of((UNITS, ROWS), header=header))
    lines = gzip.decompress(made_of((UNITS, ROWS), header=header).getvalue()).splitlines()
    later = json.loads(lines[0]) | {"version": 2}
    with pytest.raises(NewerBackup, match=r"9\.9"):
        check(BytesIO(gzip.compress(json.dumps(later).encode() + b"\n")))


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.backup.reading._LONGEST_LINE", 1_000_000)
    assert problem_of(gzip.compress(b"x" * 40_000_000)) == "damaged"
