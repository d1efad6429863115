"""The stage: what people and the clock do in the sandbox, and waiting for the bot's answer."""

import asyncio
from datetime import datetime, timedelta

from sqlmodel import func, select

from bot.demo.bubbles import Bubble, news
from bot.demo.clock import MovableClock, stops
from bot.demo.organisation import Organisation, Player
from bot.sandbox import Sandbox
from bot.service import Service
from storage.database import snapshot
from storage.ledger import Entry

ANSWER_SECONDS = 10.0
FARTHEST_REMINDER = timedelta(days=100)
PICTURE_BYTES = 180_000  # of a photo from a phone; what is on it nobody sees here


class Stage:
    """The sandbox, the bot and the clock they share.

    All of it lives in one event loop; a play, a prompt or a page drives it from outside.
    """

    def __init__(
        self, organisation: Organisation, sandbox: Sandbox, service: Service, clock: MovableClock
    ) -> None:
        self.organisation = organisation
        self.clock = clock
        self._sandbox = sandbox
        self._service = service
        self._shown: dict[tuple[int, int], object] = {}

    async def say(
        self, player: Player, chat_id: int, text: str, reply_to: int | None = None
    ) -> bool:
        """Let somebody write; False when the bot, by Telegram's privacy mode, cannot see it.

        ``bot.sandbox.errors.ImpossibleError`` when Telegram would not send it.
        """
        self._sandbox.say(player.id, chat_id, text, reply_to=reply_to)
        seen = self._sandbox.unconfirmed > 0
        await self._answered()
        return seen

    async def send_photo(self, player: Player, chat_id: int, name: str, reply_to: int) -> None:
        """Let somebody send a picture in answer to a message."""
        picture = bytes(PICTURE_BYTES)
        self._sandbox.send_file(player.id, chat_id, name, picture, photo=True, reply_to=reply_to)
        await self._answered()

    async def tap(self, player: Player, bubble: Bubble, data: str) -> None:
        """Let somebody tap a button of a message."""
        self._sandbox.tap(player.id, bubble.chat_id, bubble.message_id, data)
        await self._answered()

    async def travel(self, to: datetime) -> None:
        """Move the clock as a machine lives through the time: it ticks every hour on the way."""
        for moment in stops(self.clock.now, to):
            await self._tick(moment)

    async def travel_to_reminder(self) -> bool:
        """Move the clock until the bot speaks by itself; False when 100 days pass in silence."""
        before = self._sandbox.sent
        for moment in stops(self.clock.now, self.clock.now + FARTHEST_REMINDER):
            await self._tick(moment)
            if self._sandbox.sent > before:
                return True
        return False

    async def news(self) -> list[Bubble]:
        """Answer what the bot has said or changed since this was last asked, oldest first."""
        return news(self._sandbox, self._shown)

    async def entries(self) -> int:
        """Answer how many entries the ledger holds."""
        return await asyncio.to_thread(self._count)

    async def live_history(self) -> None:
        """Let the secretary type what was done this year, each month in its own time."""
        secretary = self.organisation.players["secretary"]
        for at, texts in self.organisation.history():
            self.clock.now = at
            for text in texts:
                self._sandbox.say(secretary.id, secretary.group, text)
            await self._answered()

    async def begin(self) -> None:
        """Come to the day on which the play may begin; what was said until then is no news."""
        await self._tick(self.organisation.until)
        await self.news()

    def _count(self) -> int:
        with snapshot(self._service.core.engine) as session:
            return session.exec(select(func.count()).select_from(Entry)).one()

    async def _tick(self, moment: datetime) -> None:
        self.clock.now = moment
        await self._service.tick()
        await self._answered()

    async def _answered(self) -> None:
        """Wait until the bot has taken in, handled and sent everything; TimeoutError otherwise."""
        async with asyncio.timeout(ANSWER_SECONDS):
            await self._sandbox.wait_until(lambda: self._sandbox.unconfirmed == 0, ANSWER_SECONDS)
            await self._service.settled()
