"""The grammar of records: one typed message in, a record, a payment or a period out.

Pure: no clock, no storage, no Telegram. Everything that is not understood is a ``Problem``.
"""

from handlers.grammar.answering import (
    answer_of,
    as_late_reason,
    dated,
    day_place,
    is_field,
    is_plain,
    late_reason_code,
    late_reason_said,
    late_reasons,
    month_place,
    sum_place,
)
from handlers.grammar.dues import read_dues, split_verb
from handlers.grammar.dues_bases import read_bases
from handlers.grammar.fitting import Said, people_of, unfit
from handlers.grammar.meeting import read_changes, read_meeting
from handlers.grammar.normalise import clean
from handlers.grammar.people import PersonSaid, RosterSaid, is_change, read_roster, read_whom
from handlers.grammar.period import read_period, split_period
from handlers.grammar.problems import (
    ASKABLE,
    CODES,
    DOUBTS,
    ROSTER_CODES,
    RULING_CODES,
    Choice,
    Problem,
    Unreadable,
    head_of,
    speaking_after,
)
from handlers.grammar.reducing import read_reduction
from handlers.grammar.remitting import read_remittance
from handlers.grammar.requirement_names import find_requirements, resembling
from handlers.grammar.result import (
    About,
    Absence,
    AllDues,
    BasisLine,
    Changes,
    Context,
    DuesLine,
    Grant,
    Meeting,
    Reduction,
    RemittanceLine,
    Turnout,
    Votes,
)
from handlers.grammar.said_anew import turned_round, with_turnout, without

__all__ = [
    "ASKABLE",
    "CODES",
    "DOUBTS",
    "ROSTER_CODES",
    "RULING_CODES",
    "About",
    "Absence",
    "AllDues",
    "BasisLine",
    "Changes",
    "Choice",
    "Context",
    "DuesLine",
    "Grant",
    "Meeting",
    "PersonSaid",
    "Problem",
    "Reduction",
    "RemittanceLine",
    "RosterSaid",
    "Said",
    "Turnout",
    "Unreadable",
    "Votes",
    "answer_of",
    "as_late_reason",
    "clean",
    "dated",
    "day_place",
    "find_requirements",
    "head_of",
    "is_change",
    "is_field",
    "is_plain",
    "late_reason_code",
    "late_reason_said",
    "late_reasons",
    "month_place",
    "people_of",
    "read_bases",
    "read_changes",
    "read_dues",
    "read_meeting",
    "read_period",
    "read_reduction",
    "read_remittance",
    "read_roster",
    "read_whom",
    "resembling",
    "speaking_after",
    "split_period",
    "split_verb",
    "sum_place",
    "turned_round",
    "unfit",
    "with_turnout",
    "without",
]
