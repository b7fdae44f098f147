from __future__ import annotations

from assistance.screening.models.partners import PartnerMember, PartnerOffice, PushField
from assistance.screening.models.prospects import Prospect, ProspectCall
from assistance.screening.models.pushes import HandOut, Push, PushAnswer
from assistance.screening.models.runs import ListDeparture, ListEntry, ListRun, Period, SignedSource

__all__ = [
    "HandOut",
    "ListDeparture",
    "ListEntry",
    "ListRun",
    "PartnerMember",
    "PartnerOffice",
    "Period",
    "Prospect",
    "ProspectCall",
    "Push",
    "PushAnswer",
    "PushField",
    "SignedSource",
]
