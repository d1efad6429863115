"""The guided tour: at which step one is, and which have really happened."""

from collections.abc import Callable
from contextlib import suppress

from bot.demo.page.evidence import Evidence
from bot.demo.page.steps import Step, read_itinerary
from bot.demo.process import Down, OrderError
from bot.demo.refusal import RefusedError
from bot.demo.stage import Stage

Shown = dict[str, object]


class Tour:
    """Leads through one stage; it begins by itself as soon as the stage is open.

    ``tell`` hears of every change, with what ``shown`` answers.
    """

    def __init__(self, stage: Stage, tell: Callable[[Shown], None]) -> None:
        self._stage = stage
        self._tell = tell
        self._itinerary = read_itinerary(stage.organisation)
        self._done: set[str] = set()
        self._at: int | None = 0
        self._evidence: Evidence | None = None
        self._read_to = 0
        self._told: Shown | None = None

    def shown(self) -> Shown:
        """Answer the steps, and the key of the one under way."""
        return {"steps": [self._step(step) for step in self._itinerary.steps], "at": self._key}

    def begin(self) -> None:
        """Go to the first step; nothing is done yet."""
        self._done.clear()
        self._go_to(0)

    def next(self) -> None:
        """Leave out the step under way; ``RefusedError`` when there is none."""
        if self._at is None:
            raise RefusedError("over")
        self._go_to(self._at + 1)

    def skip(self) -> None:
        """Leave out all that is left."""
        self._go_to(None)

    async def look(self) -> None:
        """Take in what happened since the last look, and go on if the step under way did."""
        self._read()
        with suppress(Down, OrderError):  # once the bot is back it is asked again
            await self._advance()
        self._tell_changes()

    async def run(self) -> None:
        """Follow what happens, until cancelled."""
        stage = self._stage
        await stage.sandbox.changes.until(lambda: stage.opened)
        self._go_to(self._at)
        while True:
            await self.look()
            await stage.sandbox.changes.until(lambda: stage.sandbox.feed.number > self._read_to)

    @property
    def _key(self) -> str | None:
        return None if self._at is None else self._itinerary.steps[self._at].key

    def _go_to(self, at: int | None) -> None:
        self._at = at if at is None or at < len(self._itinerary.steps) else None
        self._evidence = None
        if self._at is not None and self._stage.opened:
            self._read_to = self._stage.sandbox.feed.number
            self._evidence = Evidence(self._stage, self._itinerary.steps[self._at])
        self._tell_changes()

    def _read(self) -> None:
        """Take in what happened since it was last read."""
        feed = self._stage.sandbox.feed
        happenings, self._read_to = feed.since(self._read_to) or (), feed.number
        for each in happenings:
            if self._evidence is not None and each.kind == "message":
                self._evidence.note(each.data)
            elif self._evidence is not None and each.kind == "deleted":
                self._evidence.forget(**each.data)

    async def _advance(self) -> None:
        evidence = self._evidence
        if evidence is None or not await evidence.complete():
            return
        if evidence is self._evidence and self._at is not None:  # not begun anew meanwhile
            self._done.add(self._itinerary.steps[self._at].key)
            self._go_to(self._at + 1)

    def _tell_changes(self) -> None:
        shown = self.shown()
        if shown != self._told:
            self._told = shown
            self._tell(shown)

    def _step(self, step: Step) -> Shown:
        under_way = step.key == self._key and self._evidence is not None
        label = self._evidence.label() if under_way and self._evidence else None
        act = step.act if label is None or step.then is None else step.then
        on = self._stage.clock.local.date()
        return {
            "key": step.key,
            "who": None if act.to else step.player.key,
            "place": step.place,
            "chat_id": step.chat_id,
            "say": self._itinerary.said(act, on),
            "tap": label,
            "to": act.to,
            "done": step.key in self._done,
        }
