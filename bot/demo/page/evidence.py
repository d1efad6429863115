"""What really happened since a step of the tour began: never that something was clicked."""

from collections.abc import Iterator
from typing import Any

from bot.demo.page.steps import Act, Step
from bot.demo.stage import Stage

Json = dict[str, Any]


class Evidence:
    """The bot's messages in a step's chat since it began, and what they and the ledger prove."""

    def __init__(self, stage: Stage, step: Step) -> None:
        self._stage = stage
        self._step = step
        self._after: int = stage.sandbox.world.chat(step.chat_id).last_id
        self._said: dict[int, Json] = {}
        self._asked: set[int] = set()  # those that asked what the step's second act answers

    def note(self, message: Json) -> None:
        """Take in a message, new or changed."""
        if message["from"]["is_bot"] and message["chat"]["id"] == self._step.chat_id:
            self._said[message["message_id"]] = message
            if self._step.then is not None and self._fits(self._step.act, message):
                self._asked.add(message["message_id"])

    def forget(self, chat_id: int, message_id: int) -> None:
        """Take in that a message is gone."""
        if chat_id == self._step.chat_id:
            self._said.pop(message_id, None)
            self._asked.discard(message_id)

    @property
    def question(self) -> Json | None:
        """Answer the newest message that waits for the step's second act."""
        asking = (self._said[number] for number in sorted(self._asked, reverse=True))
        return next((m for m in asking if self._fits(self._step.act, m)), None)

    def label(self) -> str | None:
        """Answer what is written on the button that is to be tapped."""
        question, then = self.question, self._step.then
        if question is None or then is None or then.tap is None:
            return None
        return next(text for text, data in _buttons(question) if data.startswith(then.tap))

    async def complete(self) -> bool:
        """Tell whether the step has happened; ``Down`` when the bot must be asked and cannot."""
        act = self._step.then or self._step.act
        for message in list(self._said.values()):
            sources = self._sources(message)
            if sources is not None and self._fits(act, message) and await self._made(act, sources):
                return True
        return False

    def _fits(self, act: Act, message: Json) -> bool:
        text = message.get("text") or message.get("caption") or ""
        datas = [data for _, data in _buttons(message)]
        return (
            self._is_called_for(act, message)
            and all(part in text for part in act.see)
            and not any(part in text for part in act.unseen)
            and (act.button is None or any(data.startswith(act.button) for data in datas))
        )

    def _is_called_for(self, act: Act, message: Json) -> bool:
        """Tell whether a message answers the one whose step it is; a reminder answers nobody."""
        answered = message.get("reply_to_message")
        if act.unasked:
            return answered is None
        if message["message_id"] <= self._after:
            return False
        private = self._step.place == "private"
        return private or (answered or {}).get("from", {}).get("id") == self._step.player.id

    def _sources(self, message: Json) -> list[int] | None:
        """Answer the messages that the person wrote and this one answers.

        None when it does not go on with what the bot had asked, though it must.
        """
        answered = message.get("reply_to_message", {}).get("message_id")
        if self._step.then is None:
            return self._written() if answered is None else [answered]
        if message["message_id"] in self._asked:
            return [answered]
        written = self._stage.sandbox.world.chat(self._step.chat_id).history.get(answered, {})
        question = written.get("reply_to_message", {})
        if question.get("message_id") not in self._asked:
            return None
        doubted = self._said[question["message_id"]]["reply_to_message"]["message_id"]
        return [answered, doubted]

    def _written(self) -> list[int]:
        """Answer all that the person wrote: in private nothing tells which of it is answered."""
        mine = self._stage.sandbox.messages(self._step.chat_id)
        return [m["message_id"] for m in mine if m["from"]["id"] == self._step.player.id]

    async def _made(self, act: Act, sources: list[int]) -> bool:
        """Tell whether the messages entered what the act is to enter."""
        if not act.records and not act.payers:
            return True
        new = [number for number in sources if number > self._after]
        made = await self._stage.bot.ask(
            "entered", chat_id=self._step.chat_id, by=self._step.player.id, messages=new
        )
        return bool(made["records"] >= act.records and made["payers"] >= act.payers)


def _buttons(message: Json) -> Iterator[tuple[str, str]]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return ((b["text"], b.get("callback_data", "")) for row in rows for b in row)
