"""Logs: events with codes and numbers, never what people said or who they are."""

import logging
import sys

import structlog


def set_up_logs(*, as_json: bool = False, least: int = logging.WARNING) -> None:
    """Send structured events to standard error, as lines for people or as JSON.

    ``least`` is the level below which events are left out; ``logging.INFO`` tells of every update
    (``handled``) and of every call that answers it (``sent``), both by its ``update_id``.
    """
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(least),
    )
    # A library's own log may quote an update or the token's URL: only its warnings pass.
    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
