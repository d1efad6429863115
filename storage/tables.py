"""Every table, in one place: importing this fills the metadata."""

from sqlmodel import SQLModel

from storage import ledger, people, queues, rules, units

METADATA = SQLModel.metadata

__all__ = ["METADATA", "ledger", "people", "queues", "rules", "units"]
