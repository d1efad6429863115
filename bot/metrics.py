"""Metrics for Prometheus: how deep and how old the queues are, how sending goes, the tick's age."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlmodel import Session

from bot.ticking import TICK
from storage import heartbeat, inbox, outbox, reminding
from storage.queues import OutboxState


@dataclass(frozen=True, slots=True)
class Depths:
    """How the queues stand: counts, and ages in seconds (0 where nothing waits)."""

    inbox_waiting: int = 0
    inbox_set_aside: int = 0
    inbox_age: float = 0.0
    outbox_queued: int = 0
    outbox_unknown: int = 0
    outbox_failed: int = 0
    outbox_age: float = 0.0
    tick_age: float = 0.0
    reminders_lag: float = 0.0


_HELP = {
    "inbox_waiting": "Updates that wait to be handled",
    "inbox_set_aside": "Updates that could not be handled",
    "inbox_age": "Seconds since the oldest waiting update came",
    "outbox_queued": "Bot API calls owed, those held back by quiet hours included",
    "outbox_unknown": "Digests of which it is unknown whether they were sent",
    "outbox_failed": "Calls that were refused for good",
    "outbox_age": "Seconds since the oldest call that may be made fell due",
    "tick_age": "Seconds since the last tick that ended well",
    "reminders_lag": "Seconds since the oldest step that is not planned yet fell due",
}
_SECONDS = frozenset({"inbox_age", "outbox_age", "tick_age", "reminders_lag"})


def depths(session: Session, now: datetime) -> Depths:
    """Ask the database how the queues stand."""
    (waiting, set_aside), went = inbox.undone(session), outbox.undone(session)
    return Depths(
        inbox_waiting=waiting,
        inbox_set_aside=set_aside,
        inbox_age=_age(inbox.oldest_waiting(session), now),
        outbox_queued=went[OutboxState.QUEUED],
        outbox_unknown=went[OutboxState.UNKNOWN],
        outbox_failed=went[OutboxState.FAILED],
        outbox_age=_age(outbox.oldest_due(session, now), now),
        tick_age=_age(heartbeat.last_beat(session, TICK), now),
        reminders_lag=_age(reminding.oldest_step(session, now), now),
    )


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def written(found: Depths | None, sends: Mapping[str, int]) -> bytes:
    """Write down in Prometheus' words what the database tells, and calls made by their results.

    Without an answer of the database only what is known here.
    """
    scrape = CollectorRegistry()
    scrape.register(_Scrape(found, sends))
    return bytes(generate_latest(scrape))


class _Scrape(Collector):
    """The state of things at one moment."""

    def __init__(self, found: Depths | None, sends: Mapping[str, int]) -> None:
        self._found = found
        self._sends = sends

    def collect(self) -> Iterable[Metric]:
        """Answer the counter of this process, and the gauges of the database."""
        sends = CounterMetricFamily("sanhui_sends", "Bot API calls by result", labels=["result"])
        for result, count in self._sends.items():
            sends.add_metric([result], count)
        yield sends
        up = self._found is not None
        yield GaugeMetricFamily("sanhui_database_up", "Whether the database answers", value=up)
        for name, words in _HELP.items() if up else ():
            unit = "_seconds" if name in _SECONDS else ""
            value = getattr(self._found, name)
            yield GaugeMetricFamily(f"sanhui_{name}{unit}", words, value=value)
