"""What a sender of bills means: its columns, codes and formula as dated data, and one row read by them."""

from __future__ import annotations

from assistance.settlements.sources.blocks import BadSource
from assistance.settlements.sources.definition import (
    Definition,
    Rules,
    national_text,
    read_definition,
)
from assistance.settlements.sources.reading import BillRow, Header, RowFault, fault_sentence

__all__ = [
    "BadSource",
    "BillRow",
    "Definition",
    "Header",
    "RowFault",
    "Rules",
    "fault_sentence",
    "national_text",
    "read_definition",
]
