"""Questions about lists, pushes and prepared applications."""

from __future__ import annotations

from assistance.screening.queries.prospects import prospects_visible_to
from assistance.screening.queries.pushes import (
    fields_told,
    hand_outs_visible_to,
    offices_for,
    pushes_visible_to,
    told,
)
from assistance.screening.queries.yields import RuleYield, yields

__all__ = [
    "RuleYield",
    "fields_told",
    "hand_outs_visible_to",
    "offices_for",
    "prospects_visible_to",
    "pushes_visible_to",
    "told",
    "yields",
]
