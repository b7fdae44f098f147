"""Read a policy pack from TOML; every fault is reported with the line it stands on."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from assistance.calculation.policy.lines import LineFinder
from assistance.calculation.policy.model import Limit, LocalValue, Pack, PolicyValue, Start, Switch
from assistance.calculation.policy.schema import KEYS, LIMIT_RULES, PROGRAMMES, SWITCHES
from assistance.calculation.policy.values import Unfit, value_of

_HEAD = (
    "code",
    "document_number",
    "title",
    "jurisdiction",
    "level",
    "first_day",
    "clause",
    "quotation",
)
# A county's own version names the document of its city that it fills in.
_MAY_HEAD = ("framework",)
_TABLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "value": (("key", "first_day", "value", "clause", "quotation"), ("note",)),
    "switch": (("key", "choices", "clause", "reading"), ()),
    "local": (("key", "clause", "quotation"), ()),
    "programme": (("name", "first_day", "clause", "quotation"), ()),
    "limit": (("key", "rule", "bound", "clause", "quotation"), ()),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a pack, and on which line."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


class BadPack(Exception):
    """The pack cannot be used; `faults` says why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def read_pack(text: str) -> Pack:
    """The pack written in ``text``. Raises `BadPack` with every fault found."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPack([Fault(_line_of(error), f"not readable as TOML: {error}")]) from error
    return _Reader(data, LineFinder(text)).pack()


@cache
def template(code: str) -> Pack:
    """The template pack of a document, e.g. ``template("JN21")``."""
    return read_pack(template_text(code))


def template_text(code: str) -> str:
    """The full text of a template pack, to be stored with a released version."""
    folder = resources.files("assistance.calculation") / "packs"
    return (folder / f"{code.lower()}.toml").read_text(encoding="utf-8")


@cache
def template_codes() -> tuple[str, ...]:
    """Codes of all documents that have a template."""
    folder = resources.files("assistance.calculation") / "packs"
    names = (file.name for file in folder.iterdir())
    return tuple(sorted(n.removesuffix(".toml").upper() for n in names if n.endswith(".toml")))


def _line_of(error: tomllib.TOMLDecodeError) -> int:
    words = str(error).replace(",", " ").split()
    return int(words[words.index("line") + 1]) if "line" in words else 1


class _Reader:
    def __init__(self, data: dict[str, object], lines: LineFinder) -> None:
        self.data = data
        self.lines = lines
        self.faults: list[Fault] = []

    def pack(self) -> Pack:
        self._check_head()
        values = [self._value(n, row) for n, row in enumerate(self._rows("value"))]
        switches = [self._switch(n, row) for n, row in enumerate(self._rows("switch"))]
        local = [self._local(n, row) for n, row in enumerate(self._rows("local"))]
        starts = [self._start(n, row) for n, row in enumerate(self._rows("programme"))]
        limits = [self._limit(n, row) for n, row in enumerate(self._rows("limit"))]
        if not self.faults:
            self._check_twins(values)
            self._check_whole(starts, {row.key for row in (*values, *switches, *local) if row})
        if self.faults:
            raise BadPack(self.faults)
        head = {name: self.data[name] for name in (*_HEAD, *_MAY_HEAD) if name in self.data}
        return Pack(
            **head,  # type: ignore[arg-type]
            starts=tuple(s for s in starts if s),
            limits=tuple(v for v in limits if v),
            values=tuple(v for v in values if v),
            switches=tuple(s for s in switches if s),
            local_values=tuple(v for v in local if v),
        )

    def _fault(self, line: int, sentence: str) -> None:
        self.faults.append(Fault(line, sentence))

    def _check_head(self) -> None:
        for name in self.data:
            if name not in (*_HEAD, *_MAY_HEAD) and name not in _TABLES:
                self._fault(self.lines.head(name), f"unknown key {name!r}")
        for name in (*_HEAD, *(name for name in _MAY_HEAD if name in self.data)):
            if sentence := self._head_fault(name):
                self._fault(self.lines.head(name), sentence)

    def _head_fault(self, name: str) -> str | None:
        if name not in self.data:
            return f"{name!r} is missing"
        if name == "first_day":
            is_day = type(self.data[name]) is date
            return None if is_day else "'first_day' must be a day like 2021-12-01"
        if _is_text(self.data[name]):
            return None
        return f"{name!r} must be text"

    def _rows(self, table: str) -> list[dict[str, object]]:
        rows = self.data.get(table, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._fault(self.lines.head(table), f"write every {table} as [[{table}]]")
            return []
        return rows

    def _row_is_whole(self, table: str, n: int, row: dict[str, object]) -> bool:
        required, optional = _TABLES[table]
        before = len(self.faults)
        for name in row:
            if name not in required and name not in optional:
                self._fault(self.lines.row(table, n, name), f"unknown key {name!r}")
        for name in required:
            if name not in row:
                self._fault(self.lines.row(table, n), f"{name!r} is missing")
        for name in ("key", "name", "rule", "clause", "quotation", "reading", "note"):
            if name in row and not _is_text(row[name]):
                self._fault(self.lines.row(table, n, name), f"{name!r} must be text")
        return len(self.faults) == before

    def _value(self, n: int, row: dict[str, object]) -> PolicyValue | None:
        if not self._row_is_whole("value", n, row):
            return None
        key = str(row["key"])
        if key not in KEYS:
            self._fault(self.lines.row("value", n, "key"), f"unknown value {key!r}")
            return None
        if type(row["first_day"]) is not date:
            self._fault(self.lines.row("value", n, "first_day"), "must be a day like 2021-12-01")
            return None
        try:
            amount = value_of(row["value"], KEYS[key])
        except Unfit as error:
            self._fault(self.lines.row("value", n, "value"), f"{key}: {error}")
            return None
        return PolicyValue(**row | {"value": amount})  # type: ignore[arg-type]

    def _switch(self, n: int, row: dict[str, object]) -> Switch | None:
        if not self._row_is_whole("switch", n, row):
            return None
        key, choices = str(row["key"]), row["choices"]
        if key not in SWITCHES:
            self._fault(self.lines.row("switch", n, "key"), f"unknown switch {key!r}")
            return None
        line = self.lines.row("switch", n, "choices")
        if not isinstance(choices, list) or not choices:
            self._fault(line, f"{key}: 'choices' must be a list, the default first")
            return None
        for choice in choices:
            if choice not in SWITCHES[key]:
                self._fault(line, f"{key}: unknown choice {choice!r}")
                return None
        names = tuple(str(choice) for choice in choices)
        return Switch(**row | {"choices": names}, chosen=names[0])  # type: ignore[arg-type]

    def _local(self, n: int, row: dict[str, object]) -> LocalValue | None:
        if not self._row_is_whole("local", n, row):
            return None
        if row["key"] not in KEYS:
            self._fault(self.lines.row("local", n, "key"), f"unknown value {row['key']!r}")
            return None
        return LocalValue(**row)  # type: ignore[arg-type]

    def _start(self, n: int, row: dict[str, object]) -> Start | None:
        if not self._row_is_whole("programme", n, row):
            return None
        if row["name"] not in PROGRAMMES:
            line = self.lines.row("programme", n, "name")
            self._fault(line, f"unknown programme {row['name']!r}")
            return None
        if type(row["first_day"]) is not date:
            line = self.lines.row("programme", n, "first_day")
            self._fault(line, "must be a day like 2021-12-01")
            return None
        return Start(**row)  # type: ignore[arg-type]

    def _limit(self, n: int, row: dict[str, object]) -> Limit | None:
        if not self._row_is_whole("limit", n, row):
            return None
        key, rule, bound = str(row["key"]), row["rule"], row["bound"]
        if key not in KEYS:
            self._fault(self.lines.row("limit", n, "key"), f"unknown value {key!r}")
            return None
        if rule not in LIMIT_RULES:
            self._fault(self.lines.row("limit", n, "rule"), f"unknown rule {rule!r}")
            return None
        if bound in KEYS:
            return Limit(**row)  # type: ignore[arg-type]
        try:
            return Limit(**row | {"bound": value_of(bound, KEYS[key])})  # type: ignore[arg-type]
        except Unfit as error:
            self._fault(self.lines.row("limit", n, "bound"), f"{key}: {error}")
            return None

    def _check_whole(self, starts: list[Start | None], present: set[str]) -> None:
        """Every programme finds the values and switches it needs."""
        for n, start in enumerate(starts):
            if start is None:
                continue
            needed = (*PROGRAMMES[start.name].keys, *PROGRAMMES[start.name].switches)
            for key in needed:
                if key not in present:
                    line = self.lines.row("programme", n)
                    self._fault(line, f"{start.name} needs {key!r}")

    def _check_twins(self, values: list[PolicyValue | None]) -> None:
        seen: set[tuple[str, date]] = set()
        for n, value in enumerate(values):
            if value and (value.key, value.first_day) in seen:
                self._fault(self.lines.row("value", n), f"{value.key} twice on one first day")
            if value:
                seen.add((value.key, value.first_day))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
