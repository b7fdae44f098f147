"""Stored facts and lines back from their plain form (the inverse of `serial`)."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from assistance.calculation.codes import REFUSALS, STEPS, Kind, RefusalCode, Spec, Step, Value
from assistance.calculation.results import Line, Refusal

Facts = TypeVar("Facts")


def from_plain(kind: type[Facts], plain: object) -> Facts:
    """Facts or a result of that dataclass, as `to_plain` stored them.

    Raises TypeError, KeyError or ValueError where the stored form does not fit.
    """
    restored = _restored(kind, plain)
    if not isinstance(restored, kind):
        raise TypeError(f"not a stored {kind.__name__}")
    return restored


def line_from_plain(plain: Mapping[str, Any]) -> Line:
    """A stored line, with its dates as dates again."""
    code = Step(plain["code"])
    since = plain["since"]
    return Line(
        code,
        _args(STEPS[code], plain["args"]),
        plain["clause"],
        date.fromisoformat(since) if since else None,
    )


def refusal_from_plain(plain: Mapping[str, Any]) -> Refusal:
    code = RefusalCode(plain["code"])
    return Refusal(code, plain["field"], _args(REFUSALS[code], plain["args"]))


def _args(spec: Spec, stored: Mapping[str, Any]) -> tuple[tuple[str, Value], ...]:
    return tuple((name, _arg(kind, stored[name])) for name, kind in spec.args.items())


def _arg(kind: Kind, value: Any) -> Value:
    if kind == Kind.DATE:
        return date.fromisoformat(value)
    if not isinstance(value, bool | int | str):
        raise TypeError(f"not an argument: {value!r}")
    return value


def _restored(kind: Any, plain: Any) -> Any:
    if kind is Line:
        return line_from_plain(plain)
    if kind is Refusal:
        return refusal_from_plain(plain)
    if isinstance(kind, types.UnionType):
        inner = next(arg for arg in kind.__args__ if arg is not types.NoneType)
        return None if plain is None else _restored(inner, plain)
    if typing.get_origin(kind) in (tuple, frozenset):
        inner = typing.get_args(kind)[0]
        return typing.get_origin(kind)(_restored(inner, item) for item in plain)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        stored = {item.name: _restored(hints[item.name], plain[item.name]) for item in fields(kind)}
        return kind(**stored)  # type: ignore[operator]
    return _scalar(kind, plain)


def _scalar(kind: Any, plain: Any) -> Any:
    if issubclass(kind, Enum):
        return kind(plain)
    if kind is date:
        return date.fromisoformat(plain)
    if type(plain) is not kind:
        raise TypeError(f"expected {kind.__name__}, got {plain!r}")
    return plain
