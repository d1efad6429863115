"""Text that nobody well-meaning types: only a refusal may come of it, and soon."""

import random
import time as clock
import unicodedata
from collections.abc import Callable

import pytest

from handlers.grammar import (
    Unreadable,
    normalise,
    read_changes,
    read_dues,
    read_meeting,
    split_period,
)

from .conftest import CONTEXT, TODAY

READERS: tuple[Callable[[str], object], ...] = (
    lambda text: read_meeting(text, CONTEXT),
    lambda text: read_changes(text, CONTEXT),
    lambda text: read_dues(text, CONTEXT),
    lambda text: split_period(text, TODAY),
)
STRANGE = (
    "\ud800\udfff\u202e\u200b\u200d\u2066\x00\x07\ufdfa①²½👨‍👩‍👧٣३〇"
    "()[]（【《“/+-.:：,、\n\t<&%{}日月年号周点"
)


def survive(text: str) -> None:
    for read in READERS:
        try:
            read(text)
        except Unreadable as refusal:
            for problem in refusal.problems:
                problem.read.encode("utf-8")


def test_a_message_over_the_limit_is_refused_at_once() -> None:
    for read in READERS[:3]:
        with pytest.raises(Unreadable) as refusal:
            read("支" * 4001)
        assert [problem.code for problem in refusal.value.problems] == ["too_long"]


TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HIDDEN = "\u200b\u2060\ufeff\u00ad\u180e\u3164\x00\x1b\x9b"


def test_nothing_that_hides_or_turns_is_kept_or_quoted() -> None:
    strange = "".join((TURNING, HIDDEN))
    text = "支委会 昨天 地点:三楼 主持:王主任 议题:《文件》 缺席:张三(出差)"
    mixed = strange.join(text)

    meeting = read_meeting(mixed, CONTEXT)
    assert meeting == read_meeting(text, CONTEXT)
    with pytest.raises(Unreadable) as refusal:
        read_meeting(f"{mixed} 某{strange}某", CONTEXT)
    assert [problem.read for problem in refusal.value.problems] == ["某某"]


@pytest.mark.parametrize(
    "typed", ["👨\u200d👩\u200d👧", "🏴\U000e0067\U000e0062\U000e007f", "❤️", "e\u0301"]
)
def test_signs_of_several_characters_are_kept_whole(typed: str) -> None:
    content = read_meeting(f"支委会 昨天 内容:{typed}", CONTEXT).content
    assert content == unicodedata.normalize("NFC", typed)


def test_cleaning_again_changes_nothing() -> None:
    chance = random.Random(20261128)
    for _ in range(500):
        typed = "".join(
            chance.choice(f"{STRANGE}{TURNING}{HIDDEN}\r\u0301가ᄀ\u1161") for _ in range(20)
        )
        once = normalise.clean(typed)
        assert normalise.clean(once) == once
        assert normalise.read(once) == normalise.read(typed)


PIECES = (
    *("(", "缺席:李四(", "缺席:李四(出差)、", "11月20日 ", "应到5 ", "议题:", "支委会+", "1/2 "),
    *("9-", "十", "周", "赞成1", "张三 50,", "张三", " ", "\n", "\u200b", "\u202e", "👍", "\ud800"),
    *(
        "1",
        "2026年",
        "下午",
        "3号楼",
        "《",
        "a",
        "Li ",
        "\ufdfa",
        "e\u0301",
        "、",
        "第一小组",
        "请假",
    ),
)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_reading_takes_time_in_proportion_to_length(piece: str) -> None:
    longest = (piece * 4000)[:4000]
    started = clock.process_time()
    survive(longest)
    spent = clock.process_time() - started
    assert spent < 1.0  # four readings of the longest message; a blow-up takes minutes
