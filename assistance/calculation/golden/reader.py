"""Read JSON values that may be anything; every fault names its field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import TypeVar

from assistance.calculation.checks import Checks
from assistance.calculation.codes import RefusalCode
from assistance.calculation.dates import FIRST_YEAR, LAST_YEAR, day_from_text
from assistance.calculation.money import FEN_PER_YUAN, MAX_FEN, fen_from_text
from assistance.calculation.policy.values import Unfit, rate_of

Name = TypeVar("Name", bound=StrEnum)

# Stands for values that were refused, so that reading can go on and find the rest.
NO_DAY = date(1900, 1, 1)


class Reader:
    """One JSON object and the path that leads to it."""

    def __init__(
        self, data: object, checks: Checks, path: str = "", ignored: list[str] | None = None
    ):
        self.checks = checks
        self.path = path
        self.ignored = [] if ignored is None else ignored
        self.used: set[str] = set()
        if isinstance(data, dict):
            self.data: dict[str, object] = data
        else:
            self.data = {}
            checks.refuse(RefusalCode.BAD_OBJECT, path or "inputs")

    def field(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether a value other than null is given."""
        self.used.add(name)
        return self.data.get(name) is not None

    def raw(self, name: str) -> object:
        self.used.add(name)
        return self.data.get(name)

    def amount(self, name: str, default: int | None = None) -> int:
        """Fen of an amount in yuan: text, or a whole JSON number; never a binary float."""
        self.used.add(name)
        if name not in self.data:
            if default is None:
                self.checks.refuse(RefusalCode.FIELD_MISSING, self.field(name))
            return default or 0
        return self._fen(name, self.data[name])

    def optional_amount(self, name: str) -> int | None:
        self.used.add(name)
        return self.amount(name) if name in self.data else None

    def _fen(self, name: str, raw: object) -> int:
        fen = None
        if isinstance(raw, str):
            fen = fen_from_text(raw)
        elif type(raw) is int:
            fen = raw * FEN_PER_YUAN
        if fen is None:
            self.checks.refuse(RefusalCode.BAD_AMOUNT, self.field(name))
            return 0
        if fen < 0 or (isinstance(raw, str) and raw.startswith("-")):
            self.checks.refuse(RefusalCode.NEGATIVE_AMOUNT, self.field(name))
            return 0
        if fen > MAX_FEN:
            self.checks.refuse(RefusalCode.AMOUNT_TOO_LARGE, self.field(name), limit=MAX_FEN)
            return 0
        return fen

    def rate(self, name: str) -> int:
        """Per ten thousand of a ratio from 0 to 1, written as text or a whole number."""
        raw = self.raw(name)
        text = str(raw) if type(raw) is int else raw
        try:
            return rate_of(text)
        except Unfit:
            self.checks.refuse(RefusalCode.BAD_RATIO, self.field(name))
            return 0

    def day(self, name: str) -> date:
        if not self.has(name):
            self.checks.refuse(RefusalCode.FIELD_MISSING, self.field(name))
            return NO_DAY
        return self.optional_day(name) or NO_DAY

    def optional_day(self, name: str) -> date | None:
        return self._day(self.field(name), self.data[name]) if self.has(name) else None

    def _day(self, field: str, raw: object) -> date | None:
        day = day_from_text(raw) if isinstance(raw, str) else None
        if day is None:
            self.checks.refuse(RefusalCode.BAD_DATE, field)
        return day

    def days(self, name: str) -> frozenset[date]:
        days = (self._day(f"{self.field(name)}[{n}]", raw) for n, raw in self._list(name))
        return frozenset(day for day in days if day is not None)

    def year(self, name: str) -> int:
        raw = self.raw(name)
        if type(raw) is int and FIRST_YEAR <= raw <= LAST_YEAR:
            return raw
        code = RefusalCode.BAD_YEAR if self.has(name) else RefusalCode.FIELD_MISSING
        self.checks.refuse(code, self.field(name))
        return FIRST_YEAR

    def flag(self, name: str, default: bool) -> bool:
        raw = self.raw(name)
        if isinstance(raw, bool):
            return raw
        if name in self.data:
            self.checks.refuse(RefusalCode.BAD_BOOLEAN, self.field(name))
        return default

    def optional_flag(self, name: str) -> bool | None:
        return self.flag(name, False) if self.has(name) else None

    def text(self, name: str, default: str | None = None) -> str:
        raw = self.raw(name)
        if isinstance(raw, str):
            return raw
        if name in self.data:
            self.checks.refuse(RefusalCode.BAD_TEXT, self.field(name))
        elif default is None:
            self.checks.refuse(RefusalCode.FIELD_MISSING, self.field(name))
        return default or ""

    def name(self, name: str, names: type[Name], code: RefusalCode, default: Name) -> Name:
        """One of the known names; the default stands in where none is given."""
        if not self.has(name):
            return default
        raw = self.data[name]
        if isinstance(raw, str) and raw in names.__members__.values():
            return names(raw)
        self.checks.refuse(code, self.field(name))
        return default

    def nested(self, name: str) -> Reader:
        return Reader(
            self.data[name] if self.has(name) else {},
            self.checks,
            self.field(name),
            self.ignored,
        )

    def objects(self, name: str) -> Iterator[Reader]:
        for n, raw in self._list(name):
            yield Reader(raw, self.checks, f"{self.field(name)}[{n}]", self.ignored)

    def _list(self, name: str) -> list[tuple[int, object]]:
        if not self.has(name):
            return []
        raw = self.data[name]
        if not isinstance(raw, list):
            self.checks.refuse(RefusalCode.BAD_LIST, self.field(name))
            return []
        return list(enumerate(raw))

    def close(self) -> None:
        """Note the fields nobody asked for: they had no effect on the answer."""
        self.ignored.extend(self.field(name) for name in self.data if name not in self.used)
