"""Single cells: one written form for text, days in every form they are typed in."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from assistance.shared.errors import Refused

Cell = str | int | float | bool | date | datetime | time | timedelta | None
# Full-width signs and the blank between them; Chinese characters stay as they are.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_INVISIBLE = dict.fromkeys((0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060))
_TABLE = _HALF_WIDTH | _INVISIBLE
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_POWER = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
# Day 1 of a workbook is 1900-01-01, and there it has a 29 February 1900: so this is its day 0.
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 80_000
# A figure of more places is not kept whole by a spreadsheet.
_MOST_DIGITS = 15


class UnreadableCell(Refused):
    """What stands in the cell is none of what belongs there; the sentence says how to mend it."""


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.translate(_TABLE).strip())


def written(cell: Cell) -> str:
    """The cell as text: half-width digits and signs, no blanks around it, whole figures without .0."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.translate(_TABLE).strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def lost_digits(cell: Cell) -> bool:
    """Whether a long number was kept as a figure (3.30902E+17): its last digits are gone for good."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return bool(abs(cell) >= 10**_MOST_DIGITS)
    return isinstance(cell, str) and _POWER.fullmatch(written(cell)) is not None


def read_day(cell: Cell) -> date | None:
    """The day in a cell, None when it is blank.

    Reads 2024-03-05, 2024/3/5, 2024.3.5, 2024年3月5日, 20240305, a workbook's own days and its serial
    numbers (45356). Raises UnreadableCell for everything else, also for a month without a day.
    """
    if is_blank(cell):
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = written(cell)
    found = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if found is not None:
        return _day(text, *map(int, found.groups()))
    if text.isdecimal() and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        return _SERIAL_ZERO + timedelta(days=int(text))
    raise UnreadableCell(
        _("“%(text)s” is no day. Write it like 2024-03-05 or 2024年3月5日.") % {"text": text[:40]}
    )


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableCell(
            _("There is no day “%(text)s” in the calendar.") % {"text": text}
        ) from None
