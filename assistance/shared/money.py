"""Yuan in the database and on screen, fen in the calculation; never a float."""

from __future__ import annotations

from decimal import Decimal

import cn2an

ZERO = Decimal("0.00")
CENT = Decimal("0.01")


def to_fen(amount: Decimal) -> int:
    """Yuan to fen, exactly. Raises ValueError for an amount with a fraction of a fen."""
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"{amount} yuan is not a whole number of fen")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Fen to yuan with two places."""
    return (Decimal(fen) / 100).quantize(CENT)


def yuan(amount: Decimal) -> str:
    """1234.5 → "1,234.50"."""
    return f"{amount:,.2f}"


def capital(amount: Decimal) -> str:
    """The amount in the capital characters of cheques and forms (大写): 壹仟贰佰叁拾肆元伍角.

    Raises ValueError for a fraction of a fen, which a form cannot pay.
    """
    to_fen(amount)
    # As text: cn2an reads a Decimal as a float.
    return str(cn2an.an2cn(str(amount.quantize(CENT)), "rmb"))
