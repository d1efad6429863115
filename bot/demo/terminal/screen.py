"""The chat as a terminal shows it: who, where and when; readable without colour."""

from datetime import datetime

from rich.console import Console
from rich.text import Text

from bot.demo.bubbles import Bubble
from bot.demo.clock import ZONE
from bot.demo.organisation import Organisation, Player
from bot.demo.terminal.telling import Telling

BAR = "  │ "


class Screen:
    """Prints what is said, under a line that names the chat and the time whenever they change."""

    def __init__(self, console: Console, telling: Telling, organisation: Organisation) -> None:
        self._console = console
        self._telling = telling
        self._groups = {unit["chat"]: unit["name"] for unit in organisation.units}
        self._people = {p.id: p for p in organisation.players.values()}
        self._heading = ""

    def note(self, text: str) -> None:
        """Print something that nobody in the chats says."""
        self._print(Text(text, style="cyan"))
        self._heading = ""

    def narrate(self, text: str) -> None:
        """Print what a scene is about, or what to do next."""
        self._console.print()
        self._print(Text("▍" + text, style="bold cyan"))
        self._heading = ""

    def said(self, player: Player, chat_id: int, at: datetime, text: str) -> None:
        """Print what a person types or taps."""
        self._head(chat_id, at)
        self._print(Text(self.name(player), style="bold green"))
        self._barred(text, "")

    def bubble(self, bubble: Bubble) -> None:
        """Print a message of the bot, its buttons numbered."""
        self._head(bubble.chat_id, bubble.at)
        edited = self._telling.phrase("screen", "edited") if bubble.edited else ""
        self._print(Text(self._telling.phrase("screen", "bot") + edited, style="bold magenta"))
        self._barred(bubble.text, "")
        number = 0
        for row in bubble.buttons:
            labels = []
            for label, _ in row:
                number += 1
                labels.append(f"[{number} {label}]")
            self._barred(" ".join(labels), "yellow")

    def name(self, player: Player) -> str:
        """Answer a person's name and part."""
        part = self._telling.phrase("speaker", player.key)
        return self._telling.phrase("screen", "person", name=player.name, part=part)

    def place(self, chat_id: int) -> str:
        """Answer what a chat is called."""
        if chat_id in self._groups:
            return self._telling.phrase("screen", "group", unit=self._groups[chat_id])
        return self._telling.phrase("screen", "private", name=self._people[chat_id].name)

    def moment(self, at: datetime) -> str:
        """Answer a time of the demo, with its weekday."""
        return self._telling.moment(at.astimezone(ZONE))

    def _head(self, chat_id: int, at: datetime) -> None:
        heading = f"{self.moment(at)} · {self.place(chat_id)}"
        if heading != self._heading:
            self._print(Text(heading, style="dim"))
        self._heading = heading

    def _barred(self, text: str, style: str) -> None:
        width = self._console.width - len(BAR)
        for line in Text(text, style=style).wrap(self._console, width):
            barred = Text(BAR, style="dim").append_text(line)
            barred.rstrip()
            self._print(barred)

    def _print(self, text: Text) -> None:
        self._console.print(text, highlight=False)
