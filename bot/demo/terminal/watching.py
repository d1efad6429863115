"""What is watched on the stage: everything the bot says is shown, and the latest remembered."""

from collections.abc import Collection

from bot.demo.bubbles import Bubble
from bot.demo.stage import Stage
from bot.demo.terminal.backstage import Backstage
from bot.demo.terminal.screen import Screen


class Watching:
    """Shows the bot's news; knows by chat which message is answered, and which is tapped.

    ``only``: the chats that are looked at; None for all.
    """

    def __init__(
        self,
        backstage: Backstage,
        stage: Stage,
        screen: Screen,
        only: Collection[int] | None = None,
    ) -> None:
        self.only = only
        self._backstage = backstage
        self._stage = stage
        self._screen = screen
        self.last: dict[int, Bubble] = {}
        self.with_buttons: dict[int, Bubble] = {}

    def news(self) -> list[Bubble]:
        """Show what the bot has said or changed since the last look, and answer it."""
        news = self._backstage.do(self._stage.news())
        bubbles = [each for each in news if self.only is None or each.chat_id in self.only]
        for bubble in bubbles:
            self._screen.bubble(bubble)
            self.last[bubble.chat_id] = bubble
            if bubble.buttons:
                self.with_buttons[bubble.chat_id] = bubble
        return bubbles
