"""One row of a source as a bill, or what is wrong with it. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assistance.settlements.sources.definition import FACTS, OUR_AMOUNTS, Definition, Rules
from assistance.settlements.sources.faults import RowFault, fault_sentence
from assistance.settlements.sources.header import Header
from assistance.settlements.sources.values import LARGEST_FEN, day, fen, plain_text

__all__ = ["BillRow", "Header", "Reader", "RowFault", "fault_sentence"]

_ID_NUMBER = re.compile(r"[0-9A-Z()\-]{5,30}", re.ASCII)
_EXPONENT = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+", re.ASCII)
# What the tables hold at most; the number at the source has the source's code before it.
LONGEST = {
    "source_id": 47,
    "visit_id": 40,
    "institution": 80,
    "invoice": 20,
    "med_type": 6,
    "institution_code": 20,
    "disease_code": 20,
    "disease_name": 80,
}
# What is kept beside the bill where the source sends it.
MORE_TEXTS = ("institution_code", "disease_code", "disease_name")
# Numbers that nobody may round.
NUMBERS = ("source_id", "visit_id", "invoice")
# The first of the payers; what is left to the person in scope is counted after them.
INSURERS = 3
_ZERO = {"": 0, "0": 0, "0.00": 0, "0.0": 0}


class BillRow(NamedTuple):
    """A bill as the source states it; amounts in fen, negative on a refund."""

    line: int
    source_id: str
    visit_id: str
    id_number: str
    name: str
    settled_on: date
    service_from: date | None
    service_to: date | None
    setting: str
    med_type: str
    institution: str
    invoice: str
    refund: bool
    supplement: bool
    total: int
    in_scope: int
    basic: int
    supplementary: int
    big_illness: int
    assistance: int
    # Places of the accounting identities that do not hold, counted from 0.
    broken: tuple[int, ...]
    institution_code: str
    disease_code: str
    disease_name: str


class _Bad(Exception):
    def __init__(self, code: str, column: str = "", value: str = "") -> None:
        super().__init__(code)
        self.fault = (code, column, value)


class Reader:
    """Reads the rows under one header; `today` is the last day a fee date may have."""

    def __init__(self, definition: Definition, header: Header, *, today: date) -> None:
        self.definition = definition
        self.header = header
        self.today = today
        self._layouts: dict[date, Layout] = {}
        self._days: dict[str, date | None] = {}

    def read(self, line: int, cells: Sequence[object]) -> BillRow | RowFault | None:
        """The bill of a row, its fault, or None for a blank row or one the source calls invalid."""
        texts = [c.strip() if type(c) is str and c.isascii() else plain_text(c) for c in cells]
        if not any(texts):
            return None
        try:
            self._check_width(texts)
            return self._bill(line, texts)
        except _Bad as bad:
            return RowFault(line, *bad.fault)

    def _check_width(self, texts: list[str]) -> None:
        if len(texts) < self.header.width:
            raise _Bad("short")
        if any(texts[self.header.width :]):
            raise _Bad("long")

    def _bill(self, line: int, texts: list[str]) -> BillRow | None:
        settled_on = self._day(texts, self.header.settled_on)
        if settled_on is None:
            raise _Bad("empty", self.header.names[self.header.settled_on])
        layout = self.layout_of(settled_on)
        if layout is None:
            column = self.header.names[self.header.settled_on]
            raise _Bad("no_rules", column, settled_on.isoformat())
        facts = layout.facts(texts)
        if facts.get("valid", "") in layout.rules.flags["invalid"]:
            return None
        self._check_texts(layout, facts)
        setting = layout.rules.settings.get(facts["med_type"])
        if setting is None:
            raise _Bad("code", layout.column("med_type"), facts["med_type"])
        begun, ended = self._stay(layout, texts)
        refund = facts.get("refund", "") in layout.rules.flags["refund"]
        money = layout.money(texts)
        amounts = layout.amounts(money)
        check_amounts(amounts, refund)
        found = (
            line,
            facts["source_id"],
            facts.get("visit_id", ""),
            _id_number(facts["id_number"], layout.column("id_number")),
            facts["name"],
            settled_on,
            begun,
            ended,
            setting.value,
            facts["med_type"],
            facts["institution"],
            facts.get("invoice", ""),
            refund,
            facts.get("setl_type", "") in layout.rules.flags["supplement"],
            *amounts,
            layout.broken(money),
            *(facts.get(name, "") for name in MORE_TEXTS),
        )
        return BillRow._make(found)

    def _stay(self, layout: Layout, texts: list[str]) -> tuple[date | None, date | None]:
        begun, ended = (self._day(texts, layout.at.get(n)) for n in ("service_from", "service_to"))
        if begun and ended and ended < begun:
            raise _Bad("order", "", ended.isoformat())
        return begun, ended

    def _check_texts(self, layout: Layout, facts: Mapping[str, str]) -> None:
        for name in FACTS:
            if not facts[name]:
                raise _Bad("empty", layout.column(name))
        for name in NUMBERS:
            if is_rounded(facts.get(name, "")):
                raise _Bad("rounded", layout.column(name), facts[name])
        for name, longest in LONGEST.items():
            if len(facts.get(name, "")) > longest:
                raise _Bad("too_long", layout.column(name), facts[name])

    def _day(self, texts: list[str], place: int | None) -> date | None:
        if place is None or not texts[place]:
            return None
        text = texts[place]
        found = self.day_of(text)
        if found is None:
            raise _Bad("day", self.header.names[place], text)
        if found > self.today:
            raise _Bad("future", self.header.names[place], found.isoformat())
        return found

    def layout_of(self, on: date) -> Layout | None:
        """Where the columns stand for a fee date; None before the first rules."""
        rules = self.definition.in_force(on)
        if rules is None:
            return None
        if rules.first_day not in self._layouts:
            self._layouts[rules.first_day] = Layout(rules, self.header)
        return self._layouts[rules.first_day]

    def day_of(self, text: str) -> date | None:
        """The day a cell names, read once for every different text."""
        key = text[:10]
        if key not in self._days:
            self._days[key] = day(text)
        return self._days[key]


class Layout:
    """Where the columns of one block of rules stand under the header."""

    def __init__(self, rules: Rules, header: Header) -> None:
        self.rules = rules
        self.names = header.names
        self.at = header.places(rules)
        money = [name for name in rules.money_columns if name in self.at]
        self.money_places = [(name, self.at[name]) for name in money]
        self.needed = rules.needed_amounts
        place = {name: number for number, name in enumerate(money)}
        self.sums = [
            tuple(place[name] for name in names if name in place)
            for names in rules.amounts.values()
        ]
        self.identities = [
            (
                number,
                tuple(place[name] for name in identity.left),
                tuple(place[name] for name in identity.right),
            )
            for number, identity in enumerate(rules.identities)
            # A sum with a part that the file does not have says nothing.
            if all(name in place for name in (*identity.left, *identity.right))
        ]
        self.fact_places = [
            (name, where) for name, where in self.at.items() if name not in dict(self.money_places)
        ]

    def column(self, name: str) -> str:
        return self.names[self.at[name]]

    def facts(self, texts: list[str]) -> Mapping[str, str]:
        return {name: texts[place] for name, place in self.fact_places}

    def money(self, texts: list[str]) -> list[int]:
        """All amounts of the row in fen; an empty cell as 0 where the source says so."""
        found = []
        for name, place in self.money_places:
            text = texts[place]
            if not text and name in self.needed:
                raise _Bad("empty_amount", self.column(name))
            amount = _ZERO.get(text)
            if amount is None:
                amount = fen(text)
            if amount is None or abs(amount) > LARGEST_FEN:
                raise _Bad("amount", self.column(name), text)
            found.append(amount)
        return found

    def amounts(self, money: list[int]) -> list[int]:
        return [sum([money[place] for place in places]) for places in self.sums]

    def broken(self, money: list[int]) -> tuple[int, ...]:
        """Identities that fail by more than a fen; sums of rounded parts may miss by one."""
        return tuple(
            [
                number
                for number, left, right in self.identities
                if abs(sum([money[p] for p in left]) - sum([money[p] for p in right])) > 1
            ]
        )


def is_id_number(text: str) -> bool:
    """Whether it can be the number of a document; which one, only the register knows."""
    return _ID_NUMBER.fullmatch(text.upper()) is not None


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet wrote a long number as a figure (3.30902E+17)."""
    return _EXPONENT.fullmatch(text) is not None


def _id_number(text: str, column: str) -> str:
    number = text.upper()
    if is_rounded(number):
        raise _Bad("float_number", column, text)
    if not is_id_number(text):
        raise _Bad("id_number", column, text)
    return number


def check_amounts(amounts: list[int], refund: bool) -> None:
    """A bill is positive, its payers stay within the cost and its insurers within the cost in scope
    (specification 0.4); a refund is negative throughout and takes back a bill as it was booked."""
    if refund:
        if max(amounts) > 0:
            raise _Bad("positive_refund")
        amounts = [-amount for amount in amounts]
    total, in_scope, *payers = amounts
    if total < 0:
        raise _Bad("sign")
    if total == 0:
        raise _Bad("zero")
    if min(amounts) < 0:
        raise _Bad("negative", OUR_AMOUNTS[amounts.index(min(amounts))])
    if in_scope > total:
        raise _Bad("in_scope")
    _check_payers(total, in_scope, payers, refund)


def _check_payers(total: int, in_scope: int, payers: list[int], refund: bool) -> None:
    if sum(payers) > total:
        raise _Bad("payers")
    if sum(payers[:INSURERS]) > in_scope and not refund:
        raise _Bad("insurers")
