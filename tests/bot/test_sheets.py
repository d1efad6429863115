"""``sanhui report``: the sheet in words and as JSON; and what the status carries for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.sample import ACTORS, GENERAL
from tests.stage import Ran, sanhui

AT = "2027-11-25T10:00"
SHEET = {"unit", "year", "version", "total", "grade", "provisional", "blocks"}
BLOCK = {"code", "title", "weight", "points", "requirements"}
REQUIREMENT = {
    "code",
    "article",
    "title",
    "kind",
    "weight",
    "points",
    "met",
    "decided",
    "score",
    "comment",
    "records",
    "reason",
}
UNIT = ("--unit", "第二支部")


def say(database: Path, text: str) -> Ran:
    superior = str(ACTORS["上级"].user_id)
    ran = sanhui(database, "say", text, "--as", superior, "--chat", str(GENERAL), "--at", AT)
    assert ran.code == 0
    return ran


@pytest.fixture
def ruled(database: Path) -> Path:
    """The second branch with a waiver and a score of 2027."""
    say(database, "/waive 第二支部 学习 2027年1月 原因:集中抗洪")
    say(database, "/score 第二支部 创新 85.5 评语:主题党日有新意")
    return database


def requirement(sheet: Any, code: str) -> Any:
    return next(r for b in sheet["blocks"] for r in b["requirements"] if r["code"] == code)


def test_the_sheet_as_json(ruled: Path) -> None:
    sheet = sanhui(ruled, "report", *UNIT, "--period", "2027", "--on", "2027-11-25", "--json").json

    assert set(sheet) >= SHEET
    assert (sheet["unit"], sheet["year"], sheet["grade"]) == ("第二支部", 2027, None)
    assert sheet["provisional"] is True
    assert 0 <= Decimal(sheet["total"]) <= 100
    assert sum(block["weight"] for block in sheet["blocks"]) == 100
    for block in sheet["blocks"]:
        assert set(block) >= BLOCK
        assert all(set(each) >= REQUIREMENT for each in block["requirements"])


def test_every_point_tells_where_it_comes_from(ruled: Path) -> None:
    sheet = sanhui(ruled, "report", *UNIT, "--period", "2027", "--on", "2027-11-25", "--json").json

    scored = requirement(sheet, "innovation")
    assert (scored["score"], scored["points"], scored["weight"]) == ("85.5", "0.86", 1)
    assert (scored["comment"], scored["score_number"]) == ("主题党日有新意", 2)
    study = requirement(sheet, "study")
    assert (study["met"], study["decided"], study["open"]) == (0, 9, 2)
    (waived,) = study["excused"]
    assert (waived["period"], waived["state"]) == ("2027-01", "waived")
    assert "集中抗洪" in waived["reason"]
    committee = requirement(sheet, "committee_meeting")
    assert committee["points"] is None
    assert "不设支委会" in committee["reason"]


def test_the_sheet_in_words_lists_everything(ruled: Path) -> None:
    ran = sanhui(ruled, "report", *UNIT, "--period", "2027", "--on", "2027-11-25")

    for words in (
        "2027年考核",
        "暂计",
        "围绕中心、活动创新",
        "评85.5分 #2",
        "集中抗洪",
        "支部委员会",
        "不计",
    ):
        assert words in ran.out
    assert "全部明细" not in ran.out


def test_the_year_is_this_one_unless_it_is_said(database: Path) -> None:
    assert sanhui(database, "report", *UNIT, "--json").json["year"] == datetime.now().year  # noqa: DTZ005
    assert sanhui(database, "report", *UNIT, "--on", "2027-05-01", "--json").json["year"] == 2027


def test_what_was_then_known(ruled: Path) -> None:
    asked = ("report", *UNIT, "--period", "2027", "--on", "2027-11-25", "--json")
    before = sanhui(ruled, *asked, "--known-on", "2027-11-24").json

    assert requirement(before, "innovation")["score"] is None
    assert requirement(before, "study")["decided"] == 10


@pytest.mark.parametrize("period", ["2027-11", "2027-Q3", "2027-H1"])
def test_only_a_year_is_assessed(database: Path, period: str) -> None:
    ran = sanhui(database, "report", *UNIT, "--period", period)

    assert ran.code == 1
    assert period in ran.err
    assert ran.out == ""


def test_a_unit_that_is_not_there_is_refused(database: Path) -> None:
    assert sanhui(database, "report", "--unit", "第九支部").code == 1


def test_the_status_carries_what_the_sheet_rests_on(ruled: Path) -> None:
    found = sanhui(ruled, "status", *UNIT, "--on", "2027-11-25", "--json").json
    by_code = {each["code"]: each for each in found}

    innovation, study = by_code["innovation"], by_code["study"]
    assert (innovation["kind"], innovation["block"], innovation["weight"]) == ("Q", "leadership", 1)
    assert (innovation["score"], innovation["comment"]) == ("85.5", "主题党日有新意")
    assert (study["kind"], study["score"], study["comment"]) == ("C", None, None)
    assert study["strictness"] == "policy"
    assert {each["version"] for each in found} == {study["version"]}
