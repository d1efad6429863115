"""The photo or file of a message, read from its JSON by the names the Bot API documents."""

from collections.abc import Mapping
from typing import Any

from handlers.files.accepted import cleaned_mime, cleaned_name
from storage.attachments import FileKind, SentFile

# What a message may hold beside, and no record takes. An animation comes as a document, too.
OTHER_MEDIA = ("animation", "audio", "sticker", "video", "video_note", "voice")


def other_medium(message: Mapping[str, Any]) -> str | None:
    """Answer what else than a photo or file a message holds; None when it holds no such thing."""
    return next((medium for medium in OTHER_MEDIA if medium in message), None)


def file_of(message: Mapping[str, Any]) -> SentFile | None:
    """Answer the photo (in its largest size) or file of a message; None when it has none."""
    album = message.get("media_group_id")
    if message.get("photo"):
        largest = max(message["photo"], key=lambda size: size["width"] * size["height"])
        return _file(FileKind.PHOTO, largest, album)
    if "document" in message and other_medium(message) is None:
        return _file(FileKind.DOCUMENT, message["document"], album)
    return None


def _file(kind: FileKind, file: Mapping[str, Any], album: object) -> SentFile:
    size = file.get("file_size")
    return SentFile(
        kind=kind,
        file_id=_identifier(file["file_id"]),
        file_unique_id=_identifier(file["file_unique_id"]),
        name=cleaned_name(file.get("file_name")),
        mime=cleaned_mime(file.get("mime_type")),
        size=size if isinstance(size, int) and 0 <= size < 2**63 else None,
        album=None if album is None else _identifier(album),
    )


def _identifier(value: object) -> str:
    """Answer a name that Telegram gave something; ValueError for what cannot be one."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise ValueError("not an identifier")
    return value
