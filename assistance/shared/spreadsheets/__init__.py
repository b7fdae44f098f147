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
from assistance.shared.spreadsheets.reading import kind_of, read_rows
from assistance.shared.spreadsheets.streaming import Table, open_table

__all__ = [
    "LIMITS",
    "TITLE_ROWS",
    "Cell",
    "Header",
    "Limits",
    "Table",
    "UnreadableCell",
    "UnreadableFile",
    "find_header",
    "headings",
    "is_blank",
    "kind_of",
    "lost_digits",
    "open_table",
    "read_day",
    "read_rows",
    "written",
]
