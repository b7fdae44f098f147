"""Find the line of a pack on which a key stands (tomllib does not tell)."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[\[\s*([a-z_]+)\s*\]\]")
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")


class LineFinder:
    """Line numbers of the keys of the head and of every [[table]] row."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, index = "", 0
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = header.group(1)
                index = counts.get(table, 0)
                counts[table] = index + 1
                self._lines[table, index, ""] = number
                self._lines.setdefault(("", 0, table), number)
            elif key := _KEY.match(line):
                self._lines.setdefault((table, index, key.group(1)), number)

    def head(self, name: str) -> int:
        return self._lines.get(("", 0, name), 1)

    def row(self, table: str, index: int, name: str = "") -> int:
        start = self._lines.get((table, index, ""), 1)
        return self._lines.get((table, index, name), start)
