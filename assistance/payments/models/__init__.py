from __future__ import annotations

from assistance.payments.models.awards import Award, AwardChange
from assistance.payments.models.batches import BankReturn, Batch, BatchLine
from assistance.payments.models.ledger import (
    FundYear,
    LedgerAccount,
    LedgerLine,
    LedgerTransaction,
    Programme,
)

__all__ = [
    "Award",
    "AwardChange",
    "BankReturn",
    "Batch",
    "BatchLine",
    "FundYear",
    "LedgerAccount",
    "LedgerLine",
    "LedgerTransaction",
    "Programme",
]
