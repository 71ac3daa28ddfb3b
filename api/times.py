"""Days and times as the people of one zone see them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.wiring import Parts


def today(parts: Parts) -> date:
    """The day it is where the team works."""
    return local(parts, parts.now()).date()


def local(parts: Parts, moment: datetime) -> datetime:
    """A moment by the team's clock."""
    return moment.astimezone(ZoneInfo(parts.settings.time_zone))


def day_text(parts: Parts, moment: datetime | date | None) -> str:
    """A day as pages show it, such as 3 March 2026."""
    if moment is None:
        return ""
    day = local(parts, moment).date() if isinstance(moment, datetime) else moment
    return f"{day.day} {day:%B %Y}"
