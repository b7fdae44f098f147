"""Turn the TOML form of a value into fen, per ten thousand, a count or names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistance.calculation.money import MAX_FEN, RATE_ONE, fen_from_text
from assistance.calculation.policy.model import Amount
from assistance.calculation.policy.schema import KeyRule, ValueKind

_RATIO = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?", re.ASCII)


class Unfit(Exception):
    """A sentence about a value that cannot be used."""


def value_of(raw: object, rule: KeyRule) -> Amount:
    """Raises `Unfit`: a ratio outside 0 to 1, an amount below 0, an unknown name."""
    return _READERS[rule.kind](raw, rule)


def rate_of(raw: object) -> int:
    """Per ten thousand of a ratio written as text, ``"0.50"``. Raises `Unfit`."""
    match = _RATIO.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise Unfit('a ratio is written as text with at most four decimals, "0.50"')
    whole, decimals = match.groups()
    rate = int(whole) * RATE_ONE + int((decimals or "").ljust(4, "0"))
    if rate > RATE_ONE:
        raise Unfit("a ratio must be between 0 and 1")
    return rate


def _yuan(raw: object, _rule: KeyRule) -> int:
    fen = fen_from_text(raw) if isinstance(raw, str) else None
    if fen is None:
        raise Unfit('an amount is written as text in yuan, "10000.00"')
    if not 0 <= fen <= MAX_FEN:
        raise Unfit("an amount must not be below 0 or beyond the largest amount")
    return fen


def _ratio(raw: object, _rule: KeyRule) -> int:
    return rate_of(raw)


def _count(raw: object, rule: KeyRule) -> int:
    if type(raw) is not int or raw < 0 or (rule.at_most is not None and raw > rule.at_most):
        raise Unfit(f"must be a whole number from 0 to {rule.at_most}")
    return raw


def _code(raw: object, rule: KeyRule) -> str:
    if not isinstance(raw, str) or raw not in rule.names:
        raise Unfit(f"unknown name {raw!r}")
    return raw


def _codes(raw: object, rule: KeyRule) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise Unfit("must be a list of names")
    return tuple(_code(name, rule) for name in raw)


def _texts(raw: object, _rule: KeyRule) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(text, str) and text for text in raw):
        raise Unfit("must be a list of texts")
    return tuple(raw)


_READERS: Mapping[ValueKind, Callable[[object, KeyRule], Amount]] = {
    ValueKind.YUAN: _yuan,
    ValueKind.RATIO: _ratio,
    ValueKind.COUNT: _count,
    ValueKind.CODE: _code,
    ValueKind.CODES: _codes,
    ValueKind.TEXTS: _texts,
}
