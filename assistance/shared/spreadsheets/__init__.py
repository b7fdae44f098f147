"""Tables that other offices send: xlsx, xls and csv, read strictly and never guessed at."""

from __future__ import annotations

from assistance.shared.spreadsheets.cells import (
    Cell,
    UnreadableCell,
    is_blank,
    lost_digits,
    read_day,
    written,
)
from assistance.shared.spreadsheets.headers import TITLE_ROWS, Header, find_header, headings
from assistance.shared.spreadsheets.limits import LIMITS, Limits, UnreadableFile
from assistance.shared.spreadsheets.reading import read_rows

__all__ = [
    "LIMITS",
    "TITLE_ROWS",
    "Cell",
    "Header",
    "Limits",
    "UnreadableCell",
    "UnreadableFile",
    "find_header",
    "headings",
    "is_blank",
    "lost_digits",
    "read_day",
    "read_rows",
    "written",
]
