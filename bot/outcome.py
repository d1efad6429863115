"""What a refused call means: try again, follow, give up, or leave as unknown."""

import re
from dataclasses import dataclass
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.transport import NotSent, Unanswered
from storage.calls import Due
from storage.queues import OutboxKind, OutboxState

LONGEST_WAIT = 60.0
# Doubling any further than this has long passed the longest wait.
MOST_DOUBLINGS = 10
# A topic that was deleted, and one that was closed to all but administrators.
_TOPIC_LOST = re.compile("(?i)message thread not found|topic_closed|topic_deleted")
# What an error may quote of a message, which is not for a log.
_QUOTED = re.compile(r'"[^"]*"|[^\x00-\x7f]+')


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after some seconds.

    ``everyone`` holds all chats, not just this one; ``refused`` tells that the server asked for it.
    """

    seconds: float
    everyone: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call that was refused ends.

    Without ``retry`` it ends in ``state``. ``instead`` is another method to try with.
    ``topic_lost``: its topic takes no messages any more, the chat itself does.
    """

    state: OutboxState = OutboxState.FAILED
    problem: str = ""
    retry: Retry | None = None
    instead: str | None = None
    moved_to: int | None = None
    gone: bool = False
    topic_lost: bool = False


def judge(due: Due, error: TelegramError) -> Outcome:  # noqa: PLR0911 - one line a kind of error
    """Decide what an error means for a call."""
    problem = _QUOTED.sub("…", str(error))
    match error:
        case RetryAfter():
            return Outcome(problem="429", retry=Retry(_seconds(error), refused=True))
        case ChatMigrated():
            return Outcome(problem=problem, retry=Retry(0), moved_to=error.new_chat_id)
        case Forbidden():
            return Outcome(problem=problem, gone=True)
        case BadRequest():
            return _bad_request(due, problem)
        case Unanswered() if due.kind == OutboxKind.DIGEST:
            return Outcome(OutboxState.UNKNOWN, problem)
        case InvalidToken():
            return Outcome(problem=problem, retry=Retry(LONGEST_WAIT, everyone=True))
        case NetworkError():
            wait = min(0.5 * 2.0 ** min(due.attempts, MOST_DOUBLINGS), LONGEST_WAIT)
            return Outcome(problem=problem, retry=Retry(wait, everyone=isinstance(error, NotSent)))
    return Outcome(problem=problem)


def _bad_request(due: Due, problem: str) -> Outcome:
    """Take a no-op edit as done; turn an edit of a message that is gone into a new message.

    A tap that was answered already, or whose person waits no longer, needs no answer.
    """
    if due.kind == OutboxKind.ANSWER:
        return Outcome(OutboxState.DROPPED, problem)
    if "message is not modified" in problem.lower():  # the library capitalises it
        return Outcome(OutboxState.SENT, problem)
    if _TOPIC_LOST.search(problem) and "message_thread_id" in due.payload:
        return Outcome(problem=problem, retry=Retry(0), topic_lost=True)
    if due.method == "editMessageText":
        return Outcome(problem=problem, retry=Retry(0), instead="sendMessage")
    return Outcome(problem=problem)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
