"""One portable backup of everything kept, of either kind of database, into either kind."""

from storage.backup.file import BadBackup, Header, NewerBackup, Tally
from storage.backup.loading import Unlike
from storage.backup.reading import check
from storage.backup.restoring import NotEmpty, restore
from storage.backup.saving import NothingToKeep, save

__all__ = [
    "BadBackup",
    "Header",
    "NewerBackup",
    "NotEmpty",
    "NothingToKeep",
    "Tally",
    "Unlike",
    "check",
    "restore",
    "save",
]
