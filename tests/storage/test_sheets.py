"""The sheet of a year from the tables: the newest live score counts, as it was known on a day."""

from decimal import Decimal

from sqlmodel import Session

from compliance.overlay import read
from compliance.scoring import ScoredRequirement, Sheet
from storage import journal, rulemaking
from storage.journal import ScoreText, WaiverText
from storage.sheets import sheet
from storage.units import Unit
from tests.storage.samples import POLICY, a_unit, day, record, reverse, said


def score(session: Session, unit: Unit, tenths: int, at: str, year: int = 2026) -> int:
    text = ScoreText("innovation", year, tenths, f"评{tenths}")
    return journal.add_score(session, unit.key, text, said(at))


def of_2026(
    session: Session, unit: Unit, on: str = "2027-03-01", known_on: str | None = None
) -> Sheet:
    known = None if known_on is None else day(known_on)
    return sheet(session, POLICY, unit, 2026, on=day(on), known_on=known)


def found(sheet: Sheet, code: str) -> ScoredRequirement:
    every = (scored for block in sheet.blocks for scored in block.requirements)
    return next(scored for scored in every if scored.requirement.code == code)


def points(sheet: Sheet) -> Decimal | None:
    score = found(sheet, "innovation").score
    return None if score is None else score.points


def test_the_latest_score_wins_and_the_earlier_ones_stay(session: Session) -> None:
    unit = a_unit(session)
    score(session, unit, 855, "2026-11-01 10:00")
    score(session, unit, 700, "2026-11-02 10:00")
    score(session, unit, 990, "2026-11-03 10:00", year=2025)

    given = found(of_2026(session, unit), "innovation").score
    assert given is not None
    assert (given.points, given.comment, given.number) == (Decimal(70), "评700", 2)


def test_a_score_taken_back_gives_the_earlier_one_again(session: Session) -> None:
    unit = a_unit(session)
    score(session, unit, 855, "2026-11-01 10:00")
    score(session, unit, 700, "2026-11-02 10:00")
    reverse(session, unit, 2)
    assert points(of_2026(session, unit)) == Decimal("85.5")
    reverse(session, unit, 1)
    assert points(of_2026(session, unit)) is None
    reverse(session, unit, 3)
    assert points(of_2026(session, unit)) == Decimal(70)


def test_known_on_gives_what_was_then_known(session: Session) -> None:
    unit = a_unit(session)
    score(session, unit, 855, "2026-11-01 23:59")
    score(session, unit, 700, "2026-11-02 00:01")
    waiver = WaiverText("study", None, day("2026-01-01"), day("2026-01-31"), "抗洪")
    journal.add_waiver(session, unit.key, waiver, said("2026-11-05 10:00"))

    def known(on: str) -> Sheet:
        return of_2026(session, unit, known_on=on)

    assert points(known("2026-10-31")) is None
    assert points(known("2026-11-01")) == Decimal("85.5")
    assert points(known("2026-11-02")) == Decimal(70)
    assert found(known("2026-11-04"), "study").decided == 12
    assert found(known("2026-11-05"), "study").decided == 11


def test_the_sheet_counts_the_units_own_records_of_that_year(session: Session) -> None:
    unit, other = a_unit(session, "第一支部"), a_unit(session, "第二支部")
    for held_on in ("2025-12-05", "2026-01-05", "2026-02-05", "2027-01-05"):
        record(session, unit, "学习", held_on)
    record(session, other, "学习", "2026-03-05")

    study = found(of_2026(session, unit), "study")
    assert (study.met, study.decided, study.records) == (2, 12, (2, 3))


def test_the_weights_are_those_of_the_units_own_rules_at_the_years_end(session: Session) -> None:
    general = a_unit(session, "党总支", "general_branch")
    unit = a_unit(session, "第一支部", "branch", general)
    text = (
        'version = "2026-own"\nholds_from = 2026-07-01\n'
        '[[requirements]]\ncode = "innovation"\nbasis = "厂〔2026〕3号"\nweight = 2\n'
        '[[requirements]]\ncode = "leadership"\nbasis = "厂〔2026〕3号"\nweight = 1\n'
    )
    overlay = read("own.toml", text)
    rulemaking.load_overlay(session, POLICY, general, overlay, said("2026-06-01 10:00"))
    score(session, unit, 855, "2026-06-01 10:00")

    before, after = (of_2026(session, unit, on) for on in ("2026-06-30", "2026-07-01"))
    assert found(before, "innovation").earned == Decimal("0.855")
    assert found(after, "innovation").earned == Decimal("1.71")
    assert before.version != after.version
    assert of_2026(session, unit).version == after.version
    assert of_2026(session, unit, known_on="2026-05-31").version == before.version
