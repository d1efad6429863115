"""What the policy is told of a unit: its live entries in its own zone, as known on a day."""

from datetime import date
from decimal import Decimal

from sqlmodel import Session

from compliance.assessment import Ledger
from compliance.catalogue import default
from compliance.periods import Period
from storage import journal
from storage.facts import unit_facts
from storage.journal import RecordText, ScoreText, WaiverText
from storage.ledgers import ledger
from storage.needs import needs_for
from storage.standing import findings
from storage.units import Unit
from tests.storage.samples import (
    POLICY,
    a_person,
    a_unit,
    day,
    numbered,
    pay,
    record,
    reverse,
    said,
)

EVERYTHING = needs_for([default()], default().requirements)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def of_2026(session: Session, unit: Unit, known_on: str | None = None) -> Ledger:
    known = None if known_on is None else day(known_on)
    return ledger(session, unit, *YEAR, known, needs=EVERYTHING)


def test_a_units_dates_groups_and_people(session: Session) -> None:
    unit = a_unit(session, founded=day("2020-07-01"))
    unit.committee = True
    group = a_unit(session, "第一小组", "party_group", unit, founded=day("2021-01-01"))
    a_unit(session, "第二支部")
    person = a_person(session, unit, "张三", base=4000)
    facts = unit_facts(session, unit, EVERYTHING)
    assert (facts.id, facts.name, facts.founded) == (unit.id, "第一支部", day("2020-07-01"))
    assert facts.committee_declared
    assert [(g.id, g.name, g.founded) for g in facts.groups] == [
        (group.id, "第一小组", day("2021-01-01"))
    ]
    (member,) = facts.members
    assert (member.id, member.name) == (person.id, "张三")
    assert [basis.base for basis in member.bases] == [Decimal("4000.00")]


def test_only_live_entries_of_the_unit_and_the_days_asked_for(session: Session) -> None:
    unit, other = a_unit(session, "第一支部"), a_unit(session, "第二支部")
    for held_on in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"):
        record(session, unit, "支委会", held_on)
    record(session, other, "支委会", "2026-03-05")
    reverse(session, unit, 3)
    (held,) = of_2026(session, unit).held
    assert (held.number, held.held_on) == (2, day("2026-01-01"))


def test_kinds_come_with_the_day_they_were_entered_in_the_units_zone(session: Session) -> None:
    unit = a_unit(session)
    far = a_unit(session, "驻外支部", timezone="America/New_York")
    for each in (unit, far):
        record(session, each, "党员大会+党课", "2026-03-05", at="2026-03-06 07:00")
    (held,) = of_2026(session, unit).held
    assert held.kinds == (("党员大会", day("2026-03-06")), ("党课", day("2026-03-06")))
    (held,) = of_2026(session, far).held
    assert held.kinds == (("党员大会", day("2026-03-05")), ("党课", day("2026-03-05")))


def test_payments_by_the_month_they_are_for(session: Session) -> None:
    unit = a_unit(session)
    person = a_person(session, unit, "张三")
    for month in ("2025-12", "2026-01", "2026-12", "2027-01"):
        pay(session, unit, person, month, 50)
    reverse(session, unit, 3)
    (paid,) = of_2026(session, unit).paid
    assert (paid.number, paid.member_id, paid.month) == (2, person.id, Period.parse("2026-01"))
    assert paid.amount == Decimal("50.00")
    assert paid.entered_on == paid.paid_on == day("2026-03-05")
    within = ledger(session, unit, day("2026-01-15"), day("2026-01-20"), needs=EVERYTHING)
    assert [each.number for each in within.paid] == [2]


def test_what_was_known_on_a_day(session: Session) -> None:
    unit = a_unit(session)
    record(session, unit, "支委会", "2026-03-05", at="2026-03-05 10:00")
    record(session, unit, "学习", "2026-03-05", at="2026-03-31 23:59")
    record(session, unit, "党课", "2026-03-05", at="2026-04-01 00:00")
    reverse(session, unit, 1, at="2026-04-01 09:00")

    def known(on: str | None) -> list[int]:
        return [held.number for held in of_2026(session, unit, on).held]

    assert known("2026-03-04") == []
    assert known("2026-03-05") == [1]
    assert known("2026-03-31") == [1, 2]
    assert known("2026-04-01") == known(None) == [2, 3]


def test_a_payment_taken_back_later_was_known_before(session: Session) -> None:
    unit = a_unit(session)
    pay(session, unit, a_person(session, unit, "张三"), "2026-03", 50, at="2026-03-05 10:00")
    reverse(session, unit, 1, at="2026-04-01 09:00")
    assert [paid.number for paid in of_2026(session, unit, "2026-03-31").paid] == [1]
    assert of_2026(session, unit).paid == ()


def test_waivers_that_touch_the_days(session: Session) -> None:
    unit = a_unit(session)
    for first, last in (("2025-01-01", "2025-12-31"), ("2025-06-01", "2026-01-01")):
        text = WaiverText("study", None, day(first), day(last), "停工")
        journal.add_waiver(session, unit.key, text, said("2026-03-06 07:00"))
    (waiver,) = of_2026(session, unit).waivers
    assert (waiver.requirement, waiver.last) == ("study", day("2026-01-01"))
    assert (waiver.subject_id, waiver.reason) == (None, "停工")
    assert waiver.granted_on == day("2026-03-06")
    assert of_2026(session, unit, "2026-03-05").waivers == ()
    reverse(session, unit, waiver.number, at="2026-03-07 07:00")
    assert of_2026(session, unit).waivers == ()
    assert of_2026(session, unit, "2026-03-06").waivers == (waiver,)


def test_whom_a_record_is_about_and_what_it_files_as_known_on_a_day(session: Session) -> None:
    """An amendment may name someone else: before it, the one who was first named is known."""
    unit = a_unit(session)
    first, second = a_person(session, unit, "钱七"), a_person(session, unit, "孙八")

    def said_of(*people: int) -> RecordText:
        about = tuple((person, None) for person in people)
        return RecordText(("发展材料",), day("2026-03-05"), people=about, materials=("公示",))

    journal.add_record(session, unit.key, said_of(first.key), said("2026-03-05 10:00"))
    entry = numbered(session, unit, 1)
    both = said_of(first.key, second.key)
    journal.add_record(session, unit.key, both, said("2026-04-01 00:00"), entry)
    (held,) = of_2026(session, unit, "2026-03-31").held
    assert (held.number, held.people, held.materials) == (1, (first.key,), ("公示",))
    (held,) = of_2026(session, unit).held
    assert (held.number, held.people, held.materials) == (2, (first.key, second.key), ("公示",))
    # What the amendment left as it was is as old as it was.
    assert held.kinds == (("发展材料", day("2026-03-05")),)
    assert of_2026(session, unit, "2026-03-04").held == ()


def test_scores_as_known_on_a_day(session: Session) -> None:
    unit, other = a_unit(session), a_unit(session, "第二支部")

    def give(of: Unit, year: int, tenths: int, at: str) -> int:
        text = ScoreText("caring", year, tenths, "有创新")
        return journal.add_score(session, of.key, text, said(at))

    give(unit, 2025, 900, "2026-01-05 10:00")  # of another year
    give(other, 2026, 100, "2026-12-20 10:00")
    first = give(unit, 2026, 705, "2026-12-20 23:59")
    second = give(unit, 2026, 800, "2026-12-21 00:00")

    def known(on: str | None) -> list[tuple[int, Decimal, date]]:
        found = of_2026(session, unit, on).scores
        return [(score.number, score.points, score.scored_on) for score in found]

    one = (first, Decimal("70.5"), day("2026-12-20"))
    two = (second, Decimal(80), day("2026-12-21"))
    assert known("2026-12-19") == []
    assert known("2026-12-20") == [one]
    assert known("2026-12-21") == known(None) == [one, two]
    reverse(session, unit, second, at="2026-12-25 10:00")
    assert known(None) == [one]
    assert known("2026-12-24") == [one, two]


def test_a_waiver_granted_later_was_not_known_before_and_excuses_no_day_before_it(
    session: Session,
) -> None:
    unit = a_unit(session)
    text = WaiverText("study", None, day("2026-03-01"), day("2026-03-31"), "停工")
    journal.add_waiver(session, unit.key, text, said("2026-05-01 10:00"))

    def march(on: str, known_on: str | None = None) -> str:
        known = None if known_on is None else day(known_on)
        found = findings(
            session, POLICY, unit, first=YEAR[0], last=day(on), on=day(on), known_on=known
        )
        (state,) = (
            f.state for f in found if (f.requirement.code, f.period.code) == ("study", "2026-03")
        )
        return state.value

    assert march("2026-05-01") == "waived"
    assert march("2026-04-30") == "missed"
    assert march("2026-05-01", known_on="2026-04-30") == "missed"


def test_a_case_of_last_year_that_was_closed_this_year_is_late_and_not_missed(
    session: Session,
) -> None:
    unit = a_unit(session)
    person = a_person(session, unit, "张三")
    person.letter_on = day("2025-11-15")
    session.flush()
    about = ((person.key, None),)
    receipt = RecordText(("转接回执",), day("2026-02-10"), people=about)
    journal.add_record(session, unit.key, receipt, said("2026-02-10 10:00"))
    first, last = day("2025-01-01"), day("2025-12-31")

    def transfers(on: str, known_on: str | None = None) -> list[tuple[str, tuple[int, ...]]]:
        known = None if known_on is None else day(known_on)
        found = findings(session, POLICY, unit, first=first, last=last, on=day(on), known_on=known)
        of_them = [f for f in found if f.requirement.code == "transfers"]
        return [(f.state.value, f.records) for f in of_them]

    assert transfers("2026-03-01") == [("met_late", (1,))]
    assert transfers("2026-02-09") == [("overdue", ())]
    assert transfers("2026-03-01", known_on="2026-02-09") == [("missed", ())]
