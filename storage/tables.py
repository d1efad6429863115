"""Every table, in one place: importing this fills the metadata."""

from sqlmodel import SQLModel

from storage import attachments, drafts, ledger, people, queues, rules, units

METADATA = SQLModel.metadata

__all__ = ["METADATA", "attachments", "drafts", "ledger", "people", "queues", "rules", "units"]
