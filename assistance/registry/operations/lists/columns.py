"""A list as columns of values, and what the cells of its source mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from assistance.shared.spreadsheets import Cell

Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """What the cells of a source mean: the ids of its categories and townships, and its end dates."""

    categories: Mapping[str, int]
    townships: Mapping[str, int]
    as_of: date
    end_is_outside: bool
    # What a word means besides its category.
    beside: Mapping[str, int] = field(default_factory=dict)

    @property
    def only_category(self) -> int | None:
        found = set(self.categories.values())
        return found.pop() if len(found) == 1 else None


@dataclass(slots=True)
class Columns:
    """The rows of a list, each value in its own column; `problems` by the place of the row."""

    lines: list[int]
    numbers: list[str]
    names: list[str]
    categories: list[int | None]
    townships: list[int | None]
    # As they stand in the file: few are ever needed.
    villages: list[Cell]
    firsts: list[date | None]
    lasts: list[date | None]
    ends: list[bool]
    keys: list[bytes | None] = field(default_factory=list)
    has_last: bool = False
    # What stood in the township's cell where it means none that we know.
    unknown_townships: dict[int, str] = field(default_factory=dict)
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)

    def fault(self, place: int, field_name: str, sentence: str) -> None:
        self.problems.setdefault(place, []).append((field_name, sentence))
