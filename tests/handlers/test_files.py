"""Which files are taken, and what is kept of hostile names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.files.accepted import (
    LONGEST_NAME,
    MOST_BYTES,
    cleaned_mime,
    cleaned_name,
    kinds,
    wrong_with,
)
from storage.attachments import FileKind, SentFile

OCTETS = "application/octet-stream"


def document(name: str | None, mime: str | None = None, size: int | None = 10) -> SentFile:
    return SentFile(FileKind.DOCUMENT, "A", "U", cleaned_name(name), cleaned_mime(mime), size)


FILES = [
    # name, what the sender's program calls it, what is wrong
    ("会议记录.pdf", "application/pdf", None),
    ("会议记录.PDF", "Application/PDF; charset=x", None),
    ("会议记录.pdf", None, None),
    ("会议记录.wps", OCTETS, None),
    ("名单.csv", "text/plain", None),
    (None, "application/pdf", None),
    ("...", "image/png", None),
    (None, OCTETS, "kind"),
    (None, None, "kind"),
    ("会议记录", OCTETS, "kind"),
    ("会议记录.pdf", "application/x-msdownload", "kind"),
    ("setup.exe", "application/pdf", "kind"),
    ("木马.pdf.exe", OCTETS, "kind"),
    ("木马\u202efdp.exe", OCTETS, "kind"),
    ("木马.exe\u200b", OCTETS, "kind"),
    ("木马.exe.", OCTETS, "kind"),
    ("材料.zip", "application/zip", "kind"),
    ("页面.html", "text/html", "kind"),
    ("图.svg", "image/svg+xml", "kind"),
    ("宏.docm", OCTETS, "kind"),
]


@pytest.mark.parametrize(("name", "mime", "wrong"), FILES)
def test_a_file_is_taken_by_its_ending_and_its_type(
    name: str | None, mime: str | None, wrong: str | None
) -> None:
    assert wrong_with(document(name, mime)) == wrong


def test_only_what_telegram_gives_out_is_taken() -> None:
    assert wrong_with(document("a.pdf", size=MOST_BYTES)) is None
    assert wrong_with(document("a.pdf", size=MOST_BYTES + 1)) == "too_large"
    assert wrong_with(document("a.pdf", size=None)) is None
    assert wrong_with(SentFile(FileKind.PHOTO, "A", "U", size=MOST_BYTES + 1)) == "too_large"
    assert wrong_with(SentFile(FileKind.PHOTO, "A", "U")) is None


NAMES = [
    ("会议记录.pdf", "会议记录.pdf"),
    ("../../etc/passwd", "_.._etc_passwd"),
    ("C:\\文件\\a.pdf", "C__文件_a.pdf"),
    ("a\u202efdp.exe", "afdp.exe"),
    ("a\u200b\ufeff\0\n b\u3000c.txt", "a b c.txt"),
    ("\ud800.pdf", "pdf"),
    ("<img src=x>.png", "_img src=x_.png"),
    ("", None),
    (" .\u200b. ", None),
    (None, None),
]


@pytest.mark.parametrize(("name", "kept"), NAMES)
def test_what_is_kept_of_a_name(name: str | None, kept: str | None) -> None:
    assert cleaned_name(name) == kept


def test_a_long_name_keeps_its_ending() -> None:
    for length in (LONGEST_NAME, 100, 10_000, 1_000_000):
        kept = cleaned_name("字" * length + ".pdf")
        assert kept is not None
        assert len(kept) == LONGEST_NAME
        assert kept.endswith("….pdf")
    no_ending = cleaned_name("a." + "b" * 10_000)
    assert no_ending is not None
    assert len(no_ending) == LONGEST_NAME


@given(st.text(alphabet=st.characters(), max_size=400))
def test_any_name_is_one_plain_short_line_and_is_kept_as_it_is_then(name: str) -> None:
    kept = cleaned_name(name)

    assert kept is None or (kept.isprintable() and 0 < len(kept) <= LONGEST_NAME)
    assert kept is None or not set(kept) & set('/\\:*?"<>|\u202e\u200b')
    assert cleaned_name(kept) == kept


def _types() -> Iterator[str]:
    for types in kinds().values():
        yield from types


def test_the_list_of_kinds_is_written_as_files_are_read() -> None:
    assert all(ending == ending.lower() and ending.isalnum() for ending in kinds())
    assert all(cleaned_mime(mime) == mime for mime in _types())
    assert cleaned_mime("x" * 300 + "/y") is None
    assert cleaned_mime("<b>") is None
