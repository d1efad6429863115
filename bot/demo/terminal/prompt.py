"""The prompt after the play: type as anyone, tap, reply, and move the clock."""

from collections.abc import Callable, Iterable

from bot.demo.bubbles import Bubble
from bot.demo.clock import read_move
from bot.demo.organisation import Player
from bot.demo.stage import Stage
from bot.demo.terminal.backstage import Backstage
from bot.demo.terminal.screen import Screen
from bot.demo.terminal.telling import Telling, find
from bot.demo.terminal.watching import Watching
from bot.sandbox import ImpossibleError

LEAVE = ("quit", "exit", "q")
NEXT = "next"


class Prompt:
    """Reads lines and does what they say; whatever is no instruction is typed into the chat."""

    def __init__(
        self,
        backstage: Backstage,
        stage: Stage,
        screen: Screen,
        watching: Watching,
        telling: Telling,
    ) -> None:
        self._do = backstage.do
        self._stage = stage
        self._screen = screen
        self._watching = watching
        self._telling = telling
        self._who: Player = stage.organisation.players["secretary"]
        self._place = "group"
        self._instructions: dict[str, Callable[[str], None]] = {
            "as": self._as,
            "in": self._in,
            "tap": self._tap,
            "reply": self._reply,
            "clock": self._clock,
        }

    @property
    def label(self) -> str:
        """Answer what stands before the cursor: who speaks, and where."""
        private = self._chat == self._who.id
        place = self._telling.phrase("place", "private") if private else None
        return f"{self._screen.name(self._who)} @ {place or self._screen.place(self._chat)}> "

    @property
    def _chat(self) -> int:
        return self._who.chat(self._place)

    def run(self, lines: Iterable[str]) -> None:
        """Do line after line until one says to leave."""
        for line in lines:
            said = line.strip()
            if said.casefold() in LEAVE:
                return
            if said:
                self._obey(said)

    def _obey(self, said: str) -> None:
        """Do what a line says; what cannot be is explained."""
        if said.casefold() == "help":
            self._screen.note(self._telling.text("help"))
            return
        word, _, rest = said.partition(" ")
        instruction = self._instructions.get(word.casefold())
        try:
            if instruction is None:
                self._say(said)
            else:
                instruction(rest.strip())
        except ImpossibleError:
            self._answer("impossible")
        except TimeoutError:
            self._answer("no_answer")

    def _answer(self, key: str, **values: object) -> None:
        self._screen.note(self._telling.phrase("prompt", key, **values))

    def _say(self, text: str, reply_to: int | None = None) -> None:
        seen = self._do(self._stage.say(self._who, self._chat, text, reply_to))
        if not self._watching.news():
            self._answer("quiet" if seen else "unseen")

    def _reply(self, text: str) -> None:
        last = self._watching.last.get(self._chat)
        if last is None or not text:
            self._answer("no_reply")
            return
        self._say(text, last.message_id)

    def _tap(self, number: str) -> None:
        bubble = self._watching.with_buttons.get(self._chat)
        buttons = [] if bubble is None else bubble.flat_buttons
        if bubble is None or number not in map(str, range(1, len(buttons) + 1)):
            self._answer("no_button", read=number, count=len(buttons))
            return
        self._press(bubble, *buttons[int(number) - 1])

    def _press(self, bubble: Bubble, label: str, data: str) -> None:
        said = self._telling.phrase("screen", "tapped", label=label)
        self._screen.said(self._who, self._chat, self._stage.clock.now, said)
        self._do(self._stage.tap(self._who, bubble, data))
        self._watching.news()

    def _as(self, typed: str) -> None:
        key = find("speaker", typed)
        if key is None:
            self._answer("no_speaker", read=typed)
        else:
            self._who = self._stage.organisation.players[key]

    def _in(self, typed: str) -> None:
        place = find("place", typed)
        if place is None:
            self._answer("no_place", read=typed)
        else:
            self._place = place

    def _clock(self, typed: str) -> None:
        if typed.casefold() == NEXT:
            self._do(self._stage.travel_to_reminder())
        else:
            try:
                to = read_move(typed, self._stage.clock.now)
            except ValueError:
                self._answer("no_moment", read=typed, now=self._now)
                return
            self._do(self._stage.travel(to))
        if not self._watching.news():
            self._answer("silent")
        self._answer("now", now=self._now)

    @property
    def _now(self) -> str:
        return self._screen.moment(self._stage.clock.now)
