from __future__ import annotations

from assistance.settlements.models.bills import InvoiceUse, OtherAid, Setting, Settlement
from assistance.settlements.models.imports import (
    BillImport,
    BillInDoubt,
    BillSource,
    BillWarning,
    SourceVersion,
)
from assistance.settlements.models.lines import FeeLine
from assistance.settlements.models.payers import (
    SENDING_PAYERS,
    LaterPayment,
    Payer,
    PayerDoubt,
    PayerFile,
    PayerSource,
    PayerVersion,
)

__all__ = [
    "SENDING_PAYERS",
    "BillImport",
    "BillInDoubt",
    "BillSource",
    "BillWarning",
    "FeeLine",
    "InvoiceUse",
    "LaterPayment",
    "OtherAid",
    "Payer",
    "PayerDoubt",
    "PayerFile",
    "PayerSource",
    "PayerVersion",
    "Setting",
    "Settlement",
    "SourceVersion",
]
