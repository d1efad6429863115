"""What a refused call means, in a table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.outcome import LONGEST_WAIT, Outcome, Retry, judge
from bot.transport import NotSent, Unanswered
from storage.calls import Due
from storage.queues import OutboxKind, OutboxState


def due(kind: str = "reply", method: str = "sendMessage", attempts: int = 0) -> Due:
    return Due(1, -5, OutboxKind(kind), method, "{}", attempts)


GIVEN_UP = Outcome(OutboxState.FAILED)
TABLE: dict[str, tuple[Due, TelegramError, Outcome]] = {
    "429 waits as long as told, whoever is meant": (
        due(),
        RetryAfter(timedelta(seconds=7)),
        Outcome(retry=Retry(7.0, refused=True)),
    ),
    "429 of a digest too: the server did not take it": (
        due("digest"),
        RetryAfter(timedelta(seconds=7)),
        Outcome(retry=Retry(7.0, refused=True)),
    ),
    "a moved chat is followed at once": (
        due(),
        ChatMigrated(-100),
        Outcome(retry=Retry(0), moved_to=-100),
    ),
    "403: the chat is gone": (due(), Forbidden("bot was kicked"), Outcome(gone=True)),
    "a bad request is given up": (due(), BadRequest("Can't parse entities"), GIVEN_UP),
    "an edit that changes nothing is done": (
        due("digest", "editMessageText"),
        BadRequest("Message is not modified: specified new message content is ... "),
        Outcome(OutboxState.SENT),
    ),
    "an edit of a message that is gone is said anew": (
        due("digest", "editMessageText"),
        BadRequest("Message to edit not found"),
        Outcome(retry=Retry(0), instead="sendMessage"),
    ),
    "a digest without an answer is unknown, never sent again": (
        due("digest"),
        Unanswered("timed out"),
        Outcome(OutboxState.UNKNOWN),
    ),
    "a reply without an answer is sent again": (
        due(attempts=1),
        Unanswered("timed out"),
        Outcome(retry=Retry(1.0)),
    ),
    "a server out of reach holds everyone": (
        due("digest", attempts=2),
        NotSent("ClientConnectorError"),
        Outcome(retry=Retry(2.0, everyone=True)),
    ),
    "5xx is tried again, a little later each time": (
        due(attempts=3),
        NetworkError("Bad Gateway"),
        Outcome(retry=Retry(4.0)),
    ),
    "but never later than a minute": (
        due(attempts=50),
        NetworkError("Bad Gateway"),
        Outcome(retry=Retry(LONGEST_WAIT)),
    ),
    "nor does it ever count beyond what a number holds": (
        due(attempts=2000),
        NetworkError("Bad Gateway"),
        Outcome(retry=Retry(LONGEST_WAIT)),
    ),
    "an answer to a tap that nobody waits for any more is dropped": (
        due("answer", "answerCallbackQuery"),
        BadRequest("Query is too old and response timeout expired or query id is invalid"),
        Outcome(OutboxState.DROPPED),
    ),
    "a token that is refused holds everyone until it is mended": (
        due(),
        InvalidToken("Unauthorized"),
        Outcome(retry=Retry(LONGEST_WAIT, everyone=True)),
    ),
    "anything else is given up": (due(), Conflict("terminated by other"), GIVEN_UP),
}


@pytest.mark.parametrize("case", TABLE)
def test_judge(case: str) -> None:
    call, error, wanted = TABLE[case]
    found = judge(call, error)

    assert found.problem
    assert (found.state, found.retry) == (wanted.state, wanted.retry)
    assert (found.instead, found.moved_to, found.gone) == (
        wanted.instead,
        wanted.moved_to,
        wanted.gone,
    )


def test_a_time_out_of_the_library_is_tried_again() -> None:
    assert judge(due(), TimedOut()).retry == Retry(0.5)


def test_what_an_error_quotes_of_a_message_is_left_out() -> None:
    error = BadRequest('Can\'t parse entities: unsupported start tag "zhang san" at 李四, byte 7')
    assert judge(due(), error).problem == (
        "Can't parse entities: unsupported start tag … at …, byte 7"
    )
