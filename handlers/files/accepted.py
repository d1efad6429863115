"""Which files may be attached, and what is kept of the names that senders give them."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from handlers.request import Refused, Request
from storage.attachments import FileKind, SentFile
from storage.messages import Message

# The Bot API gives out no larger file (getFile: "up to 20 MB in size"), in bytes.
MOST_BYTES = 20 * 1024 * 1024
LONGEST_NAME = 80  # characters kept of a name, its ending among them
_LONGEST_ENDING = 10
# The commands whose words a file may come with; with others it is said that it was not used.
TAKING_FILES = frozenset({"meeting", "log", "amend", "doc", "roster"})
_SAYS_NOTHING = (None, "application/octet-stream")
_SPACES = re.compile(r"\s+")
_PATHS = re.compile(r'[/\\:*?"<>|]')
_MIME = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", re.ASCII)
_KINDS = Path(__file__).with_name("kinds.toml")


@cache
def kinds() -> dict[str, tuple[str, ...]]:
    """Answer the MIME types of each ending that may be attached."""
    table = tomllib.loads(_KINDS.read_text("utf-8"))["kinds"]
    return {ending: tuple(types) for ending, types in table.items()}


def wrong_with(file: SentFile) -> str | None:
    """Answer why a file may not be attached: ``too_large`` or ``kind``; None when it may.

    A photo is Telegram's own picture. A file without an ending goes by its MIME type alone.
    """
    if file.size is not None and file.size > MOST_BYTES:
        return "too_large"
    if file.kind is FileKind.PHOTO:
        return None
    ending = _ending(file.name or "")
    if not ending:
        known = {mime for types in kinds().values() for mime in types}
        return None if file.mime in known else "kind"
    types = kinds().get(ending)
    fits = types is not None and (file.mime in _SAYS_NOTHING or file.mime in types)
    return None if fits else "kind"


def require_fit(request: Request, words: str) -> None:
    """Refuse a file that is too large, or of a kind that is not taken, with its words."""
    wrong = None if request.file is None else wrong_with(request.file)
    if request.file is not None and wrong is not None:
        raise Refused(refusal(wrong, name=request.file.name, words=words))


def refusal(wrong: str, *, name: str | None = None, words: str = "") -> Message:
    """Answer the message that says why a file is not taken, and that its words were not, either."""
    megabytes = MOST_BYTES // 2**20
    values = {"wrong": wrong, "name": name, "words": words, "most": megabytes}
    return Message("file_refused", values)


def cleaned_name(name: str | None) -> str | None:
    """Answer what is kept of a name: one short line without signs that hide or lead elsewhere.

    None when nothing of it is left. Its ending stays, or what it is could no longer be told.
    """
    if name is None:
        return None
    # Nothing of a name lies further on but its ending; a hostile one is a megabyte.
    short = name if len(name) <= 2 * LONGEST_NAME else name[:LONGEST_NAME] + name[-LONGEST_NAME:]
    seen = (" " if unicodedata.category(sign)[0] == "Z" else sign for sign in short)
    kept = "".join(sign for sign in seen if unicodedata.category(sign)[0] != "C")
    plain = _SPACES.sub(" ", _PATHS.sub("_", kept)).strip(" .")
    return _shortened(plain) or None


def cleaned_mime(mime: str | None) -> str | None:
    """Answer a MIME type in small letters; None for what is none."""
    said = (mime or "").partition(";")[0].strip().lower()
    return said if _MIME.fullmatch(said) else None


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"…{dot}{ending}" if dot and len(ending) <= _LONGEST_ENDING else "…"
    return (stem if len(tail) > 1 else name)[: LONGEST_NAME - len(tail)] + tail


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return ending.strip().lower() if dot and stem else ""
