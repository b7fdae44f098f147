"""Thousands of rows at once: what is plainly in order column by column, every other row by itself.

The columns decide only that a row is in order; what is wrong with one, `Reader.read` says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar
from unicodedata import is_normalized

import numpy as np
from numpy.typing import NDArray

from assistance.settlements.sources.definition import FACTS
from assistance.settlements.sources.faults import RowFault
from assistance.settlements.sources.reading import (
    INSURERS,
    LONGEST,
    MORE_TEXTS,
    NUMBERS,
    BillRow,
    Layout,
    Reader,
    is_id_number,
    is_rounded,
)
from assistance.settlements.sources.values import LARGEST_FEN, fen, plain_text

Ints = NDArray[np.int64]
T = TypeVar("T")
Row = Sequence[object]
# Beyond any amount that may stand in a cell: the row is then looked at by itself.
_NO_AMOUNT = LARGEST_FEN + 1
# Signs that `plain_text` takes away around a text; anywhere in a column they send it there.
_AROUND = frozenset(" \t\r\n\0'\ufeff")
# The first line of a column that is not simply digits with two decimals.
_NOT_PLAIN = re.compile(r"^(?!-?\d{1,14}\.\d\d$)", re.ASCII | re.MULTILINE)


def read_rows(
    reader: Reader, rows: Sequence[Row], lines: Sequence[int]
) -> tuple[list[BillRow], list[RowFault]]:
    """The bills and the faults of these rows, each in the order of the file."""
    width = reader.header.width
    even = [number for number, row in enumerate(rows) if len(row) == width]
    read = _Columns(reader, [rows[number] for number in even], [lines[n] for n in even])
    bills = read.bills()
    faults: list[RowFault] = []
    rest = set(range(len(rows))) - {even[place] for place in read.clean}
    for number in sorted(rest):
        found = reader.read(lines[number], rows[number])
        if isinstance(found, BillRow):
            bills.append(found)
        elif found is not None:
            faults.append(found)
    if rest:
        bills.sort(key=lambda bill: bill.line)
    return bills, faults


class _Columns:
    """Rows as wide as their header, read under the rules of the newest day among them."""

    def __init__(self, reader: Reader, rows: list[Row], lines: list[int]) -> None:
        self.reader, self.lines = reader, lines
        self.cells = list(zip(*rows, strict=True)) if rows else []
        self.clean: list[int] = []
        self.layout: Layout | None = None
        if rows:
            self._look()

    def _look(self) -> None:
        days = self._days(self.reader.header.settled_on)
        known = [day for day in days if day is not None]
        # Rows under other rules are read one by one: a file rarely spans a change.
        self.layout = self.reader.layout_of(max(known)) if known else None
        if self.layout is None:
            return
        self.settled_on = days
        first, last = self.layout.rules.first_day, self.reader.today
        fine = np.array([d is not None and first <= d <= last for d in days], dtype=bool)
        self._texts()
        fine &= self._facts_are_fine()
        self._money()
        fine &= self._amounts_are_fine()
        self.clean = np.flatnonzero(fine).tolist()

    def _texts(self) -> None:
        assert self.layout is not None
        facts = {name: self._text(place) for name, place in self.layout.fact_places}
        count = len(self.lines)
        self.facts = {name: facts.get(name, [""] * count) for name in _TEXTS}
        self.service = [
            self._days(place) if (place := self.layout.at.get(name)) is not None else [None] * count
            for name in ("service_from", "service_to")
        ]
        for name in ("service_from", "service_to"):
            facts.setdefault(name, [""] * count)
        self.service_texts = [facts["service_from"], facts["service_to"]]

    def _text(self, place: int) -> list[str]:
        return _texts_of(self.cells[place])

    def _days(self, place: int) -> list[date | None]:
        return _each(self.cells[place], lambda cell: self.reader.day_of(plain_text(cell)))

    def _facts_are_fine(self) -> NDArray[np.bool_]:
        """Everything named, known codes, a stay in order, not called invalid."""
        assert self.layout is not None
        rules, facts = self.layout.rules, self.facts
        fine = np.ones(len(self.lines), dtype=bool)
        for name in FACTS:
            if name != "settled_on":
                fine &= np.array([bool(text) for text in facts[name]])
        fine &= np.array([code in rules.settings for code in facts["med_type"]])
        fine &= np.array([flag not in rules.flags["invalid"] for flag in facts["valid"]])
        fine &= np.array([is_id_number(text) for text in facts["id_number"]])
        for name in NUMBERS:
            if "+" in "".join(facts[name]):
                fine &= np.array([not is_rounded(text) for text in facts[name]])
        for name, longest in LONGEST.items():
            if max(map(len, facts[name])) > longest:
                fine &= np.array([len(text) <= longest for text in facts[name]])
        today = self.reader.today
        for days, texts in zip(self.service, self.service_texts, strict=True):
            fine &= np.array(
                [not t if d is None else d <= today for d, t in zip(days, texts, strict=True)]
            )
        stays = zip(*self.service, strict=True)
        fine &= np.array([b is None or e is None or b <= e for b, e in stays])
        refunds = rules.flags["refund"]
        self.refund = np.array([flag in refunds for flag in facts["refund"]])
        return fine

    def _money(self) -> None:
        assert self.layout is not None
        needed = self.layout.needed
        self.money = [
            _fen_column(self.cells[place], empty=_NO_AMOUNT if name in needed else 0)
            for name, place in self.layout.money_places
        ]
        zero = np.zeros(len(self.lines), dtype=np.int64)
        self.amounts = [
            sum((self.money[place] for place in places), zero) for places in self.layout.sums
        ]

    def _amounts_are_fine(self) -> NDArray[np.bool_]:
        """As `check_amounts` has it for one row."""
        sign = np.where(self.refund, -1, 1)
        total, in_scope, *payers = (amount * sign for amount in self.amounts)
        fine = (total > 0) & (in_scope >= 0) & (in_scope <= total)
        for payer in payers:
            fine &= payer >= 0
        fine &= sum(payers, np.zeros_like(total)) <= total
        insured = sum(payers[:INSURERS], np.zeros_like(total))
        fine &= self.refund | (insured <= in_scope)
        for column in self.money:
            fine &= np.abs(column) <= LARGEST_FEN
        return fine

    def _broken(self) -> list[tuple[int, ...]]:
        """For every row the identities that do not hold."""
        assert self.layout is not None
        broken: list[tuple[int, ...]] = [()] * len(self.lines)
        for number, left, right in self.layout.identities:
            gap = sum(self.money[p] for p in left) - sum(self.money[p] for p in right)
            for place in np.flatnonzero(np.abs(gap) > 1).tolist():
                broken[place] = (*broken[place], number)
        return broken

    def bills(self) -> list[BillRow]:
        """The rows that are in order."""
        if not self.clean:
            return []
        assert self.layout is not None
        flags = self.layout.rules.flags
        settings = {code: found.value for code, found in self.layout.rules.settings.items()}
        facts = self.facts
        columns: tuple[Iterable[object], ...] = (
            self.lines,
            facts["source_id"],
            facts["visit_id"],
            (text.upper() for text in facts["id_number"]),
            facts["name"],
            self.settled_on,
            *self.service,
            (settings.get(code, "") for code in facts["med_type"]),
            facts["med_type"],
            facts["institution"],
            facts["invoice"],
            self.refund.tolist(),
            (flag in flags["supplement"] for flag in facts["setl_type"]),
            *(amount.tolist() for amount in self.amounts),
            self._broken(),
            *(facts[name] for name in MORE_TEXTS),
        )
        rows = [BillRow._make(row) for row in zip(*columns, strict=True)]
        return rows if len(self.clean) == len(rows) else [rows[place] for place in self.clean]


_TEXTS = (*FACTS, *MORE_TEXTS, "visit_id", "invoice", "setl_type", "refund", "valid")


def _each(cells: Sequence[object], work: Callable[[object], T]) -> list[T]:
    """The work done once for every different cell."""
    known = {cell: work(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _texts_of(cells: Sequence[object]) -> list[str]:
    """As `plain_text` of every cell; a column that needs nothing done is taken as it is."""
    try:
        whole = "".join(cells)  # type: ignore[arg-type]
    except TypeError:
        return _each(cells, plain_text)
    if _AROUND.isdisjoint(whole) and is_normalized("NFKC", whole):
        return list(cells)  # type: ignore[arg-type]
    return _each(cells, plain_text)


def _fen_column(cells: Sequence[object], *, empty: int) -> Ints:
    """The amounts of a column; what cannot be one stands out by its size. `empty` is what no text means."""

    def amount(cell: object) -> int:
        return _fen(cell, empty)

    try:
        whole = "\n".join(cells)  # type: ignore[arg-type]
    except TypeError:
        whole = ""
    if cells[0] == cells[-1] and len(set(cells)) == 1:
        return np.full(len(cells), amount(cells[0]), dtype=np.int64)
    if whole and whole.isascii() and _NOT_PLAIN.search(whole) is None:
        return np.array([int(text) for text in whole.replace(".", "").split("\n")], dtype=np.int64)
    return np.array(_each(cells, amount), dtype=np.int64)


def _fen(cell: object, empty: int) -> int:
    text = plain_text(cell)
    amount = fen(text) if text else empty
    return _NO_AMOUNT if amount is None else amount
