"""Playing the script: each scene is acted, shown, and checked to have really happened."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from bot.demo.bubbles import Bubble
from bot.demo.organisation import Player
from bot.demo.stage import Stage
from bot.demo.terminal.backstage import Backstage
from bot.demo.terminal.screen import Screen
from bot.demo.terminal.script import Scene
from bot.demo.terminal.telling import Telling
from bot.demo.terminal.watching import Watching


class Unexpected(Exception):  # noqa: N818 - it says what the play has shown
    """A scene did not end as it must.

    ``problem`` is a key of the words under ``problem``; ``detail`` is what was missing or too much.
    """

    def __init__(self, scene: Scene, problem: str, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}")
        self.scene = scene
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Play:
    """Plays scenes on a stage. ``pause`` is how long a reader is given after each, in seconds."""

    backstage: Backstage
    stage: Stage
    screen: Screen
    watching: Watching
    telling: Telling
    pause: float

    def perform(self, scenes: Iterable[Scene]) -> None:
        """Play scene after scene; raises ``Unexpected`` for the first that does not come true."""
        for scene in scenes:
            if scene.tell is not None:
                self.screen.narrate(self.telling.phrase("scene", scene.tell))
            before = self.backstage.do(self.stage.entries())
            try:
                answers = self._act(scene)
            except TimeoutError as error:
                raise Unexpected(scene, "silence") from error
            check(scene, answers)
            gained = self.backstage.do(self.stage.entries()) - before
            if gained != scene.entries:
                raise Unexpected(scene, "entries", f"{gained} ≠ {scene.entries}")
            time.sleep(self.pause)

    def _act(self, scene: Scene) -> list[Bubble]:
        """Let the time pass and somebody do something; answer what the bot said to it."""
        if scene.at > self.stage.clock.now:
            self.backstage.do(self.stage.hurry(scene.at))
        uncalled = self.watching.news()
        if scene.who is None:
            return uncalled
        if uncalled:
            raise Unexpected(scene, "uncalled", uncalled[0].text)
        self._person(scene, self.stage.organisation.players[scene.who])
        return self.watching.news()

    def _person(self, scene: Scene, player: Player) -> None:
        chat_id = player.chat(scene.place)
        if scene.tap is not None:
            self._tap(scene, player, self.watching.with_buttons.get(chat_id))
            return
        if scene.photo is not None:
            self._photo(scene.photo, scene, player)
            return
        reply_to = self.watching.last[chat_id].message_id if scene.reply else None
        text = scene.say or scene.reply or ""
        self.screen.said(player, chat_id, scene.at, text)
        self.backstage.do(self.stage.say(player, chat_id, text, reply_to))

    def _tap(self, scene: Scene, player: Player, bubble: Bubble | None) -> None:
        wanted = scene.tap or ""
        for label, data in () if bubble is None else bubble.flat_buttons:
            if bubble is not None and label.startswith(wanted):
                said = self.telling.phrase("screen", "tapped", label=label)
                self.screen.said(player, bubble.chat_id, scene.at, said)
                self.backstage.do(self.stage.tap(player, bubble, data))
                return
        raise Unexpected(scene, "button", wanted)

    def _photo(self, name: str, scene: Scene, player: Player) -> None:
        chat_id = player.chat(scene.place)
        said = self.telling.phrase("screen", "photo", name=name)
        self.screen.said(player, chat_id, scene.at, said)
        reply_to = self.watching.last[chat_id].message_id
        self.backstage.do(self.stage.send_photo(player, chat_id, name, reply_to))


def check(scene: Scene, answers: list[Bubble]) -> None:
    """Compare what the bot said with what it must say; raises ``Unexpected``."""
    if scene.silent and answers:
        raise Unexpected(scene, "uncalled", answers[0].text)
    if not scene.silent and not answers:
        raise Unexpected(scene, "silence")
    said = "\n".join(bubble.text for bubble in answers)
    for wanted in scene.see:
        if wanted not in said:
            raise Unexpected(scene, "missing", wanted)
    for unwanted in scene.unseen:
        if unwanted in said:
            raise Unexpected(scene, "shown", unwanted)
