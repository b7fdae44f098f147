"""Questions about lists, pushes and prepared applications."""

from __future__ import annotations

from assistance.screening.queries.documents import document_of, pack_for, threshold_of
from assistance.screening.queries.prospects import prospects_visible_to
from assistance.screening.queries.pushes import (
    fields_told,
    hand_outs_visible_to,
    offices_for,
    pushes_visible_to,
    told,
)
from assistance.screening.queries.runs import (
    departures_visible_to,
    entries_visible_to,
    latest_run,
    periods_visible_to,
    runs_in_force,
    runs_visible_to,
)
from assistance.screening.queries.sources import Source, missing_sources, sources_of
from assistance.screening.queries.yields import RuleYield, yields

__all__ = [
    "RuleYield",
    "Source",
    "departures_visible_to",
    "document_of",
    "entries_visible_to",
    "fields_told",
    "hand_outs_visible_to",
    "latest_run",
    "missing_sources",
    "offices_for",
    "pack_for",
    "periods_visible_to",
    "prospects_visible_to",
    "pushes_visible_to",
    "runs_in_force",
    "runs_visible_to",
    "sources_of",
    "threshold_of",
    "told",
    "yields",
]
