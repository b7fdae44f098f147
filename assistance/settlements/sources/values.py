"""Text of a cell as an amount or a day. Exact: nothing passes through a float."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

# numeric(16,2), in fen
LARGEST_FEN = 10**16 - 1
_AMOUNT = re.compile(r"(-?)(\d{1,14})(?:\.(\d{1,2})0*)?", re.ASCII)
_LOOSE_DAY = re.compile(r"(\d{4})[年/.\-](\d{1,2})[月/.\-](\d{1,2})日?(?:[ T].*)?", re.ASCII)
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
# Day 0 of the spreadsheet's calendar, its invented 29 February 1900 behind it.
_SERIAL_ZERO = date(1899, 12, 30)


def plain_text(cell: object) -> str:
    """A cell as text: full-width signs made narrow, blanks and NULs around it gone."""
    text = cell if isinstance(cell, str) else "" if cell is None else str(cell)
    if text.isascii():
        return text.strip(" \t\r\n\0'")
    return unicodedata.normalize("NFKC", text).strip(" \t\r\n\0'\ufeff")


def fen(text: str) -> int | None:
    """Yuan as whole fen; None for what is no amount. Thousands are not separated, nothing is rounded."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    sign, whole, cents = found.groups()
    amount = int(whole) * 100 + (int(cents.ljust(2, "0")) if cents else 0)
    return -amount if sign else amount


def day(text: str) -> date | None:
    """A day however it is written: ISO, with slashes, Chinese, packed, or a spreadsheet's serial."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return _loose_day(text)


def _loose_day(text: str) -> date | None:
    found = _LOOSE_DAY.fullmatch(text) or _PACKED_DAY.fullmatch(text)
    try:
        if found is not None:
            year, month, day_of_month = map(int, found.groups())
            return date(year, month, day_of_month)
        if _SERIAL.fullmatch(text):
            return _SERIAL_ZERO + timedelta(days=int(float(text)))
    except ValueError:
        return None
    return None
