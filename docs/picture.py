"""Draws docs/picture.svg: a conversation that really happens, in the sandbox (make picture)."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from pathlib import Path

from rich.cells import cell_len

from bot.demo.bubbles import Bubble
from bot.demo.opening import stage_up
from bot.demo.stage import Stage

WIDTH, CELL, LINE, PAD = 700, 7.8, 21, 12
CELLS = 64
FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
ASKED = "/meeting 主题党日 周二下午两点半 全到"  # on a Tuesday
SAYINGS = (
    "/meeting 支委会 今天 应到5 实到4 缺席:李明(出差) 议题:研究发展党员工作",
    ASKED,
    "/dues 李明 240, 周红 135",
)
Side = tuple[str, list[str], list[str]]


def wrapped(line: str) -> Iterator[str]:
    """Break a line where it grows wider than a bubble."""
    row = ""
    for character in line:
        if cell_len(row + character) > CELLS:
            yield row
            row = ""
        row += character
    yield row


def rows(text: str) -> list[str]:
    """Answer the rows of a text, each narrow enough for a bubble."""
    return [row for line in text.split("\n") for row in wrapped(line)]


async def converse(stage: Stage) -> list[Side]:
    """Say the sayings as the secretary, answer what is asked, let a reminder come; tell it all."""
    secretary = stage.organisation.players["secretary"]
    stage.clock.now = stage.clock.now + timedelta(days=5, hours=7)
    await stage.news()
    told: list[Side] = []
    for text in SAYINGS:
        await stage.say(secretary, secretary.chat("group"), text)
        told.append(("right", rows(text), []))
        said = await stage.news()
        told.extend(map(shown, said))
        if text is ASKED:
            label, data = said[0].flat_buttons[0]
            await stage.tap(secretary, said[0], data)
            told.append(("right", [f"☞ {label}"], []))
            told.extend(map(shown, await stage.news()))
    await stage.travel_to_reminder()
    told.extend(map(shown, await stage.news()))
    return told


def shown(bubble: Bubble) -> Side:
    """Answer a bubble of the bot's."""
    return "left", rows(bubble.text), [label for label, _ in bubble.flat_buttons][:4]


def draw(sides: list[Side]) -> str:
    """Draw the conversation as a standalone SVG without scripts, fonts or links."""
    parts: list[str] = []
    top = 16.0
    for side, lines, buttons in sides:
        width = max(cell_len(line) for line in lines) * CELL + 2 * PAD
        left = 16 if side == "left" else WIDTH - width - 16
        height = len(lines) * LINE + 2 * PAD - 4
        fill = "#ffffff" if side == "left" else "#d9fdd3"
        parts.append(_box(left, top, width, height, fill))
        parts.extend(
            _text(left + PAD, top + PAD + 11 + at * LINE, line) for at, line in enumerate(lines)
        )
        top += height + 6
        x = left
        for label in buttons:
            wide = cell_len(label) * CELL + 20
            parts.append(_box(x, top, wide, 26, "#c9dcec"))
            parts.append(_text(x + 10, top + 18, label))
            x += wide + 6
        top += 34 if buttons else 8
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 8:.0f}" '
        f'font-family="{FONT}" font-size="14">\n'
        f'<rect width="100%" height="100%" fill="#e6ebee"/>\n{body}\n</svg>\n'
    )


def _box(left: float, top: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'rx="10" fill="{fill}"/>'
    )


def _text(left: float, base: float, text: str) -> str:
    return f'<text x="{left:.0f}" y="{base:.0f}" xml:space="preserve">{escape(text)}</text>'


async def main() -> None:
    """Play and draw."""
    async with stage_up("zh") as stage:
        await stage.open()
        sides = await converse(stage)
    Path(__file__).with_name("picture.svg").write_text(draw(sides), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
