"""Every table, in one place: importing this fills the metadata."""

from sqlmodel import SQLModel

from storage import (
    accounts,
    attachments,
    drafts,
    ledger,
    pauses,
    people,
    queues,
    reckoned,
    rules,
    units,
    uploads,
)

METADATA = SQLModel.metadata

__all__ = [
    "METADATA",
    "accounts",
    "attachments",
    "drafts",
    "ledger",
    "pauses",
    "people",
    "queues",
    "reckoned",
    "rules",
    "units",
    "uploads",
]
