from __future__ import annotations

from assistance.payments.models.awards import Award, AwardChange
from assistance.payments.models.batches import BankReturn, Batch, BatchLine
from assistance.payments.models.bounces import Bounce, BounceFile
from assistance.payments.models.heirs import SECOND_ORDER, ClaimPaper, Heir, HeirClaim
from assistance.payments.models.ledger import (
    APPLIED_FOR,
    FundSource,
    FundYear,
    LedgerAccount,
    LedgerLine,
    LedgerTransaction,
    Programme,
)
from assistance.payments.models.recoveries import Instalment, Recovery, RecoveryEntry
from assistance.payments.models.stops import AwardStop

__all__ = [
    "APPLIED_FOR",
    "SECOND_ORDER",
    "Award",
    "AwardChange",
    "AwardStop",
    "BankReturn",
    "Batch",
    "BatchLine",
    "Bounce",
    "BounceFile",
    "ClaimPaper",
    "FundSource",
    "FundYear",
    "Heir",
    "HeirClaim",
    "Instalment",
    "LedgerAccount",
    "LedgerLine",
    "LedgerTransaction",
    "Programme",
    "Recovery",
    "RecoveryEntry",
]
