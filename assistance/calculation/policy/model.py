"""A policy pack: one document as dated values with clause and quotation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from assistance.calculation.codes import RefusalCode
from assistance.calculation.results import refuse

Amount = int | str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValue:
    """A value from its first day on: fen, per ten thousand, a count, a name or names."""

    key: str
    first_day: date
    value: Amount
    clause: str
    quotation: str
    note: str = ""

    @property
    def number(self) -> int:
        if not isinstance(self.value, int):
            raise TypeError(self.key)
        return self.value

    @property
    def name(self) -> str:
        if not isinstance(self.value, str):
            raise TypeError(self.key)
        return self.value

    @property
    def names(self) -> tuple[str, ...]:
        if not isinstance(self.value, tuple):
            raise TypeError(self.key)
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A reading the text leaves open; the first choice is the default."""

    key: str
    choices: tuple[str, ...]
    clause: str
    reading: str
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalValue:
    """A value the document leaves to the county: without it nothing is computed."""

    key: str
    clause: str
    quotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A programme the document offers, from a first day of its own."""

    name: str
    first_day: date
    clause: str
    quotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A floor or ceiling the document sets for the values of another level.

    `bound` is an amount, a ratio, or the key of the value that bounds.
    """

    key: str
    rule: str
    bound: int | str
    clause: str
    quotation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A released or template version of one document; `framework` is the code of the one it fills in."""

    code: str
    document_number: str
    title: str
    jurisdiction: str
    level: str
    starts: tuple[Start, ...]
    first_day: date
    clause: str
    quotation: str
    values: tuple[PolicyValue, ...]
    switches: tuple[Switch, ...]
    local_values: tuple[LocalValue, ...] = ()
    limits: tuple[Limit, ...] = ()
    framework: str = ""
    _by_key: Mapping[str, tuple[PolicyValue, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _starts: Mapping[str, Start] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _chosen: Mapping[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    # Packs are keys of caches; hashing every value would cost more than a bill.
    def __hash__(self) -> int:
        return hash((self.code, self.first_day, len(self.values)))

    def __post_init__(self) -> None:
        by_key: dict[str, tuple[PolicyValue, ...]] = {}
        for value in sorted(self.values, key=lambda value: value.first_day):
            by_key[value.key] = (*by_key.get(value.key, ()), value)
        object.__setattr__(self, "_by_key", by_key)
        object.__setattr__(self, "_starts", {start.name: start for start in self.starts})
        object.__setattr__(self, "_chosen", {s.key: s.chosen for s in self.switches})

    @property
    def programmes(self) -> tuple[str, ...]:
        return tuple(start.name for start in self.starts)

    def start_of(self, programme: str) -> Start | None:
        return self._starts.get(programme)

    def find(self, key: str, *, on: date) -> PolicyValue | None:
        """The value in force on a day: the one with the latest first day not after it."""
        found = None
        for value in self._by_key.get(key, ()):
            if value.first_day <= on:
                found = value
        return found

    def get(self, key: str, *, on: date) -> PolicyValue:
        """As `find`; refuses with VALUE_MISSING where a county value is not given."""
        found = self.find(key, on=on)
        if found is None:
            raise refuse(RefusalCode.VALUE_MISSING, key, document=self.code, key=key, on=on)
        return found

    def choice(self, key: str) -> str:
        return self._chosen[key]

    def says(self, key: str, choice: str) -> bool:
        """Whether a reading is chosen; False where the document does not know the switch."""
        return self._chosen.get(key) == choice

    def with_values(self, amounts: Mapping[str, Amount], *, clause: str) -> Pack:
        """The county's own version of the pack: its values, in force from the first day."""
        given = tuple(
            PolicyValue(
                key=key, first_day=self.first_day, value=amount, clause=clause, quotation=""
            )
            for key, amount in amounts.items()
        )
        return replace(self, level="county", values=(*self.values, *given))

    def choosing(self, **choices: str) -> Pack:
        """The same pack with other readings; KeyError for an unknown switch or choice."""
        for key, choice in choices.items():
            known = {switch.key: switch.choices for switch in self.switches}
            if choice not in known[key]:
                raise KeyError(f"{key}={choice}")
        switches = tuple(replace(s, chosen=choices.get(s.key, s.chosen)) for s in self.switches)
        return replace(self, switches=switches)

    @property
    def version(self) -> str:
        """Code and a digest of everything that can change a result."""
        facts = [
            [self.code, self.first_day.isoformat()],
            [[start.name, start.first_day.isoformat()] for start in self.starts],
            [[v.key, v.first_day.isoformat(), v.value] for v in self.values],
            sorted(self._chosen.items()),
        ]
        text = json.dumps(facts, ensure_ascii=True, separators=(",", ":"))
        return f"{self.code}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
