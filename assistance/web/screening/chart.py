"""How a burden arose, as bars drawn by the server: what the care cost, what each payer took off, what was left."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.screening.queries.layers import Layers
from assistance.shared.money import ZERO

WIDTH, ROW, GAP = 560, 22, 10


class Bar(NamedTuple):
    """A bar from `x`, in the units of the picture; `y` is that of its upper edge."""

    name: str | Promise
    amount: Decimal
    x: int
    y: int
    width: int
    text_y: int
    css: str


class Chart(NamedTuple):
    bars: tuple[Bar, ...]
    height: int
    width: int
    # Where the threshold stands, if it lies within the picture.
    limit_x: int | None


def chart_of(layers: Layers, limit: Decimal) -> Chart:
    """The waterfall from the whole cost down to the burden, with the threshold as a line."""
    whole = max(layers.total, layers.own_total, limit, Decimal(1))

    def place(amount: Decimal) -> int:
        return int(max(amount, ZERO) * WIDTH / whole)

    rows: list[tuple[str | Promise, Decimal, Decimal, str]] = [
        (_("Total cost"), layers.total, ZERO, "text-secondary")
    ]
    rows += [(layer.name, layer.amount, layer.left, "text-azure") for layer in layers.layers]
    rows.append((_("Borne by the person"), layers.own_total, ZERO, "text-orange"))
    bars = tuple(
        Bar(
            name,
            amount,
            place(start),
            n * (2 * ROW + GAP) + ROW,
            max(place(amount), 1),
            n * (2 * ROW + GAP) + ROW - 6,
            css,
        )
        for n, (name, amount, start, css) in enumerate(rows)
    )
    return Chart(bars, len(bars) * (2 * ROW + GAP), WIDTH, place(limit) if limit else None)
