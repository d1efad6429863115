"""Fetching a file from Telegram: to see what its bytes are, or to read a roster."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from bot.transport import CONNECT_SECONDS, READ_SECONDS, Caller
from handlers.files.accepted import MOST_BYTES

PIECE = 64 * 1024  # bytes read at once
TOO_LARGE = "too large"
LONGEST_FETCH = 60.0  # seconds for one file: the others wait meanwhile


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file's bytes are: their SHA-256 in hexadecimal, and how many there are."""

    sha256: str
    size: int


class NotFetched(Exception):  # noqa: N818 - it says how the fetch ended
    """The file did not come whole. Its text names no address: that holds the token."""


class Fetching:
    """Fetches files by what Telegram calls them; ``file_url`` is where, without the token."""

    def __init__(self, bot: Caller, file_url: str) -> None:
        self._bot = bot
        self._file_url = file_url

    async def digest(self, file_id: str) -> Digest:
        """Answer what a file's bytes are.

        Raises ``telegram.error.TelegramError`` when Telegram does not tell where they are,
        ``NotFetched``, ``aiohttp.ClientError`` or TimeoutError when they do not come.
        """
        hashed, size = sha256(), 0
        async for piece in self._pieces(file_id, MOST_BYTES):
            size += len(piece)
            hashed.update(piece)
        return Digest(hashed.hexdigest(), size)

    async def content(self, file_id: str, most: int) -> bytes:
        """Answer a file's bytes, of which there may be so many at most; raises as ``digest``."""
        return b"".join([piece async for piece in self._pieces(file_id, most)])

    async def _pieces(self, file_id: str, most: int) -> AsyncIterator[bytes]:
        """Fetch a file piece by piece; it has come whole when nothing is raised in the end."""
        told = await self._bot.call("getFile", {"file_id": file_id})
        path, size = told.get("file_path"), told.get("file_size")
        if not isinstance(path, str):
            raise NotFetched("no path")
        came = 0
        async for piece in self._read(f"{self._file_url}{self._bot.token}/{path}"):
            came += len(piece)
            if came > most:
                raise NotFetched(TOO_LARGE)
            yield piece
        if size is not None and size != came:
            raise NotFetched("cut short")

    async def _read(self, url: str) -> AsyncIterator[bytes]:
        timeout = ClientTimeout(
            total=LONGEST_FETCH, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS
        )
        async with (
            ClientSession(timeout=timeout, cookie_jar=DummyCookieJar()) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise NotFetched(f"status {answer.status}")
            async for piece in answer.content.iter_chunked(PIECE):
                yield piece
