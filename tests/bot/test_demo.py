"""The demo as a newcomer meets it: a process of its own, with no terminal and with one."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.demo.bubbles import Bubble
from bot.demo.clock import ZONE, MovableClock, read_move, stops
from bot.demo.organisation import Organisation
from bot.demo.stage import Stage
from bot.demo.terminal.backstage import Backstage
from bot.demo.terminal.play import Unexpected, check
from bot.demo.terminal.prompt import Prompt
from bot.demo.terminal.screen import Screen
from bot.demo.terminal.script import Scene, read_script
from bot.demo.terminal.telling import Telling, find, phrases
from bot.demo.terminal.watching import Watching
from bot.sandbox import Sandbox
from bot.words import LOCALES

DEMO = [sys.executable, "-c", "from bot.cli import main; main()", "demo", "--terminal"]
ROOT = Path(__file__).parents[2]
DEADLINE = 50.0  # of a machine that is busy with other tests
NOW = datetime(2026, 11, 30, 18, 0, tzinfo=ZONE)

# One scene and no history, so that the prompt comes soon; the real script has a test of its own.
SHORT = """
history = false

[[scenes]]
at = "2026-11-06T16:30"
who = "secretary"
see = ["李明"]
entries = {entries}
[scenes.say]
zh = "/meeting 支委会 今天 应到5 实到4 缺席:李明(出差)"
en = "/meeting committee today expected 5 present 4 absent: 李明(travelling)"
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of a real bot's settings, and temporary files where the test can look for them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANHUI_")}
    (folder / "tmp").mkdir(exist_ok=True)
    return (
        kept
        | {
            "TMPDIR": str(folder / "tmp"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "TERM": "dumb",
            "COLUMNS": "80",
        }
        | more
    )


def short(folder: Path, entries: int = 1) -> list[str]:
    script = folder / "script.toml"
    script.write_text(SHORT.format(entries=entries), "utf-8")
    return ["--script", str(script)]


def play(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DEMO, *arguments],
        cwd=folder,
        env=environment(folder, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def left_behind(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "script.toml"]


KEY_MOMENTS: Mapping[str, tuple[str, ...]] = {
    "zh": (
        "沙盒",
        "已记录",
        "「11-31」不是真实的日期",
        "「周四」是哪天?",
        "已更正",
        "📎",
        "4/10人",
        "⏰ 提醒",
        "谁没到?",
        "请核对",
        "未达标",
    ),
    "en": (
        "sandbox",
        "Recorded",
        "“11-31” is not a real date",
        "(taps [2026-11-12",
        "Amended",
        "📎",
        "Payment recorded",
        "4/10 members",
        "⏰ ",
        "(taps [All present])",
    ),
}


@pytest.mark.parametrize("locale", LOCALES)
def test_without_a_terminal_it_plays_the_month_and_ends(locale: str, tmp_path: Path) -> None:
    done = play(tmp_path, SANHUI_LOCALE=locale, SANHUI_DATABASE_URL="sqlite:///never.db")
    assert done.returncode == 0, done.stdout + done.stderr
    at = -1
    for moment in KEY_MOMENTS[locale]:
        assert (at := done.stdout.find(moment, at + 1)) >= 0, f"{moment} is not said in its turn"
    assert phrases(locale)["scene"]["silence"] in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""
    assert left_behind(tmp_path) == []


def test_a_step_that_does_not_come_true_is_named(tmp_path: Path) -> None:
    done = play(tmp_path, *short(tmp_path, entries=2))
    assert done.returncode == 1
    assert "2026-11-06 16:30" in done.stderr
    assert "1 ≠ 2" in done.stderr
    assert left_behind(tmp_path) == []


class Terminal:
    """A person at a terminal: types lines, and reads until something is said."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self.process = process
        self._screen = screen
        self._seen = b""

    def read_until(self, wanted: str) -> str:
        """Answer everything up to what was wanted; what comes after is kept for the next time."""
        deadline = time.monotonic() + DEADLINE
        goal = wanted.encode()
        while goal not in self._seen:
            ready, _, _ = select.select([self._screen], [], [], deadline - time.monotonic())
            assert ready, f"{wanted!r} never came, but: {self._seen.decode(errors='replace')}"
            self._seen += os.read(self._screen, 65536)
        end = self._seen.index(goal) + len(goal)
        said, self._seen = self._seen[:end], self._seen[end:]
        return said.decode(errors="replace")

    def type(self, line: str) -> None:
        os.write(self._screen, f"{line}\n".encode())

    def ask(self, line: str, answer: str, prompt: str = "第一支部群> ") -> str:
        """Type a line and answer what came, with the answer in it, up to the next prompt."""
        self.type(line)
        return self.read_until(answer) + self.read_until(prompt)

    def interrupt(self) -> int:
        """Press Ctrl-C, again if need be, and answer the exit code.

        Python does not notice one that comes between printing a prompt and waiting for a line.
        """
        for _ in range(10):
            self.process.send_signal(signal.SIGINT)
            heard, _, _ = select.select([self._screen], [], [], DEADLINE / 10)
            if heard:  # it ends the prompt's line
                return self.process.wait(DEADLINE)
        raise AssertionError("it goes on and on")


@contextmanager
def terminal(folder: Path) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*DEMO, *short(folder)],
        cwd=folder,
        env=environment(folder),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        # What a shell runs in the background has Ctrl-C ignored, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(process, ours)
        finally:
            process.kill()
            os.close(ours)


def test_at_a_terminal_one_may_go_on(tmp_path: Path) -> None:
    with terminal(tmp_path) as person:
        person.read_until("第一支部群> ")
        person.ask("help", "clock +1d")
        person.ask("大家好", "机器人看不到这条")
        person.ask("/meeting 党课 2月30日", "「2月30日」不是真实的日期")
        person.ask("tap 9", "没有第「9」个按钮")
        person.ask("tap 1", "请回复这条消息")
        assert "4 → 5" in person.ask("reply 实到5 缺席:无", "已更正")
        person.ask("clock yesterday", "时钟拨不到「yesterday」")
        person.ask("clock +1h", "现在是 2026-11-06 周五 17:30")
        person.ask("clock next", "⏰ 提醒 2026-11-23")
        person.ask("as 鬼", "没有「鬼」这个人")
        person.type("as 陌生人")
        person.read_until("钱多多(陌生人) @ 私聊> ")
        assert "达标" not in person.ask("/status", "这件事由书记", prompt="@ 私聊> ")
        person.type("as 党员")
        person.type("in 私聊")
        person.read_until("周红(党员) @ 私聊> ")
        person.ask("状态", "未达标", prompt="@ 私聊> ")
        person.type("as secretary3")
        person.read_until("林秀英(第三支部书记) @ 私聊> ")
        person.type("in 群")
        person.read_until("@ 第三支部群> ")
        assert person.interrupt() == 0
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("word", ["quit", "EXIT", " q "])
def test_one_word_leaves_the_prompt(word: str, tmp_path: Path) -> None:
    telling, organisation = Telling("zh"), Organisation()
    clock = MovableClock(NOW)
    stage = Stage(organisation, Sandbox(clock=clock), clock, tmp_path, "zh")
    screen = Screen(Console(), telling, organisation)
    backstage = Backstage()
    lines = iter([word, "help"])
    prompt = Prompt(backstage, stage, screen, Watching(backstage, stage, screen), telling)
    prompt.run(lines)
    assert list(lines) == ["help"]


@pytest.mark.parametrize(
    ("typed", "ahead"),
    [
        ("+1h", timedelta(hours=1)),
        ("+2D", timedelta(days=2)),
        ("2026-12-01", timedelta(hours=15)),
        ("2026-11-30 18:01", timedelta(minutes=1)),
    ],
)
def test_the_clock_goes_forward(typed: str, ahead: timedelta) -> None:
    assert read_move(typed, NOW) - NOW == ahead


@pytest.mark.parametrize("typed", ["", "+0d", "+500d", "2026-11-30 18:00", "2025-01-01", "soon"])
def test_the_clock_goes_nowhere_else(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its message is not shown
        read_move(typed, NOW)


def test_on_the_way_the_machine_ticks_every_hour_and_at_nine() -> None:
    moments = [at.astimezone(ZONE) for at in stops(NOW, NOW + timedelta(days=1, minutes=7))]
    assert len(moments) == 25
    assert moments[14].hour == 9
    assert moments[-1] == NOW + timedelta(days=1, minutes=7)


BUBBLE = Bubble(-1, 1, NOW, "第一支部 4/10人", (), edited=False)


@pytest.mark.parametrize(
    ("scene", "answers", "problem"),
    [
        (Scene(NOW), [], "silence"),
        (Scene(NOW, silent=True), [BUBBLE], "uncalled"),
        (Scene(NOW, see=("5/10",)), [BUBBLE], "missing"),
        (Scene(NOW, unseen=("4/10",)), [BUBBLE], "shown"),
    ],
)
def test_a_scene_that_fails_says_how(scene: Scene, answers: list[Bubble], problem: str) -> None:
    with pytest.raises(Unexpected) as failed:
        check(scene, answers)
    assert failed.value.problem == problem


def test_both_languages_have_the_same_phrases_and_scenes() -> None:
    shapes = [
        {name: set(section) for name, section in phrases(locale).items()} for locale in LOCALES
    ]
    assert shapes[0] == shapes[1]
    told = {scene.tell for locale in LOCALES for scene in read_script(locale).scenes} - {None}
    assert told == shapes[0]["scene"]


@pytest.mark.parametrize("typed", ["陌生人", "stranger", " Stranger "])
def test_a_speaker_is_known_in_either_language(typed: str) -> None:
    assert find("speaker", typed) == "stranger"
