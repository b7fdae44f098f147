"""Check facts before anything is computed, and collect every fault."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistance.calculation.codes import RefusalCode, Value
from assistance.calculation.dates import FIRST_YEAR, LAST_YEAR
from assistance.calculation.money import MAX_FEN
from assistance.calculation.results import Refusal, Refused, refusal


class Checks:
    """Collects refusals; `done` raises them together."""

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    def refuse(self, code: RefusalCode, field: str, /, **args: Value) -> None:
        self.refusals.append(refusal(code, field, **args))

    def amount(self, field: str, value: object) -> None:
        """Whole fen, not negative, not beyond what a column can carry."""
        if type(value) is not int:
            self.refuse(RefusalCode.BAD_AMOUNT, field)
        elif value < 0:
            self.refuse(RefusalCode.NEGATIVE_AMOUNT, field)
        elif value > MAX_FEN:
            self.refuse(RefusalCode.AMOUNT_TOO_LARGE, field, limit=MAX_FEN)

    def amounts(self, field: str, facts: object, names: Iterable[str]) -> None:
        """The amounts of these facts by name; only a bad one is given its whole field."""
        for name in names:
            value = getattr(facts, name)
            if type(value) is not int or not 0 <= value <= MAX_FEN:
                self.amount(f"{field}.{name}", value)

    def day(self, field: str, value: object) -> None:
        if type(value) is not date or not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.refuse(RefusalCode.BAD_DATE, field)

    def year(self, field: str, value: object) -> None:
        if type(value) is not int or not FIRST_YEAR <= value <= LAST_YEAR:
            self.refuse(RefusalCode.BAD_YEAR, field)

    def done(self) -> None:
        if self.refusals:
            raise Refused(*self.refusals)
