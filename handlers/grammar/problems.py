"""What stands in the way of a message: the problems found, and the answers to choose from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

# Every code a problem of a meeting or of dues may have; the templates hold a sentence for each.
CODES = frozenset(
    [
        "too_long",
        "not_understood",
        "nothing_said",
        "empty_field",
        "duplicate_field",
        "no_kind",
        "unknown_kind",
        "unknown_group",
        "group_needed",
        "unknown_name",
        "ambiguous_name",
        "no_date",
        "impossible_date",
        "future_date",
        "ambiguous_date",
        "two_dates",
        "ends_before",
        "too_many_days",
        "impossible_time",
        "ambiguous_time",
        "two_times",
        "attendance_contradiction",
        "absent_alone",
        "nobody_there",
        "present_over_expected",
        "voting_over_expected",
        "bad_votes",
        "no_name",
        "no_amount",
        "each_or_all",
        "bad_amount",
        "bad_month",
        "ambiguous_month",
        "whose_month",
        "people_needed",
        "people_unwanted",
        "off_roster",
        "no_opinions",
        "grade_needed",
        "grades_unwanted",
        "unknown_paper",
        "papers_unwanted",
        "declared_with",
        "no_figure",
        "no_month",
        "no_reason",
    ]
)
# What can be read, and yet is asked about before it is written.
DOUBTS = frozenset(
    [
        "far_back",
        "large_sum",
        "month_back",
        "owes_nothing",
    ]
)
# What a change of the roster leaves in doubt: each is asked about with its clause.
STAGE_DOUBTS = frozenset(["stage_back", "stage_skipped", "activist_early", "conversion_early"])
DOUBTS |= STAGE_DOUBTS | {"there_already"}
# What is wrong with a change of the roster.
ROSTER_CODES = frozenset(
    [
        "bad_name",
        "no_field_day",
        "no_letter_day",
        "roster_future",
        "roster_newcomer",
        "roster_no_verb",
        "roster_nobody",
        "roster_lacks_stage",
        "roster_lacks_group",
        "roster_lacks_rename",
        "roster_lacks_alter",
        "roster_lacks_leave",
        "before_joining",
        "name_taken",
        "same_as_before",
        "probation_too_long",
        "days_in_disorder",
        "unit_unclear",
        "too_many_alike",
    ]
)
# What may have answers to offer; the templates hold a short question for each.
ASKABLE = DOUBTS | {
    "no_kind",
    "unknown_kind",
    "unknown_group",
    "group_needed",
    "unknown_name",
    "ambiguous_name",
    "off_roster",
    "people_needed",
    "grade_needed",
    "unknown_paper",
    "declared_with",
    "no_date",
    "impossible_date",
    "future_date",
    "ambiguous_date",
    "two_dates",
    "impossible_time",
    "ambiguous_time",
    "two_times",
    "attendance_contradiction",
    "present_over_expected",
    "voting_over_expected",
    "bad_votes",
    "no_name",
    "no_amount",
    "bad_amount",
    "each_or_all",
    "bad_month",
    "ambiguous_month",
    "whose_month",
    "no_month",
    "no_figure",
    "not_understood",
    "duplicate_field",
    "roster_future",
    "roster_lacks_stage",
}
# Those of a waiver or a score.
RULING_CODES = frozenset(
    [
        "no_requirement",
        "unknown_requirement",
        "which_requirement",
        "no_end",
        "ends_before",
        "no_grounds",
        "too_long_waived",
        "one_at_a_time",
        "not_of_subject",
        "derived",
        "own_duty",
        "no_score",
        "bad_score",
        "bad_score_year",
        "no_comment",
        "not_scored",
        "scored_twice",
    ]
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a problem: what it is, its value, and the whole message with it in place.

    ``what`` tells how the value is shown (``day``, ``name``, ``kind`` …). ``accepts`` is a doubt
    that the answer says yes to: see ``Context.accepted``.
    """

    what: str
    value: object
    said: str
    accepts: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way: a code, the piece as typed ("" if missing), and values.

    With ``choices`` it can be asked about. ``place`` is where the piece stands in the message (as
    ``Source.typed`` has it): a typed answer takes its place; without one it is added at the end.
    """

    code: str
    read: str
    values: Mapping[str, object] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    place: tuple[int, int] | None = None

    def after(self, head: str) -> "Problem":
        """Answer the same problem of a message that has something before it."""
        choices = tuple(replace(choice, said=head + choice.said) for choice in self.choices)
        place = self.place and (self.place[0] + len(head), self.place[1] + len(head))
        return replace(self, choices=choices, place=place)


class Unreadable(Exception):  # noqa: N818 - it says what the message is
    """A message that was not taken; ``problems`` holds all that was found, in reading order.

    ``about`` is what stands before it and need not be said again, as the number of an entry.
    ``kept`` are the numbers of the entries that it was to change, which stay as they are.
    """

    def __init__(
        self, problems: tuple[Problem, ...], about: str = "", kept: tuple[int, ...] = ()
    ) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems
        self.about = about
        self.kept = kept

    def after(self, head: str) -> "Unreadable":
        """Answer the same of a message that has something before it."""
        return Unreadable(tuple(p.after(head) for p in self.problems), kept=self.kept)


def head_of(whole: str, said: str) -> str:
    """Answer what a message has before the end of it that is read."""
    return whole[: max(whole.rfind(said), 0)]


@contextmanager
def speaking_after(head: str) -> Iterator[None]:
    """Let what is read be only the end of a message: its problems are then those of the whole."""
    try:
        yield
    except Unreadable as unread:
        raise unread.after(head) from unread
