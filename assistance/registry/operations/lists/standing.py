"""Rows that change nothing, told without asking the database row by row."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistance.registry.operations.lists.columns import Columns
from assistance.registry.operations.lists.statements import STANDING


def sort_out(cursor: Any, columns: Columns, values: dict[str, Any]) -> tuple[list[int], list[int]]:
    """The places of the rows that have to be compared, and the recognitions no other row stands for.

    A row is left out only when it says word for word what the register holds.
    """
    has_first = any(day is not None for day in columns.firsts)
    cursor.execute(STANDING, values | {"has_first": has_first})
    lines, ids, others = cursor.fetchone()
    standing: dict[str, int] = dict(zip(lines.split("\n"), ids, strict=True)) if lines else {}
    firsts, lasts = _days(columns.firsts), _days(columns.lasts)
    places = []
    rows = zip(
        columns.keys,
        columns.names,
        columns.categories,
        columns.firsts,
        columns.lasts,
        columns.ends,
        strict=True,
    )
    for place, (key, name, category, first, last, ends) in enumerate(rows):
        if key is not None and not ends and place not in columns.problems:
            line = f"{key.hex()}\t{name}\t{category}\t{firsts[first]}\t{lasts[last]}"
            if standing.pop(line, None) is not None:
                continue
        places.append(place)
    return places, [*standing.values(), *(others or ())]


def _days(column: list[date | None]) -> dict[date | None, str]:
    """Each day as the number of days since the first of the calendar, as the statement writes it."""
    return {day: "" if day is None else str(day.toordinal() - 1) for day in set(column)}
