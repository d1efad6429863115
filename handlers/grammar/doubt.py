"""A day or a time that was said and cannot be taken as it stands, and what it may have meant."""

from datetime import date, time

# An answer in the place of what is in doubt: see ``scanner.Answer``.
Offer = tuple[str, object, str]


class Doubt(Exception):  # noqa: N818 - no error of ours: what was typed cannot be taken
    """The problem's code and values; ``offers`` are the answers to choose from, if any are safe."""

    def __init__(self, code: str, offers: tuple[Offer, ...] = (), /, **values: object) -> None:
        super().__init__(code)
        self.code, self.offers, self.values = code, offers, values


def on(first: date, last: date | None = None) -> Offer:
    """Offer a day, or the days from one to another, typed so that they read in one way only."""
    if last is None or last == first:
        return "day", first, first.isoformat()
    return "days", (first, last), f"{first}~{last}"


def at(moment: time, ended: time | None = None) -> Offer:
    """Offer a time of the day, or the times from one to another."""
    if ended is None:
        return "time", moment, f"{moment:%H:%M}"
    return "times", (moment, ended), f"{moment:%H:%M}~{ended:%H:%M}"
