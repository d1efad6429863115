"""What a superior sent back, in the ledger: it counts no more until it is amended."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from storage import entries, journal, listing
from storage.database import rehearsal
from storage.returns import Returned
from storage.units import Unit
from tests.storage.samples import (
    POLICY,
    a_person,
    a_unit,
    day,
    live_numbers,
    numbered,
    pay,
    record,
    reverse,
    said,
)


def send_back(session: Session, unit: Unit, number: int, reason: str = "签名不全") -> int:
    entry = numbered(session, unit, number)
    return journal.add_return(session, entry, reason, said("2026-03-09 10:00"))


def listed(session: Session, unit: Unit) -> dict[int, listing.Listed]:
    found = listing.records(session, POLICY, unit, day("2026-01-01"), day("2026-12-31"))
    return {each.number: each for each in found}


def test_it_counts_no_more_and_says_why(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    assert send_back(session, unit, 1) == 2
    first = listed(session, unit)[1]
    assert (first.live, first.reversed, first.amended_by) == (False, False, None)
    assert (first.returned, first.struck_by) == (Returned(2, "签名不全"), 2)
    assert entries.sent_back(session, numbered(session, unit, 1)) == numbered(session, unit, 1)


def test_amended_it_counts_again_as_of_when_it_was_first_entered(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, at="2026-03-05 10:00")
    send_back(session, unit, 1)
    record(session, unit, amends=1, at="2026-06-05 10:00")
    found = listed(session, unit)
    assert (found[3].live, found[3].late, found[3].amends) == (True, False, 1)
    assert (found[1].amended_by, found[1].returned) == (3, None)
    assert entries.sent_back(session, numbered(session, unit, 1)) is None


def test_the_return_of_an_amendment_leaves_what_it_amended_out_of_force(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    record(session, unit, amends=1)
    send_back(session, unit, 2)
    assert live_numbers(session, unit) == {3}
    assert listed(session, unit)[1].amended_by == 2
    assert entries.standing(session, numbered(session, unit, 1)) == numbered(session, unit, 2)


def test_taken_back_the_return_leaves_no_trace_in_what_counts(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit)
    send_back(session, unit, 1)
    reverse(session, unit, 2)
    assert listed(session, unit)[1].live
    assert listed(session, unit)[1].returned is None


def test_a_payment_is_listed_with_the_reason(session: Session) -> None:
    unit = a_unit(session)
    pay(session, unit, a_person(session, unit, "张三"), "2026-03", 50)
    send_back(session, unit, 1)
    (paid,) = listing.payments(session, unit, day("2026-03-01"), day("2026-03-31"))
    assert (paid.reversed, paid.returned) == (True, Returned(2, "签名不全"))


CHOICES = st.lists(st.tuples(st.sampled_from("ramb"), st.integers(0, 9)), max_size=10)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(doing=CHOICES)
@example(doing=[("b", 0), ("r", 0), ("r", 0), ("r", 0)])
@example(doing=[("m", 0), ("m", 0), *[("r", n) for n in (0, 0, 0, 1, 2, 0)], ("m", 0), ("r", 0)])
@example(doing=[("m", 0), ("m", 0), *[("r", n) for n in (0, 0, 0, 1, 0, 0)], ("m", 0), ("r", 0)])
@example(doing=[("m", 0), ("m", 0), *[("r", n) for n in (0, 1, 1, 0, 2)]])
@example(doing=[("m", 0), ("r", 0), ("r", 1), ("m", 0), ("m", 0), ("r", 0)])
@example(doing=[(w, n) for w, n in zip("mbabaaabba", (3, 7, 4, 6, 9, 6, 6, 9, 7, 4), strict=True)])
def test_whatever_is_done_the_list_and_the_count_agree(
    sqlite: Engine, doing: list[tuple[str, int]]
) -> None:
    """And of a record and its amendments one at most counts, or one waits to be amended."""
    with rehearsal(sqlite) as session:
        unit = a_unit(session)
        record(session, unit)
        for what, which in doing:
            _do(session, unit, what, which)
        live = live_numbers(session, unit)
        found = listed(session, unit)
        assert {number for number, each in found.items() if each.live} == live & found.keys()
        first = numbered(session, unit, 1)
        waiting = entries.sent_back(session, first)
        standing = entries.standing(session, first)
        assert len(live & found.keys()) <= 1
        assert waiting is None or (standing is waiting and not live & found.keys())
        assert waiting is None or found[waiting.number].returned is not None


def _do(session: Session, unit: Unit, what: str, which: int) -> None:
    """Amend (m) or return (b) what stands, or reverse (r, a) a live entry, as the handlers let."""
    first = numbered(session, unit, 1)
    if what == "m" and (standing := entries.standing(session, first)) is not None:
        record(session, unit, amends=standing.number)
    elif what == "b" and (live := entries.in_force(session, first)) is not None:
        send_back(session, unit, live.number)
    elif what in "ra" and (numbers := sorted(live_numbers(session, unit))):
        _reverse(session, unit, numbers[which % len(numbers)])


def _reverse(session: Session, unit: Unit, number: int) -> None:
    """Reverse an entry unless another one has taken its place, as undoing does."""
    entry = numbered(session, unit, number)
    if entry.kind != "reversal" or entries.rival_of(session, entry) is None:
        reverse(session, unit, number)
