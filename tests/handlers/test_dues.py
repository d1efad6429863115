"""Assessing, reducing and remitting: from when, by whom, for whom, and what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from compliance.access import Role
from compliance.people import DuesBasis, Stage
from compliance.periods import Period
from handlers.corrections.undoing import undo
from handlers.dues.paying import dues
from storage import bases, journal, listing
from storage.journal import ScoreText
from storage.messages import Message
from storage.units import Unit
from tests.handlers.office import FIRST, GENERAL, NOW, STRANGER, Office
from tests.storage.samples import a_person, a_unit, day, moment
from tests.storage.samples import said as origin


def bases_of(office: Office, name: str, unit: Unit | None = None) -> list[DuesBasis]:
    people = bases.people(office.session, (unit or office.first).key)
    return list(next(member.bases for member in people if member.name == name))


@pytest.fixture
def superior(office: Office) -> int:
    return office.appoint(Role.SUPERVISOR, office.general)


# ---------------------------------------------------------------- 核定


@pytest.mark.parametrize(
    ("said", "holds_from"),
    [
        ("张三 基数8000", "2026-01-01"),
        ("张三 基数8000 2026年", "2026-01-01"),
        ("张三 基数8000 7月起", "2026-07-01"),
        ("张三 基数8000 2027年", "2027-01-01"),
    ],
)
def test_a_basis_holds_from_the_month_said_or_from_january(
    office: Office, said: str, holds_from: str
) -> None:
    message = office.ask(dues, f"核定 {said}")
    assert message.template == "dues_assessed"
    before, new = bases_of(office, "张三")
    assert (before.holds_from, before.base) == (None, Decimal(4000))
    assert (new.holds_from, new.base, new.category) == (day(holds_from), Decimal(8000), "employed")


def test_a_second_basis_of_a_year_holds_from_this_month(office: Office) -> None:
    for said in ("张三 基数8000", "张三 月交30"):
        office.ask(dues, f"核定 {said}")
    *_, last = bases_of(office, "张三")
    assert (last.holds_from, last.fixed, last.base) == (day("2026-11-01"), Decimal(30), None)


@pytest.mark.parametrize(("said", "carried"), [("张三 退休", True), ("张三 退休 基数5000", False)])
def test_a_base_that_goes_on_from_before_is_told_apart(
    office: Office, said: str, *, carried: bool
) -> None:
    (assessed,) = office.ask(dues, f"核定 {said}").values["assessed"]  # type: ignore[misc]
    assert assessed.basis.base is not None  # type: ignore[has-type]
    assert assessed.carried is carried  # type: ignore[has-type]


def test_last_years_basis_and_a_reduction_are_not_this_years(office: Office, superior: int) -> None:
    office.ask(dues, "核定 张三 基数8000 2025年3月")
    office.ask(dues, "减免 第一支部 张三 5元 2026年 原因:因病", actor=superior)
    office.ask(dues, "核定 张三 基数9000")
    assert bases_of(office, "张三")[-1].holds_from == day("2026-01-01")


def test_a_category_alone_keeps_the_base(office: Office) -> None:
    office.ask(dues, "核定 张三 退休")
    last = bases_of(office, "张三")[-1]
    assert (last.category, last.base) == ("retired", Decimal(4000))


@pytest.mark.parametrize(
    "said", ["赵六 退休", "赵六 农民", "张三 学生 基数8000", "赵六 农民 基数80"]
)
def test_what_gives_no_amount_is_refused(office: Office, said: str) -> None:
    before = bases_of(office, "赵六"), bases_of(office, "张三")
    assert office.ask(dues, f"核定 {said}").template == "unreadable"
    assert (bases_of(office, "赵六"), bases_of(office, "张三")) == before


def test_one_wrong_line_sets_nothing(office: Office) -> None:
    assert office.ask(dues, "核定 张三 基数8000\n赵六 退休").template == "unreadable"
    assert len(bases_of(office, "张三")) == 1


@pytest.mark.parametrize(
    ("role", "at", "may"),
    [
        (Role.SECRETARY, "first", True),
        (Role.DEPUTY, "first", True),
        (Role.ORGANISATION, "first", True),
        (Role.PUBLICITY, "first", False),
        (Role.MEMBER, "first", False),
        (Role.SUPERVISOR, "general", False),
        (Role.SECRETARY, "second", False),
    ],
)
def test_who_may_assess_and_remit(office: Office, role: Role, at: str, may: bool) -> None:
    actor = office.appoint(role, getattr(office, at))
    office.ask(dues, "张三 40 11月")
    for said, done in (("核定 张三 基数8000", "dues_assessed"), ("上缴 11月 40", "remitted")):
        assert office.ask(dues, said, actor=actor).template == (done if may else "not_allowed")


def test_a_stranger_may_do_nothing(office: Office) -> None:
    for said in (
        "核定",
        "核定 张三 基数1",
        "上缴 11月 40",
        "减免 第一支部 张三 5元 11月 原因:因病",
    ):
        for private in (True, False):
            message = office.ask(dues, said, actor=STRANGER, private=private)
            assert message.template == "not_allowed"


def test_bases_show_in_private_to_one_entitled_alone(office: Office, superior: int) -> None:
    member = office.appoint(Role.MEMBER, office.first)
    shown = office.ask(dues, "核定", private=True).values
    assert (shown["bound"], shown["unknown"]) == (4, 1)
    people = shown["people"]
    assert isinstance(people, list)
    assert [each.name for each in people] == ["张三", "李四", "王五", "赵六"]
    assert office.ask(dues, "核定").values["people"] == []
    assert office.ask(dues, "核定", actor=member, private=True).values["people"] == []
    assert office.ask(dues, "核定", actor=superior, private=True).values["people"]


def test_an_edited_message_changes_nothing(office: Office, superior: int) -> None:
    for said in ("核定 张三 基数8000", "上缴 11月 40"):
        assert office.ask(dues, said, edited=True).template == "dues_edited"
    said = "减免 第一支部 张三 5元 11月 原因:因病"
    assert office.ask(dues, said, actor=superior, edited=True).template == "dues_edited"


# ---------------------------------------------------------------- 减免


def test_a_reduction_holds_for_whole_months_and_says_why(office: Office, superior: int) -> None:
    said = "减免 原因:因病困难\n第二支部 冯一 5元 2026年3月至12月"
    message = office.ask(dues, said, actor=superior, chat=GENERAL)
    assert message.template == "dues_reduced"
    reduction = bases_of(office, "冯一", office.second)[-1]
    assert (reduction.holds_from, reduction.holds_until) == (day("2026-03-01"), day("2026-12-31"))
    assert (reduction.fixed, reduction.reason) == (Decimal(5), "因病困难")


def test_an_ended_reduction_holds_no_more_whenever_it_began(office: Office, superior: int) -> None:
    def ask(said: str) -> str:
        return office.ask(dues, f"减免 第一支部 张三 {said}", actor=superior).template

    assert ask("取消") == "no_reduction"
    assert ask("5元 2026年3月至2026年10月 原因:因病") == "dues_reduced"
    assert ask("取消 11月起") == "no_reduction"
    assert ask("6元 2026年9月至2027年2月 原因:因病") == "dues_reduced"
    assert ask("取消 2026年8月起") == "dues_reduced"
    (member,) = (m for m in bases.people(office.session, office.first.key) if m.name == "张三")
    held = {month: member.basis_on(date(2026, month, 28)) for month in range(3, 13)}
    assert {month for month, basis in held.items() if basis and basis.reduced} == {3, 4, 5, 6, 7}


@pytest.mark.parametrize("at", ["first", "group"])
def test_nobody_reduces_dues_where_they_hold_an_office(office: Office, at: str) -> None:
    both = office.appoint(Role.SUPERVISOR, office.general)
    journal_size = office.entries()
    _appoint_also(office, both, Role.MEMBER, getattr(office, at))
    for what in ("5元", "全免"):
        said = f"减免 第一支部 张三 {what} 11月 原因:因病"
        assert office.ask(dues, said, actor=both, chat=GENERAL).template == "own_unit"
    assert office.entries() == journal_size
    said = "减免 第二支部 冯一 5元 11月 原因:因病"
    assert office.ask(dues, said, actor=both, chat=GENERAL).template == "dues_reduced"


def _appoint_also(office: Office, actor: int, role: Role, unit: Unit) -> None:
    office.officers = actor - 1
    assert office.appoint(role, unit) == actor


def test_the_branch_must_be_clear(office: Office, superior: int) -> None:
    said = "减免 张三 5元 11月 原因:因病"
    for private in (True, False):
        message = office.ask(
            dues, said, actor=superior, chat=GENERAL if not private else 7, private=private
        )
        assert message.template == "name_branch"
        assert message.values["names"] == ("第一支部", "第二支部")
    assert office.ask(dues, said, actor=superior).template == "dues_reduced"  # in its own chat
    assert office.ask(dues, said, actor=superior, chat=-12345).template == "unbound_chat"
    only = a_unit(office.session, "别的总支", "general_branch")
    lonely = a_unit(office.session, "独苗支部", "branch", only)
    chief = office.appoint(Role.SUPERVISOR, only)
    said = "减免 张三 5元 11月 原因:因病"
    message = office.ask(dues, said, actor=chief, chat=7, private=True)
    assert message.template == "unreadable"  # it is 独苗支部, where nobody is called so
    assert lonely.key


def test_a_waiver_of_dues_is_the_superiors_to_take_back(office: Office, superior: int) -> None:
    said = "减免 第一支部 张三 全免 11月 原因:因病困难"
    message = office.ask(dues, said, actor=superior, chat=GENERAL)
    assert message.values["number"] == 1
    button = message.buttons[0][0].data.removeprefix("undo:")
    assert button == f"@{office.first.key} 1"
    assert office.ask(undo, "#1").template == "not_allowed"
    taken = office.ask(undo, button, actor=superior, chat=GENERAL)
    assert taken.template == "undone"
    assert "因病" not in str(taken.values)
    assert office.ask(undo, "#2").template == "not_allowed"
    restore = taken.buttons[0][0].data.removeprefix("undo:")
    assert office.ask(undo, restore, actor=superior, chat=GENERAL).template == "undone"
    assert office.ask(undo, "第一支部 #3", actor=superior, chat=GENERAL).template == "undone"
    _appoint_also(office, superior, Role.MEMBER, office.first)
    assert office.ask(undo, "第一支部 #4", actor=superior, chat=GENERAL).template == "own_unit"


def test_a_score_is_the_superiors_to_take_back(office: Office, superior: int) -> None:
    journal.add_score(office.session, office.first.key, ScoreText("gone", 2026, 925, "好"), _said())
    assert office.ask(undo, "#1").template == "not_allowed"
    taken = office.ask(undo, "第一支部 1", actor=superior, chat=GENERAL)
    (shown,) = _entries(taken)
    assert (shown["kind"], shown["requirement"]) == ("score", None)


def _said() -> journal.Origin:
    return origin("2026-11-20 10:00")


def _entries(message: Message) -> list[dict[str, object]]:
    found = message.values["entries"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("button", ["@99999 1", "@1 1"])
def test_a_forged_button_reaches_no_other_unit(office: Office, button: str) -> None:
    office.ask(dues, "张三 40 11月")
    assert office.ask(undo, button, actor=STRANGER).template == "not_allowed"


# ---------------------------------------------------------------- 上缴


def test_a_remittance_must_match_the_payments(office: Office) -> None:
    office.ask(dues, "张三 40 11月, 李四 0.5 11月, 王五 7 10月")
    refused = office.ask(dues, "上缴 11月 40")
    assert refused.template == "remit_mismatch"
    assert office.entries() == 3
    assert office.ask(dues, "上缴 11月 40.50").template == "remitted"
    assert office.ask(dues, "上缴 11月 40.50").template == "remit_mismatch"
    office.ask(dues, "张三 2 11月")
    assert office.ask(dues, "上缴 11月 2").template == "remitted"
    assert _balance(office) == (Decimal("42.50"), Decimal("42.50"), (4, 6))
    office.ask(undo, "#1")
    assert _balance(office) == (Decimal("2.50"), Decimal("42.50"), (4, 6))
    (shown,) = _entries(office.ask(undo, "#4"))
    assert shown["kind"] == "remittance"
    assert _balance(office)[1:] == (Decimal(2), (6,))
    assert office.ask(dues, "上缴 11月 0.50").template == "remitted"


def _balance(office: Office) -> tuple[Decimal, Decimal, tuple[int, ...]]:
    found = office.ask(dues, "11月").values["balance"]
    return found.paid, found.remitted, found.numbers  # type: ignore[attr-defined]


# ---------------------------------------------------------------- 缴费


def test_part_advance_and_back_payments_add_up(office: Office) -> None:
    for amount, month in (("15", "11月"), ("25", "11月"), ("40", "2027年1月"), ("40", "2026年2月")):
        office.ask(dues, f"张三 {amount} {month}")
    paid = listing.payments(office.session, office.first, day("2026-01-01"), day("2027-12-31"))
    by_month = {p.month: sum(q.amount for q in paid if q.month == p.month) for p in paid}
    assert by_month == {day(f"{m}-01"): 40 for m in ("2026-02", "2026-11", "2027-01")}
    states = office.ask(dues, "11月", private=True).values
    assert "张三" not in [line.person for line in states["names"]]  # type: ignore[attr-defined]


def test_a_reduction_settles_the_month_at_its_amount(office: Office, superior: int) -> None:
    office.ask(dues, "减免 第一支部 张三 5元 11月 原因:因病", actor=superior)
    office.ask(dues, "张三 5 11月")
    values = office.ask(dues, "11月", private=True).values
    assert "张三" not in [line.person for line in values["names"]]  # type: ignore[attr-defined]
    assert values["eased"] == (1, 0)
    before = office.ask(dues, "10月", private=True, now=moment("2026-11-25 10:00")).values
    assert before["eased"] == (0, 0)
    assert moment("2026-11-25 10:00") == NOW


def test_a_payment_taken_back_names_nobody_in_a_group(office: Office) -> None:
    """Whose is unpaid again is as private as who had not paid, however it was entered."""
    office.ask(dues, "全部 11月")
    office.ask(dues, "张三 1 12月")
    one, several = office.ask(undo, "#1"), office.ask(undo, "#2-4")
    assert {each["payment"] for each in (*_entries(one), *_entries(several))} == {None}
    assert (one.values["payments"], several.values["payments"]) == (None, Decimal(141))
    button = several.buttons[0][0].data.removeprefix("undo:")
    assert "张三" not in str(office.ask(undo, button).values)
    (shown,) = _entries(office.ask(undo, "#2", private=True, chat=office.secretary))
    assert shown["payment"] is not None


def test_a_payment_by_one_who_is_no_member_counts_in_both_sums(office: Office) -> None:
    a_person(office.session, office.first, "新人", stage=Stage.ACTIVIST)
    office.ask(dues, "新人 10 11月, 张三 40 11月")
    values = office.ask(dues, "11月").values
    assert (values["paid"], values["beside"]) == (Decimal(50), Decimal(10))
    assert office.ask(dues, f"上缴 11月 {values['paid']}").template == "remitted"


def test_what_an_excused_member_paid_is_a_members(office: Office, superior: int) -> None:
    office.ask(dues, "减免 第一支部 张三 全免 11月 原因:因病", actor=superior)
    office.ask(dues, "张三 40 11月")
    values = office.ask(dues, "11月").values
    assert (values["paid"], values["beside"]) == (Decimal(40), Decimal(0))


@pytest.mark.parametrize("private", [True, False])
def test_more_than_what_is_due_is_no_reduction(
    office: Office, superior: int, private: bool
) -> None:
    said = "减免 第一支部 张三 {}元 11月 原因:因病"
    before = bases_of(office, "张三")
    message = office.ask(dues, said.format("40.01"), actor=superior, chat=GENERAL, private=private)
    due = message.values["due"]
    assert (message.template, due) == ("reduces_nothing", Decimal(40) if private else None)
    assert bases_of(office, "张三") == before


@pytest.mark.parametrize("what", ["5元", "全免"])
def test_the_branch_hears_that_one_member_was_eased_and_no_more(
    office: Office, superior: int, what: str
) -> None:
    said = f"减免 第一支部 张三 {what} 11月 原因:因病"
    echo, told = office.replies(dues, said, actor=superior, chat=GENERAL)
    assert (echo.chat_id, told.template, told.chat_id) == (None, "dues_eased", FIRST)
    assert not {"张三", "因病", Decimal(5)} & set(map(str, told.values.values()))
    assert len(office.replies(dues, said, actor=superior)) == 1


@pytest.mark.parametrize(
    "said", ["第二支部", "第二支部 10月", "10月 第二支部", "第二支部  2026年10月"]
)
@pytest.mark.parametrize("private", [True, False])
def test_a_superior_asks_a_branchs_month_by_its_name(
    office: Office, superior: int, said: str, private: bool
) -> None:
    chat = superior if private else GENERAL
    message = office.ask(dues, said, actor=superior, chat=chat, private=private)
    month = message.values["month"]
    assert (message.template, message.values["unit"]) == ("dues_month", "第二支部")
    assert str(month) == str(Period.parse("2026-10" if "10" in said else "2026-11"))
    assert bool(message.values["names"]) is private
    office.appoint(Role.SECRETARY, office.second)
    assert office.ask(dues, said).template != "dues_month"


def test_a_unit_above_says_which_branches_to_name(office: Office, superior: int) -> None:
    for said in ("", "11月"):
        for chat, private in ((GENERAL, False), (superior, True)):
            message = office.ask(dues, said, actor=superior, chat=chat, private=private)
            assert message.template == "name_branch"
            assert message.values["names"] == ("第一支部", "第二支部")
    assert office.ask(dues, actor=superior).template == "dues_month"
    assert office.ask(dues, actor=STRANGER).template == "not_allowed"
