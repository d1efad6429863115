"""A year walked day by day: what is told is what the catalogue asks for, no more and no less."""

from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Engine

from tests.reminders.almanac import works
from tests.reminders.world import (
    SENT,
    SILENT,
    SKIPPED,
    Owing,
    founded,
    lines_of,
    mornings,
    outbox_rows,
    owed_lines,
    settled,
    ticking,
)
from tests.storage.samples import POLICY

Step = tuple[str, int, str, str]


def expected(lines: list[Owing], first: datetime, last: datetime) -> tuple[set[Step], set[Step]]:
    """What is told and what is passed over by one who looks every morning and sees nothing done.

    Steps of one line that fall on one morning are one reminder, the latest; so are those from
    before the first morning.
    """
    told: set[Step] = set()
    passed: set[Step] = set()
    for line in lines:
        heard = [(code, max(at, first)) for code, at in line.steps if at <= last]
        for _, same in groupby(heard, key=lambda step: step[1]):
            *earlier, latest = [code for code, _ in same]
            told.add((*line.key, latest))
            passed.update((*line.key, code) for code in earlier)
    return told, passed


def test_the_year_2026_of_a_branch_that_records_nothing(sqlite: Engine) -> None:
    unit = founded(sqlite)
    clock = ticking(sqlite)
    days = mornings(date(2026, 1, 1), date(2026, 12, 31))
    digests = {now: messages for now in days if (messages := clock.tick(now))}

    rows = settled(sqlite)
    told, passed = expected(owed_lines(sqlite, unit, (2026, 2027)), days[0], days[-1])
    assert {(r.requirement, r.subject_id, r.period, r.step) for r in rows if r.outcome is SENT} == (
        told
    )
    assert {
        (r.requirement, r.subject_id, r.period, r.step) for r in rows if r.outcome is SKIPPED
    } == passed
    assert not [row for row in rows if row.outcome is SILENT]
    assert len(rows) == len(told) + len(passed)

    # A digest a day on which anything was told, of just those lines, and none on a day of rest.
    by_morning = {now: {r for r in rows if r.settled_at == now} for now in days}
    assert set(digests) == {now for now, found in by_morning.items() if found}
    for now, messages in digests.items():
        (message,) = messages
        assert lines_of(message) == {
            (r.requirement, r.subject_id, r.period) for r in by_morning[now] if r.outcome is SENT
        }
        assert works(now.date()) or now == days[0]
    assert len(outbox_rows(sqlite)) == len(digests)


def test_the_policy_is_the_one_the_almanac_was_copied_from() -> None:
    """The walk is only worth as much as this: the almanac's numbers are written out by hand."""
    reminders = POLICY.catalogue.reminders
    assert {c.value: n for c, n in reminders.before.items()} == {
        "monthly": (7, 3, 1, 0),
        "quarterly": (14, 7, 3, 1, 0),
        "half-yearly": (30, 14, 7, 3, 1, 0),
        "yearly": (60, 30, 14, 7, 3, 1, 0),
    }
    assert (reminders.after_first, reminders.after_every) == (1, 7)
    assert reminders.escalate_after_working_days == 3
    assert POLICY.catalogue.recording_grace == 3


def test_nobody_is_reminded_on_a_day_of_rest(sqlite: Engine) -> None:
    founded(sqlite)
    clock = ticking(sqlite)
    for now in mornings(date(2026, 9, 1), date(2026, 10, 31)):
        clock.tick(now - timedelta(hours=1))
        clock.tick(now)
    days = {row.settled_at.date() for row in settled(sqlite)[1:]} - {date(2026, 9, 1)}
    assert days
    assert all(works(day) for day in days)
    assert date(2026, 10, 8) in days
