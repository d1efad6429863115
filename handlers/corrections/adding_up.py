"""Whether a record's numbers still add up once a correction is laid over it."""

from collections.abc import Iterator

from handlers.grammar import Choice, Context, Problem, Turnout, with_turnout
from storage.journal import RecordText


def contradictions(text: RecordText, said: str, context: Context) -> Iterator[Problem]:
    """Find what does not add up in a corrected record; ``said`` is the correction as typed."""
    expected, present, voting = text.expected, text.present, text.voting
    if expected is not None and present is not None:
        yield from _of_who_came(text, Turnout(present, expected), said, context)
    if expected is not None and voting is not None and voting > expected:
        yield Problem("voting_over_expected", said, {"voting": voting, "expected": expected})
    most = min((n for n in (present, voting) if n is not None), default=None)
    cast = sum(text.votes or ())
    if most is not None and cast > most:
        yield Problem("bad_votes", said, {"reason": "too_many", "cast": cast, "most": most})


def _of_who_came(text: RecordText, now: Turnout, said: str, context: Context) -> Iterator[Problem]:
    """Ask which number is right: each answer is the correction with both numbers in it."""
    absent = len(text.absences)
    if _adds_up(now, absent):
        return
    values = {
        "expected": now.expected,
        "present": now.present,
        "absent": absent,
        "counted": None,
        "all_present": False,
    }
    # Either number may be the slip; those named as absent stay so.
    readings = (
        Turnout(now.present, now.present + absent),
        Turnout(now.expected - absent, now.expected),
    )
    choices = tuple(
        Choice("turnout", each, with_turnout(said, each, context))
        for each in readings
        if each.present > 0
    )
    yield Problem("attendance_contradiction", said, values, choices)


def _adds_up(now: Turnout, absent: int) -> bool:
    """Tell whether the three fit; nobody named as absent leaves open who was."""
    return now.present == now.expected - absent or (not absent and now.present < now.expected)
