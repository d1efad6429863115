"""Payments of people who moved: for whom they count, and what a branch says of them."""

from dataclasses import replace
from decimal import Decimal

from compliance.assessment import Finding, Ledger, Reason
from compliance.catalogue import default
from compliance.explanation import explain
from compliance.facts import Paid
from compliance.moved import credited
from compliance.people import DuesBasis, Member, Stage
from tests.compliance.calendars import NOTICE
from tests.compliance.samples import assess, branch, day, paid, person

BASIS = (DuesBasis(None, "employed", Decimal(4000)),)  # 40 yuan a month
CAME = replace(person(1, "张三", Stage.FULL, joined_on="2026-03-10"), same=(7, 9), bases=BASIS)


def there(number: int, month: str, amount: str, member: int = 7) -> Paid:
    return replace(paid(number, member, month, amount, "2026-03-05"), place="第二支部")


def march(*payments: Paid, member: Member = CAME) -> Finding:
    found = assess(branch(members=(member,)), Ledger(paid=payments), "2026-04-20", period="2026-03")
    return next(each for each in found if each.requirement.code == "dues")


def test_who_came_from_a_roster_or_went_to_one_has_moved() -> None:
    stayed = person(3, "王五", Stage.FULL)
    assert not stayed.moved
    assert replace(stayed, came_from_id=7).moved
    assert replace(stayed, arrived_on=day("2026-04-01")).moved


def test_a_payment_counts_for_the_one_of_whom_its_month_is_asked() -> None:
    gone = replace(person(2, "张三", Stage.FULL, left_on="2026-02-10"), same=(1, 7), bases=BASIS)
    came = replace(CAME, same=(2, 7))
    january, march, april = (paid(n, 2, f"2026-0{n}", "40", "2026-01-05") for n in (1, 3, 4))
    elsewhere = there(5, "2026-04", "1"), there(6, "2026-02", "1"), there(7, "2026-01", "1")

    found = credited((gone, came), (january, march, april, *elsewhere))

    assert [(each.number, each.member_id) for each in found] == [
        (1, 2),
        (3, 1),
        (4, 1),
        (5, 1),
        (7, 2),
    ]
    assert credited((gone, came), found) == found


def test_who_never_moved_is_credited_with_nothing_else() -> None:
    stays = person(1, "张三", Stage.FULL)
    payments = (paid(1, 1, "2026-03", "40", "2026-03-05"), paid(2, 5, "2026-03", "1", "2026-03-05"))
    assert credited((stays,), payments) == payments


def test_what_was_paid_elsewhere_settles_the_month_and_is_no_entry_here() -> None:
    found = march(there(1, "2026-03", "25"), there(2, "2026-03", "15", member=9))
    assert (found.state.value, found.records, found.paid) == ("met", (), Decimal(0))
    assert found.reason == Reason("paid_elsewhere", {"places": ("第二支部",)})


def test_a_month_is_paid_in_part_here_and_in_part_elsewhere() -> None:
    own = paid(1, 1, "2026-03", "15", "2026-04-15")
    found = march(own, there(1, "2026-03", "5"))
    assert found.reason == Reason(
        "partly_elsewhere", {"places": ("第二支部",), "left": Decimal(20)}
    )
    found = march(own, there(1, "2026-03", "25"))
    assert (found.state.value, found.records, found.paid) == ("met_late", (1,), Decimal(15))


def test_an_entry_elsewhere_of_the_same_number_is_not_explained_as_ones_own() -> None:
    unit = branch(members=(CAME,))
    ledger = Ledger(paid=(paid(1, 1, "2026-03", "15", "2026-03-20"), there(1, "2026-03", "25")))
    found = [march(*ledger.paid)]
    (told,) = explain(default(), unit, ledger, found, on=day("2026-04-20"), days=NOTICE)
    assert [(each.number, each.amount) for each in told.counted] == [(1, Decimal(15))]
    assert told.not_counted == ()
