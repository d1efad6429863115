"""Realistic values for what is said of files, around a text that a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from storage.attachments import FileKind
from storage.filing import Filed
from tests.bot.correcting_values import SEALED

Values = Mapping[str, object]


def filed(text: str) -> tuple[Filed, ...]:
    """A file with a name, and photos without one, of any size or none."""
    return (
        Filed(7, FileKind.DOCUMENT, text, "application/pdf", 1_234_567, "A1"),
        Filed(8, FileKind.PHOTO, None, None, 340_500, "A2"),
        Filed(9, FileKind.PHOTO, None, None, 12, "A3"),
        Filed(10, FileKind.DOCUMENT, None, None, None, "A4"),
    )


def file_templates(text: str) -> dict[str, list[Values]]:
    """Values for every template about files."""
    attached: Values = {"number": 12, "files": filed(text), "album": "coming", "unread": text}
    refused: Values = {"wrong": "kind", "name": text, "words": text, "most": 20}
    return {
        "ask_file": [{"any": True, "words": text}, {"any": False, "words": ""}],
        "doc_how": [{"any": True}, {"any": False}],
        "doc_unread": [{"number": 12, "read": text}],
        "file_gone": [{}],
        "file_kept": [{"album": True}, {"album": False}],
        "file_refused": [
            refused,
            *({**refused, "wrong": wrong, "name": None, "words": ""} for wrong in WRONG),
        ],
        "file_unused": [{}],
        "filed": [
            attached,
            {**attached, "files": filed(text)[:1], "album": None, "unread": ""},
            {**attached, "album": "doubtful"},
            {**attached, **SEALED},
            {**attached, "files": (), "unread": ""},
        ],
        "files": [{"number": 12, "files": filed(text)}, {"number": 12, "files": ()}],
        "no_files_there": [{"number": 12}],
        "too_many_files": [{"number": 12, "most": 30}, {"number": None, "most": 30}],
        "unfiled": [
            {"number": 12, "files": filed(text)},
            {"number": 12, "files": filed(text), **SEALED},
        ],
    }


WRONG = (
    "too_large",
    "kind",
    "animation",
    "audio",
    "sticker",
    "video",
    "video_note",
    "voice",
)


def file_buttons() -> dict[str, list[Values]]:
    """Values for every button about files, by its label."""
    chosen = {"number": 12, "day": date(2026, 11, 20), "kinds": ("党员大会", "党课")}
    return {"attach": [{}], "take_off": [{}], "choose_record": [chosen]}
