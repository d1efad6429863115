"""Draws photo.png, a meeting as a phone might have taken it: ``python -m bot.demo.samples.draw``.

The same bytes every time (with the same zlib); the standard library alone.
"""

import struct
import zlib
from collections.abc import Callable, Iterator

from bot.demo.samples import PHOTO

WIDTH, HEIGHT = 480, 320
Colour = tuple[int, int, int]
Shape = tuple[Callable[[int, int], bool], Colour]

WALL, FLOOR, FRAME, SKY = (236, 228, 211), (168, 140, 110), (250, 248, 242), (178, 209, 232)
BANNER, GOLD, TABLE, EDGE = (190, 40, 38), (245, 205, 92), (139, 94, 60), (112, 74, 46)
SKIN, HAIR, PAPER = (231, 188, 150), (52, 44, 42), (252, 252, 250)
COATS = ((62, 84, 120), (90, 110, 98), (120, 70, 78), (72, 72, 84), (98, 92, 132))


def box(left: int, top: int, right: int, bottom: int) -> Callable[[int, int], bool]:
    """Answer what tells whether a point lies in a rectangle, in pixels."""
    return lambda x, y: left <= x < right and top <= y < bottom


def disc(x0: int, y0: int, wide: int, high: int) -> Callable[[int, int], bool]:
    """Answer what tells whether a point lies in an ellipse about a point."""
    return lambda x, y: ((x - x0) / wide) ** 2 + ((y - y0) / high) ** 2 <= 1


def shapes() -> Iterator[Shape]:
    """Answer everything in the room, what is farther away first."""
    yield box(0, 0, WIDTH, HEIGHT), WALL
    yield box(0, 250, WIDTH, HEIGHT), FLOOR
    yield box(60, 22, 420, 60), BANNER
    for star in range(9):
        yield disc(96 + 36 * star, 41, 9, 9), GOLD
    for left in (36, 356):
        yield box(left, 80, left + 88, 164), FRAME
        yield box(left + 6, 86, left + 41, 158), SKY
        yield box(left + 47, 86, left + 82, 158), SKY
    for seat, coat in enumerate(COATS):
        at = 72 + 84 * seat
        yield disc(at, 236, 34, 58), coat
        yield disc(at, 152, 20, 22), HAIR
        yield disc(at, 160, 17, 20), SKIN
    yield box(16, 222, 464, 262), TABLE
    yield box(16, 262, 464, 300), EDGE
    for seat in range(len(COATS)):
        yield box(56 + 84 * seat, 228, 90 + 84 * seat, 244), PAPER


def picture() -> bytes:
    """Answer the picture as a PNG."""
    rows = bytearray()
    room = list(shapes())[::-1]
    for y in range(HEIGHT):
        rows.append(0)  # no filter
        for x in range(WIDTH):
            rows.extend(next(colour for covers, colour in room if covers(x, y)))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


if __name__ == "__main__":
    PHOTO.write_bytes(picture())
