"""What people send beside words: files, pictures, albums."""

from __future__ import annotations

from collections.abc import Sequence

from bot.sandbox.errors import ImpossibleError
from bot.sandbox.fields import Json
from bot.sandbox.formatting import CAPTION_LIMIT
from bot.sandbox.talk import Talk, written


class Sharing(Talk):
    """People's files, each queued as an update if the bot may see it."""

    def send_file(
        self,
        user_id: int,
        chat_id: int,
        name: str,
        content: bytes,
        *,
        caption: str | None = None,
        photo: bool = False,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> int:
        """Send a file, or a picture with `photo=True`, and return the message id."""
        media = self._media(name, content, caption, photo=photo)
        return self._post(user_id, chat_id, media, reply_to, thread_id)

    def send_album(
        self,
        user_id: int,
        chat_id: int,
        files: Sequence[tuple[str, bytes]],
        *,
        caption: str | None = None,
        captioned: int = 0,
        photo: bool = True,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> list[int]:
        """Send 2 to 10 files of names and bytes at once, and return the message ids.

        Each is a message of its own; the caption is that of the one at `captioned`.
        """
        if not 2 <= len(files) <= 10:
            raise ImpossibleError(f"an album has 2 to 10 files, not {len(files)}")
        album = {"media_group_id": f"{self.world.now()}{next(self._queries):07d}"}
        said = [caption if at == captioned else None for at in range(len(files))]
        contents = [
            album | self._media(name, content, words, photo=photo)
            for (name, content), words in zip(files, said, strict=True)
        ]
        return [self._post(user_id, chat_id, each, reply_to, thread_id) for each in contents]

    def _media(self, name: str, content: bytes, caption: str | None, *, photo: bool) -> Json:
        file = self.world.files.add(name, content, photo=photo)
        media: Json = {"photo": file.photo()} if photo else {"document": file.document()}
        return media if caption is None else media | written(caption, "caption", CAPTION_LIMIT)
