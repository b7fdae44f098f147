from __future__ import annotations

from assistance.settlements.models.bills import InvoiceUse, OtherAid, Setting, Settlement
from assistance.settlements.models.differences import DifferenceDecision
from assistance.settlements.models.imports import (
    BillImport,
    BillInDoubt,
    BillSource,
    BillWarning,
    SourceVersion,
)
from assistance.settlements.models.institutions import Institution
from assistance.settlements.models.late import LateFigure, LateLook
from assistance.settlements.models.lines import FeeLine
from assistance.settlements.models.payer_lines import PayerLine
from assistance.settlements.models.payers import (
    FILE_SENDERS,
    SENDING_PAYERS,
    LaterPayment,
    Payer,
    PayerDoubt,
    PayerFile,
    PayerSource,
    PayerVersion,
)
from assistance.settlements.models.premiums import PremiumBooking
from assistance.settlements.models.psychiatric import PsychiatricMark, PsychiatricTerm

__all__ = [
    "FILE_SENDERS",
    "SENDING_PAYERS",
    "BillImport",
    "BillInDoubt",
    "BillSource",
    "BillWarning",
    "DifferenceDecision",
    "FeeLine",
    "Institution",
    "InvoiceUse",
    "LateFigure",
    "LateLook",
    "LaterPayment",
    "OtherAid",
    "Payer",
    "PayerDoubt",
    "PayerFile",
    "PayerLine",
    "PayerSource",
    "PayerVersion",
    "PremiumBooking",
    "PsychiatricMark",
    "PsychiatricTerm",
    "Setting",
    "Settlement",
    "SourceVersion",
]
