"""How a burden arose, as bars drawn by the server: what the care cost, what each payer took off, what was left."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.screening.queries.layers import Layers
from assistance.shared.money import ZERO

# Of one layer, in pixels: its words, its bar, and the gap below.
WORDS, BAR, GAP = 20, 20, 12


class Bar(NamedTuple):
    """A bar whose place and width are shares of the picture's width, so that its words never shrink with it."""

    name: str | Promise
    amount: Decimal
    x: str
    width: str
    words_y: int
    y: int
    end_y: int
    css: str


class Chart(NamedTuple):
    bars: tuple[Bar, ...]
    height: int
    bar: int
    # Where the threshold stands, as a share of the width.
    limit_x: str | None


def chart_of(layers: Layers, limit: Decimal) -> Chart:
    """The waterfall from the whole cost down to the burden, with the threshold as a line through the bars."""
    whole = max(layers.total, layers.own_total, limit, Decimal(1))

    def share(amount: Decimal) -> str:
        return f"{max(amount, ZERO) * 100 / whole:.2f}%"

    rows: list[tuple[str | Promise, Decimal, Decimal, str]] = [
        (_("Total cost"), layers.total, ZERO, "text-secondary")
    ]
    rows += [(layer.name, layer.amount, layer.left, "text-azure") for layer in layers.layers]
    rows.append((_("Borne by the person"), layers.own_total, ZERO, "text-orange"))
    step = WORDS + BAR + GAP
    bars = tuple(
        Bar(
            name,
            amount,
            share(start),
            share(amount),
            n * step + WORDS - 6,
            n * step + WORDS,
            n * step + WORDS + BAR,
            css,
        )
        for n, (name, amount, start, css) in enumerate(rows)
    )
    return Chart(bars, len(bars) * step, BAR, share(limit) if limit else None)
