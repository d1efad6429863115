"""Quiet hours: when a unit may be disturbed."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.units import Unit


def ends(zone: ZoneInfo, quiet_from: time, quiet_until: time, now: datetime) -> datetime:
    """Answer when a message may be delivered: now, or when the quiet hours end."""
    local = now.astimezone(zone)
    at = local.time()
    overnight = quiet_from > quiet_until
    evening = at >= quiet_from
    morning = at < quiet_until
    if not ((evening or morning) if overnight else (evening and morning)):
        return now
    day = local.date() + timedelta(days=1 if overnight and evening else 0)
    return datetime.combine(day, quiet_until, zone)


def deliver_at(unit: Unit, now: datetime) -> datetime:
    """Answer when a message to a unit may be delivered: now, or when its quiet hours end."""
    return ends(ZoneInfo(unit.timezone), unit.quiet_from, unit.quiet_until, now)
