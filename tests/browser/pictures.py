"""Pictures that are sent, and those that are taken of the page."""

import struct
import zlib
from pathlib import Path

from tests.browser.screen import Screen

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


async def keep(screen: Screen, name: str) -> None:
    """Keep what the page looks like, for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await screen.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")


def png(width: int, height: int, colour: tuple[int, int, int] = (200, 40, 30)) -> bytes:
    """Make a PNG of one colour."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(colour) * width) * height
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)
