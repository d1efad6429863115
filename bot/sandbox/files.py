"""Files of the sandbox, kept byte for byte, and what a picture needs: its size."""

from __future__ import annotations

import mimetypes
import struct
from dataclasses import dataclass

from bot.sandbox.fields import Json

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class File:
    """One stored file."""

    file_id: str
    unique_id: str
    name: str
    mime: str
    path: str
    content: bytes
    size: tuple[int, int] | None  # of a picture, in pixels

    def public(self) -> Json:
        """Make the File object of the Bot API."""
        return {**self._ids(), "file_path": self.path}

    def document(self) -> Json:
        """Make the Document object of the Bot API."""
        return {**self._ids(), "file_name": self.name, "mime_type": self.mime}

    def photo(self) -> list[Json]:
        """Make the PhotoSize objects; the sandbox keeps one size, the original."""
        width, height = self.size or (100, 100)
        return [{**self._ids(), "width": width, "height": height}]

    def _ids(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


class Files:
    """All files, by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}

    def add(self, name: str, content: bytes, *, mime: str = "", photo: bool = False) -> File:
        """Store the bytes and give them an id and a path."""
        number = len(self._by_id) + 1
        mime = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        ending = name.rpartition(".")[2] if "." in name else "bin"
        ending = ending if ending.isascii() and ending.isalnum() else "bin"
        folder, head = ("photos", "AgACAgUAAxk") if photo else ("documents", "BQACAgUAAxk")
        file = File(
            file_id=f"{head}{number:06d}",
            unique_id=f"AgAD{number:06d}",
            name=name,
            mime=mime,
            path=f"{folder}/file_{number}.{ending}",
            content=content,
            size=picture_size(content) if photo else None,
        )
        self._by_id[file.file_id] = self._by_path[file.path] = file
        return file

    def by_id(self, file_id: str) -> File | None:
        """Return the file with that id."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> File | None:
        """Return the file to be downloaded from that path."""
        return self._by_path.get(path)


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG picture; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
