"""``/demo/…``: the clock, the bot's life, the language, the tour and a look behind."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from aiohttp import web

from bot.demo.page.passing import Passing
from bot.demo.page.tour import Tour
from bot.demo.page.words import LOCALES
from bot.demo.process import Down, OrderError
from bot.demo.refusal import RefusedError
from bot.demo.stage import Stage
from bot.sandbox import ImpossibleError

WRONG = (ValueError, KeyError, TypeError, ImpossibleError)
Answer = Callable[[Mapping[str, Any]], Awaitable[object]]


class Routes:
    """Answers the demo's own questions about one stage; ``locale`` is what people speak."""

    def __init__(self, stage: Stage, locale: str) -> None:
        self._stage = stage
        self.locale = locale
        self.passing = Passing(stage, lambda shown: stage.sandbox.feed.tell("clock", shown))
        self.tour = Tour(stage, lambda shown: stage.sandbox.feed.tell("tour", shown))
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Lead the tour from now on."""
        self._go_on_with(self.tour.run())

    async def end(self) -> None:
        """Let the clock stand, and end whatever goes on."""
        await self.passing.stop()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def table(self) -> list[web.RouteDef]:
        """Answer what is answered where."""
        asked: dict[str, Answer] = {
            "state": self._state,
            "moments": lambda _: self.passing.moments(),
            "tour": self._tour,
            "inspect/{what}": self._inspect,
        }
        done: dict[str, Answer] = {
            "clock": self._clock,
            "clock/stop": self._stop_clock,
            "bot": self._bot,
            "language": self._language,
            "tour": self._lead,
        }
        return [
            *(web.get(f"/demo/{path}", _asking(answer)) for path, answer in asked.items()),
            *(web.post(f"/demo/{path}", _doing(answer)) for path, answer in done.items()),
        ]

    async def _state(self, _: Mapping[str, Any]) -> object:
        players = self._stage.organisation.players.values()
        return {
            "clock": self.passing.shown(),
            "bot": self._shown(),
            "locale": self.locale,
            "people": [{"key": each.key, "id": each.id, "name": each.name} for each in players],
            "groups": [
                {"chat_id": unit["chat"], "title": unit["name"]}
                for unit in self._stage.organisation.units
            ],
            "tour": self.tour.shown(),
        }

    def _shown(self) -> dict[str, str]:
        return {"state": self._stage.bot_state}

    async def _clock(self, said: Mapping[str, Any]) -> object:
        await self.passing.go(str(said["to"]))
        return self.passing.shown()

    async def _stop_clock(self, _: Mapping[str, Any]) -> object:
        await self.passing.stop()
        return self.passing.shown()

    async def _bot(self, said: Mapping[str, Any]) -> object:
        if not self._stage.opened:
            raise RefusedError("starting")
        if said["do"] == "kill":
            await self._stage.bot.kill()
        elif said["do"] == "start":
            self._go_on_with(self._stage.start_bot())
            await asyncio.sleep(0)  # so that its state is told as it is now
        else:
            raise ValueError(said["do"])
        return self._shown()

    def _go_on_with(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _language(self, said: Mapping[str, Any]) -> object:
        locale = said["locale"]
        if locale not in LOCALES:
            raise ValueError(locale)
        await self._stage.speak(locale)
        self.locale = locale
        return {"locale": locale}

    async def _tour(self, _: Mapping[str, Any]) -> object:
        await self.tour.look()
        return self.tour.shown()

    async def _lead(self, said: Mapping[str, Any]) -> object:
        lead = {"begin": self.tour.begin, "next": self.tour.next, "skip": self.tour.skip}
        lead[said["do"]]()
        return self.tour.shown()

    async def _inspect(self, asked: Mapping[str, Any]) -> object:
        values = dict(asked)
        what = values.pop("what")
        if what not in ("records", "outbox", "reminders"):
            raise ValueError(what)
        return await self._stage.bot.ask(what, **values)


def _asking(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        return await _answered(answer, {**request.query, **request.match_info})

    return handle


def _doing(answer: Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            said = json.loads(await request.read() or b"{}")
        except (ValueError, RecursionError):
            return _wrong(400, "no JSON")
        if not isinstance(said, dict):
            return _wrong(400, "no JSON object")
        return await _answered(answer, said)

    return handle


async def _answered(answer: Answer, said: Mapping[str, Any]) -> web.Response:
    try:
        return web.json_response({"ok": True, "result": await answer(said)})
    except RefusedError as error:
        return _wrong(400, str(error))
    except WRONG as error:
        return _wrong(400, f"{type(error).__name__}: {error}")
    except Down:
        return _wrong(503, "not_running")
    except OrderError as error:
        return _wrong(400, str(error))


def _wrong(status: int, error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)
