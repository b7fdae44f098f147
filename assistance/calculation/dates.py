"""Days and months; there is no clock here."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200


def day_from_text(text: str) -> date | None:
    """The day written ``2022-05-01``; ``None`` if there is no such day."""
    if not _ISO.fullmatch(text):
        return None
    try:
        day = date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (earlier if negative), clamped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def next_working_day(day: date, *, rest_days: frozenset[date], work_days: frozenset[date]) -> date:
    """``day`` itself or the first later day that is no rest day.

    Rest days are the given ones and every Saturday and Sunday that is not among the
    given working days (调休).
    """
    while day in rest_days or (day.weekday() >= 5 and day not in work_days):
        day += timedelta(days=1)
    return day
