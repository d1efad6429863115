"""From messages as data to Bot API calls: the only place where words meet a chat."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

from bot.words import Words
from handlers.grammar.normalise import visible
from storage.calls import DOCUMENT
from storage.messages import Button, Document, Message, Page
from storage.outbox import Owed
from storage.queues import OutboxKind

# Telegram counts UTF-16 units after entities; a margin leaves room for what we did not foresee.
MOST_UNITS = 4000
MOST_CAPTION = 1000  # of 1024
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_OF_EDITS = ("text", "parse_mode", "reply_markup", "message_thread_id")
_TAG = re.compile(r"<[^>]*>")
_NO_FILE_NAME = re.compile(r'[\x00-\x1f\x7f"/\\:*?<>|]+')
_NAMED = re.compile(r"<(?P<closing>/?)(?P<name>[a-z]+)>")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: chat, language, topic, the message and update it answers.

    ``edits`` is the message of the bot's in whose place it comes.
    """

    chat_id: int
    locale: str
    thread_id: int | None = None
    reply_to: int | None = None
    update_id: int | None = None
    edits: int | None = None


class Renderer:
    """Puts messages into words, and words into calls."""

    def __init__(self, languages: Mapping[str, Words]) -> None:
        self._languages = languages

    def introduce(self, username: str) -> None:
        """Learn what the bot is called: links that open it name it."""
        for words in self._languages.values():
            words.username = username

    def calls(self, message: Message, to: Destination) -> list[Owed]:
        """Answer the calls that say a message: more than one when it is long.

        Of several the first takes the place of the message that is edited, if one is. A file comes
        last, with the text below it where that is short enough and takes no other's place.
        """
        words = self._languages[to.locale]
        parts = split(_headed(message, words.text(message.template, message.values)))
        captioned = message.document is not None and to.edits is None and _fits_caption(parts)
        calls = [] if captioned else [self._send(part, to) for part in parts]
        if message.document is not None:
            calls.append(_captioned(self._send(parts[0] if captioned else "", to)))
        document = self._document(message.document, words)
        if message.buttons:
            calls[-1]["reply_markup"] = self.keyboard(message.buttons, to.locale)
        if to.edits is not None:
            calls[0] = _edit(calls[0], to.edits)
        return [
            Owed(
                chat_id=to.chat_id,
                kind=OutboxKind.REPLY,
                method=_method(call),
                payload=dump(call),
                prompt=message.prompt,
                update_id=to.update_id,
                document=None if "text" in call else document,
            )
            for call in calls
        ]

    @staticmethod
    def _document(document: Document | Page | None, words: Words) -> Document | None:
        """Answer a file with a name that every device takes: it may hold what people typed."""
        match document:
            case None:
                return None
            case Page():
                name = unescape(f"{words.word('page', document.name, **document.named)}.html")
                content = words.text(f"pages/{document.template}", document.values).encode()
            case Document():
                name, content = document.name, document.content
        return Document(_NO_FILE_NAME.sub("_", name).strip(), content)

    def digest_call(self, message: Message, to: Destination) -> dict[str, object]:
        """Answer the parameters that say a digest: always one message, so that it can be edited."""
        words = self._languages[to.locale]
        call = self._send(split(words.text(message.template, message.values))[0], to)
        call["reply_markup"] = self.keyboard(message.buttons, to.locale)
        return call

    def plain_text(self, message: Message, locale: str) -> str:
        """Answer a message as a terminal shows it."""
        return plain(self._languages[locale].text(message.template, message.values))

    def keyboard(self, rows: Iterable[Iterable[Button]], locale: str) -> dict[str, object]:
        """Answer an inline keyboard."""
        words = self._languages[locale]
        return {
            "inline_keyboard": [
                [{"text": _label(words, button), "callback_data": button.data} for button in row]
                for row in rows
            ]
        }

    @staticmethod
    def _send(text: str, to: Destination) -> dict[str, object]:
        call: dict[str, object] = {"text": text, "parse_mode": "HTML"}
        if to.thread_id is not None:
            call["message_thread_id"] = to.thread_id
        if to.reply_to is not None:
            call["reply_parameters"] = {
                "message_id": to.reply_to,
                "allow_sending_without_reply": True,
            }
        return call


def _fits_caption(parts: Sequence[str]) -> bool:
    return len(parts) == 1 and _units(parts[0]) <= MOST_CAPTION


def _captioned(call: Mapping[str, object]) -> dict[str, object]:
    """Answer a call that says a text as one that sends a file above it."""
    kept = {name: value for name, value in call.items() if name != "text"}
    return {**kept, "caption": call["text"]} if call["text"] else kept


def _method(call: Mapping[str, object]) -> str:
    if "text" not in call:
        return DOCUMENT
    return "editMessageText" if "message_id" in call else "sendMessage"


def _units(html: str) -> int:
    """Count a text as Telegram does: UTF-16 units, without the markup."""
    return len(plain(html).encode("utf-16-le", "surrogatepass")) // 2


def _headed(message: Message, text: str) -> str:
    """Answer a message's text below the name of the unit that it is about, if it names one."""
    if message.about is None:
        return text
    return f"<b>{escape(visible(message.about))}</b>\n{text}"


def _edit(call: Mapping[str, object], message_id: int) -> dict[str, object]:
    """Answer the same call as an edit, which answers no message.

    The topic stays, for the new message that may have to come in its place.
    """
    kept = {name: call[name] for name in _OF_EDITS if name in call}
    return {**kept, "message_id": message_id}


def _label(words: Words, button: Button) -> str:
    values = dict(button.values)
    if "kind" in values:
        values["kind"] = words.kind(str(values["kind"]))
    return visible(unescape(words.word("button", button.label, **values)))


def dump(call: Mapping[str, object]) -> str:
    """Write a call's parameters as JSON."""
    return _write(call)


def plain(html: str) -> str:
    """Answer what a reader sees of a message's HTML."""
    return unescape(_TAG.sub("", html))


def split(html: str) -> list[str]:
    """Cut a text that is too long for one message at the ends of lines.

    Every part is well-formed.
    """
    if 2 * len(html) <= MOST_UNITS:  # no character is more than two units
        return [html.strip()]
    parts: list[list[str]] = [[]]
    used = 0
    for line in html.split("\n"):
        size = _units(line) + 1
        if used + size > MOST_UNITS and parts[-1]:
            parts.append([])
            used = 0
        parts[-1].append(line)
        used += size
    return list(_closed("\n".join(part).strip() for part in parts))


def _closed(parts: Iterable[str]) -> Iterator[str]:
    """Close what is open at the end of a part and open it again in the next.

    What people typed may stand in code, over many lines.
    """
    left: list[str] = []
    for part in parts:
        begun = "".join(f"<{name}>" for name in left) + part
        for tag in _NAMED.finditer(part):
            if tag["closing"]:
                left.pop()
            else:
                left.append(tag["name"])
        yield begun + "".join(f"</{name}>" for name in reversed(left))
