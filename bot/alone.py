"""On SQLite one bot runs at a time: a second one on the same file is refused."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from sqlalchemy.engine import make_url


class NotAlone(Exception):  # noqa: N818 - it says how things are
    """Another bot runs on the same database file."""


class NoPlace(Exception):  # noqa: N818 - it says how things are
    """The lock cannot be made beside the database: a file, and what the system says."""


@contextmanager
def alone(database_url: str) -> Iterator[None]:
    """Be the only bot on a SQLite file while the block lasts.

    Raises ``NotAlone``, and ``NoPlace`` where not even the lock can be made.

    The lock is the operating system's, on a file beside the database: it ends with the process,
    however that ends. Replicas on PostgreSQL need none.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        yield
        return
    with _opened(Path(f"{url.database}.lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotAlone from error
        yield


def _opened(path: Path) -> TextIO:
    try:
        return path.open("w")
    except OSError as error:
        raise NoPlace(f"{path}: {error.strerror}") from error
