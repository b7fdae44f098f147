"""A file of fee lines: told from a file of bills by its columns, and read row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from assistance.settlements.sources.definition import LINE_FACTS, Definition
from assistance.settlements.sources.faults import RowFault
from assistance.settlements.sources.header import ROWS_ABOVE, Header
from assistance.settlements.sources.values import LARGEST_FEN, day, fen, plain_text

_QUANTITY = re.compile(r"-?\d{1,12}(\.\d{1,4}0*)?", re.ASCII)
_MONEY = ("amount", "outside", "over_limit", "paid_first", "in_scope")
_TEXTS = {"source_id": 47, "number": 40, "code": 60, "name": 200, "level": 6}


class LineRow(NamedTuple):
    """A fee line as the source states it; amounts in fen, negative where it was given back."""

    line: int
    source_id: str
    number: str
    occurred_on: date | None
    code: str
    name: str
    level: str
    quantity: str
    amount: int
    outside: int
    over_limit: int
    paid_first: int
    in_scope: int


def find_line_header(definition: Definition, rows: Sequence[Sequence[object]]) -> Header | None:
    """The header of a file of fee lines; None where no row names all that a line must have."""
    lines = definition.rules[-1].lines
    for line, cells in enumerate(rows[:ROWS_ABOVE], start=1):
        names = tuple(plain_text(cell) for cell in cells)
        there = {name.lower() for name in names}
        if lines and all(_is_there(lines[fact], there) for fact in LINE_FACTS):
            return Header(line, names, 0)
    return None


def _is_there(aliases: Sequence[str], there: set[str]) -> bool:
    return any(alias.lower() in there for alias in aliases)


class LineReader:
    """Reads the rows under one header; `today` is the last day a line may have."""

    def __init__(self, definition: Definition, header: Header, *, today: date) -> None:
        self.header, self.today = header, today
        place = {name.lower(): number for number, name in enumerate(header.names)}
        self.at = {
            fact: place[alias.lower()]
            for fact, aliases in definition.rules[-1].lines.items()
            for alias in reversed(aliases)
            if alias.lower() in place
        }

    def read(self, line: int, cells: Sequence[object]) -> LineRow | RowFault | None:
        """The fee line of a row, its fault, or None for a blank row."""
        texts = [plain_text(cell) for cell in cells]
        if not any(texts):
            return None
        if len(texts) < self.header.width:
            return RowFault(line, "short")
        facts = {fact: texts[place] for fact, place in self.at.items()}
        for fact in LINE_FACTS:
            if not facts[fact]:
                return RowFault(line, "empty", self._column(fact))
        for fact, longest in _TEXTS.items():
            if len(facts.get(fact, "")) > longest:
                return RowFault(line, "too_long", self._column(fact), facts[fact])
        return self._line(line, facts)

    def _line(self, line: int, facts: dict[str, str]) -> LineRow | RowFault:
        money = []
        for fact in _MONEY:
            text = facts.get(fact, "")
            amount = fen(text) if text else 0
            if amount is None or abs(amount) > LARGEST_FEN:
                return RowFault(line, "amount", self._column(fact), text)
            money.append(amount)
        quantity = facts.get("quantity") or "1"
        if _QUANTITY.fullmatch(quantity) is None:
            return RowFault(line, "amount", self._column("quantity"), quantity)
        text = facts.get("occurred_on", "")
        occurred_on = day(text) if text else None
        if text and occurred_on is None:
            return RowFault(line, "day", self._column("occurred_on"), text)
        if occurred_on and occurred_on > self.today:
            return RowFault(line, "future", self._column("occurred_on"), text)
        texts = [facts.get(fact, "") for fact in ("code", "name", "level")]
        start = (line, facts["source_id"], facts["number"], occurred_on)
        return LineRow._make((*start, *texts, quantity, *money))

    def _column(self, fact: str) -> str:
        return self.header.names[self.at[fact]]
