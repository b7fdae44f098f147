"""Amounts in whole fen, ratios per ten thousand; never a binary float."""

from __future__ import annotations

import re

FEN_PER_YUAN = 100
RATE_ONE = 10_000
# One amount stays below ten thousand million yuan, so that a product with a ratio
# and the sum of a person's longest year both fit an int64 column.
MAX_FEN = 10**12

_YUAN = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,2}))?", re.ASCII)


def fen_from_text(text: str) -> int | None:
    """Fen of an amount like ``1234.5``; negative for ``-1``; ``None`` if it is no amount.

    Only ASCII digits with at most two decimals: no exponent, plus, blank or underscore.
    """
    match = _YUAN.fullmatch(text)
    if match is None:
        return None
    sign, yuan, decimals = match.groups()
    fen = int(yuan) * FEN_PER_YUAN + int((decimals or "").ljust(2, "0"))
    return -fen if sign else fen


def yuan(fen: int) -> str:
    """``1234.50`` for 123450 fen; negative amounts keep their sign, zero never has one."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{sign}{whole}.{rest:02d}"


def share(base: int, rate: int) -> int:
    """``base`` fen times ``rate`` per ten thousand, rounded half up (AMB-01); base >= 0."""
    return (base * rate + RATE_ONE // 2) // RATE_ONE
