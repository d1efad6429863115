"""Doubts about numbers, kinds, groups, names and sums: a button finishes what was begun."""

from collections.abc import Mapping

import pytest

from handlers.asking.answer import tapped_with
from handlers.asking.question import asking
from handlers.corrections.amending import amend
from handlers.dues.paying import dues
from handlers.records.recording import meeting
from handlers.request import Handler
from storage.messages import Button, Message
from tests.handlers.office import Office

HANDLERS: Mapping[str, Handler] = {
    "meeting": asking("meeting", meeting),
    "amend": asking("amend", amend),
    "dues": asking("dues", dues),
}
tapped = tapped_with(HANDLERS)


def offered(message: Message) -> list[Button]:
    """The buttons of a question that are answers."""
    return [button for row in message.buttons for button in row if button.data[:7] == "answer:"]


def values(message: Message) -> list[str]:
    found = [button.values["value"] for button in offered(message)]
    return ["+".join(each) if isinstance(each, tuple) else str(each) for each in found]


def answer(office: Office, question: Message, value: str) -> Message:
    """Tap the button with a value."""
    button = offered(question)[values(question).index(value)]
    return office.ask(tapped, button.data.removeprefix("answer:"))


@pytest.mark.parametrize(
    ("said", "shows", "value"),
    [
        ("支委会 今天 应到6实到4 缺席:王五", ["5/6", "4/5"], "5/6"),
        ("支委会 今天 应到7实到8", ["7/8", "7/7", "8/8"], "8/8"),
        ("党课学习 昨天", ["党课+学习", "党课", "学习"], "党课+学习"),
        ("支委回 昨天", ["支委会"], "支委会"),
        ("第三小组会 昨天", ["第一小组", "第二小组"], "第二小组"),
        ("党小组会 昨天", ["第一小组", "第二小组"], "第一小组"),
        ("个人汇报 昨天", ["张三", "李四", "王五", "赵六"], "李四"),
        ("支委会 昨天 缺席:王武", ["王五"], "王五"),
    ],
)
def test_an_answer_records_it(office: Office, said: str, shows: list[str], value: str) -> None:
    question = office.ask(HANDLERS["meeting"], said)
    assert values(question) == shows
    assert office.entries() == 0
    assert answer(office, question, value).template == "recorded"


def test_the_numbers_of_the_button_are_recorded(office: Office) -> None:
    question = office.ask(HANDLERS["meeting"], "支委会 今天 应到6实到4 缺席:王五")
    answer(office, question, "5/6")
    text = office.text(1)
    assert (text.expected, text.present, text.absences) == (6, 5, (("王五", None),))


def test_what_only_the_superior_enters_is_not_offered(office: Office) -> None:
    everyday = values(office.ask(HANDLERS["meeting"], "昨天 全到"))
    assert everyday[:2] == ["支委会", "党员大会"]
    assert "考核" not in everyday
    assert office.ask(HANDLERS["meeting"], "考和 昨天 全到").template == "unreadable"


def test_an_answer_to_a_correction_still_corrects_that_entry(office: Office) -> None:
    office.ask(HANDLERS["meeting"], "支委会 昨天 应到6 实到6")
    question = office.ask(HANDLERS["amend"], " #1  实到5 缺席:王武")
    assert answer(office, question, "王五").template == "amended"
    assert office.text(2).absences == (("王五", None),)


def test_a_sum_for_several_is_asked_about(office: Office) -> None:
    question = office.ask(HANDLERS["dues"], "张三、李四 50 11月")
    paid = answer(office, question, "25.00")
    assert [str(line.amount) for _, line in paid.values["entered"]] == ["25.00", "25.00"]  # type: ignore[attr-defined]


def test_an_answer_about_what_dues_rest_on_keeps_its_verb(office: Office) -> None:
    """Without it, it would be read as a payment."""
    question = office.ask(HANDLERS["dues"], "核定 赵七 基数8000")
    assert question.template == "question"
    problem = question.values["problem"]
    assert {choice.said for choice in problem.choices} == {"核定 赵六 基数8000"}  # type: ignore[attr-defined]
