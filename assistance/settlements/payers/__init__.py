"""Files of further payers: what their columns mean as dated data, and one row read by them."""

from __future__ import annotations

from assistance.settlements.payers.definition import (
    FIELDS,
    PayerDefinition,
    PayerRules,
    fields_of,
    read_payer_definition,
    standard_text,
)
from assistance.settlements.payers.reading import PaidRow, PaymentReader, RowProblem

__all__ = [
    "FIELDS",
    "PaidRow",
    "PayerDefinition",
    "PayerRules",
    "PaymentReader",
    "RowProblem",
    "fields_of",
    "read_payer_definition",
    "standard_text",
]
