"""The one clock: read once an update or a tick, and passed down."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Answer the present moment, in UTC."""
    return datetime.now(UTC)
