"""Rosters in workbooks, and files that mean no good: read, or refused with all that is wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.people import Stage
from handlers.roster_files.archive import MOST_UNPACKED
from handlers.roster_files.misfits import UnfitRoster
from handlers.roster_files.reading import read_roster
from handlers.roster_files.writing import as_csv, as_xlsx
from storage.imports.rows import RosterRow

TODAY = date(2026, 11, 25)
Rows = Sequence[Sequence[object]]


def workbook(*sheets: tuple[str, Rows], hidden: Sequence[str] = ()) -> bytes:
    """Make a workbook: dates are dates in it, numbers numbers, and what begins with = a formula."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    else:
                        sheet.write(at, column, value)
            if name in hidden:
                sheet.hide()
    return content.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """Write a workbook anew with other members: changed, left out (None), or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in more.items():
            new.writestr(name, data)
    return out.getvalue()


def same(_: str, data: bytes) -> bytes:
    return data


def wrong(content: bytes, today: date | None = TODAY) -> list[tuple[int, str, str, str]]:
    """Tell what is wrong: the line, the column, the cell and the code."""
    with pytest.raises(UnfitRoster) as caught:
        read_roster(content, today)
    return [(m.line, m.column, m.cell, m.problem.code) for m in caught.value.misfits]


SIMPLE = workbook(("名册", [["姓名"], ["张三"]]))


def test_a_workbook_is_read_with_its_dates_and_numbers() -> None:
    content = workbook(
        ("说明", [["这张表不是名册"]]),
        (
            "名册",
            [
                ["第一支部党员名册"],
                [],
                ["序号", "姓 名", "入党日期", "党费基数", "出生年月", "流动"],
                ["=ROW()", "张三", date(2020, 7, 1), 4000.5, date(1990, 5, 1), "是"],
                [2, "李四", "2021年3月5日", 3000, "1985.6", False],
            ],
        ),
    )
    first, second = read_roster(content, TODAY)
    assert (first.name, first.said["admitted_on"]) == ("张三", date(2020, 7, 1))
    assert (first.said["born"], first.said["floating"], first.line) == ("1990-05-01", True, 4)
    assert first.basis is not None
    assert first.basis.base == Decimal("4000.5")
    assert (second.said["admitted_on"], second.said["floating"]) == (date(2021, 3, 5), False)


def test_hidden_sheets_are_no_roster() -> None:
    old = ("旧", [["姓名"], ["王五"]])
    content = workbook(("新", [["姓名"], ["张三"]]), old, hidden=["旧"])
    assert [row.name for row in read_roster(content)] == ["张三"]


def test_formulas_are_refused_with_their_cells() -> None:
    rows: Rows = [["姓名", "学历", "党费基数"], ["张三", '="本"&"科"', 1], ["李四", "大专", "=1/0"]]
    assert wrong(workbook(("名册", rows))) == [
        (2, "education", "B2", "roster_formula"),
        (3, "dues_base", "C3", "roster_formula"),
    ]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+张三", "12345", "<b>张三</b>", "@张三"])
def test_what_can_be_no_name_is_refused(name: str) -> None:
    assert wrong(as_csv(["姓名"], [[name]])) == [(2, "name", "", "roster_cell")]


@pytest.mark.parametrize(
    "name", ["张三", "张三B", "阿卜杜拉·买买提", "Li Si", "张三(女)", "O'Neil"]
)
def test_names_of_all_kinds_are_read(name: str) -> None:
    assert [row.name for row in read_roster(as_csv(["姓名"], [[name]]))] == [name]


@pytest.mark.parametrize("born", ["1990-13", "1990年0月", "1700-01", "2090-01"])
def test_a_month_in_which_nobody_was_born_is_refused(born: str) -> None:
    ((line, column, _, _),) = wrong(as_csv(["姓名", "出生年月"], [["张三", born]]))
    assert (line, column) == (2, "born")


HEAD = ["姓名", "类别", "出生年月", "入党日期", "转正日期", "转入日期", "转出日期"]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (["张三", "", "", "2026-02-30"], "admitted_on", "roster_no_such_day"),
        (["张三", "", "", "2026-12-01"], "admitted_on", "roster_to_come"),
        (["张三", "正式党员", "", "2020-07-01", "2027-01-01"], "full_on", "roster_to_come"),
        (["张三", "", "", "2020-07-01", "2019-07-01"], "full_on", "roster_too_early"),
        (["张三", "", "", "", "", "2020-07-01", "2019-07-01"], "left_on", "roster_too_early"),
        (["张三", "", "2000-05", "1999-07-01"], "admitted_on", "roster_too_early"),
        (["张三", "", "2000年5月", "", "", "1999-07-01"], "joined_on", "roster_too_early"),
        (["张三", "群众"], "stage", "roster_cell"),
        (["张\u0007三"], "name", "roster_cell"),
        (["长" * 30_000], "name", "roster_cell"),
        (["", "正式党员"], "name", "roster_no_name"),
    ],
)
def test_what_cannot_be_is_told_by_line_and_column(
    cells: list[str], column: str, code: str
) -> None:
    full = [*cells, *[""] * (len(HEAD) - len(cells))]
    content = as_csv(HEAD, [["王五", *[""] * 6], full])
    assert [(line, where, what) for line, where, _, what in wrong(content)] == [(3, column, code)]


def test_a_planned_day_is_no_mistake() -> None:
    cells = ["张三", "预备党员", "2000-05", "2026-07-01", "2027-07-01", "", "2026-12-31"]
    (row,) = read_roster(as_csv(HEAD, [cells]), TODAY)
    assert row.said["stage"] is Stage.PROBATIONARY


def test_the_same_person_twice_and_two_of_one_name() -> None:
    head = ["姓名", "性别", "出生年月"]
    twice = as_csv(head, [["张伟", "男", "1990-05"], ["张伟", "男", "1990年5月"]])
    assert wrong(twice) == [(3, "name", "", "roster_twice")]
    vague = as_csv(head, [["张伟", "男", ""], ["张伟", "", "1985-01"]])
    assert wrong(vague) == [(3, "name", "", "roster_alike")]
    two = read_roster(as_csv(head, [["张伟", "男", "1990-05"], ["张伟", "女", "1985-01"]]))
    assert [row.name for row in two] == ["张伟", "张伟"]
    many = as_csv(["姓名", "出生年月"], [["张伟", f"{1900 + n}-01"] for n in range(90)])
    assert {code for *_, code in wrong(many)} == {"roster_alike"}


def test_a_header_that_comes_again_is_told() -> None:
    content = "姓名,性别\n张三,男\n姓名,性别\n李四,女\n".encode()
    assert wrong(content) == [(3, "", "", "roster_header_twice")]


def test_an_unknown_column_is_named_with_its_cell() -> None:
    assert wrong(workbook(("表", [["姓名", "身份证号"], ["张三", "1"]]))) == [
        (1, "身份证号", "B1", "roster_column")
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_text_may_be_parted_in_three_ways(delimiter: str, encoding: str) -> None:
    text = "姓名,性别,学历\n张三,男,本科\n".replace(",", delimiter)
    (row,) = read_roster(text.encode(encoding))
    assert row.said == {"name": "张三", "sex": "男", "education": "本科"}


def test_mixed_encodings_are_not_misread() -> None:
    content = "姓名,学历\n张三,本科\n".encode("gbk") + "李四同志\n".encode()
    assert wrong(content) == [(3, "", "", "roster_mixed")]


def _bomb() -> bytes:
    return changed(SIMPLE, same, **{"xl/media/a.bin": bytes(MOST_UNPACKED)})


def _sheets() -> bytes:
    return workbook(("甲", [["姓名"], ["张三"]]), ("乙", [["姓名"], ["李四"]]))


def _without(part: str) -> bytes:
    return changed(SIMPLE, lambda name, data: None if name == part else data)


def _entities(name: str, data: bytes) -> bytes:
    if name != "xl/worksheets/sheet1.xml":
        return data
    bombs = b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10) for n in range(1, 9))
    head, _, rest = data.partition(b"?>")
    doctype = b'?><!DOCTYPE x [<!ENTITY b0 "lol">' + bombs + b"]>"
    return head + doctype + rest.replace(b"<v>0</v>", b"<v>&b8;</v>")


def _far(name: str, data: bytes) -> bytes:
    return data.replace(b'<row r="2"', b'<row r="99999999"') if "sheet1" in name else data


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (_bomb, "roster_bomb"),
    "a bomb among the texts": (
        lambda: changed(SIMPLE, same, **{"xl/comments.xml": b"<a/>" * 400_000}),
        "roster_bomb",
    ),
    "a thousand members": (
        lambda: changed(SIMPLE, same, **{f"xl/{n}.xml": b"" for n in range(1000)}),
        "roster_bomb",
    ),
    "entities": (lambda: changed(SIMPLE, _entities), "roster_damaged"),
    "a row far away": (lambda: changed(SIMPLE, _far), "roster_too_large"),
    "macros": (
        lambda: changed(SIMPLE, same, **{"xl/vbaProject.bin": b"x"}),
        "roster_macros",
    ),
    "a file inside": (
        lambda: changed(SIMPLE, same, **{"xl/embeddings/oleObject1.bin": b"x"}),
        "roster_embeds",
    ),
    "an archive inside": (lambda: changed(SIMPLE, same, **{"a.zip": b"PK"}), "roster_embeds"),
    "a document": (
        lambda: changed(SIMPLE, lambda n, d: None if n.startswith("xl/") else d),
        "roster_no_workbook",
    ),
    "an old workbook": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "roster_old_office",
    ),
    "cut short": (lambda: SIMPLE[: len(SIMPLE) // 2], "roster_damaged"),
    "no sheet": (lambda: _without("xl/worksheets/sheet1.xml"), "roster_no_name"),
    "no texts": (lambda: _without("xl/sharedStrings.xml"), "roster_damaged"),
    "two rosters": (_sheets, "roster_sheets"),
    "no names": (lambda: workbook(("表", [["性别"], ["男"]])), "roster_no_name"),
    "many lines": (
        lambda: as_csv(["姓名"], [[f"党员{n}"] for n in range(100_000)]),
        "roster_too_large",
    ),
    "many columns": (lambda: workbook(("表", [["姓名"] * 200, ["张三"] * 200])), "roster_cells"),
    "a huge cell": (lambda: "姓名\n".encode() + b"x" * 1_000_000, "roster_encoding"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_means_no_good_is_refused(name: str) -> None:
    make, code = HOSTILE[name]
    assert [found for *_, found in wrong(make())] == [code]


def test_a_workbook_has_so_many_rows_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.roster_files.workbook.MOST_ROWS", 50)
    rows = [[f"党员{n}"] for n in range(51)]
    assert len(read_roster(as_xlsx(["姓名"], rows[:50]))) == 50
    assert [code for *_, code in wrong(as_xlsx(["姓名"], rows))] == ["roster_too_large"]


def test_a_workbook_with_a_password_is_refused() -> None:
    locked = bytearray(SIMPLE)
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = locked.find(sign)
        while place >= 0:
            locked[place + at] |= 1
            place = locked.find(sign, place + 4)
    assert [code for *_, code in wrong(bytes(locked))] == ["roster_locked"]


TEXT = st.text(
    st.characters(codec="gbk", categories=("Lu", "Ll", "Lo", "Nd", "Pd", "Sm"), min_codepoint=33),
    min_size=1,
    max_size=12,
)
COLUMNS = ("姓名", "学历", "介绍信日期", "月应交")
DAYS = st.dates(date(1950, 1, 1), date(2026, 11, 1))
NAMES = st.text(st.characters(categories=["L"]), min_size=1, max_size=8)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "姓名": NAMES,
            "学历": TEXT | st.just(""),
            "介绍信日期": DAYS | st.just(""),
            "月应交": st.decimals(0, 10**6, places=2) | st.just(""),
        }
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: str(row["姓名"]),
)


@settings(max_examples=20, deadline=None)
@given(PEOPLE)
def test_what_is_written_reads_back_the_same(people: list[dict[str, object]]) -> None:
    rows = [tuple(each[name] for name in COLUMNS) for each in people]
    texts, cells = (
        [_told(row) for row in read_roster(write(COLUMNS, rows), TODAY)]
        for write in (as_csv, as_xlsx)
    )
    assert texts == cells == rows


def _told(row: RosterRow) -> tuple[object, ...]:
    fixed = "" if row.basis is None else row.basis.fixed
    return (row.name, row.said.get("education", ""), row.said.get("letter_on", ""), fixed)
