"""Facts and results as plain JSON values: same facts, same version, same bytes."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum

from assistance.calculation.results import Line, Refusal

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]


def to_plain(value: object) -> Plain:
    """Dates as ISO text, enumerations by value, sets sorted, amounts as whole fen."""
    if isinstance(value, Line | Refusal):
        return _code_to_plain(value)
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value)}
    return _collection_to_plain(value)


def canonical(value: object) -> bytes:
    """The one JSON form of facts or a result; keys sorted, no blanks, UTF-8."""
    plain = to_plain(value)
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _code_to_plain(value: Line | Refusal) -> Plain:
    plain: dict[str, Plain] = {
        "code": value.code.value,
        "args": {name: to_plain(arg) for name, arg in value.args},
    }
    if isinstance(value, Refusal):
        return plain | {"field": value.field}
    return plain | {"clause": value.clause, "since": to_plain(value.since)}


def _collection_to_plain(value: object) -> Plain:
    if isinstance(value, frozenset):
        return [to_plain(item) for item in sorted(value)]
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no plain form")
