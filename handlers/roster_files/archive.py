"""What a workbook holds, seen from its table of contents alone: before anything is unpacked."""

import io
import zipfile
from collections import Counter
from collections.abc import Sequence

from handlers.roster_files.misfits import unfit

# A roster of 20,000 lines is a few megabytes unpacked, and a sixth of that packed.
MOST_UNPACKED = 60_000_000
MOST_STRINGS = 15_000_000  # those of all cells, which are held at once
MOST_MEMBERS = 300
MOST_TIMES = 120  # so many times its packed size a larger member may have
_SMALL = 1_000_000
_ENCRYPTED = 0x1
_WORKBOOK = "xl/workbook.xml"
_STRINGS = "xl/sharedstrings.xml"
_NESTED = (".zip", ".rar", ".7z", ".gz", ".xlsx", ".xlsm", ".xls", ".docx", ".doc", ".exe", ".dll")


def require_sound(content: bytes) -> None:
    """Refuse what is no workbook, or holds more or other things than a roster does."""
    members = _members(content)
    names = [member.filename.lower() for member in members]
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise unfit("roster_locked")
    if _WORKBOOK not in names:
        raise unfit("roster_no_workbook")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise unfit("roster_macros")
    if any(name.startswith("xl/embeddings/") or name.endswith(_NESTED) for name in names):
        raise unfit("roster_embeds")
    if max(Counter(names).values()) > 1:
        raise unfit("roster_damaged")
    if _is_bomb(members):
        raise unfit("roster_bomb")


def _members(content: bytes) -> Sequence[zipfile.ZipInfo]:
    """List what an archive holds. What it says of sizes holds: no more than that is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise unfit("roster_damaged") from error


def _is_bomb(members: Sequence[zipfile.ZipInfo]) -> bool:
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        return True
    return any(
        (member.file_size > _SMALL and member.file_size > MOST_TIMES * member.compress_size)
        or (member.filename.lower() == _STRINGS and member.file_size > MOST_STRINGS)
        for member in members
    )
