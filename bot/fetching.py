"""Fetching a file from Telegram to see what its bytes are; nothing of them is kept."""

from dataclasses import dataclass
from hashlib import sha256

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar

from bot.transport import CONNECT_SECONDS, READ_SECONDS, Caller
from handlers.files.accepted import MOST_BYTES

PIECE = 64 * 1024  # bytes read at once
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
        told = await self._bot.call("getFile", {"file_id": file_id})
        path, size = told.get("file_path"), told.get("file_size")
        if not isinstance(path, str):
            raise NotFetched("no path")
        found = await self._read(f"{self._file_url}{self._bot.token}/{path}")
        if size is not None and size != found.size:
            raise NotFetched("cut short")
        return found

    async def _read(self, url: str) -> Digest:
        hashed, size = sha256(), 0
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
                size += len(piece)
                if size > MOST_BYTES:
                    raise NotFetched("too large")
                hashed.update(piece)
        return Digest(hashed.hexdigest(), size)
