"""A roster file: every column in any order, every bad cell named with its line, nothing guessed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.people import Stage
from handlers.grammar import vocabulary
from handlers.roster_files.misfits import MOST_BYTES, MOST_ROWS, Misfit, UnfitRoster
from handlers.roster_files.reading import read_roster
from storage.imports.rows import RosterRow

FULL = {
    "姓名": "张三",
    "类别": "预备党员",
    "党小组": "第一小组",
    "性别": "男",
    "出生年月": "1990年5月",
    "民族": "汉族",
    "学历": "本科",
    "党内职务": "书记",
    "入党日期": "2025-07-01",
    "转正日期": "2026/7/1",
    "党费类别": "离退休",
    "党费基数": "4,000.50元",
    "月应交": "30.5",
    "转入日期": "2024年3月5日",
    "转出日期": "20261231",
    "流动": "是",
    "申请日期": "2022-01-10",
    "积极分子日期": "2022年6月1日",
    "发展对象日期": "2023-07-01",
    "预备期至": "2026-12-31",
    "介绍信日期": "2024-02-20",
}


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


def table(*rows: dict[str, str]) -> bytes:
    header = list(rows[0])
    cells = [",".join(f'"{row[name]}"' for name in header) for row in rows]
    return csv(",".join(header), *cells)


@dataclass(frozen=True, slots=True)
class Wrong:
    line: int
    column: str
    code: str
    read: str


def wrong(content: bytes) -> list[Wrong]:
    with pytest.raises(UnfitRoster) as caught:
        read_roster(content)
    return [
        Wrong(misfit.line, misfit.column, misfit.problem.code, misfit.problem.read)
        for misfit in caught.value.misfits
    ]


def names(rows: list[RosterRow]) -> list[str]:
    return [row.person.name for row in rows]


def test_every_column_is_read() -> None:
    (row,) = read_roster(table(FULL))
    person = row.person
    assert (person.name, person.stage, row.group) == ("张三", Stage.PROBATIONARY, "第一小组")
    assert (person.sex, person.born, person.ethnicity) == ("男", "1990年5月", "汉族")
    assert (person.education, person.post, person.floating) == ("本科", "书记", True)
    assert (person.admitted_on, person.full_on) == (date(2025, 7, 1), date(2026, 7, 1))
    assert (person.joined_on, person.left_on) == (date(2024, 3, 5), date(2026, 12, 31))
    assert (person.applied_on, person.activist_on) == (date(2022, 1, 10), date(2022, 6, 1))
    assert (person.candidate_on, person.probation_until) == (date(2023, 7, 1), date(2026, 12, 31))
    assert person.letter_on == date(2024, 2, 20)
    assert row.basis is not None
    assert (row.basis.category, row.basis.holds_from) == ("retired", None)
    assert (row.basis.base, row.basis.fixed) == (Decimal("4000.50"), Decimal("30.5"))


@given(st.permutations(list(FULL)))
def test_the_columns_may_stand_in_any_order(order: list[str]) -> None:
    (row,) = read_roster(table({name: FULL[name] for name in order}))
    (same,) = read_roster(table(FULL))
    assert row.person.model_dump() == same.person.model_dump()
    assert (row.group, row.basis) == (same.group, same.basis)


def test_the_name_alone_is_enough() -> None:
    (row,) = read_roster(csv("姓名", "张三"))
    assert (row.person.stage, row.person.floating) == (Stage.FULL, False)
    assert row.person.model_fields_set == {"unit_id", "name"}  # nothing else was said
    assert (row.group, row.basis) == (None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_both_encodings_of_a_spreadsheet_are_read(encoding: str) -> None:
    rows = read_roster(csv("姓名,党小组", "张三,第一小组", "李四,", encoding=encoding))
    assert names(rows) == ["张三", "李四"]
    assert [row.group for row in rows] == ["第一小组", None]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_any_system_ends_them(end: str) -> None:
    content = end.join(["姓名,党小组", "张三,第一小组", "李四,第一小组", ""])
    assert names(read_roster(content.encode())) == ["张三", "李四"]


@pytest.mark.parametrize("heading", sorted(vocabulary.roster_columns()))
def test_every_heading_of_the_vocabulary_is_known(heading: str) -> None:
    known = vocabulary.roster_columns()
    if known[heading] == "name":
        assert names(read_roster(csv(heading, "张三"))) == ["张三"]
        return
    assert names(read_roster(csv(f" {heading} ,姓名", ",张三"))) == ["张三"]


@pytest.mark.parametrize("category", ["在职", "退休", "农民", "学生", "失业", "低保"])
def test_every_dues_category_is_one_the_policy_knows(category: str) -> None:
    from compliance.catalogue import default

    (row,) = read_roster(csv("姓名,党费类别", f"张三,{category}"))
    assert row.basis is not None
    assert default().dues.category(row.basis.category) is not None


def test_an_amount_alone_is_an_employees() -> None:
    (row,) = read_roster(csv("姓名,党费基数", "张三,0"))
    assert row.basis is not None
    assert (row.basis.category, row.basis.base) == ("", Decimal(0))


def test_empty_lines_and_empty_cells_say_nothing() -> None:
    rows = read_roster(csv("姓名,类别,党费基数", "", "张三,,", " , , ", "李四"))
    assert names(rows) == ["张三", "李四"]
    assert rows[0].basis is None


@pytest.mark.parametrize(
    ("heading", "column", "cell"),
    [
        ("类别", "stage", "群众"),
        ("入党日期", "admitted_on", "去年七月"),
        ("转入日期", "joined_on", "45000"),
        ("申请日期", "applied_on", "很早"),
        ("发展对象日期", "candidate_on", "7月"),
        ("预备期至", "probation_until", "延长"),
        ("介绍信日期", "letter_on", "2025-4"),
        ("党费类别", "dues_category", "富翁"),
        ("党费基数", "dues_base", "四千"),
        ("党费基数", "dues_base", "-1"),
        ("党费基数", "dues_base", "0.001"),
        ("党费基数", "dues_base", "10000000.01"),
        ("党费基数", "dues_base", "NaN"),
        ("党费基数", "dues_base", "Infinity"),
        ("党费基数", "dues_base", "1e999999"),
        ("月应交", "dues_amount", "sNaN"),
        ("月应交", "dues_amount", "1e-999999"),
        ("月应交", "dues_amount", "=1+1"),
        ("流动", "floating", "也许"),
        ("党小组", "group", "一" * 201),
        ("学历", "education", "本\u200b科"),
    ],
)
def test_a_bad_cell_is_named_with_its_line_and_column(heading: str, column: str, cell: str) -> None:
    content = csv(f"姓名,{heading}", "张三,", "", f"李四,{cell}", "王五,")
    assert wrong(content) == [Wrong(4, column, "roster_cell", cell[:200])]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    content = csv(
        "姓名,类别,党费基数", "张三,群众,四千", ",正式党员,1", "李四,,,多", "王五,,1", "王五,,2"
    )
    assert wrong(content) == [
        Wrong(2, "stage", "roster_cell", "群众"),
        Wrong(2, "dues_base", "roster_cell", "四千"),
        Wrong(3, "name", "roster_no_name", ""),
        Wrong(4, "", "roster_cells", "4"),
        Wrong(6, "name", "roster_twice", "王五"),
    ]


def test_wrong_headings_are_told_before_any_row() -> None:
    assert wrong(csv("姓名,身份证号", "张三,1")) == [
        Wrong(1, "身份证号", "roster_column", "身份证号")
    ]
    assert wrong(csv("姓名,名字", "张三,李四")) == [Wrong(1, "name", "duplicate_field", "名字")]
    assert wrong(csv("类别", "正式党员")) == [Wrong(1, "", "roster_no_name", "")]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file(content: bytes) -> None:
    assert wrong(content) == [Wrong(1, "", "roster_empty", "")]


@pytest.mark.parametrize("lines", [["姓名"], ["姓名,类别", ",", ""]])
def test_a_file_without_a_person(lines: list[str]) -> None:
    assert wrong(csv(*lines)) == [Wrong(2, "", "roster_empty", "")]


@pytest.mark.parametrize(
    "content",
    [
        csv("姓名", "张\0三"),
        csv("姓名", "张三", encoding="utf-16"),
        b"\xff\xfe\xfd",
        "姓名\n张三".encode() + b"\xff",
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    assert wrong(content) == [Wrong(0, "", "roster_encoding", "")]


def test_a_file_that_is_too_large_is_refused() -> None:
    assert wrong(b"x" * (MOST_BYTES + 1)) == [Wrong(0, "", "roster_too_large", "")]
    many = csv("姓名", *(f"党员{n}" for n in range(MOST_ROWS)))
    assert wrong(many) == [Wrong(0, "", "roster_too_large", "")]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+8613800000000", "-", "@SUM(A1)"])
def test_what_looks_like_a_formula_is_only_text(text: str) -> None:
    (row,) = read_roster(csv("姓名,学历", f"张三,{text}"))
    assert row.person.education == text


def test_quoted_cells_may_hold_commas_and_quotes() -> None:
    (row,) = read_roster(csv("姓名,学历", '张三,"本科,""在读"""'))
    assert row.person.education == '本科,"在读"'


@pytest.mark.parametrize("cell", ['"本\n科"', '"' + "长" * 140_000 + '"', '"没有结束'])
def test_a_cell_that_runs_over_lines_or_without_end_is_refused(cell: str) -> None:
    (found,) = wrong(csv("姓名,学历", f"张三,{cell}", "李四,本科"))
    assert found.code in ("roster_cell", "roster_encoding")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@settings(max_examples=60)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(_bytes)))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    for heading in (b"", "姓名,党费基数,入党日期\n".encode()):
        misfits: tuple[Misfit, ...] = ()
        rows: list[RosterRow] = []
        try:
            rows = read_roster(heading + content)
        except UnfitRoster as unfit:
            misfits = unfit.misfits
        assert bool(rows) != bool(misfits)
        assert all(row.person.name for row in rows)
