from __future__ import annotations

from assistance.settlements.models.bills import InvoiceUse, OtherAid, Setting, Settlement
from assistance.settlements.models.imports import (
    BillImport,
    BillInDoubt,
    BillSource,
    BillWarning,
    LaterPayment,
    SourceVersion,
)

__all__ = [
    "BillImport",
    "BillInDoubt",
    "BillSource",
    "BillWarning",
    "InvoiceUse",
    "LaterPayment",
    "OtherAid",
    "Setting",
    "Settlement",
    "SourceVersion",
]
