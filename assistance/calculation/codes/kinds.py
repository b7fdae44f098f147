"""What a code may carry: named arguments of a few plain kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Value = bool | int | str | date
Args = tuple[tuple[str, Value], ...]


class Kind(StrEnum):
    """The kind of one argument; it decides how the argument is printed."""

    FEN = "fen"
    RATE = "rate"  # per ten thousand: 5000 is 50 %
    DATE = "date"
    YEAR = "year"
    COUNT = "count"
    CODE = "code"  # a name from `codes.names`
    TEXT = "text"  # an id or a field's name


@dataclass(frozen=True, slots=True)
class Spec:
    """Arguments of a code and its plain-English template for the command line."""

    english: str
    args: Mapping[str, Kind] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def spec(english: str, **args: Kind) -> Spec:
    return Spec(english, args, tuple(args))
