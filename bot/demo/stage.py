"""The stage: what people and the clock do in the sandbox, and waiting for the bot's answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.demo.bubbles import Bubble, news
from bot.demo.clock import MovableClock, mornings, stops
from bot.demo.history import Saying
from bot.demo.organisation import Organisation, Player
from bot.demo.process import BotProcess, Down, OrderError, State
from bot.demo.samples import PHOTO
from bot.sandbox import Sandbox

ANSWER_SECONDS = 10.0
FARTHEST_REMINDER = timedelta(days=100)


class Stage:
    """The sandbox, the bot and the clock they share.

    All of it lives in one event loop; a play, a prompt or a page drives it from outside.
    """

    def __init__(
        self,
        organisation: Organisation,
        sandbox: Sandbox,
        clock: MovableClock,
        folder: Path,
        locale: str,
        *,
        keep: bool = True,
    ) -> None:
        self.organisation = organisation
        self.sandbox = sandbox
        self.clock = clock
        self.folder = folder
        self.bot = BotProcess(
            {
                "folder": str(folder),
                "base_url": sandbox.base_url,
                "token": sandbox.token,
                "locale": locale,
                "keep": keep,
            },
            self._tell_state,
        )
        self._locale = locale
        self._opened = False
        self._shown: dict[tuple[int, int], object] = {}

    @property
    def opened(self) -> bool:
        """Tell whether all that was before has been lived."""
        return self._opened

    @property
    def bot_state(self) -> State:
        """Answer how the bot is; it is starting until all that was before has been lived."""
        living = self.bot.state == "running" and not self._opened
        return "starting" if living else self.bot.state

    async def open(self, *, history: bool = True) -> None:
        """Start the bot, and let the organisation live up to the day on which one may begin."""
        await self.bot.start(self.clock.now)
        if history:
            await self._live_history()
            await self.hurry(self.organisation.until)
        else:
            await self.tick(self.organisation.until)
        await self.news()
        self._opened = True
        await self._translate()
        self._tell_state()

    async def start_bot(self) -> None:
        """Start a bot that was killed, and let it catch up at once, as `sanhui run` does."""
        with suppress(Down, OrderError):  # killed meanwhile, or it is in its log
            await self.bot.start(self.clock.now)
            await self.tick(self.clock.now)

    async def speak(self, locale: str) -> None:
        """Let everybody be spoken to in a language.

        A bot that does not run does so once it is started; one that lives through what was before,
        once that is over.
        """
        self._locale = locale
        self.bot.tell(locale=locale)
        for player in self.organisation.players.values():
            self.sandbox.set_language(player.id, locale)
        if self._opened:
            await self._translate()

    async def say(
        self,
        player: Player,
        chat_id: int,
        text: str,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> bool:
        """Let somebody write; False when the bot, by Telegram's privacy mode, cannot see it.

        ``bot.sandbox.ImpossibleError`` when Telegram would not send it.
        """
        self.sandbox.say(player.id, chat_id, text, reply_to=reply_to, thread_id=thread_id)
        seen = self.sandbox.unconfirmed > 0
        await self.settled()
        return seen

    async def send_photo(self, player: Player, chat_id: int, name: str, reply_to: int) -> None:
        """Let somebody send a picture in answer to a message."""
        picture = PHOTO.read_bytes()
        self.sandbox.send_file(player.id, chat_id, name, picture, photo=True, reply_to=reply_to)
        await self.settled()

    async def tap(self, player: Player, bubble: Bubble, data: str) -> None:
        """Let somebody tap a button of a message."""
        self.sandbox.tap(player.id, bubble.chat_id, bubble.message_id, data)
        await self.settled()

    async def pass_time(self, to: datetime) -> AsyncIterator[datetime]:
        """Move the clock as a machine lives through the time, with a tick every hour on the way.

        Each moment is answered after its tick; without a bot that runs, time passes all the same.
        """
        for moment in stops(self.clock.now, to):
            await self.tick(moment)
            yield moment

    async def travel(self, to: datetime) -> None:
        """Move the clock all the way."""
        async for _ in self.pass_time(to):
            pass

    async def hurry(self, to: datetime) -> None:
        """Move the clock all the way with a tick on each morning alone, and one at the end."""
        await self._mornings(to)
        await self.tick(to)

    async def travel_to_reminder(self) -> bool:
        """Move the clock until the bot speaks by itself; False when 100 days pass in silence."""
        before = self.sandbox.sent
        async for _ in self.pass_time(self.clock.now + FARTHEST_REMINDER):
            if self.sandbox.sent > before:
                return True
        return False

    async def tick(self, moment: datetime) -> None:
        """Let it be a moment, and let the bot do what is due by then."""
        self.clock.now = moment
        try:
            await self.bot.ask("tick", at=moment.isoformat())
        except Down:
            await asyncio.sleep(0)  # without a bot nothing else lets others have their turn

    async def news(self) -> list[Bubble]:
        """Answer what the bot has said or changed since this was last asked, oldest first."""
        return news(self.sandbox, self._shown)

    async def entries(self) -> int:
        """Answer how many entries the ledger holds; ``Down`` when the bot does not run."""
        counted: int = await self.bot.ask("entries")
        return counted

    async def _translate(self) -> None:
        with suppress(Down):
            await self.bot.ask("language", locale=self._locale)

    def _tell_state(self, _: State | None = None) -> None:
        self.sandbox.feed.tell("bot", {"state": self.bot_state})

    async def _live_history(self) -> None:
        """Let people type what they did, each in their own time, with a tick on mornings between.

        Hardly anything falls due at another time, and months of ticks would take too long.
        """
        for saying in self.organisation.history:
            await self._mornings(saying.at)
            self.clock.now = saying.at
            await self.bot.ask("settle", at=saying.at.isoformat())
            await self._live(saying)

    async def _mornings(self, until: datetime) -> None:
        for moment in mornings(self.clock.now, until):
            self.clock.now = moment
            await self.bot.ask("morning", at=moment.isoformat())

    async def _live(self, saying: Saying) -> None:
        player = self.organisation.players[saying.who]
        chat_id = player.chat("private" if saying.private else "group")
        thread_id = self.organisation.thread(player, saying.topic)
        last = self._last_word(chat_id) if saying.reply or saying.photo is not None else None
        if saying.photo is not None and last is not None:
            await self.send_photo(player, chat_id, saying.photo, last)
        else:
            await self.say(player, chat_id, saying.text, last, thread_id)

    def _last_word(self, chat_id: int) -> int:
        """Answer the number of the bot's last message in a chat."""
        said = reversed(self.sandbox.messages(chat_id))
        number: int = next(each["message_id"] for each in said if each["from"]["is_bot"])
        return number

    async def settled(self) -> None:
        """Wait until the bot has taken in, handled and sent everything; TimeoutError otherwise."""
        async with asyncio.timeout(ANSWER_SECONDS):
            await self.sandbox.wait_until(lambda: self.sandbox.unconfirmed == 0, ANSWER_SECONDS)
            if not await self.bot.ask("settle"):
                raise TimeoutError
