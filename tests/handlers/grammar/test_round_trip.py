"""A record rendered as a message reads back as itself."""

from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.appraisal import Grade
from compliance.periods import Cadence, Period
from handlers.grammar import (
    About,
    Absence,
    DuesLine,
    Meeting,
    Turnout,
    Unreadable,
    Votes,
    read_dues,
    read_meeting,
)

from .conftest import CONTEXT, KINDS, TODAY

ALONE = tuple(kind for kind in KINDS if CONTEXT.rules[kind].declared_with is None)
GRADES = {
    Grade.EXCELLENT: "优秀",
    Grade.GOOD: "合格",
    Grade.BASIC: "基本合格",
    Grade.POOR: "不合格",
}

PEOPLE = ("张三", "李四", "王五", "赵六", "王五一", "李十月", "Li Si")
TEXT = st.text(
    "学研究讨论发展党员工作计划年月日号0123456789、。abc三楼", min_size=1, max_size=20
).filter(lambda text: text.strip(" 、") == text)
REASON = st.sampled_from([None, "出差", "病假", "回家(探亲)", "11月20日 开会"])


@st.composite
def meetings(draw: st.DrawFn) -> Meeting:
    kinds = draw(st.lists(st.sampled_from(ALONE), min_size=1, max_size=3, unique=True))
    absent = draw(st.lists(st.sampled_from(PEOPLE), max_size=4, unique=True))
    absences = tuple(Absence(name, draw(REASON)) for name in absent)
    present = draw(st.integers(1, 99))
    counted = draw(st.booleans())
    people, materials = draw(about(kinds))
    held_at, ends_at = draw(hours())
    return Meeting(
        kinds=tuple(kinds),
        held_on=TODAY - timedelta(days=draw(st.integers(1, 3000))),
        held_at=held_at,
        ends_at=ends_at,
        group=draw(st.sampled_from([*([None] if "党小组会" not in kinds else []), "第二小组"])),
        place=draw(st.sampled_from([None, "三楼会议室", "3号会议室", "Room 3", "村部"])),
        host=draw(st.none() | st.sampled_from(PEOPLE)),
        recorder=draw(st.none() | st.sampled_from(["李四", "王书记"])),
        expected=present + len(absences) if counted else None,
        present=present if counted else None,
        absences=absences,
        topics=draw(st.none() | TEXT),
        content=draw(st.none() | TEXT),
        votes=draw(ballots(present)) if counted and draw(st.booleans()) else None,
        resolution=draw(st.none() | TEXT),
        people=people,
        materials=materials,
    )


@st.composite
def ballots(draw: st.DrawFn, present: int) -> Votes:
    favour = draw(st.integers(0, present))
    against = draw(st.integers(0, present - favour))
    return Votes(favour, against, draw(st.integers(0, present - favour - against)))


@st.composite
def about(draw: st.DrawFn, kinds: list[str]) -> tuple[tuple[About, ...], tuple[str, ...]]:
    """Whom a record of these kinds may be about, and the papers it may file."""
    rules = [CONTEXT.rules[kind] for kind in kinds]
    if any(rule.anonymous for rule in rules):
        return (), ()
    grade = st.none()
    if not any(rule.people for rule in rules):
        if not any(rule.graded for rule in rules):
            return (), ()
        grade = st.sampled_from(Grade)
    names = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True))
    papers = [paper for papers in CONTEXT.checklists.values() for paper in papers]
    filed = st.lists(st.sampled_from(papers), unique=True)
    return (
        tuple(About(name, draw(grade)) for name in names),
        tuple(draw(filed)) if "发展材料" in kinds else (),
    )


@st.composite
def hours(draw: st.DrawFn) -> tuple[time | None, time | None]:
    """When something began and ended; both may be untold, or the end alone."""
    times = draw(st.lists(st.times().map(lambda at: time(at.hour, at.minute)), max_size=2))
    began, ended, *_ = *sorted(set(times)), None, None
    return began, ended


def _clock(meeting: Meeting) -> str | None:
    ended = f"-{meeting.ends_at:%H:%M}" if meeting.ends_at else ""
    return f"{meeting.held_at:%H:%M}{ended}" if meeting.held_at else None


def rendered(meeting: Meeting, separator: str) -> str:
    return separator.join(pieces(meeting))


def pieces(meeting: Meeting) -> list[str]:
    """The fields that say something, each as it may be typed."""
    parts: list[str | None] = ["+".join(meeting.kinds), meeting.group, meeting.held_on.isoformat()]
    parts.append(_clock(meeting))
    if meeting.expected is not None:
        parts += [f"应到{meeting.expected}", f"实到{meeting.present}"]
    if meeting.absences:
        names = [f"{a.name}({a.reason})" if a.reason else a.name for a in meeting.absences]
        parts.append("缺席:" + "、".join(names))
    graded = [f"{p.name} {GRADES[p.grade]}" for p in meeting.people if p.grade]
    parts.append("评议:" + "、".join(graded) if graded else None)
    named = [p.name for p in meeting.people if p.grade is None]
    parts.append("对象:" + "、".join(named) if named else None)
    parts.append("材料:" + "、".join(meeting.materials) if meeting.materials else None)
    if meeting.votes:
        votes = meeting.votes
        parts.append(f"表决:赞成{votes.in_favour} 反对{votes.against} 弃权{votes.abstain}")
    labels = {"place": "地点", "host": "主持", "recorder": "记录", "topics": "议题"}
    labels |= {"content": "内容", "resolution": "决议"}
    for name, label in labels.items():
        value = getattr(meeting, name)
        parts.append(f"{label}:{value}" if value else None)
    return [part for part in parts if part]


@settings(max_examples=120, deadline=None)
@given(meetings(), st.sampled_from([" ", "\n", "，", " \n"]))
def test_a_meeting_reads_back(meeting: Meeting, separator: str) -> None:
    assert read_meeting(rendered(meeting, separator), CONTEXT) == meeting


@settings(max_examples=120, deadline=None)
@given(meetings(), st.randoms(use_true_random=False))
def test_fields_on_lines_of_their_own_may_stand_in_any_order(
    meeting: Meeting, order: Random
) -> None:
    parts = pieces(meeting)
    order.shuffle(parts)
    assert read_meeting("\n".join(parts), CONTEXT) == meeting


NUMBERS = st.integers(0, 60)
PHRASES = (  # each says who came of whom, in another way
    "应到{expected} 实到{present}",
    "应到{expected}人,实到{present}人,缺席{absent}人",
    "应到:{expected} 缺席:{absent}人",
    "{present}人到会,缺席{absent}人",
    "(应到{expected}名党员,请假{absent}人)",
    "实到{present}/应到{expected}",
)


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 99), NUMBERS, st.sampled_from(PHRASES))
def test_two_of_the_numbers_give_the_third(present: int, absent: int, phrase: str) -> None:
    expected = present + absent
    said = phrase.format(present=present, absent=absent, expected=expected)
    meeting = read_meeting(f"支委会 昨天 {said}", CONTEXT)
    assert (meeting.present, meeting.expected) == (present, expected)


@settings(max_examples=120, deadline=None)
@given(NUMBERS, NUMBERS, st.none() | NUMBERS, st.lists(st.sampled_from(PEOPLE), unique=True))
def test_an_answer_about_attendance_is_read_as_the_button_says(
    expected: int, present: int, absent: int | None, names: list[str]
) -> None:
    said = f"支委会 昨天 应到{expected}人,实到{present}人"
    said += "" if absent is None else f",缺席{absent}人"
    said += (":" if absent is not None else " 缺席:") + "、".join(names) if names else ""
    try:
        read_meeting(said, CONTEXT)
    except Unreadable as unread:
        (problem,) = unread.problems
        for choice in problem.choices:
            meeting = read_meeting(choice.said, CONTEXT)
            assert isinstance(choice.value, Turnout)
            assert meeting.present == choice.value.present
            assert meeting.expected == choice.value.expected
            assert [absence.name for absence in meeting.absences] == names


@settings(max_examples=120, deadline=None)
@given(meetings())
def test_width_and_spaces_change_nothing(meeting: Meeting) -> None:
    wide = rendered(meeting, "\u3000").translate({ord(":"): "：", ord("("): "（", ord(")"): "）"})
    assert read_meeting(wide, CONTEXT).absences == tuple(
        Absence(a.name, a.reason and a.reason.replace("(", "（").replace(")", "）"))
        for a in meeting.absences
    )


AMOUNT = st.integers(1, 10_000_000).map(lambda fen: Decimal(fen).scaleb(-2))
MONTH = st.dates(date(2024, 1, 1), date(2027, 12, 31)).map(
    lambda day: Period.of(Cadence.MONTHLY, day)
)
LINES = st.lists(
    st.builds(DuesLine, st.sampled_from(PEOPLE), AMOUNT, MONTH),
    min_size=1,
    unique_by=lambda line: (line.name, line.month),
)


@settings(max_examples=120, deadline=None)
@given(LINES, st.sampled_from([", ", "\n", "、", "；"]), st.sampled_from(["", "元", "块"]))
def test_dues_read_back(lines: list[DuesLine], separator: str, unit: str) -> None:
    told = [f"{one.name} {one.amount}{unit} {one.month.year}年{one.month.index}月" for one in lines]
    assert read_dues(separator.join(told), CONTEXT) == tuple(lines)


SHEETS = (  # each a way of writing a line of a sheet
    "{name}\t{amount}\t{month}",
    "{name},{amount},{month}",
    "{number}. {name} {amount}元 {month}",
    "{number}\t{name}\t{month}\t¥{amount}",
    "|{name}|{month}|{amount}|",
)


@settings(max_examples=120, deadline=None)
@given(LINES, st.sampled_from(SHEETS), st.booleans())
def test_a_sheet_with_its_heading_and_total_reads_back(
    lines: list[DuesLine], sheet: str, totalled: bool
) -> None:
    rows = ["姓名\t金额\t月份"]
    for number, one in enumerate(lines, 1):
        month = f"{one.month.year}年{one.month.index}月"
        rows.append(sheet.format(number=number, name=one.name, amount=one.amount, month=month))
    rows += [f"合计\t{sum(one.amount for one in lines)}"] if totalled else []
    assert read_dues("\n".join(rows), CONTEXT) == tuple(lines)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(PEOPLE[:6]), min_size=2, unique=True), AMOUNT, st.booleans())
def test_a_sum_for_each_goes_to_each(names: list[str], amount: Decimal, asked: bool) -> None:
    said = "、".join(names) + f"{'' if asked else '各'} {amount}元 10月"
    try:
        lines = read_dues(said, CONTEXT)
    except Unreadable as unread:
        (problem,) = unread.problems
        assert asked
        lines = read_dues(problem.choices[0].said, CONTEXT)
    month = Period(Cadence.MONTHLY, 2026, 10)
    assert lines == tuple(DuesLine(name, amount, month) for name in names)


@settings(max_examples=120, deadline=None)
@given(st.integers(1, 100_000), st.integers(1, 12), st.integers(1, 12))
def test_a_range_is_split_to_the_fen_and_loses_none(share: int, first: int, last: int) -> None:
    first, last = sorted((first, last))
    months = last - first + 1
    fen = min(share * months, 10_000_000 // months * months)
    typed = f"张三 {Decimal(fen).scaleb(-2)} 2026年{first}-{last}月"
    lines = read_dues(typed, CONTEXT)
    assert isinstance(lines, tuple)
    assert sum(line.amount for line in lines) == Decimal(fen).scaleb(-2)
    assert [line.month.index for line in lines] == list(range(first, last + 1))
