"""`python -m tests.bench.grammar [--quick]`: the CPU of reading one message, and how it grows.

The yardstick of one message is what the standard library takes for the JSON of the update that it
came in. Of hostile texts that are twice as long again and again the exponent is told by which time
grows with length: 1 is in proportion, 2 would be a blow-up.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import cycle, islice

from compliance.catalogue import default
from compliance.people import Member, Stage
from handlers.grammar import Context, Unreadable, read_changes, read_dues, read_meeting
from tests.bench.rounds import quick, tell

LENGTHS = (250, 500, 1000, 2000, 4000)
TODAY = date(2026, 11, 22)
_FIRST, _SECOND = "赵钱孙李周吴郑王冯陈", "一丙丁戊己庚"
NAMES = tuple(f"{first}{second}" for first in _FIRST for second in _SECOND)[:30]
CONTEXT = Context(
    TODAY,
    NAMES,
    tuple(default().record_kinds),
    ("第一小组", "第二小组"),
    members=tuple(Member(n, name, Stage.FULL) for n, name in enumerate(NAMES, 1)),
    rules=default().record_kinds,
    checklists=default().checklists,
)
NOTICE = """支部党员大会
时间:2026年11月20日 14:30
地点:三楼会议室
应到:30 实到:28
缺席:赵一(出差)、钱丙(病假)
议题:讨论接收预备党员
表决:赞成28 反对0 弃权0
决议:同意"""
LINE = "支委会 11月20日 应到5 实到4 缺席:赵一(出差) 议题:研究发展党员工作"
ENGLISH = (
    "committee meeting 20 Nov 2026 2:30 pm, expected 5 present 4, absent: 赵一 (sick),"
    " topic: work plan, host: 钱丙"
)
PASTE = "\n".join(f"{name}\t{20 + number}.5\t11月" for number, name in enumerate(NAMES))
MESSAGES: dict[str, tuple[Callable[[str, Context], object], str]] = {
    "a line": (read_meeting, LINE),
    "a notice of 8 lines": (read_meeting, NOTICE),
    "a line in English": (read_meeting, ENGLISH),
    "dues of 30 people": (read_dues, PASTE),
}
# What hostile texts are made of: each is one of these again and again, or several in turn.
PIECES: dict[str, tuple[str, ...]] = {
    "nested brackets": ("(", "[", "《", "“"),
    "digits": ("1234567890",),
    "numerals": ("十", "二", "百"),
    "dates": ("11月20日 ",),
    "pairs": ("1/2 ",),
    "names": ("赵一、", "钱丙 "),
    "separators": (",", "、", ";", ":"),
    "labels": ("议题:", "缺席:", "地点:"),
    "absences": ("缺席:赵一(",),
    "journeys": ("赵一、钱丙出差",),
    "items": ("议题:", "\n1.学习", "\n2.讨论"),
    "whom": ("对象:", "人员:"),
    "decisions": ("决议:", "应到20 ", "缺席:"),
    "months": ("9、", "10、"),
    "spans": ("11月20日9:00至",),
    "spaces": (" ", "\n", "\t"),
    "kinds": ("支委会+", "党课"),
    "sums": ("赵一 50,",),
    "rooms": ("3号楼",),
    "emoji": ("👨‍👩‍👧", "🇨🇳", "e\u0301", "\u200b\u202e"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each thing is measured, and which lengths the hostile texts have."""

    rounds: int = 200
    repeats: int = 5
    lengths: tuple[int, ...] = LENGTHS


QUICK = Plan(rounds=5, repeats=1, lengths=LENGTHS[:3])


def report(plan: Plan) -> list[str]:
    """Measure, and answer the figures as lines."""
    return [*_messages(plan), *_growths(plan)]


def _messages(plan: Plan) -> Iterator[str]:
    for name, (read, text) in MESSAGES.items():
        update = json.dumps({"update_id": 1, "message": {"message_id": 1, "text": text}})
        taken, parsed = [], []
        for _ in range(plan.rounds):  # in turns, so that the machine's moods meet both
            taken.append(_seconds(partial(read, text, CONTEXT)))
            parsed.append(_seconds(partial(json.loads, update)))
        each, parse = statistics.median(taken), statistics.median(parsed)
        yield (
            f"{1e6 * each:6.0f} µs CPU for reading {name} ({len(text)} characters),"
            f" {each / parse:.0f} times the JSON of its update"
        )


def _growths(plan: Plan) -> Iterator[str]:
    for name, pieces in PIECES.items():
        times = [growth(piece_of(pieces, length), plan.repeats) for length in plan.lengths]
        yield (
            f"{name:16} {1000 * times[-1]:6.1f} ms CPU for {plan.lengths[-1]} characters, three"
            f" ways; time grows by the power {exponent(plan.lengths, times):.2f}"
        )


def piece_of(pieces: tuple[str, ...], length: int) -> str:
    """Answer a text of so many characters made of the pieces in turn."""
    return "".join(islice(cycle(pieces), length))[:length]


def growth(text: str, repeats: int) -> float:
    """Answer the least CPU seconds that reading a text in all three ways took."""
    return min(_seconds(partial(_read_all, text)) for _ in range(repeats))


def exponent(lengths: tuple[int, ...], times: list[float]) -> float:
    """Fit times ~ lengths ** exponent."""
    slope = statistics.linear_regression(
        [math.log(length) for length in lengths], [math.log(taken) for taken in times]
    )
    return slope.slope


def _read_all(text: str) -> None:
    for read in (read_meeting, read_changes, read_dues):
        with suppress(Unreadable):
            read(text, CONTEXT)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    tell(report(QUICK if quick(__doc__) else Plan()))
