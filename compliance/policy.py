"""The policy in force: the catalogue and the working days it is read by."""

from dataclasses import dataclass

from compliance.calendar import WorkingDays
from compliance.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Policy:
    """What an assessment needs beside the facts."""

    catalogue: Catalogue
    days: WorkingDays
