"""The grammar of records: one typed message in, a record, a payment or a period out.

Pure: no clock, no storage, no Telegram. Everything that is not understood is a ``Problem``.
"""

from handlers.grammar.dues import read_dues
from handlers.grammar.fitting import Said, people_of, unfit
from handlers.grammar.meeting import read_changes, read_meeting
from handlers.grammar.period import read_period, split_period
from handlers.grammar.requirement import find_requirements, resembling
from handlers.grammar.result import (
    CODES,
    About,
    Absence,
    AllDues,
    Changes,
    Context,
    DuesLine,
    Meeting,
    Problem,
    Unreadable,
    Votes,
)

__all__ = [
    "CODES",
    "About",
    "Absence",
    "AllDues",
    "Changes",
    "Context",
    "DuesLine",
    "Meeting",
    "Problem",
    "Said",
    "Unreadable",
    "Votes",
    "find_requirements",
    "people_of",
    "read_changes",
    "read_dues",
    "read_meeting",
    "read_period",
    "resembling",
    "split_period",
    "unfit",
]
